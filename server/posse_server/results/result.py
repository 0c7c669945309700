"""Results of checking a file: plain data that can be sent between processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from posse_checks.analysis.registry import all_rules
from posse_checks.baseline.match import FindingKey, key_of
from posse_checks.declared.check import DeclaredCheck
from posse_checks.declared.compile import rule_of
from posse_checks.rule.declaration import Rule
from posse_checks.rule.evidence import Evidence
from posse_checks.rule.finding import Finding, Level, Span
from posse_checks.rule.hosted import HostedCheck, hosted_check, hosted_rule
from posse_server.plugins.question import Trouble

SCORES = {Level.UNDEFINED: 1, Level.LOW: 3, Level.MEDIUM: 5, Level.HIGH: 10}
"""Contribution of a finding of each level to a file's score."""


MANY_CANDIDATES, FEW_CANDIDATES = 500, 50
"""The number of equal findings up to which all are listed with each of them, and how many are otherwise."""
Item = TypeVar("Item")


class LevelCounts(NamedTuple):
    """Numbers of findings of each level, in the order of `Level`."""

    undefined: int = 0
    low: int = 0
    medium: int = 0
    high: int = 0

    @classmethod
    def of(cls, levels: Iterable[Level]) -> LevelCounts:
        """Returns the numbers of levels."""
        counts = Counter(levels)
        return cls(*(counts[level] for level in Level))

    def plus(self, other: LevelCounts) -> LevelCounts:
        """Returns the numbers of both together."""
        return LevelCounts(*map(sum, zip(self, other, strict=True)))


NO_FINDINGS = LevelCounts()


class Edit(NamedTuple):
    """A range to replace: lines from 1, columns in UTF-16 units from 1, the end exclusive; and what replaces it."""

    line: int
    column: int
    end_line: int
    end_column: int
    new: str


class ProposedFix(NamedTuple):
    """A fix for a result."""

    title: str
    edits: tuple[Edit, ...]
    """In order of position."""


@dataclass(frozen=True, slots=True)
class Result:
    """A finding in a report. Lines count from 1, columns are UTF-8 bytes from 0."""

    filename: str
    rule_id: str
    message: str
    severity: Level
    confidence: Level
    line: int
    column: int
    end_column: int
    line_range: tuple[int, int]
    rule_severity: Level
    """The severity that the rule gave; the configuration may map it to another."""
    span: Span
    """The code that is wrong, which editors underline."""
    cell: int | None = None
    """The cell of a notebook, from 1, in which lines are counted; None in other files."""
    evidence: Evidence | None = None
    """What following the data has shown of it; None if data was not followed."""
    fixes: tuple[ProposedFix, ...] = ()
    """The fixes for it, if the job asks for them."""
    comment: str | None = None
    """The comment that suppresses it; None for a result that is reported."""
    hosted: HostedCheck | None = None
    """The check that reported it, if that runs elsewhere."""
    definition: DeclaredCheck | None = None
    """The check of the project that reported it; None for those of Bandit and Posse."""

    @property
    def rule(self) -> Rule:
        """The rule that reported the finding."""
        if self.definition is not None:
            return rule_of(self.definition)
        return all_rules()[self.rule_id] if self.hosted is None else hosted_rule(self.rule_id, self.hosted)

    @property
    def key(self) -> FindingKey:
        """The key by which a baseline compares findings of a file."""
        return key_of(self.rule, self.message, self.rule_severity, self.confidence)

    @property
    def unmapped(self) -> Result:
        """The result as in baselines: with the rule's severity, which is Bandit's."""
        return replace(self, severity=self.rule_severity, evidence=None)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Bandit's metrics, of one file or of all."""

    lines: int = 0
    """Lines that are neither empty nor only a comment."""
    silenced: int = 0
    """Findings suppressed by a `# nosec` without IDs."""
    silenced_by_id: int = 0
    """Findings suppressed by a comment with their ID."""
    severities: LevelCounts | None = None
    """None if the file could not be parsed."""
    confidences: LevelCounts | None = None


@dataclass(frozen=True, slots=True)
class ReportedRemark:
    """A remark on a comment that a scan reports."""

    line: int
    code: str
    message: str
    fails: bool
    """Whether it makes the scan fail."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The outcome for one file. Its results are only those with the levels to report."""

    name: str
    results: tuple[Result, ...] = ()
    code: Mapping[int, str] = field(default_factory=dict)
    r"""The lines that a report shows around the results, by number; each ends in `\n`."""
    metrics: Metrics | None = None
    """None if the file could not be read."""
    skipped: str | None = None
    """Why the file was not checked; None if it was."""
    code_of_cells: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    """For a notebook, the same as `code`, by the numbers of its cells."""
    skipped_cells: tuple[str, ...] = ()
    """Why cells of a notebook were not checked, one reason for each, which names the cell."""
    reported_remarks: tuple[ReportedRemark, ...] = ()
    suppressed: tuple[Result, ...] = ()
    """The results that comments suppress, if the job asks for them."""
    is_settled: bool = field(default=True, compare=False)
    """Whether the same content would have the same outcome at any other time."""
    troubles: tuple[Trouble, ...] = field(default=(), compare=False)
    """The failures of plug-ins, whose findings there may be incomplete."""
    cache_key: bytes | None = field(default=None, compare=False)
    """The key under which to keep it; None if it is not to be kept, or comes from the cache."""


def listed_candidates(alike: Sequence[Item]) -> Sequence[Item]:
    """Returns the equal findings that a report lists with each of them, because a baseline cannot tell which is new.

    There are none for one finding, and only the first of very many, since all would be the square of their number.
    """
    if len(alike) < 2:
        return ()
    return alike if len(alike) <= MANY_CANDIDATES else alike[:FEW_CANDIDATES]


def score(tally: LevelCounts | None) -> int:
    """Returns Bandit's score of a file with these numbers of findings."""
    return sum(SCORES[level] * count for level, count in zip(Level, tally or (), strict=False))


def result_of(name: str, finding: Finding) -> Result:
    """Returns a finding as a result in the file with this name."""
    return Result(
        name,
        finding.rule.id,
        finding.message,
        finding.severity,
        finding.confidence,
        finding.line,
        finding.column,
        finding.end_column,
        finding.line_range,
        finding.rule_severity,
        finding.span,
        evidence=finding.evidence,
        hosted=hosted_check(finding.rule),
        definition=finding.rule.definition,
    )
