"""The report for people, plain or in a terminal's colors, in Bandit's layout so that scripts can parse it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone

from posse_checks.rule.evidence import VERDICTS
from posse_checks.rule.finding import Level
from posse_server.results.result import Result, score
from posse_server.results.style import PLAIN, Style
from posse_server.scan.report import Listed, Report
from posse_server.system.console import Line, Painted

INDENT = " " * 10
"""Indentation of each line of a candidate."""
RULE = "-" * 50


def text_report(report: Report, style: Style = PLAIN, *, verbose: bool = False, quiet: bool = False) -> Iterator[Line]:
    """Yields the report line by line; nothing if `quiet` and there are no findings."""
    if quiet and not report.listed:
        return
    yield style.headed(f"Run started:{datetime.now(timezone.utc)}")
    if verbose:
        yield style.headed(f"Files in scope ({len(report.in_scope)}):")
        for name, metrics in report.in_scope:
            severity, confidence = score(metrics.severities), score(metrics.confidences)
            yield f"\t{name} (score: {{SEVERITY: {severity}, CONFIDENCE: {confidence}}})"
        yield style.headed(f"Files excluded ({len(report.excluded)}):")
        yield from (f"\t{name}" for name in report.excluded)
    yield from style.headed_after_blank("Test results:")
    if not report.listed:
        yield "\tNo issues identified."
    for listed in report.listed:
        yield from _listed(report, listed, style)
    yield from _scanned(report, style)
    yield style.headed(f"Files skipped ({len(report.skipped)}):")
    yield from (f"\t{skipped.name} ({skipped.reason})" for skipped in report.skipped)


def _scanned(report: Report, style: Style) -> Iterator[Line]:
    total = report.total
    yield from style.headed_after_blank("Code scanned:")
    yield f"\tTotal lines of code: {total.lines}"
    yield f"\tTotal lines skipped (#nosec): {total.silenced}"
    if style is PLAIN:
        yield (
            "\tTotal potential issues skipped due to specifically being disabled (e.g., #nosec BXXX): "
            f"{total.silenced_by_id}"
        )
    yield from style.headed_after_blank("Run metrics:")
    for kind, tally in (("severity", total.severities), ("confidence", total.confidences)):
        yield f"\tTotal issues (by {kind}):"
        yield from (f"\t\t{_word(level)}: {count}" for level, count in zip(Level, tally or (), strict=False))
    verdicts = Counter(listed.result.evidence.verdict for listed in report.listed if listed.result.evidence)
    if verdicts:
        yield "\tIssues listed (by evidence):"
        yield from (f"\t\t{verdict.capitalize()}: {verdicts[verdict]}" for verdict in VERDICTS)


def _listed(report: Report, listed: Listed, style: Style) -> Iterator[Line]:
    if listed.candidates:
        yield from _head(listed.result, style, place=":")
        yield from ("", "-- Candidate Issues --")
        for candidate in listed.candidates:
            yield from _with_code(report, candidate, style, INDENT)
            yield from ("", "")
    else:
        yield from _with_code(report, listed.result, style)
    yield RULE


def _with_code(report: Report, result: Result, style: Style, indent: str = "") -> Iterator[Line]:
    cell = "" if result.cell is None else f"cell {result.cell}:"
    yield from _head(result, style, indent, place=f"{cell}{result.line}:{result.column}")
    yield from _evidence(result, indent)
    yield from (f"{indent}{line}" for line in report.code_of(result, "\t").split("\n"))


def _evidence(result: Result, indent: str) -> Iterator[Line]:
    """Yields what following the data has shown of a result, with the steps of its path."""
    if result.evidence is None:
        return
    evidence = result.evidence
    yield f"{indent}   Evidence: {evidence.verdict}{': ' if evidence.reason else ''}{evidence.reason}"
    for number, step in enumerate(evidence.steps, start=1):
        yield f"{indent}      {number}. {step.file or result.filename}:{step.line}:{step.column} {step.what}"


def _head(result: Result, style: Style, indent: str = "", *, place: str) -> Iterator[Line]:
    rule = result.rule
    color = style.levels.get(result.severity, style.end)
    yield Painted(f">> Issue: [{rule.id}:{rule.reported_as}] {result.message}", indent + color)
    yield f"{indent}   Severity: {_word(result.severity)}   Confidence: {_word(result.confidence)}"
    details = (("CWE", rule.cwe.label), ("More Info", rule.link))
    yield from (f"{indent}   {label}: {value}" for label, value in details if value)
    yield Painted(f"{indent}   Location: {result.filename}:{place}", after=style.end)


def _word(level: Level) -> str:
    return level.name.capitalize()
