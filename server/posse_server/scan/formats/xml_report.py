"""The report in XML, in Bandit's layout: a suite of tests in which each result is a case with an error."""

from __future__ import annotations

from collections.abc import Iterator

from posse_server.results.result import Result
from posse_server.scan.formats.markup import HEAD, element, serialized
from posse_server.scan.report import Report
from posse_server.system.console import printable, shown


def xml_report(report: Report) -> Iterator[str]:
    """Yields the report in pieces, one for each result."""
    yield f'{HEAD}<testsuite name="bandit" tests="{len(report.listed)}">\n'
    for listed in report.listed:
        result = listed.result
        case = element("testcase", classname=shown(result.filename), name=result.rule.reported_as)
        level = result.severity.name
        case.append(
            element("error", _text(result), more_info=result.rule.link, type=level, message=printable(result.message))
        )
        yield serialized(case)
    yield "</testsuite>\n"


def _text(result: Result) -> str:
    cell = "" if result.cell is None else f"cell {result.cell}:"
    return (
        f"Test ID: {result.rule_id} Severity: {result.severity.name} Confidence: {result.confidence.name}\n"
        f"CWE: {result.rule.cwe.label}\n{printable(result.message)}\n"
        f"Location {shown(result.filename)}:{cell}{result.line}"
    )
