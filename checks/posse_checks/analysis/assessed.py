"""A finding with its verdict: whether a comment suppresses it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from posse_checks.analysis.comments import Comments
from posse_checks.analysis.ignores import ignoring_line
from posse_checks.analysis.suppression import suppressing_line
from posse_checks.rule.finding import Finding


class Suppressor(enum.Enum):
    """The kinds of comments that suppress a finding."""

    NOSEC = enum.auto()
    """A `# nosec` that names the ID of the finding."""
    BLANKET = enum.auto()
    """A `# nosec` that does not, and so suppresses every finding."""
    IGNORE = enum.auto()
    """A `# posse: ignore[...]`."""

    @property
    def written(self) -> str:
        """How such a comment begins."""
        return "# posse: ignore" if self is Suppressor.IGNORE else "# nosec"


@dataclass(frozen=True, slots=True)
class Assessed:
    """A finding, and the line of the comment that suppresses it, if one does."""

    finding: Finding
    suppressed_by: int | None = None
    suppressor: Suppressor | None = None
    """The kind of that comment."""

    @classmethod
    def under(cls, comments: Comments, finding: Finding, line_range: tuple[int, int] | None = None) -> Assessed:
        """Assesses a finding by the comments in its text, within its own line range by default.

        One that names its ID counts before one that suppresses every finding.
        """
        line_range = line_range or finding.line_range
        line = ignoring_line(finding, comments.ignores, line_range)
        if line is not None:
            return cls(finding, line, Suppressor.IGNORE)
        line = suppressing_line(finding, comments.nosecs, line_range)
        if line is None:
            return cls(finding)
        is_named = finding.rule.id in comments.nosecs[line].ids
        return cls(finding, line, Suppressor.NOSEC if is_named else Suppressor.BLANKET)

    def shifted(self, lines: int) -> Assessed:
        """Returns it moved down by a number of lines."""
        suppressed_by = None if self.suppressed_by is None else self.suppressed_by + lines
        return Assessed(self.finding.shifted(lines), suppressed_by, self.suppressor)


def by_position(assessed: Assessed) -> tuple[int, int, str]:
    """Sort key: reading order, then rule ID."""
    return assessed.finding.line, assessed.finding.column, assessed.finding.rule.id
