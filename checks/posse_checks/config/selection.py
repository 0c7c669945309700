"""The selection by a command line or a `.bandit` file, which is applied on top of a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from posse_checks.analysis.registry import matches_foreign
from posse_checks.config.configuration import Configuration, Selection
from posse_checks.rule.finding import Level

LEGACY = {
    "blacklist_calls": "blacklist_calls",
    "blacklist_imports": "blacklist_imports",
    "blacklist_import_func": "blacklist_imports",
}
"""Tests in old profiles, each with the section that holds its data; Bandit stops if that is missing."""
LEVEL_WORDS: Mapping[str, Level] = {
    "all": Level.UNDEFINED,
    "low": Level.LOW,
    "medium": Level.MEDIUM,
    "high": Level.HIGH,
}
"""The words for a minimum level. Bandit also accepts their numbers: 1 is `all`, 4 is `high`."""


class SelectionError(Exception):
    """A selection is contradictory or empty; the message says why, in one line."""


def select(configuration: Configuration, wanted: Selection) -> Configuration:
    """Applies a selection to a configuration, as Bandit combines them.

    Raises SelectionError if no rule would run, if an ID is both selected and skipped, or if the profile is unknown or
    old.
    """
    profile = _profile(configuration, wanted.profile) if wanted.profile else configuration
    tests, skips = frozenset((*profile.tests, *wanted.tests)), frozenset((*profile.skips, *wanted.skips))
    if tests & skips:
        raise SelectionError(f"both selected and skipped: {', '.join(sorted(tests & skips))}")
    policy = configuration.policy
    selected = replace(
        configuration,
        tests=tests,
        skips=skips,
        commanded=configuration.commanded or bool(wanted.tests),
        excluded=configuration.excluded if wanted.excluded is None else wanted.excluded,
        ignore_nosec=configuration.ignore_nosec or wanted.ignore_nosec,
        plugins={**configuration.plugins, **wanted.plugins},
        hosted={**configuration.hosted, **wanted.hosted},
        policy=replace(
            policy,
            minimum_severity=policy.minimum_severity if wanted.severity is None else wanted.severity,
            minimum_confidence=policy.minimum_confidence if wanted.confidence is None else wanted.confidence,
            flow=policy.flow if wanted.flow is None else wanted.flow,
        ),
    )
    others = tests.intersection((*selected.plugins.values(), *selected.hosted.values()))
    if not selected.rules and not others and not any(matches_foreign(id, policy.foreign_ids) for id in tests):
        raise SelectionError("no check would run; change what is selected or skipped")
    return selected


def _profile(configuration: Configuration, name: str) -> Selection:
    """The profile with a name. Raises SelectionError if it does not exist, or has tests with data of their own."""
    if name not in configuration.profiles:
        raise SelectionError(f"there is no profile {name!r}")
    profile = configuration.profiles[name]
    if old := LEGACY.keys() & set(profile.tests):
        raise SelectionError(f"the profile {name!r} uses {', '.join(sorted(old))} with its own data; use IDs instead")
    return profile
