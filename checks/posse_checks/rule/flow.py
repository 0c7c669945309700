"""The view of rules on flows: a path of data from outside to a sink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from posse_checks.rule.evidence import Evidence, Step
from posse_checks.rule.finding import Finding, Span

if TYPE_CHECKING:
    from posse_checks.rule.declaration import Rule


@dataclass(frozen=True, slots=True)
class Flow:
    """A path from a source to a sink. The layer that follows data finds it; a rule words it.

    Nothing else of the program is known to the rule: its check depends on these fields alone.
    """

    rule: Rule
    source: str
    """The source of the data, such as `request.args`."""
    sink: str
    """The function or position that the data reaches, such as `execute()`."""
    span: Span
    """The range of the call, the statement or the value that does harm."""
    steps: tuple[Step, ...]
    """The path, from the source to the sink."""
    is_local: bool = False
    """Whether the data comes from the user who starts the program, not from outside."""

    def finding(self, message: str) -> Finding:
        """Returns a finding at the sink, with the path as its evidence."""
        span = self.span
        return Finding(
            rule=self.rule,
            message=message,
            severity=self.rule.severity,
            confidence=self.rule.confidence,
            line=span.line,
            column=span.column,
            end_column=span.end_column,
            line_range=(span.line, span.end_line),
            span=span,
            names_its_line=False,
            evidence=Evidence.of_path(self.source, self.steps, is_local=self.is_local),
        )
