"""The schema of a configuration file: Bandit's keys, the rules' sections, and the section `posse`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from posse_checks.analysis.registry import all_rules
from posse_checks.config.policy import SECTION, policy_keys
from posse_checks.config.schema_types import NUMBER, SWITCH, TEXT, Key, Kind, Many, RuleId, Section, Table, properties
from posse_checks.rule.declaration import Rule

LEGACY_SECTIONS = ("blacklist_calls", "blacklist_imports", "plugin_name_pattern")
"""Keys of old configurations, which Bandit still accepts; the first two hold data for profiles."""
PROFILE = Section(
    {
        "include": Key(Many(RuleId(names=True)), "The IDs or names of the rules that run."),
        "exclude": Key(Many(RuleId(names=True)), "The IDs or names of the rules that do not run."),
    }
)


@cache
def sections() -> Mapping[str, Section]:
    """The rules' sections. The default of an option decides its kind."""
    return {
        rule.section: Section({name: Key(_kind(default), _purpose(rule, name), default) for name, default in options})
        for rule in all_rules().values()
        if rule.section and (options := rule.defaults.items())
    }


@cache
def keys() -> Mapping[str, Key]:
    """The keys of the whole file."""
    selecting = {
        "tests": Key(Many(RuleId()), "The IDs of the rules that run; all of them where it is empty."),
        "skips": Key(Many(RuleId()), "The IDs of the rules that do not run."),
        "exclude_dirs": Key(Many(TEXT), "Files that are not checked: patterns of their paths, or parts of these."),
        "include": Key(Many(TEXT), "Patterns of the files that a scan takes from folders.", ["*.py"]),
        "profiles": Key(Table(TEXT, PROFILE, "name: {include: [B101]}"), "Selections to choose from with `-p`."),
        SECTION: Key(policy_keys(), "What Posse adds; Bandit ignores it."),
    }
    return selecting | {name: Key(section, _served(name)) for name, section in sections().items()}


def schema() -> dict[str, Any]:
    """The JSON Schema of the whole file. Unknown keys are valid, as they may be for other programs."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Configuration of Posse and Bandit",
        "type": "object",
        "properties": properties(keys()),
    }


def _kind(default: object) -> Kind:
    if isinstance(default, bool):
        return SWITCH
    return NUMBER if isinstance(default, int) else Many(TEXT) if isinstance(default, list) else TEXT


def _served(section: str) -> str:
    rules = [f"{rule.id} {rule.name}" for rule in all_rules().values() if rule.section == section]
    return f"Options of {', '.join(rules)}. They replace the defaults, all of them."


def _purpose(rule: Rule, option: str) -> str:
    if option == rule.skipped_files:
        return f"Patterns of the files in which {rule.id} does not run."
    return f"An option of the rules under `{rule.section}`."
