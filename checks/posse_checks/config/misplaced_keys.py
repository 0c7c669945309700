"""Keys that have no effect at the top level of a configuration, but have a meaning elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from posse_checks.analysis.registry import bandit_rules, ids_by_name
from posse_checks.config.ini_source import OPTIONS
from posse_checks.config.policy import OLD_NAMES, POSSE_SECTION, policy_keys
from posse_checks.config.suggestions import POSSE_KEYS_BY_BANDIT_OPTION, clipped, did_you_mean

KEYS_BY_FOREIGN_NAME: Mapping[str, str] = {
    "exclude": "exclude_dirs",
    "exclude-dirs": "exclude_dirs",
    "excludes": "exclude_dirs",
    "excluded": "exclude_dirs",
    "exclude_paths": "exclude_dirs",
    "skip": "skips",
    "test": "tests",
}
"""Similar keys of other programs, each with the key to use here."""


def no_effect(key: str) -> str | None:
    """The message for a key that has no effect at the top level; None if it is not known anywhere."""
    remedy = _remedies().get(key)
    return None if remedy is None else f"`{key}` has no effect here: {remedy}"


def unknown_key(key: str, known: Iterable[str]) -> str:
    """The message for an unknown key, with a suggestion."""
    return f"Neither Bandit nor Posse knows the key `{clipped(key)}`.{did_you_mean(key, known)}"


@cache
def _remedies() -> Mapping[str, str]:
    """The remedy for each misplaced key, as the rest of a sentence."""
    remedies = dict.fromkeys(OPTIONS, "it is an option of `.bandit` files and of the command line.")
    for rule in bandit_rules().values():
        if rule.section is None:
            remedies[rule.name] = f"{rule.id} has no options."
        elif rule.section != rule.name:
            remedies[rule.name] = f"{rule.id} takes its options from the section `{rule.section}`."
    for id in set(ids_by_name().values()):
        remedies[id] = "put IDs in the lists `tests` and `skips`."
    remedies |= dict.fromkeys(policy_keys().keys, f"it belongs under `{POSSE_SECTION}`.")
    renamed = {**OLD_NAMES, **POSSE_KEYS_BY_BANDIT_OPTION}
    remedies |= {name: f"set `{meant}` under `{POSSE_SECTION}`." for name, meant in renamed.items()}
    return remedies | {name: f"use `{meant}` instead." for name, meant in KEYS_BY_FOREIGN_NAME.items()}
