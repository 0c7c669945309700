"""Explains the configuration in effect for a file: the origin of each value, and why each rule that is off is off."""

from __future__ import annotations

import enum
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from posse_checks.config.baseline_file import RefusedBaseline
from posse_checks.config.configuration import ALWAYS_EXCLUDED
from posse_checks.config.flow_model import FlowModel
from posse_checks.config.policy import POSSE_SECTION, NosecPolicy, Policy
from posse_checks.declared.check import DeclaredCheck
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Level
from posse_server.project.editor_settings import Preference
from posse_server.project.effective import EffectiveConfig
from posse_server.project.switches import SETTINGS_SECTION

DEFAULT = "default"
EDITOR = "the editor's settings"


class Row(NamedTuple):
    """A key with its value, as YAML, and its origin."""

    key: str
    value: str
    origin: str


class Explanation(NamedTuple):
    """The configuration in effect for a file. Names and values in it are not escaped."""

    head: Sequence[str]
    """Lines about the file: its path as patterns match it, its configuration, whether it is checked."""
    rows: Sequence[Row]
    rules_on: int
    """Number of rules that run."""
    rules_off: Sequence[tuple[Rule, str]]
    """The rules that do not run, each with the reason."""


def explanation_of(config: EffectiveConfig, name: str) -> Explanation:
    """Returns the explanation for the file with this name."""
    every = config.configuration.known_rules.values()
    off = [(rule, why) for rule in every if (why := config.configuration.why_off(rule, config.path))]
    return Explanation(list(_head(config, name)), [Row(*row) for row in _rows(config)], len(every) - len(off), off)


def explanation_lines(config: EffectiveConfig, name: str) -> Iterator[str]:
    """Yields the explanation line by line. Names and values in it are not escaped."""
    for line in _lines(explanation_of(config, name)):
        yield line.rstrip()


def _lines(explanation: Explanation) -> Iterator[str]:
    yield from explanation.head
    yield ""
    width = max(len(row.key) for row in explanation.rows)
    yield from (f"{key:<{width}}  {value}  ({origin})" for key, value, origin in explanation.rows)
    yield ""
    yield f"{explanation.rules_on} rules are on, {len(explanation.rules_off)} are off:"
    yield from (f"  {rule.id} {rule.name}: {why}" for rule, why in explanation.rules_off)


def _head(config: EffectiveConfig, name: str) -> Iterator[str]:
    yield f"{name}, matched as {config.path}"
    yield f"Configuration: {_shown_path(config.file.path) if config.file else 'none (defaults)'}"
    for file in config.file.files() if config.file else ():
        if file is not config.file:
            yield f"Named by it: {_shown_path(file.path)}"
        for problem in file.parsed.problems:
            yield f"  line {problem.line + 1}: {problem.message}"
    pattern = config.configuration.excluded_by(config.path)
    if pattern is None:
        yield "Checked: yes"
    else:
        yield f"Checked: no, {_why_unchecked(config, pattern)}"


def _rows(config: EffectiveConfig) -> Iterator[tuple[str, str, str]]:
    """Yields each key, its value as YAML, and its origin."""
    configuration = config.configuration
    selected: Mapping[str, Any] = {
        "tests": sorted(configuration.tests) or "all rules",
        "skips": sorted(configuration.skips),
        "exclude_dirs": configuration.exclude_dirs,
        **configuration.sections,
    }
    for key, value in selected.items():
        yield key, written(value), _origin_of_selection(config, key)
    if configuration.excluded != ALWAYS_EXCLUDED:
        yield "exclude", written(configuration.excluded), _excluded_by(config)
    if configuration.ignore_nosec:
        yield "ignore-nosec", "true", _location(config, "ignore-nosec")
    for entry in fields(Policy):
        value = getattr(configuration.policy, entry.name)
        yield f"{POSSE_SECTION}.{entry.name}", written(value), _origin(config, entry.name)


INI_KEYS = {
    "minimum_severity": "level",
    "minimum_confidence": "confidence",
    "baseline": "baseline",
    "matching": "baseline",  # one that a `.bandit` file names is matched in Bandit's way
}
"""Options of a `.bandit` file, by the keys of the section `posse` that mean the same."""


def _origin(config: EffectiveConfig, key: str) -> str:
    """Returns the origin of the value of a key in the section `posse`."""
    in_file = config.file is not None and key in config.file.parsed.policy_options
    in_editor = key in config.settings.policy_options
    if in_editor and (not in_file or config.settings.preference is Preference.EDITOR):
        return f"{EDITOR}; {_location(config, f'{POSSE_SECTION}.{key}')} is overridden" if in_file else EDITOR
    ini = INI_KEYS.get(key, "") if _is_ini(config) else ""
    where = _location(config, ini) if ini and config.file and ini in config.file.parsed.key_lines else None
    return where or _location(config, f"{POSSE_SECTION}.{key}")


def _why_unchecked(config: EffectiveConfig, pattern: str) -> str:
    """Returns why a file is not checked that this pattern excludes."""
    if not config.settings.is_enabled:
        return f"`{SETTINGS_SECTION}.enable` is off ({EDITOR})"
    if pattern in config.settings.exclude_dirs:
        origin = EDITOR
    else:
        own = pattern in config.configuration.exclude_dirs
        origin = _location(config, "exclude_dirs") if own else _excluded_by(config)
    return f"excluded by `{pattern}` ({origin})"


def _origin_of_selection(config: EffectiveConfig, key: str) -> str:
    """Returns the origin of the value of a key outside of the section `posse`."""
    given, where = getattr(config.settings, key, ()), _location(config, key)
    if not given or (where != DEFAULT and config.settings.preference is Preference.PROJECT and key != "exclude_dirs"):
        return where
    return EDITOR if where == DEFAULT else f"{EDITOR}; {where} is {'added' if key == 'exclude_dirs' else 'overridden'}"


def _location(config: EffectiveConfig, key: str) -> str:
    """Returns the file and line of a key in the configuration file, or in the one that it names."""
    found = config.file.location_of(key) if config.file else None
    return f"{_shown_path(found.path)}:{found.line + 1}" if found else DEFAULT


def _excluded_by(config: EffectiveConfig) -> str:
    where = _location(config, "exclude") if _is_ini(config) else DEFAULT
    return "always excluded, as in Bandit" if where == DEFAULT else where


def _is_ini(config: EffectiveConfig) -> bool:
    return config.file is not None and config.file.path.name.endswith((".bandit", ".ini"))


def _shown_path(path: Path) -> str:
    here = Path.cwd()
    return os.path.relpath(path) if path.is_relative_to(here) else str(path)


def written(value: Any) -> str:
    """Returns a value as YAML on one line."""
    if isinstance(value, RefusedBaseline):
        return "none, because the configured path is refused"
    if isinstance(value, NosecPolicy):
        value = {entry.name: getattr(value, entry.name) for entry in fields(NosecPolicy)}
    if isinstance(value, tuple) and any(isinstance(one, DeclaredCheck) for one in value):
        value = tuple(check.id for check in value)
    if isinstance(value, FlowModel):
        value = {key: option for key, option in value.options().items() if option}
    if isinstance(value, Level):
        return "all" if value is Level.UNDEFINED else value.name.lower()
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {written(one)}' for key, one in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(written, value))}]"
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
