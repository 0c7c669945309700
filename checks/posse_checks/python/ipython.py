"""The cells of a notebook as plain Python: what IPython adds to the language, taken out line by line.

A line that is for IPython alone costs itself only. The others stay as they are, so that columns are those of the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from posse_checks.python.line_scanner import cannot_be_bracketed, scanned
from posse_checks.python.text import content_length

NOTHING = "0"
"""A statement, or a value, that stands for what is for IPython: no check has anything to say about it."""
_PYTHON = frozenset(("capture", "debug", "memit", "prun", "pypy", "python", "python3", "time", "timeit"))
"""The cell magics below which there is Python."""

_CELL_MAGIC = re.compile(r"%%(?P<name>[^\s?]*)")
_MAGIC = re.compile(r"(?P<before>[ \t]*)(?:[%!?]|[,;/](?=[A-Za-z_]))")
"""A line that begins with an escape."""
_TARGET = re.compile(r"""[^#'"=(\[]+|\[(?:'[^']*'|"[^"]*"|[^\]'"]*)\]""")
"""A part of what a line assigns to."""
_RETURNED = re.compile(r"(?<![!<>])=[ \t]*(?=[%!])")
"""What stands before a magic or a command in a line that assigns what it returns."""
_QUOTED = re.compile(r"[#'\"]")
"""What no line has that asks for help."""
_SUSPECT = re.compile(r"[ \t]*(?:[%!?]|[,;/][A-Za-z_])|.*=[ \t]*[%!]|.*\?[ \t]*$")


def may_be_magic(line: str) -> bool:
    """Whether a line may be for IPython, depending on the lines before it."""
    return _SUSPECT.match(line[: content_length(line)]) is not None


def first_line(lines: Sequence[str]) -> int:
    """The first line, from 0, of a cell's lines where a statement can stand: the one behind its cell magics."""
    first = line = next((index for index, line in enumerate(lines) if line.strip()), 0)
    while line < len(lines) and _CELL_MAGIC.match(lines[line]):
        line += 1
    return line if line > first else 0


def program_of(lines: Sequence[str]) -> list[str] | None:
    r"""The lines of a cell as Python, all of which end in `\n`, and a blank one; None where the cell is not Python."""
    first = first_line(lines)
    magics = [match["name"] for line in lines[:first] if (match := _CELL_MAGIC.match(line))]
    if not _PYTHON.issuperset(magics):
        return None
    return [*["#\n"] * first, *[f"{line}\n" for line in _statements(lines[first:])], "\n"]


def _statements(lines: Sequence[str]) -> Iterator[str]:
    depth, quote, goes_on, is_magic = 0, "", False, False
    for line in lines:
        content = line[: content_length(line)]
        if depth and not quote and cannot_be_bracketed(line):
            depth = 0
        if goes_on and is_magic:
            yield ""
        elif depth or quote or goes_on or (plain := _plain(content)) is None:
            yield content
            is_magic = False
            depth, quote = scanned(line, depth, quote)
        else:
            yield plain
            is_magic = True
        goes_on = content.endswith("\\") and (is_magic or not content.lstrip().startswith("#"))


def _plain(content: str) -> str | None:
    """What stands for a line for IPython that begins a statement; None for Python."""
    if match := _MAGIC.match(content):
        return match["before"] + NOTHING
    if match := _RETURNED.match(content, _end_of_targets(content)):
        return content[: match.end()] + NOTHING
    if content.rstrip(" \t").endswith("?") and not _QUOTED.search(content):  # it asks for help
        return content[: len(content) - len(content.lstrip(" \t"))] + NOTHING
    return None


def _end_of_targets(content: str) -> int:
    end = 0
    while match := _TARGET.match(content, end):
        end = match.end()
    return end
