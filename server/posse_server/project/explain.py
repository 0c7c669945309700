"""Explains the configuration in effect for a file: the origin of each value, and why each rule that is off is off."""

from __future__ import annotations

import enum
import os
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from posse_checks.analysis.registry import all_rules
from posse_checks.config.baseline_file import RefusedBaseline
from posse_checks.config.configuration import ALWAYS_EXCLUDED
from posse_checks.config.policy import SECTION, NosecPolicy, Policy
from posse_checks.rule.finding import Level
from posse_server.project.editor_settings import Preference
from posse_server.project.workspace import Place

DEFAULT = "default"
EDITOR = "the editor's settings"


def explained(place: Place, name: str) -> Iterator[str]:
    """Yields the explanation line by line. Names and values in it are not escaped."""
    for line in _lines(place, name):
        yield line.rstrip()


def _lines(place: Place, name: str) -> Iterator[str]:
    yield f"{name}, which patterns know as {place.path}"
    yield f"configuration: {_shown_path(place.file.path) if place.file else 'none, so all is at its default'}"
    for file in place.file.files() if place.file else ():
        if file is not place.file:
            yield f"which names: {_shown_path(file.path)}"
        for problem in file.reading.problems:
            yield f"  line {problem.line + 1}: {problem.message}"
    pattern = place.configuration.excluded_by(place.path)
    if pattern is None:
        yield "checked: yes"
    else:
        own = pattern in place.configuration.exclude_dirs
        origin = _place(place, "exclude_dirs") if own else _excluded_by(place)
        yield f"checked: no, since `{pattern}` excludes it ({origin})"
    yield ""
    rows = list(_rows(place))
    width = max(len(key) for key, _, _ in rows)
    yield from (f"{key:<{width}}  {value}  ({origin})" for key, value, origin in rows)
    yield ""
    off = [(rule, why) for rule in all_rules().values() if (why := place.configuration.why_off(rule, place.path))]
    yield f"{len(all_rules()) - len(off)} rules run, {len(off)} do not:"
    yield from (f"  {rule.id} {rule.name}: {why}" for rule, why in off)


def _rows(place: Place) -> Iterator[tuple[str, str, str]]:
    """Yields each key, its value as YAML, and its origin."""
    configuration = place.configuration
    selected: Mapping[str, Any] = {
        "tests": sorted(configuration.tests) or "all rules",
        "skips": sorted(configuration.skips),
        "exclude_dirs": configuration.exclude_dirs,
        **configuration.sections,
    }
    for key, value in selected.items():
        yield key, _written(value), _place(place, key)
    if configuration.excluded != ALWAYS_EXCLUDED:
        yield "exclude", _written(configuration.excluded), _excluded_by(place)
    if configuration.ignore_nosec:
        yield "ignore-nosec", "true", _place(place, "ignore-nosec")
    for entry in fields(Policy):
        value = getattr(configuration.policy, entry.name)
        yield f"{SECTION}.{entry.name}", _written(value), _origin(place, entry.name)


INI_KEYS = {
    "minimum_severity": "level",
    "minimum_confidence": "confidence",
    "baseline": "baseline",
    "matching": "baseline",  # one that a `.bandit` file names is matched in Bandit's way
}
"""Options of a `.bandit` file, by the keys of the section `posse` that mean the same."""


def _origin(place: Place, key: str) -> str:
    """Returns the origin of the value of a key in the section `posse`."""
    in_file = place.file is not None and key in place.file.reading.said
    in_editor = key in place.settings.said
    if in_editor and (not in_file or place.settings.preference is Preference.EDITOR):
        return f"{EDITOR}; {_place(place, f'{SECTION}.{key}')} yields" if in_file else EDITOR
    ini = INI_KEYS.get(key, "") if _is_ini(place) else ""
    where = _place(place, ini) if ini and place.file and ini in place.file.reading.places else None
    return where or _place(place, f"{SECTION}.{key}")


def _place(place: Place, key: str) -> str:
    """Returns the file and line of a key in the configuration file, or in the one that it names."""
    found = place.file.place(key) if place.file else None
    return f"{_shown_path(found[0])}:{found[1] + 1}" if found else DEFAULT


def _excluded_by(place: Place) -> str:
    where = _place(place, "exclude") if _is_ini(place) else DEFAULT
    return "always excluded, as in Bandit" if where == DEFAULT else where


def _is_ini(place: Place) -> bool:
    return place.file is not None and place.file.path.name.endswith((".bandit", ".ini"))


def _shown_path(path: Path) -> str:
    here = Path.cwd()
    return os.path.relpath(path) if path.is_relative_to(here) else str(path)


def _written(value: Any) -> str:
    """Returns a value as YAML on one line."""
    if isinstance(value, RefusedBaseline):
        return "none, since the one that is named is refused"
    if isinstance(value, NosecPolicy):
        value = {entry.name: getattr(value, entry.name) for entry in fields(NosecPolicy)}
    if isinstance(value, Level):
        return "all" if value is Level.UNDEFINED else value.name.lower()
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_written(one)}' for key, one in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_written, value))}]"
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
