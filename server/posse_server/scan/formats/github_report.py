"""The report as commands that make GitHub Actions annotate the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from posse_checks.rule.finding import Level
from posse_server.results.result import Result
from posse_server.scan.formats.place import path_of, region_of
from posse_server.scan.report import Report

COMMANDS = {Level.UNDEFINED: "notice", Level.LOW: "notice", Level.MEDIUM: "warning", Level.HIGH: "error"}
_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})


def github_report(report: Report) -> Iterator[str]:
    """Yields a line for each result, and for each file that was not checked."""
    for listed in report.listed:
        yield _annotation(report, listed.result)
    for skipped in report.skipped:
        properties = f"file={path_of(skipped.name).translate(_IN_PROPERTY)},title=Posse"
        yield f"::warning {properties}::{f'The file was not checked: {skipped.reason}'.translate(_IN_MESSAGE)}\n"


def _annotation(report: Report, result: Result) -> str:
    """Returns the command for a result. In a notebook, whose JSON has other lines, the message names the place."""
    region = region_of(report, result)
    properties: dict[str, object] = {"file": path_of(result.filename)}
    message = result.message
    if result.cell is not None:
        message = f"{message} (cell {result.cell}, line {region.line})"
    else:
        properties |= {"line": region.line, "endLine": region.end_line}
        if region.line == region.end_line and region.column is not None and region.end_column is not None:
            properties |= {"col": region.column, "endColumn": region.end_column}
    properties["title"] = f"{result.rule_id} {result.rule.name} ({result.severity.name.lower()})"
    written = ",".join(f"{name}={str(value).translate(_IN_PROPERTY)}" for name, value in properties.items())
    return f"::{COMMANDS[result.severity]} {written}::{message.translate(_IN_MESSAGE)}\n"
