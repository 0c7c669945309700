"""Writes a report in its format to the output that was named, and logs where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from posse_server.bandit import log
from posse_server.bandit.command_line import STDOUT
from posse_server.bandit.formats.custom import custom_report
from posse_server.bandit.formats.entries import json_report, yaml_report
from posse_server.bandit.formats.html import html_report
from posse_server.bandit.formats.sarif import sarif_report
from posse_server.bandit.formats.tables import csv_rows, xml_report
from posse_server.bandit.formats.text import text_report
from posse_server.bandit.report import Report
from posse_server.results.style import COLORED, PLAIN
from posse_server.system.console import CommandError, opened

_DOCUMENTS: Mapping[str, Callable[[Report], Iterable[str]]] = {
    "custom": custom_report,
    "html": html_report,
    "json": json_report,
    "sarif": sarif_report,
    "xml": xml_report,
    "yaml": yaml_report,
}
_LOGGED: Mapping[str, tuple[str, str]] = {
    "txt": ("text", "Text output"),
    "custom": ("custom", "Result"),
    **{name: (name, f"{name.upper()} output") for name in ("csv", "html", "json", "sarif", "xml", "yaml")},
}
"""For each format, the module that logs where the report is, and how the message begins."""


def write_report(report: Report, format: str, path: str | None) -> None:
    """Write a report. Raises CommandError if it cannot be written, TemplateError for a wrong template."""
    if path is None:
        raise CommandError("-o needs the name of the file to write")
    if format == "screen":
        opened(None).lines(text_report(report, COLORED))
        if path != STDOUT:
            log.info("screen", f"Screen formatter output was not written to file: {path}, consider '-f txt'")
        return
    output = opened(None if path == STDOUT else path)
    try:
        if format == "txt":
            output.lines(text_report(report, PLAIN))
        elif format == "csv":
            output.rows(csv_rows(report))
        else:
            output.document(list(_DOCUMENTS[format](report)))
    except (LookupError, ValueError) as error:
        raise CommandError(f"Unable to output report using '{format}' formatter: {error}") from None
    if path != STDOUT:
        module, what = _LOGGED[format]
        log.info(module, f"{what} written to file: {path}")
