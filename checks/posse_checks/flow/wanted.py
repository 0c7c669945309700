"""The functions of a module that are worth running, found in its text before anything is lowered or run.

Data from outside comes in where a word says so: `request`, the decorator of a route, the base class of a handler. A
function without such a word has no flow of its own; if one that has calls it, it is run there. A function that can
do no harm (`harm.py`) has none either. So what is left out here has no flow. Words in comments only cost time.
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
from posse_checks.flow.harm import harmful
from posse_checks.flow.parts import Parts
from posse_checks.flow.scanning import is_source, packages_of

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
    linked: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset()),
) -> Wanted:
    """What is asked of a module that imports these names and has findings in these lines.

    Of the source, only words and line ends count, so it may be decoded in any way that keeps ASCII. Data of the
    user who starts the program counts for findings, and with `with_local` for itself.
    """
    asked = sorted(set(lines))
    if "\r" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    hits, handlers = _sources(source, imported, catalogue, with_local=with_local, is_asked=bool(asked))
    brings, harms = linked
    if not hits and not handlers and not brings:
        return Wanted(asked)
    parts = Parts(statements, source)
    by_name = parts.mentioning(brings)
    harming = parts.leading_to(
        [
            *harmful(parts, source, packages_of(imported), catalogue),
            *parts.at(asked),
            *parts.mentioning(harms),
        ]
    )
    if harming is None:
        return Wanted(asked, EVERYTHING.ranges)
    bringing = [*by_name, *parts.at(handlers), *parts.with_code_at(hits)]
    if any(part.owner is None and not part.is_function and not _is_needless(part.node) for part in bringing):
        return Wanted(asked, sorted((part.first, part.last) for part in harming))
    whole = {part.owner for part in bringing if part.is_class}
    bringing = [part for part in parts if part in bringing or (part.owner is not None and part.owner in whole)]
    both = parts.sharing(bringing) & harming
    return Wanted(asked, sorted((part.first, part.last) for part in both))


def _sources(
    source: str, imported: Iterable[str], catalogue: Catalogue, *, with_local: bool, is_asked: bool
) -> tuple[Sequence[int], Sequence[int]]:
    """The lines in which data from outside may come in, and those in which classes begin that are handed it."""
    if any(name.partition(".")[0] in catalogue.source_packages for name in imported):
        return range(1, source.count("\n") + 2), ()
    starts, handlers = set[int](), set[int]()
    if any(map(is_source, imported)):
        handlers = _handlers(source)
        starts = _starts(source, _OUTSIDE)
        if "@" in source:
            starts.update(source.rfind("\n", 0, match.start()) + 1 for match in _ROUTE.finditer(source))
    if "handler(" in source:
        starts |= _starts(source, _EVENTS)
    if "(event" in source or "(evt" in source:
        starts.update(source.rfind("\n", 0, match.start()) + 1 for match in _EVENT.finditer(source))
    if with_local or (is_asked and (starts or handlers)):
        starts |= _starts(source, _LOCAL)
    return _numbers(source, starts), _numbers(source, handlers)


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


def is_bringing(source: str, imported: Iterable[str], catalogue: Catalogue) -> bool:
    """Whether data from outside may come in in a module."""
    return any(map(bool, _sources(source, imported, catalogue, with_local=False, is_asked=False)))


def _is_needless(statement: ast.stmt) -> bool:
    """Whether a statement brings nothing: text, or an import under the same name."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return not any(item.asname for item in statement.names)
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
