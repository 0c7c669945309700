"""The formats for people: `txt`, and `screen` in colors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone

from posse_checks.rule.finding import Level
from posse_server.bandit.issue import Issue
from posse_server.bandit.report import Report
from posse_server.system.console import Line, Painted

_INDENT = " " * 10
_END = "-" * 50


@dataclass(frozen=True, slots=True)
class Colors:
    """The control sequences around headings and issues; empty in plain text."""

    heading: str = ""
    levels: Mapping[Level, str] = field(default_factory=dict)
    end: str = ""


PLAIN = Colors()
BRIGHT = Colors(
    "\033[95m",
    {Level.UNDEFINED: "", Level.LOW: "\033[94m", Level.MEDIUM: "\033[93m", Level.HIGH: "\033[91m"},
    "\033[0m",
)


def text_report(report: Report, colors: Colors) -> Iterator[Line]:
    """Yields the report line by line; nothing if it is silent."""
    if report.is_silent:
        return
    yield Painted(f"Run started:{datetime.now(timezone.utc)}", colors.heading, colors.end)
    if report.verbose:
        yield Painted(f"Files in scope ({len(report.in_scope)}):", colors.heading, colors.end)
        for name, severity, confidence in report.in_scope:
            yield f"\t{name} (score: {{SEVERITY: {severity}, CONFIDENCE: {confidence}}})"
        yield Painted(f"Files excluded ({len(report.excluded)}):", colors.heading, colors.end)
        yield from (f"\t{name}" for name in report.excluded)
    yield from _section("Test results:", colors)
    if not report.issues:
        yield "\tNo issues identified."
    for issue in report.issues:
        yield from _issue(report, issue, colors)
    yield from _numbers(report, colors)
    yield Painted(f"Files skipped ({len(report.skipped)}):", colors.heading, colors.end)
    yield from (f"\t{name} ({reason})" for name, reason in report.skipped)


def _section(title: str, colors: Colors) -> Iterator[Line]:
    yield Painted("", colors.heading)
    yield Painted(title, after=colors.end)


def _numbers(report: Report, colors: Colors) -> Iterator[Line]:
    totals = report.totals
    yield from _section("Code scanned:", colors)
    yield f"\tTotal lines of code: {totals['loc']}"
    yield f"\tTotal lines skipped (#nosec): {totals['nosec']}"
    if colors is PLAIN:
        yield (
            "\tTotal potential issues skipped due to specifically being disabled (e.g., #nosec BXXX): "
            f"{totals['skipped_tests']}"
        )
    yield from _section("Run metrics:", colors)
    for kind in ("SEVERITY", "CONFIDENCE"):
        yield f"\tTotal issues (by {kind.lower()}):"
        yield from (f"\t\t{level.name.capitalize()}: {totals[f'{kind}.{level.name}']}" for level in Level)


def _issue(report: Report, issue: Issue, colors: Colors) -> Iterator[Line]:
    candidates = report.candidates_of(issue)
    if not candidates:
        yield from _head(issue, colors, "", f"{issue.line}:{issue.column}")
        yield from report.code_of(issue, "\t").split("\n")
    else:
        yield from _head(issue, colors, "", ":")
        yield from ("", "-- Candidate Issues --")
        for candidate in candidates:
            yield from _head(candidate, colors, _INDENT, f"{candidate.line}:{candidate.column}")
            yield from (f"{_INDENT}{line}" for line in report.code_of(candidate, "\t").split("\n"))
            yield from ("", "")
    yield _END


def _head(issue: Issue, colors: Colors, indent: str, place: str) -> Iterator[Line]:
    before = indent + colors.levels.get(issue.severity, "")
    yield Painted(f">> Issue: [{issue.test_id}:{issue.test}] {issue.text}", before)
    severity, confidence = issue.severity.name.capitalize(), issue.confidence.name.capitalize()
    yield f"{indent}   Severity: {severity}   Confidence: {confidence}"
    yield f"{indent}   CWE: {issue.cwe_text}"
    yield f"{indent}   More Info: {issue.more_info}"
    yield Painted(f"{indent}   Location: {issue.filename}:{place}", after=colors.end)
