"""Turns the cells of a notebook into plain Python by replacing IPython syntax, line by line.

An IPython line loses only its own content. The other lines stay unchanged, so that columns are those of the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from posse_checks.python.line_scanner import cannot_be_bracketed, state_after
from posse_checks.python.text import content_length

NOTHING = "0"
"""Placeholder for an IPython statement or value; no rule matches it."""
_PYTHON = frozenset(("capture", "debug", "memit", "prun", "pypy", "python", "python3", "time", "timeit"))
"""The cell magics that are followed by Python."""

_CELL_MAGIC = re.compile(r"%%(?P<name>[^\s?]*)")
_MAGIC = re.compile(r"(?P<before>[ \t]*)(?:[%!?]|[,;/](?=[A-Za-z_]))")
"""Matches the start of a line that begins with an IPython escape."""
_TARGET = re.compile(r"""[^#'"=(\[]+|\[(?:'[^']*'|"[^"]*"|[^\]'"]*)\]""")
"""Matches a part of the targets of an assignment, or what looks like them."""
_RETURNED = re.compile(r"(?<![!<>])=[ \t]*(?=[%!])")
"""Matches the `=` before a magic or command whose result is assigned."""
_QUOTED = re.compile(r"[#'\"]")
"""Matches a character that a request for help cannot contain."""
_SUSPECT = re.compile(r"[ \t]*(?:[%!?]|[,;/][A-Za-z_])|.*=[ \t]*[%!]|.*\?[ \t]*$")


def may_be_magic(line: str) -> bool:
    """Whether a line may be IPython syntax; the lines before it decide."""
    return _SUSPECT.match(line[: content_length(line)]) is not None


def first_line(lines: Sequence[str]) -> int:
    """The first line of a cell, from 0, that can hold a statement: the one after its cell magics."""
    first = line = next((index for index, line in enumerate(lines) if line.strip()), 0)
    while line < len(lines) and _CELL_MAGIC.match(lines[line]):
        line += 1
    return line if line > first else 0


def program_of(lines: Sequence[str]) -> list[str] | None:
    r"""Returns the lines of a cell as Python, each ending in `\n`, with a blank one added; None for other languages."""
    first = first_line(lines)
    magics = [match["name"] for line in lines[:first] if (match := _CELL_MAGIC.match(line))]
    if not _PYTHON.issuperset(magics):
        return None
    return [*["#\n"] * first, *[f"{line}\n" for line in _statements(lines[first:])], "\n"]


def _statements(lines: Sequence[str]) -> Iterator[str]:
    """Yields the lines as Python, without terminators: an escape counts only where a statement can begin."""
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
            depth, quote = state_after(line, depth, quote)
        else:
            yield plain
            is_magic = True
        goes_on = content.endswith("\\") and (is_magic or not content.lstrip().startswith("#"))


def _plain(content: str) -> str | None:
    """The replacement of an IPython line that begins a statement; None if the line is Python."""
    if match := _MAGIC.match(content):
        return match["before"] + NOTHING
    if match := _RETURNED.match(content, _end_of_targets(content)):
        return content[: match.end()] + NOTHING
    if content.rstrip(" \t").endswith("?") and not _QUOTED.search(content):  # it asks for help
        return content[: len(content) - len(content.lstrip(" \t"))] + NOTHING
    return None


def _end_of_targets(content: str) -> int:
    """The column, in code points, up to which a line may hold assignment targets."""
    end = 0
    while match := _TARGET.match(content, end):
        end = match.end()
    return end
