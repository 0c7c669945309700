"""The functions of a module that are worth running, found in its text before anything is lowered or run.

Data from outside comes in where a word says so: `request`, the decorator of a route, the base class of a handler. A
function without such a word has no flow of its own; if one that has calls it, it is run there. So what is left out
here has no flow. Words in comments only cost time.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.scanning import is_source

_OUTSIDE = (
    *("equest", "(req", ", req", ",req", "HTTPConnection", "recv", "FieldStorage", "rfile", "WebSocket", "websocket"),
    *("(ws", "ServerConnection", "StreamReader", "UploadFile", "current_event"),
)
"""What one of these is a part of, data of others may come from. They are looked for one by one, which is fast."""
_LOCAL = ("argv", "environ", "getenv", "input", "stdin", "parse_args", "getpass")
"""The same for data from the user who starts the program."""
_EVENTS = ("def handler(", "def lambda_handler(")
"""The functions that answer events."""
_EVENT = re.compile(r"\bdef\s+\w+\(\s*(?:event|evt)\b[^()]{0,200},\s*_?(?:lambda_)?(?:context|ctx)\b")
_ROUTE = re.compile(
    r"@(?:[\w.]+\.)?(?:route|get|post|put|delete|patch|head|options|websocket|(?:api|websocket)_route)\b"
)
_LAST = re.compile(r"\w+(?![\w.])")
_CLASS = re.compile(r"\bclass\s+(\w+)\s*\(([^()]*)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The needs of a module: lines of findings, and ranges of lines in which data from outside may come in."""

    lines: Sequence[int] = ()
    """In ascending order."""
    ranges: Sequence[tuple[int, int]] = ()
    """First and last lines, in ascending order; they do not overlap."""

    def asks(self, first: int, last: int) -> bool:
        """Whether anything is needed from a range of lines."""
        if bisect_left(self.lines, first) < bisect_right(self.lines, last):
            return True
        index = bisect_right(self.ranges, (last, last)) - 1
        return index >= 0 and self.ranges[index][1] >= first

    @property
    def is_empty(self) -> bool:
        """Whether nothing is needed."""
        return not self.lines and not self.ranges


EVERYTHING = Wanted(ranges=((0, 1 << 40),))
"""The need for everything in a module."""


def wanted_in(
    statements: Sequence[ast.stmt],
    source: str,
    imported: Iterable[str],
    lines: Iterable[int],
    catalogue: Catalogue = CATALOGUE,
    *,
    with_local: bool = False,
) -> Wanted:
    """What is asked of a module that imports these names and has findings in these lines.

    Of the source, only words and line ends count, so it may be decoded in any way that keeps ASCII. Data of the
    user who starts the program counts for findings, and with `with_local` for itself.
    """
    asked = sorted(set(lines))
    if "\r" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    if any(name.partition(".")[0] in catalogue.source_packages for name in imported):
        return Wanted(asked, EVERYTHING.ranges)
    starts: set[int] = set()
    if any(map(is_source, imported)):
        starts = _starts(source, _OUTSIDE) | _handlers(source)
        if "@" in source:
            starts.update(source.rfind("\n", 0, match.start()) + 1 for match in _ROUTE.finditer(source))
    if "handler(" in source:
        starts |= _starts(source, _EVENTS)
    if "(event" in source or "(evt" in source:
        starts.update(source.rfind("\n", 0, match.start()) + 1 for match in _EVENT.finditer(source))
    if with_local or (asked and starts):
        starts |= _starts(source, _LOCAL)
    return Wanted(asked, tuple(_ranges(statements, _numbers(source, starts))))


def _ranges(statements: Sequence[ast.stmt], hits: Sequence[int]) -> list[tuple[int, int]]:
    """The lines of the top-level functions and classes that have a hit; all lines if another statement has."""
    found = []
    for statement in statements if hits else ():
        first, last = extent(statement)
        if bisect_left(hits, first) == bisect_right(hits, last) or _is_text(statement):
            continue
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append((first, last))
        elif not isinstance(statement, (ast.Import, ast.ImportFrom)) or any(item.asname for item in statement.names):
            return list(EVERYTHING.ranges)
    return found


@cache
def _base_classes() -> frozenset[str]:
    """The catalogue's base classes of handlers."""
    return frozenset(name.removesuffix("()").rpartition(".")[2] for name in CATALOGUE.makers if name.endswith("()"))


def _handlers(source: str) -> set[int]:
    """The starts of the lines of classes that inherit, directly or not, from one in the catalogue."""
    if not any(base in source for base in _base_classes()):
        return set()
    headers = [(match[1], _LAST.findall(match[2]), match.start()) for match in _CLASS.finditer(source)]
    handlers, count = set(_base_classes()), 0
    while len(handlers) > count:
        count = len(handlers)
        handlers.update(name for name, bases, _ in headers if not handlers.isdisjoint(bases))
    return {source.rfind("\n", 0, start) + 1 for _, bases, start in headers if not handlers.isdisjoint(bases)}


def _starts(source: str, words: Iterable[str]) -> set[int]:
    """The starts of the lines that have one of the words."""
    starts = set()
    for word in words:
        position = source.find(word)
        while position >= 0:
            end = source.find("\n", position)
            starts.add(source.rfind("\n", 0, position) + 1)
            position = source.find(word, end) if end >= 0 else -1
    return starts


def _numbers(source: str, starts: Iterable[int]) -> list[int]:
    """The numbers, from 1, of the lines that begin there, in ascending order."""
    numbers, number, before = [], 1, 0
    for start in sorted(starts):
        number += source.count("\n", before, start)
        before = start
        numbers.append(number)
    return numbers


def extent(statement: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a statement, with its decorators."""
    decorators = getattr(statement, "decorator_list", None)
    first = min(statement.lineno, decorators[0].lineno) if decorators else statement.lineno
    return first, statement.end_lineno or first


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
