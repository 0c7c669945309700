"""What a scan brings out of a file: plain data that travels between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from posse_checks.analysis.registry import all_rules
from posse_checks.baseline.match import Key, key_of
from posse_checks.rule.finding import Level
from posse_checks.rule.rule import Rule

SCORES = {Level.UNDEFINED: 1, Level.LOW: 3, Level.MEDIUM: 5, Level.HIGH: 10}
"""What a finding of a level adds to a file's score."""

Tally = tuple[int, int, int, int]
"""How many findings there are of each level, from undefined to high."""


@dataclass(frozen=True, slots=True)
class Result:
    """A finding as a report tells it. Lines count from 1, columns are UTF-8 bytes from 0."""

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
    """The one that the rule gave, where a configuration maps it to another."""
    cell: int | None = None
    """The cell of a notebook, from 1, in which the lines count; None in other files."""

    @property
    def rule(self) -> Rule:
        """The rule that reports it."""
        return all_rules()[self.rule_id]

    @property
    def key(self) -> Key:
        """What makes two findings of the file the same to a baseline."""
        return key_of(self.rule, self.message, self.rule_severity, self.confidence)

    @property
    def unmapped(self) -> Result:
        """The same as baselines have it: with the rule's severity, which is Bandit's."""
        return replace(self, severity=self.rule_severity)


@dataclass(frozen=True, slots=True)
class Counts:
    """Bandit's metrics: of one file, or of all."""

    lines: int = 0
    """Lines that are neither empty nor a comment."""
    silenced: int = 0
    """Findings that a `# nosec` without IDs silences."""
    silenced_by_id: int = 0
    """Findings that a `# nosec` with their ID silences."""
    severities: Tally | None = None
    """None where the file could not be parsed."""
    confidences: Tally | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A remark about a `# nosec` comment that the configuration has a scan tell."""

    line: int
    code: str
    message: str
    fails: bool
    """Whether the scan fails because of it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one file. Its results are those of the levels asked for."""

    name: str
    results: tuple[Result, ...] = ()
    code: Mapping[int, str] = field(default_factory=dict)
    r"""The lines that the report shows around the results, by number; each ends in `\n`."""
    counts: Counts | None = None
    """None where the file could not be read."""
    skipped: str | None = None
    """Why it was not checked, if it was not."""
    code_of_cells: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    """Of a notebook, what `code` is of other files, by the numbers of its cells."""
    skipped_cells: tuple[str, ...] = ()
    """Why cells of a notebook were not checked, each with its number."""
    told: tuple[Told, ...] = ()
