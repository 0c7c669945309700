"""A finding with its verdict: whether a `# nosec` comment suppresses it."""

from __future__ import annotations

from dataclasses import dataclass

from posse_checks.analysis.suppression import Nosecs, suppressing_line
from posse_checks.rule.finding import Finding


@dataclass(frozen=True, slots=True)
class Assessed:
    """A finding, and the line of the `# nosec` that suppresses it, if one does."""

    finding: Finding
    suppressed_by: int | None = None
    by_blanket: bool = False
    """Whether the comment that suppresses it does not name its ID, and so suppresses every finding."""

    @classmethod
    def under(cls, nosecs: Nosecs, finding: Finding, line_range: tuple[int, int] | None = None) -> Assessed:
        """Assesses a finding by the comments in its text, within its own line range by default."""
        line = suppressing_line(finding, nosecs, line_range)
        return cls(finding) if line is None else cls(finding, line, finding.rule.id not in nosecs[line].ids)

    def shifted(self, lines: int) -> Assessed:
        """Returns it moved down by a number of lines."""
        suppressed_by = None if self.suppressed_by is None else self.suppressed_by + lines
        return Assessed(self.finding.shifted(lines), suppressed_by, self.by_blanket)


def by_position(assessed: Assessed) -> tuple[int, int, str]:
    """Sort key: reading order, then rule ID."""
    return assessed.finding.line, assessed.finding.column, assessed.finding.rule.id
