"""Where data from outside may come in, found in the text of a module before anything is lowered or run.

A word says so: `request`, the decorator of a route, the base class of a handler. Words in comments only cost time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.scanning import is_source

_OF_REQUESTS = (
    *("equest", "(req", ", req", ",req", "HTTPConnection", "recv", "FieldStorage", "rfile", "WebSocket", "websocket"),
    *("(ws", "ServerConnection", "StreamReader", "UploadFile", "current_event"),
)
"""What one of these is a part of, data of others may come from. They are looked for one by one, which is fast."""
_WITHOUT_REQUESTS = {"socket", "socketserver", "http", "cgi"}
"""The packages that bring in data, but make no object of a request; then, names of that say nothing."""
_TYPED = re.compile(
    r"""[\w)]\s*:\s*["']?[\w.]*\b(?:Request|HttpRequest|HTTPConnection|WSGIRequest|WebSocket|ServerConnection)\b|"""
    r"\bWebSocketServerProtocol\b|\bFieldStorage\b|\bStreamReader\s*\.\s*read\b"
)
_RECEIVED = re.compile(rf"\.\s*(?:recv(?:from|msg)?|rfile|requestline)\b|{_TYPED.pattern}")
_SOCKET = re.compile(r"(?<!\w)socket[ \t]*(?:\.\s*socket|[ \t]as|[ \t]import)\b")
"""What a module has that makes sockets itself."""
_HANDED = {"django", "rest_framework", "starlette", "fastapi", "aiohttp", "tornado", "sanic"}
"""The packages that hand requests to functions as parameters. Other functions get them from these alone."""
_LOCAL_WORDS = ("argv", "environ", "getenv", "input", "stdin", "parse_args", "getpass")
"""The same for data from the user who starts the program."""
_LOCAL = re.compile(
    r"\bsys\s*\.\s*(?:argv|stdin)\b|\.\s*(?:environ|getenv|parse_args|getpass)\b|\bfileinput\s*\.\s*input\b|"
    r"\b(?:raw_input|input|getenv|getpass|parse_args)\s*\("
)
_RENAMED = re.compile(r"from\s+(?:sys|os|getpass|fileinput)\s+import\b|\b(?:sys|fileinput)\s+as\b|=\s*sys\b")
"""Other names of these."""
_EVENTS = ("def handler(", "def lambda_handler(")
"""The functions that answer events."""
_EVENT = re.compile(r"\bdef\s+\w+\(\s*(?:event|evt)\b[^()]{0,200},\s*_?(?:lambda_)?(?:context|ctx)\b")
_ROUTE = re.compile(
    r"@(?:[\w.]+\.)?(?:route|get|post|put|delete|patch|head|options|websocket|(?:api|websocket)_route)\b"
)
_LAST = re.compile(r"\w+(?![\w.])")
_CLASS = re.compile(r"\bclass\s+(\w+)\s*\(([^()]*)")


@dataclass(frozen=True, slots=True)
class Sources:
    """The lines of a text where data may come in, from 1 and in ascending order."""

    handed: Sequence[int] = ()
    """Where a function gets it when it is run on its own, and its callers do not."""
    brought: Sequence[int] = ()
    """Where it comes in such that the functions that use the result may get it, too."""
    handlers: Sequence[int] = ()
    """The first lines of classes whose methods receive it."""
    has_packages: bool = False
    """Whether the module imports a package that brings in data from outside."""

    @property
    def may_be_any(self) -> bool:
        """Whether data from outside is followed in this module."""
        return self.has_packages or self.are_any

    @property
    def are_any(self) -> bool:
        """Whether an outside user may enter data anywhere."""
        return bool(self.handed or self.brought or self.handlers)


def sources_in(source: str, imported: Iterable[str], catalogue: Catalogue) -> Sources:
    """The sources in the text of a module that imports these names. Its lines end in line feeds."""
    names = list(imported)
    if any(name.partition(".")[0] in catalogue.source_packages for name in names):
        every = range(1, source.count("\n") + 2)
        return Sources(brought=every, has_packages=True)
    packages = {name.partition(".")[0] for name in names if is_source(name)}
    handed, brought, handlers = set[int](), set[int](), set[int]()
    if packages:
        handlers = _handlers(source)
        if packages <= _WITHOUT_REQUESTS:
            brought = _received(source, handlers)
        elif packages <= _HANDED | _WITHOUT_REQUESTS:
            handed = _starts(source, _OF_REQUESTS)
            brought = _received(source, handlers) if packages & _WITHOUT_REQUESTS else brought
        else:
            brought = _starts(source, _OF_REQUESTS)
        if "@" in source:
            handed |= _starts_of_matches(source, _ROUTE)
    if "handler(" in source:
        handed |= _starts(source, _EVENTS)
    if "(event" in source or "(evt" in source:
        handed |= _starts_of_matches(source, _EVENT)
    of_handed, of_brought, of_handlers = [_lines_of(source, starts) for starts in (handed, brought, handlers)]
    return Sources(of_handed, of_brought, of_handlers, has_packages=bool(packages))


def local_sources_in(source: str) -> Sequence[int]:
    """The lines, from 1, in which the user who starts the program may enter data."""
    if not any(word in source for word in _LOCAL_WORDS):
        return ()
    is_renamed = _RENAMED.search(source) is not None
    starts = _starts(source, _LOCAL_WORDS) if is_renamed else _starts_of_matches(source, _LOCAL)
    return _lines_of(source, starts)


def is_bringing(source: str, imported: Iterable[str], catalogue: Catalogue) -> bool:
    """Whether those who import a module may get data from outside through it."""
    sources = sources_in(source, imported, catalogue)
    return bool(sources.brought or sources.handlers)


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


def _received(source: str, handlers: Iterable[int]) -> set[int]:
    """The starts of the lines in which data of another machine may be read, from a socket or by its handler."""
    return _starts_of_matches(source, _RECEIVED if handlers or _SOCKET.search(source) else _TYPED)


def _starts_of_matches(source: str, pattern: re.Pattern[str]) -> set[int]:
    """The starts of the lines in which a pattern matches."""
    return {source.rfind("\n", 0, match.start()) + 1 for match in pattern.finditer(source)}


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


def _lines_of(source: str, starts: Iterable[int]) -> list[int]:
    """The numbers, from 1, of the lines that begin there, in ascending order."""
    numbers, number, before = [], 1, 0
    for start in sorted(starts):
        number += source.count("\n", before, start)
        before = start
        numbers.append(number)
    return numbers
