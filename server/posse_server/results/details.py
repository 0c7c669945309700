"""What a report has of a file beyond its results: fixes, and the results that comments suppress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from posse_checks.analysis.assessed import Assessed, Suppressor
from posse_checks.analysis.comments import comments_in
from posse_checks.analysis.registry import Catalogue
from posse_checks.fixes.apply import fixes
from posse_checks.fixes.budget import within_budget
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import BYTE_ORDER_MARK
from posse_checks.python.text import Position
from posse_checks.rule.finding import Finding, Span
from posse_checks.rule.fix import Fix
from posse_server.results.result import Edit, ProposedFix, Result, result_of

MOST_PARSED_CHARACTERS = 1_000_000
"""Limit, in characters, for the statements of a file that are parsed again to compute fixes."""


def with_fixes(results: Sequence[Result], source: str, catalogue: Catalogue) -> tuple[Result, ...]:
    """Returns the results of a source with the fixes for each, as far as they can be afforded."""
    if source.startswith(BYTE_ORDER_MARK):
        source = source[1:]
    document = Document.opened(source, catalogue).up_to_date()
    findings = {_key(finding): finding for finding in document.findings()}
    found = [findings.get((result.rule_id, result.span, result.message)) for result in results]
    fixable = [finding for finding in found if finding is not None and finding.rule.fixers]
    afforded = {_key(finding) for finding in within_budget(fixable, document, MOST_PARSED_CHARACTERS)}
    return tuple(
        replace(result, fixes=_proposed(document, finding)) if finding and _key(finding) in afforded else result
        for result, finding in zip(results, found, strict=True)
    )


def suppressed_in(name: str, source: str, assessed: Sequence[Assessed], catalogue: Catalogue) -> tuple[Result, ...]:
    """Returns the results that comments of a source suppress, each with the comment."""
    suppressed = [item for item in assessed if item.suppressed_by is not None]
    if not suppressed:
        return ()
    comments = comments_in(source, catalogue.ids)
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
