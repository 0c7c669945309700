"""What a command line or a `.bandit` file asks for on top of a configuration."""

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
"""Tests of old profiles, each with the section that holds its data; Bandit stops where that is missing."""
LEVEL_WORDS: Mapping[str, Level] = {
    "all": Level.UNDEFINED,
    "low": Level.LOW,
    "medium": Level.MEDIUM,
    "high": Level.HIGH,
}
"""The words for a lowest level. Bandit also counts them: 1 is `all`, 4 is `high`."""


class Unusable(Exception):
    """What is asked for makes no sense; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; None and empty lists where nothing is."""

    profile: str | None = None
    tests: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    excluded: tuple[str, ...] | None = None
    """Patterns or parts of paths, in place of Bandit's own exclusions."""
    severity: Level | None = None
    confidence: Level | None = None
    """The lowest levels that are reported."""
    ignore_nosec: bool = False

    def over(self, other: Selection) -> Selection:
        """Both together; where both ask for something, this one wins."""
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
"""Nothing is asked for."""


def select(configuration: Configuration, wanted: Selection) -> Configuration:
    """The configuration with what is wanted on top of it, as Bandit combines them.

    Raises Unusable where nothing would run, or where an ID is both selected and skipped.
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
    if name not in configuration.profiles:
        raise Unusable(f"there is no profile {name!r}")
    profile = configuration.profiles[name]
    if old := LEGACY.keys() & profile.include:
        raise Unusable(f"the profile {name!r} asks for {', '.join(sorted(old))} with data of its own: name IDs instead")
    return profile
