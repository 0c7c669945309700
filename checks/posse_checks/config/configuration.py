"""The project's configuration: which rules run, with which options, on which files.

It means the same as a file that is passed to Bandit with `-c`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from typing import Any

from posse_checks.analysis.assessed import Assessed
from posse_checks.analysis.registry import Catalogue, CheckIds, all_rules, bandit_rules, own_rules
from posse_checks.config.policy import Policy
from posse_checks.declared.compile import rule_of
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Finding, Level
from posse_checks.rule.flow import Flow
from posse_checks.rule.matchers import Options

ALWAYS_EXCLUDED = (".svn", "CVS", ".bzr", ".hg", ".git", "__pycache__", ".tox", ".eggs", "*.egg")
"""Bandit's default exclusions, which its command line adds to those of the configuration."""
BLOCKLIST = "B001"
"""The ID that stands for all rules that are plain data (B3xx and B4xx)."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a command line, a `.bandit` file or a profile asks for; None or empty if not given."""

    profile: str | None = None
    tests: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    excluded: tuple[str, ...] | None = None
    """Patterns or parts of paths that replace Bandit's default exclusions."""
    severity: Level | None = None
    confidence: Level | None = None
    """This and `severity` are the lowest levels to report."""
    ignore_nosec: bool = False
    flow: bool | None = None
    """Whether to follow data."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """The ID for each name and ID of the plug-ins of Bandit's that run; an empty one for each section of theirs."""
    hosted: Mapping[str, str] = field(default_factory=dict)
    """The ID for each name and ID of the project's checks in Python that run."""

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
            flow=other.flow if self.flow is None else self.flow,
            plugins=self.plugins or other.plugins,
            hosted=self.hosted or other.hosted,
        )


EMPTY_SELECTION = Selection()
"""The empty selection."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A valid configuration."""

    tests: frozenset[str] = frozenset()
    """The IDs to run; if empty, all but the optional rules."""
    skips: frozenset[str] = frozenset()
    """The IDs not to run."""
    exclude_dirs: tuple[str, ...] = ()
    include: tuple[str, ...] = ("*.py", "*.pyw")
    """The patterns of the files that a scan collects from folders; a configuration file without any means `*.py`."""
    profiles: Mapping[str, Selection] = field(default_factory=dict)
    """Named selections, of which `tests` and `skips` are IDs in order."""
    sections: Mapping[str, Options] = field(default_factory=dict)
    """The rules' options by section."""
    excluded: tuple[str, ...] = ALWAYS_EXCLUDED
    """The exclusions besides `exclude_dirs`."""
    ignore_nosec: bool = False
    """Whether to ignore `# nosec` comments."""
    policy: Policy = field(default_factory=Policy)
    """Posse's own options."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """The ID for each name and ID of the plug-ins of Bandit's that run; an empty one for each section of theirs."""
    hosted: Mapping[str, str] = field(default_factory=dict)
    """The ID for each name and ID of the project's checks in Python that run."""
    written: Mapping[str, Any] = field(default_factory=dict)
    """The file's content as Bandit reads it, for plug-ins, which have sections in it."""
    commanded: bool = False
    """Whether the command line has selected tests."""

    def excludes(self, path: str) -> bool:
        """Whether a file is excluded: a pattern matches its path, or occurs in it.

        The path is relative to the configuration's folder, begins with `./` and has forward slashes, here and below.
        """
        return self.excluded_by(path) is not None

    def excluded_by(self, path: str) -> str | None:
        """The pattern that excludes a file; None if the file is checked."""
        patterns = (*self.exclude_dirs, *self.excluded)
        return next((pattern for pattern in patterns if fnmatch(path, pattern) or pattern in path), None)

    @property
    def ids(self) -> CheckIds:
        """The IDs that are known besides those of Bandit and Posse."""
        declared = CheckIds.of(self.declared_rules, self.policy.foreign_ids)
        return replace(declared, plugins=self.plugins, project={**declared.project, **self.hosted})

    @property
    def selects_hosted(self) -> frozenset[str]:
        """The IDs to run of the project's checks in Python; all but those in `skips` if empty: see `rules`."""
        is_asked = self.commanded or not self.tests.isdisjoint(self.hosted.values())
        return self.tests if is_asked else frozenset()

    @property
    def declared_rules(self) -> tuple[Rule, ...]:
        """The rules of the project's declared checks, whether they run or not."""
        return tuple(map(rule_of, self.policy.checks))

    @property
    def known_rules(self) -> Mapping[str, Rule]:
        """All rules by ID, whether they run or not: Bandit's, Posse's and the project's."""
        return {**all_rules(), **{rule.id: rule for rule in self.declared_rules}}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that run, at least on some files, in order of ID."""
        tests, skips = _without_group(self.tests), _without_group(self.skips)
        selected = (tests or {rule.id for rule in all_rules().values() if not rule.optional}) - skips
        if not self.policy.flow:
            selected -= own_rules().keys()
        chosen = tuple(rule for rule in all_rules().values() if rule.id in selected)
        return (*chosen, *self._declared_that_run())

    def _declared_that_run(self) -> Iterator[Rule]:
        """Yields the project's rules that run. `tests` says nothing about them, since Bandit rejects their IDs there.

        A command line, or `tests` with one of their IDs, selects them like all others.
        """
        declared = self.declared_rules
        is_asked = self.commanded or not self.tests.isdisjoint(rule.id for rule in declared)
        for rule in declared:
            is_followed = self.policy.flow or Flow not in rule.subscription
            if is_followed and rule.id not in self.skips and (not is_asked or rule.id in self.tests):
                yield rule

    def rules_for(self, path: str) -> tuple[Rule, ...]:
        """The rules that run on a file, in order of ID."""
        return tuple(rule for rule in self.rules if not self.is_off(rule, path))

    def catalogue_for(self, path: str) -> Catalogue:
        """The rules that run on a file, compiled with their options."""
        return Catalogue(self.rules_for(path), self.sections, self.ids)

    def shown(self, assessed: Assessed) -> Finding | None:
        """The finding with its configured severity; None if it is suppressed or below the minimum levels."""
        if assessed.suppressed_by is not None and not self.ignore_nosec:
            return None
        graded = self.policy.graded(assessed.finding)
        return graded if self.policy.reports(graded) else None

    def why_off(self, rule: Rule, path: str) -> str | None:
        """The reason that a rule does not run on a file; None if it runs."""
        if rule not in self.rules:
            if (rule.is_own or Flow in rule.subscription) and not self.policy.flow:
                return "data is not followed; `posse: {flow: true}` or `--flow` does that"
            group = rule.blocked is not None and BLOCKLIST in self.skips
            if rule.id in self.skips or group:
                return f"`skips` contains {rule.id if rule.id in self.skips else BLOCKLIST}"
            return "`tests` does not contain it" if self.tests else "off by default; enable it in `tests`"
        if self._is_off_by_option(rule, path):
            return f"`{rule.skipped_files}` of `{rule.section}` matches this file"
        pattern = self.policy.is_ignored(_ids_of(rule), path)
        return None if pattern is None else f"`per_file_ignores` contains it for `{pattern}`"

    def is_off(self, rule: Rule, path: str) -> bool:
        """Whether a selected rule does not run on a file."""
        return self._is_off_by_option(rule, path) or self.policy.is_ignored(_ids_of(rule), path) is not None

    def _is_off_by_option(self, rule: Rule, path: str) -> bool:
        """Whether a rule's options switch it off for a file. Options of a wrong type do, as in Bandit."""
        if rule.skipped_files is None or rule.section is None:
            return False
        try:
            patterns = self.sections.get(rule.section, rule.defaults).get(rule.skipped_files, ())
            return any(fnmatch(path, pattern) for pattern in patterns)
        except (AttributeError, TypeError):
            return True


class CatalogueCache:
    """A cache of catalogues for one configuration: files with the same rules share one."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._rules = configuration.rules
        ignored = {id for ids in configuration.policy.per_file_ignores.values() for id in ids}
        self._in_some_files = [
            rule for rule in self._rules if rule.skipped_files is not None or ignored.intersection(_ids_of(rule))
        ]
        self._compiled: dict[tuple[Rule, ...], Catalogue] = {}

    def __reduce__(self) -> tuple[type[CatalogueCache], tuple[Configuration]]:
        """Pickle the configuration alone; compiled rules do not travel between processes."""
        return CatalogueCache, (self._configuration,)

    def for_path(self, path: str) -> Catalogue:
        """Returns the catalogue for a file."""
        off = tuple(rule for rule in self._in_some_files if self._configuration.is_off(rule, path))
        if off not in self._compiled:
            rules = (rule for rule in self._rules if rule not in off)
            self._compiled[off] = Catalogue(rules, self._configuration.sections, self._configuration.ids)
        return self._compiled[off]


def _ids_of(rule: Rule) -> tuple[str, ...]:
    """The IDs that stand for a rule: its own, and that of its group if it has one."""
    return (rule.id,) if rule.blocked is None else (rule.id, BLOCKLIST)


def _without_group(ids: Iterable[str]) -> set[str]:
    """The IDs with the blocklist group replaced by its members, or removed if any member is named."""
    wanted = set(ids)
    members = {rule.id for rule in bandit_rules().values() if rule.blocked is not None}
    if BLOCKLIST in wanted and not wanted & members:
        wanted |= members
    return wanted - {BLOCKLIST}
