"""The reports that a command line asks for: formats, each with a file or standard output."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from posse_server.scan.formats.table import FORMATS
from posse_server.system.console import CommandError


class FormatName(NamedTuple):
    """The format of a report on the command line."""

    name: str


class OutputFile(NamedTuple):
    """The file of a report on the command line."""

    path: str


class ReportRequest(NamedTuple):
    """A report to write."""

    format: str
    output: str | None = None
    """The file; None for standard output."""


def add_report_arguments(report: argparse._ArgumentGroup) -> None:
    """Declare the options."""
    formats = f"format: {', '.join(FORMATS)}; several reports: -f sarif -o a.sarif -f txt (default: screen or txt)"
    report.add_argument("-f", "--format", dest="reports", metavar="FORMAT", action="append", type=_format, help=formats)
    outputs = "file to write the report to (default: standard output)"
    report.add_argument(
        "-o", "--output", dest="reports", metavar="FILE", action="append", type=OutputFile, help=outputs
    )
    colors = "colors in the report: `auto` is on terminals, and obeys NO_COLOR and FORCE_COLOR (default: auto)"
    report.add_argument("--color", choices=("auto", "always", "never"), default="auto", help=colors)
    template = "line of a custom report, such as '{relpath}:{line}: {test_id} {msg}'"
    report.add_argument("--msg-template", metavar="TEMPLATE", type=_template, help=template)


def _template(text: str) -> str:
    """Returns a template. Raises ArgumentTypeError if it cannot be used."""
    from posse_server.scan.formats.custom_report import usable

    try:
        usable(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def requested(
    given: Iterable[FormatName | OutputFile], ini: Mapping[str, str], color: str = "auto"
) -> tuple[ReportRequest, ...]:
    """Returns the reports to write. A format and a file belong to one report if the second follows the first.

    The `.bandit` file completes the first report. Raises CommandError if they conflict.
    """
    pairs: list[tuple[str | None, str | None]] = [(None, None)]
    for word in given:
        format, file = pairs[-1]
        if (format if isinstance(word, FormatName) else file) is not None:
            pairs.append((None, None))
            format = file = None
        pairs[-1] = (word.name, file) if isinstance(word, FormatName) else (format, word.path)
    reports: list[ReportRequest] = []
    for format, file in pairs:
        defaults = ini if not reports else {}
        output = file or defaults.get("output") or None
        chosen = format or defaults.get("format") or ("screen" if output is None and _is_screen(color) else "txt")
        if chosen not in FORMATS:
            raise CommandError(_no_such(chosen))
        reports.append(ReportRequest(chosen, None if output == "-" else output))
    outputs = [report.output for report in reports]
    for output in outputs:
        if outputs.count(output) > 1:
            where = "standard output" if output is None else output
            raise CommandError(f"two reports would go to {where}: name a file for each with -o after its -f")
    return tuple(reports)


def _format(name: str) -> FormatName:
    """Returns a format. Raises ArgumentTypeError if there is none with this name."""
    if name not in FORMATS:
        raise argparse.ArgumentTypeError(_no_such(name))
    return FormatName(name)


def _no_such(format: str) -> str:
    return f"unknown format {format!r}: choose from {', '.join(FORMATS)}"


def _is_screen(color: str) -> bool:
    """Whether colors are wanted: as requested, else by `NO_COLOR` and `FORCE_COLOR`, else on a terminal with colors."""
    if color != "auto":
        return color == "always"
    if os.getenv("FORCE_COLOR") and os.getenv("NO_COLOR") is None:
        return True
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return terminal and os.getenv("NO_COLOR") is None and os.getenv("TERM") != "dumb"
