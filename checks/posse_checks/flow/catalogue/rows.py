"""The rows of the catalogue. Each has an example that the tests run.

Names are qualified: `os.system` for a function, `sqlite3.Cursor.execute` for a method of a type, `*.execute` for a
method of whatever has no known type. In examples, `X` stands for a value that an outside user controls; the same
example with a constant in its place is the harmless one.
"""

from __future__ import annotations

from typing import NamedTuple

from posse_checks.flow.values import OUTSIDE

DATABASE, QUERY_SET, UPLOAD, REMOTE_SHELL = "database", "query set", "upload", "remote shell"
"""The kind of receiver of a method that other libraries have, too; see `receivers`."""


class Source(NamedTuple):
    """An attribute or the result of a call that an outside user, or the user who starts the program, controls."""

    name: str
    what: str
    example: str
    level: int = OUTSIDE
    clean: int = 0
    type: str = ""


class Sink(NamedTuple):
    """A function that does harm with data from outside.

    `arguments` are the positions and keywords that matter. An `evidence` sink tells of findings of Bandit only.
    `receivers` says what the method of something unknown has to be called on; nothing if only one library has it.
    """

    name: str
    kind: int
    arguments: tuple[int | str, ...]
    example: str
    is_evidence: bool = False
    receivers: str = ""


class Sanitizer(NamedTuple):
    """A function whose result is clean for some kinds, `kinds.EVERY` for all."""

    name: str
    clean: int
    example: str
    type: str = "str"


class Maker(NamedTuple):
    """A function, class or attribute that yields an instance of a type of the catalogue."""

    name: str
    type: str


class Passer(NamedTuple):
    """A function whose result has the properties of its arguments."""

    name: str
    example: str


Row = Source | Sink | Sanitizer | Maker | Passer
