"""The schema of a configuration file: Bandit's keys, the rules' sections, and the section `posse`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from posse_checks.analysis.registry import bandit_rules
from posse_checks.config.check_schema import pattern_keys
from posse_checks.config.policy import POSSE_SECTION, policy_keys
from posse_checks.config.schema_types import (
    NUMBER,
    SWITCH,
    TEXT,
    KeySchema,
    ListOf,
    MappingOf,
    RuleId,
    Section,
    ValueType,
    properties,
)
from posse_checks.rule.declaration import Rule

LEGACY_SECTIONS = ("blacklist_calls", "blacklist_imports", "plugin_name_pattern")
"""Keys of old configurations, which Bandit still accepts; the first two hold data for profiles."""
OWN_SECTIONS = ("hardcoded_password",)
"""Sections of rules that Bandit does not have, and ignores."""
PROFILE = Section(
    {
        "include": KeySchema(ListOf(RuleId(names=True)), "IDs or names of the checks to run."),
        "exclude": KeySchema(ListOf(RuleId(names=True)), "IDs or names of the checks not to run."),
    }
)


@cache
def sections() -> Mapping[str, Section]:
    """The rules' sections. The default of an option decides its kind."""
    return {
        rule.section: Section({name: _option(rule, name, default) for name, default in rule.defaults.items()})
        for rule in bandit_rules().values()
        if rule.section and rule.defaults
    }


@cache
def keys() -> Mapping[str, KeySchema]:
    """The keys of the whole file."""
    selecting = {
        "tests": KeySchema(ListOf(RuleId()), "IDs of the checks to run. If empty, all but the optional ones run."),
        "skips": KeySchema(ListOf(RuleId()), "IDs of the checks not to run."),
        "exclude_dirs": KeySchema(ListOf(TEXT), "Files to exclude: patterns, or parts, of their paths."),
        "include": KeySchema(ListOf(TEXT), "Patterns of the files that a scan collects from folders.", ["*.py"]),
        "profiles": KeySchema(MappingOf(TEXT, PROFILE, "name: {include: [B101]}"), "Selections for `-p`."),
        POSSE_SECTION: KeySchema(policy_keys(), "Posse's own options, which Bandit ignores."),
    }
    return selecting | {name: KeySchema(section, _served(name)) for name, section in sections().items()}


def schema() -> dict[str, Any]:
    """The JSON Schema of the whole file. Unknown keys are valid, as they may be for other programs."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Configuration of Posse and Bandit",
        "type": "object",
        "properties": properties(keys()),
        "definitions": {"pattern": pattern_keys().schema()},
    }


def _option(rule: Rule, name: str, default: object) -> KeySchema:
    return KeySchema(_value_type(default), _purpose(rule, name), default)


def _value_type(default: object) -> ValueType:
    if isinstance(default, bool):
        return SWITCH
    return NUMBER if isinstance(default, int) else ListOf(TEXT) if isinstance(default, list) else TEXT


def _served(section: str) -> str:
    rules = [f"{rule.id} {rule.name}" for rule in bandit_rules().values() if rule.section == section]
    return f"Options of {', '.join(rules)}. The section replaces all of the defaults."


def _purpose(rule: Rule, option: str) -> str:
    if option == rule.skipped_files:
        return f"Patterns of the files in which {rule.id} does not run."
    return f"An option of the rules under `{rule.section}`."
