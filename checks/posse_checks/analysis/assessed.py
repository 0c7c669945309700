"""A finding with its verdict: whether a `# nosec` comment silences it."""

from __future__ import annotations

from dataclasses import dataclass

from posse_checks.analysis.suppression import Nosecs, silencing_line
from posse_checks.rule.finding import Finding


@dataclass(frozen=True, slots=True)
class Assessed:
    """A finding, and the line of the `# nosec` that silences it, if one does."""

    finding: Finding
    silenced_by: int | None = None
    by_blanket: bool = False
    """Whether the comment that silences it is one without IDs."""

    @classmethod
    def under(cls, nosecs: Nosecs, finding: Finding, line_range: tuple[int, int] | None = None) -> Assessed:
        """A finding judged by the comments of its text; they count in the finding's own lines unless said."""
        line = silencing_line(finding, nosecs, line_range)
        return cls(finding) if line is None else cls(finding, line, finding.rule.id not in nosecs[line].ids)

    def shifted(self, lines: int) -> Assessed:
        """The same in a text that has that many more lines before it."""
        silenced_by = None if self.silenced_by is None else self.silenced_by + lines
        return Assessed(self.finding.shifted(lines), silenced_by, self.by_blanket)


def by_place(judged: Assessed) -> tuple[int, int, str]:
    """The key that sorts findings in the order in which people read."""
    return judged.finding.line, judged.finding.column, judged.finding.rule.id
