"""The report in Markdown, for the summary of a pull request: how many of each severity, and a row for each result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from posse_checks.rule.finding import Level
from posse_server.results.result import Result
from posse_server.scan.formats.place import path_of
from posse_server.scan.report import Report
from posse_server.system.console import printable

MAXIMUM_ROWS = 500
"""Largest number of results that are listed: GitHub shows no summary above 1 MiB."""
MAXIMUM_CHARACTERS = 300
"""Largest number of characters of a message or a path that are shown."""
_IN_CODE = str.maketrans({mark: f"&#{ord(mark)};" for mark in '&<>"\\`*_{}[]#+!|~$:@'})
"""Characters that mean something in Markdown, in HTML or to GitHub, as references."""
_IN_TEXT = _IN_CODE | str.maketrans({"@": "<code>&#64;</code>"})
"""The same, with each `@` as code, in which GitHub sees no mention of a user."""


def markdown_report(report: Report) -> Iterator[str]:
    """Yields the report in pieces, one for each result."""
    counts = Counter(listed.result.severity for listed in report.listed)
    yield f"## Posse: {_number(len(report.listed), 'finding')}\n\n"
    if report.listed:
        yield ", ".join(f"{counts[level]} {level.name.lower()}" for level in reversed(Level) if counts[level])
        yield f" in {_number(len({listed.result.filename for listed in report.listed}), 'file')}.\n\n"
        yield "| Severity | Check | Place | Finding |\n|---|---|---|---|\n"
    worst_first = sorted(report.listed, key=lambda listed: -listed.result.severity)
    for listed in worst_first[:MAXIMUM_ROWS]:
        yield _row(listed.result)
    if len(worst_first) > MAXIMUM_ROWS:
        yield f"\n{len(worst_first) - MAXIMUM_ROWS} more are not listed here.\n"
    for skipped in report.skipped[:MAXIMUM_ROWS]:
        yield f"\nNot checked: {_code(path_of(skipped.name))} ({_text(skipped.reason)})\n"
    yield f"\n{_number(len(report.in_scope), 'file')} with {_number(report.total.lines, 'line')} of code checked.\n"


def _row(result: Result) -> str:
    cell = "" if result.cell is None else f"cell {result.cell}:"
    place = _code(f"{path_of(result.filename)}:{cell}{result.line}")
    shown = "" if result.evidence is None or not result.evidence.reason else f" <br>{_text(result.evidence.reason)}"
    check = f"[{result.rule_id}]({result.rule.link})" if result.rule.link else result.rule_id
    return f"| {result.severity.name.lower()} | {check} | {place} | {_text(result.message)}{shown} |\n"


def _text(text: str) -> str:
    """Returns a text as itself, whatever marks are in it: no link, no image, no mention, no cell of the table."""
    return printable(_cut(text)).translate(_IN_TEXT)


def _code(text: str) -> str:
    return f"<code>{printable(_cut(text)).translate(_IN_CODE)}</code>"


def _cut(text: str) -> str:
    return text if len(text) <= MAXIMUM_CHARACTERS else f"{text[: MAXIMUM_CHARACTERS - 1]}…"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
