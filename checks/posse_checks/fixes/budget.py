"""The number of findings whose fixes can be afforded."""

from __future__ import annotations

from collections.abc import Sequence

from posse_checks.incremental.document import Document
from posse_checks.rule.finding import Finding


def within_budget(findings: Sequence[Finding], document: Document, characters: int) -> Sequence[Finding]:
    """Returns as many of the first findings as have statements of that many characters together; at least one.

    To try a fix is to parse the statement around its finding again, so those in one long statement would cost the
    square of it.
    """
    for index, finding in enumerate(findings):
        stretch = document.around(*finding.line_range)
        characters -= sum(map(len, document.text.lines[stretch.begin : stretch.end]))
        if characters < 0:
            return findings[: max(index, 1)]
    return findings
