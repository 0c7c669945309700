"""The formats with a row or an element for each issue: `csv` and `xml`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from posse_server.bandit.report import Report

COLUMNS = (
    *("filename", "test_name", "test_id", "issue_severity", "issue_confidence", "issue_cwe", "issue_text"),
    *("line_number", "col_offset", "end_col_offset", "line_range", "more_info"),
)


def csv_rows(report: Report) -> Iterator[Sequence[object]]:
    """Yields the header and a row for each issue."""
    yield COLUMNS
    for issue in report.issues:
        values = issue.entry() | {"issue_cwe": issue.cwe_link, "more_info": issue.more_info}
        yield [values[column] for column in COLUMNS]


def xml_report(report: Report) -> Iterator[str]:
    """Yields the report as the results of a test suite."""
    root = ElementTree.Element("testsuite", name="bandit", tests=str(len(report.issues)))
    for issue in report.issues:
        case = ElementTree.SubElement(root, "testcase", classname=issue.filename, name=issue.test)
        error = ElementTree.SubElement(
            case, "error", more_info=issue.more_info, type=issue.severity.name, message=issue.text
        )
        error.text = (
            f"Test ID: {issue.test_id} Severity: {issue.severity.name} Confidence: {issue.confidence.name}\n"
            f"CWE: {issue.cwe_text}\n{issue.text}\nLocation {issue.filename}:{issue.line}"
        )
    yield "<?xml version='1.0' encoding='utf-8'?>\n"
    yield ElementTree.tostring(root, encoding="unicode")
