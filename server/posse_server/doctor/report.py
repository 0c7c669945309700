"""The report: sections of lines, as text for a bug report, on one page and with the user's name hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from posse_server.doctor.privacy import hider
from posse_server.system.console import printable

LONGEST_LINE = 200
"""Limit for the characters of a line."""
MOST_LINES = 40
"""Limit for the lines of a section."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report."""

    title: str
    lines: Sequence[str]


def pairs(values: Iterable[tuple[str, object]]) -> Sequence[str]:
    """Returns a line for each name with its value, the values below each other."""
    values = list(values)
    width = max((len(name) for name, _ in values), default=0)
    return [f"{name:<{width}}  {value}" for name, value in values]


def report_lines(sections: Iterable[Section], hide: Callable[[str], str] | None = None) -> Sequence[str]:
    """Returns the report line by line, safe to print."""
    hide = hide or hider()
    shown: list[str] = []
    for section in sections:
        lines = [_shortened(printable(hide(line))) for line in section.lines]
        if len(lines) > MOST_LINES:
            lines = [*lines[:MOST_LINES], f"... and {len(lines) - MOST_LINES} more"]
        shown += [*([""] if shown else []), section.title, *(f"  {line}".rstrip() for line in lines)]
    return shown


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 3]}..."
