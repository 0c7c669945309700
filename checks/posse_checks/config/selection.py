"""The selection by a command line or a `.bandit` file, which is applied on top of a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from posse_checks.config.configuration import Configuration, Profile
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


class Unusable(Exception):
    """A selection is contradictory or empty; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Options that override a configuration; None or empty if not given."""

    profile: str | None = None
    tests: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    excluded: tuple[str, ...] | None = None
    """Patterns or parts of paths that replace Bandit's default exclusions."""
    severity: Level | None = None
    confidence: Level | None = None
    """This and `severity` are the lowest levels to report."""
    ignore_nosec: bool = False

    def over(self, other: Selection) -> Selection:
        """Combines two selections; this one takes precedence."""
        return Selection(
            profile=self.profile or other.profile,
            tests=self.tests or other.tests,
            skips=self.skips or other.skips,
            excluded=other.excluded if self.excluded is None else self.excluded,
            severity=other.severity if self.severity is None else self.severity,
            confidence=other.confidence if self.confidence is None else self.confidence,
            ignore_nosec=self.ignore_nosec or other.ignore_nosec,
        )


NOTHING = Selection()
"""The empty selection."""


def select(configuration: Configuration, wanted: Selection) -> Configuration:
    """Applies a selection to a configuration, as Bandit combines them.

    Raises Unusable if no rule would run, if an ID is both selected and skipped, or if the profile is unknown or old.
    """
    profile = Profile(configuration.tests, configuration.skips)
    if wanted.profile:
        profile = _profile(configuration, wanted.profile)
    tests, skips = profile.include.union(wanted.tests), profile.exclude.union(wanted.skips)
    if tests & skips:
        raise Unusable(f"selected and skipped at once: {', '.join(sorted(tests & skips))}")
    policy = configuration.policy
    selected = replace(
        configuration,
        tests=tests,
        skips=skips,
        excluded=configuration.excluded if wanted.excluded is None else wanted.excluded,
        ignore_nosec=configuration.ignore_nosec or wanted.ignore_nosec,
        policy=replace(
            policy,
            minimum_severity=policy.minimum_severity if wanted.severity is None else wanted.severity,
            minimum_confidence=policy.minimum_confidence if wanted.confidence is None else wanted.confidence,
        ),
    )
    if not selected.rules:
        raise Unusable("no check would run: see what is selected and what is skipped")
    return selected


def _profile(configuration: Configuration, name: str) -> Profile:
    """The profile with a name. Raises Unusable if it does not exist, or has tests with data of their own."""
    if name not in configuration.profiles:
        raise Unusable(f"there is no profile {name!r}")
    profile = configuration.profiles[name]
    if old := LEGACY.keys() & profile.include:
        raise Unusable(f"the profile {name!r} asks for {', '.join(sorted(old))} with data of its own: name IDs instead")
    return profile
