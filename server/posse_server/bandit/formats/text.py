"""The formats for people: `txt`, and `screen` in style."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from posse_checks.rule.finding import Level
from posse_server.bandit.issue import Issue
from posse_server.bandit.report import Report
from posse_server.results.style import PLAIN, Style
from posse_server.system.console import Line, Painted

_INDENT = " " * 10
_END = "-" * 50


def text_report(report: Report, style: Style) -> Iterator[Line]:
    """Yields the report line by line; nothing if it is silent."""
    if report.is_silent:
        return
    yield style.headed(f"Run started:{datetime.now(timezone.utc)}")
    if report.verbose:
        yield style.headed(f"Files in scope ({len(report.in_scope)}):")
        for name, severity, confidence in report.in_scope:
            yield f"\t{name} (score: {{SEVERITY: {severity}, CONFIDENCE: {confidence}}})"
        yield style.headed(f"Files excluded ({len(report.excluded)}):")
        yield from (f"\t{name}" for name in report.excluded)
    yield from style.headed_after_blank("Test results:")
    if not report.issues:
        yield "\tNo issues identified."
    for issue in report.issues:
        yield from _issue(report, issue, style)
    yield from _numbers(report, style)
    yield style.headed(f"Files skipped ({len(report.skipped)}):")
    yield from (f"\t{name} ({reason})" for name, reason in report.skipped)


def _numbers(report: Report, style: Style) -> Iterator[Line]:
    totals = report.totals
    yield from style.headed_after_blank("Code scanned:")
    yield f"\tTotal lines of code: {totals['loc']}"
    yield f"\tTotal lines skipped (#nosec): {totals['nosec']}"
    if style is PLAIN:
        yield (
            "\tTotal potential issues skipped due to specifically being disabled (e.g., #nosec BXXX): "
            f"{totals['skipped_tests']}"
        )
    yield from style.headed_after_blank("Run metrics:")
    for kind in ("SEVERITY", "CONFIDENCE"):
        yield f"\tTotal issues (by {kind.lower()}):"
        yield from (f"\t\t{level.name.capitalize()}: {totals[f'{kind}.{level.name}']}" for level in Level)


def _issue(report: Report, issue: Issue, style: Style) -> Iterator[Line]:
    candidates = report.candidates_of(issue)
    if not candidates:
        yield from _head(issue, style, "", f"{issue.line}:{issue.column}")
        yield from report.code_of(issue, "\t").split("\n")
    else:
        yield from _head(issue, style, "", ":")
        yield from ("", "-- Candidate Issues --")
        for candidate in candidates:
            yield from _head(candidate, style, _INDENT, f"{candidate.line}:{candidate.column}")
            yield from (f"{_INDENT}{line}" for line in report.code_of(candidate, "\t").split("\n"))
            yield from ("", "")
    yield _END


def _head(issue: Issue, style: Style, indent: str, place: str) -> Iterator[Line]:
    before = indent + style.levels.get(issue.severity, "")
    yield Painted(f">> Issue: [{issue.test_id}:{issue.test}] {issue.text}", before)
    severity, confidence = issue.severity.name.capitalize(), issue.confidence.name.capitalize()
    yield f"{indent}   Severity: {severity}   Confidence: {confidence}"
    yield f"{indent}   CWE: {issue.cwe_text}"
    yield f"{indent}   More Info: {issue.more_info}"
    yield Painted(f"{indent}   Location: {issue.filename}:{place}", after=style.end)
