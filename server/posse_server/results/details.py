"""What a report has of a file beyond its results: fixes, and the results that comments suppress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from posse_checks.analysis.assessed import Assessed, Suppressor
from posse_checks.analysis.comments import comments_in
from posse_checks.analysis.registry import Catalogue
from posse_checks.fixes.apply import fixes
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import BYTE_ORDER_MARK
from posse_checks.python.text import Position
from posse_checks.rule.finding import Finding, Span
from posse_checks.rule.fix import Fix
from posse_server.results.result import Edit, ProposedFix, Result, result_of

MAXIMUM_FIXED = 1000
"""Largest number of findings of a file for which fixes are computed."""


def with_fixes(results: Sequence[Result], source: str, catalogue: Catalogue) -> tuple[Result, ...]:
    """Returns the results of a source with the fixes for each."""
    if source.startswith(BYTE_ORDER_MARK):
        source = source[1:]
    document = Document.opened(source, catalogue).up_to_date()
    findings = {_key(finding): finding for finding in document.findings()}
    detailed = []
    for index, result in enumerate(results):
        finding = findings.get((result.rule_id, result.span, result.message))
        proposed = _proposed(document, finding) if finding is not None and index < MAXIMUM_FIXED else ()
        detailed.append(replace(result, fixes=proposed) if proposed else result)
    return tuple(detailed)


def suppressed_in(name: str, source: str, assessed: Sequence[Assessed]) -> tuple[Result, ...]:
    """Returns the results that comments of a source suppress, each with the comment."""
    suppressed = [item for item in assessed if item.suppressed_by is not None]
    if not suppressed:
        return ()
    comments = comments_in(source)
    results = []
    for item in suppressed:
        of_kind = comments.ignores if item.suppressor is Suppressor.IGNORE else comments.nosecs
        comment = of_kind[item.suppressed_by].text  # type: ignore[index]  # these have a line
        results.append(replace(result_of(name, item.finding), comment=comment))
    return tuple(results)


def _key(finding: Finding) -> tuple[str, Span, str]:
    return finding.rule.id, finding.span, finding.message


def _proposed(document: Document, finding: Finding) -> tuple[ProposedFix, ...]:
    return tuple(_proposal(document, fix) for fix in fixes(document, finding))


def _proposal(document: Document, fix: Fix) -> ProposedFix:
    edits = []
    for edit in fix.replacements:
        start, end = _column(document, edit.start), _column(document, edit.end)
        edits.append(Edit(edit.start.line + 1, start, edit.end.line + 1, end, edit.new))
    return ProposedFix(fix.title, tuple(edits))


def _column(document: Document, position: Position) -> int:
    """Returns a position's column in UTF-16 units, from 1."""
    lines = document.text.lines
    line = lines[position.line] if position.line < len(lines) else ""
    return 1 + len(line[: position.column].encode("utf-16-le", "surrogatepass")) // 2
