"""The report as a table, with Bandit's columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from posse_server.results.entry import entry_of
from posse_server.scan.report import Listed, Report
from posse_server.system.console import printable, shown

COLUMNS = (
    *("filename", "test_name", "test_id", "issue_severity", "issue_confidence", "issue_cwe", "issue_text"),
    *("line_number", "col_offset", "end_col_offset", "line_range", "more_info"),
)
FORMULA = ("=", "+", "-", "@", "\t")
"""Beginnings of cells that a spreadsheet would calculate."""


def csv_report(report: Report) -> Iterator[str]:
    """Yields the head and a row for each result."""
    yield _row(COLUMNS)
    for listed in report.listed:
        yield _row(_cells(listed))


def _cells(listed: Listed) -> Iterator[object]:
    entry = entry_of(listed.result, "")
    entry["issue_cwe"] = entry["issue_cwe"].get("link", "")
    entry["issue_text"] = printable(entry["issue_text"])
    name = shown(entry["filename"])
    entry["filename"] = f"./{name}" if name.startswith(FORMULA) else name
    return (entry[column] for column in COLUMNS)


def _row(cells: Iterator[object] | tuple[str, ...]) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow(cells)
    return row.getvalue()
