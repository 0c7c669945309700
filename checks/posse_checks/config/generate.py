"""Generates a starting configuration, in YAML that both Bandit and Posse read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

from posse_checks.analysis.registry import bandit_rules, ids_by_name
from posse_checks.config.schema import OWN_SECTIONS, sections
from posse_checks.config.selection import SelectionError
from posse_checks.config.suggestions import unknown_id
from posse_checks.rule.declaration import Rule


def generated(tests: Sequence[str] = (), skips: Sequence[str] = ()) -> str:
    """Returns a configuration that selects and skips these IDs, with all options at their defaults.

    Raises SelectionError for unknown IDs, or for IDs that are both selected and skipped.
    """
    for id in (*tests, *skips):
        if id not in ids_by_name().values():
            raise SelectionError(unknown_id(id))
    if both := set(tests) & set(skips):
        raise SelectionError(f"both selected and skipped: {', '.join(sorted(both))}")
    return "".join(f"{line}\n".replace(" \n", "\n") for line in _lines(tests, skips)) + defaults()


def defaults() -> str:
    """The default options of all rules that are not optional, in YAML. Bandit has all of them."""
    used = {rule.section for rule in bandit_rules().values() if not rule.optional}
    options = {
        name: {option: key.default for option, key in section.keys.items()}
        for name, section in sections().items()
        if name in used and name not in OWN_SECTIONS
    }
    return yaml.safe_dump(options, default_flow_style=False)


def _lines(tests: Sequence[str], skips: Sequence[str]) -> Iterator[str]:
    yield "# Configuration for Bandit (`bandit -c FILE`) and Posse, which finds it by its name, bandit.yaml."
    yield "#"
    yield "# The rules:"
    yield from (f"#   {rule.id}  {rule.name}{_note(rule)}" for rule in bandit_rules().values())
    yield ""
    yield "# IDs of the checks to run, such as [B101, B406]. If empty, all but the optional ones run."
    yield f"tests: [{', '.join(tests)}]"
    yield ""
    yield "# IDs of the checks not to run. No ID may be in both lists."
    yield f"skips: [{', '.join(skips)}]"
    yield ""
    yield "# Files to exclude: patterns, or parts, of their paths."
    yield "exclude_dirs: []"
    yield ""
    yield "# Options of the rules, with their defaults. A missing section means the defaults; a section that is present"
    yield "# replaces all of them."


def _note(rule: Rule) -> str:
    return " (no longer in Bandit; runs only if `tests` contains it)" if rule.optional else ""
