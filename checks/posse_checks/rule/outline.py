"""The module around findings: its top-level statements, each parsed once, when a fix needs it.

All fixes of a document share one outline, so that fixing many findings does not read the module for each.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar, cast

from posse_checks.python.bindings import SCOPES, Binding, Bound, bound_in, nodes_of
from posse_checks.python.syntax import Broken, parse, without_mark
from posse_checks.python.text import Text

N = TypeVar("N", bound=ast.AST)


class Extent(NamedTuple):
    """The lines of a statement, from 0."""

    first: int
    end: int
    """Exclusive."""


class TreePosition(NamedTuple):
    """A position in a tree: a line, from 1, and a column in UTF-8 bytes, from 0."""

    line: int
    column: int


@dataclass(frozen=True)
class _Nested:
    """An index from positions to the scopes of a statement. Two scopes are nested or disjoint."""

    begins: Sequence[TreePosition]
    """The position at which the block of each scope begins, in ascending order."""
    scopes: Sequence[ast.AST]
    outer: Sequence[int]
    """For each scope, the index of the next one around it; -1 if there is none."""

    @classmethod
    def of(cls, statements: Sequence[ast.stmt]) -> _Nested:
        """Returns the index of the functions, classes and lambdas in some statements."""
        nodes = (node for statement in statements for node in ast.walk(statement) if isinstance(node, SCOPES))
        scopes = sorted(nodes, key=_body_begins)
        outer: list[int] = []
        for index, scope in enumerate(scopes):
            around = index - 1
            while around >= 0 and _end(scopes[around]) <= _body_begins(scope):
                around = outer[around]
            outer.append(around)
        return cls([_body_begins(scope) for scope in scopes], scopes, outer)

    def around(self, position: TreePosition) -> list[ast.AST]:
        """The scopes whose block contains a position, from the inside out."""
        found: list[ast.AST] = []
        index = bisect_right(self.begins, position) - 1
        while index >= 0:
            if position < _end(self.scopes[index]):
                found.append(self.scopes[index])
            index = self.outer[index]
        return found


class Outline:
    """The top-level statements of a text."""

    def __init__(self, text: Text, starts: Sequence[int]) -> None:
        self.text = text
        self.starts = starts
        """The first line, from 0, of each top-level statement, and last the number of lines."""
        self._parsed: dict[int, list[ast.stmt] | Broken] = {}
        self._bindings: dict[str, Sequence[Binding]] = {}
        self._mentioned: dict[re.Pattern[str], bool] = {}
        self._scopes: dict[int, _Nested] = {}
        self._bound: dict[ast.AST, Bound] = {}
        self._outer: dict[int, Bound] = {}
        self._nodes: dict[tuple[ast.AST, type], list[ast.AST]] = {}

    @cached_property
    def source(self) -> str:
        """The whole text."""
        return str(self.text)

    def mentions(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern matches anywhere in the text."""
        if pattern not in self._mentioned:
            self._mentioned[pattern] = pattern.search(self.source) is not None
        return self._mentioned[pattern]

    def extent(self, line: int) -> Extent:
        """The lines of the top-level statement at a line."""
        index = bisect_right(self.starts, line)
        return Extent(self.starts[index - 1], self.starts[index])

    def parsed(self, first: int, last: int) -> list[ast.stmt] | Broken:
        """Parses the top-level statements in a range of lines; their own lines count from 1 in the text."""
        if first not in self._parsed:
            source = self.text.slice(first, last)
            statements = parse(source if first else without_mark(source))
            for statement in [] if isinstance(statements, Broken) else statements:
                ast.increment_lineno(statement, first)
            self._parsed[first] = statements
        return self._parsed[first]

    def scopes_at(self, line: int, position: TreePosition) -> list[ast.AST] | Broken:
        """The scopes around a position in the statement at a line, from 0.

        Returns them from the inside out, or Broken if the statement does not parse.
        """
        first, last = self.extent(line)
        statements = self.parsed(first, last)
        if isinstance(statements, Broken):
            return statements
        if first not in self._scopes:
            self._scopes[first] = _Nested.of(statements)
        return self._scopes[first].around(position)

    def bound_in(self, scope: ast.AST) -> Bound:
        """The names that one of these scopes binds."""
        if scope not in self._bound:
            self._bound[scope] = bound_in(nodes_of(scope))
        return self._bound[scope]

    def nodes_in(self, root: ast.AST, kind: type[N]) -> list[N]:
        """The nodes of a class in a statement or scope."""
        if (root, kind) not in self._nodes:
            self._nodes[root, kind] = [node for node in ast.walk(root) if isinstance(node, kind)]
        return cast("list[N]", self._nodes[root, kind])

    def mentioning(self, name: str) -> Iterator[list[ast.stmt] | Broken]:
        """Yields the top-level statements whose text contains a name."""
        for first, last in zip(self.starts, self.starts[1:], strict=False):
            if name in self.text.slice(first, last):
                yield self.parsed(first, last)

    def bindings(self, name: str) -> Sequence[Binding]:
        """The bindings of a name in the module's own scope. A statement that does not parse may bind it to anything."""
        if name not in self._bindings:
            self._bindings[name] = list(self._bindings_of(name))
        return self._bindings[name]

    def _bindings_of(self, name: str) -> Iterator[Binding]:
        """Yields the bindings of a name; parses only statements that can bind it: their text has it as a name."""
        word = re.compile(rf"(?<![.\w]){re.escape(name)}(?!\w)")
        alone = re.compile(rf"{word.pattern}(?![ \t]*\.)")
        for first, last in zip(self.starts, self.starts[1:], strict=False):
            text = self.text.slice(first, last)
            if name not in text or not (alone.search(text) or ("import" in text and word.search(text))):
                continue
            statements = self.parsed(first, last)
            if isinstance(statements, Broken):
                yield Binding(None, 0, False)
            else:
                if first not in self._outer:
                    self._outer[first] = bound_in(statements)
                yield from self._outer[first].get(name, ())
                for node in [node for statement in statements for node in self.nodes_in(statement, ast.Global)]:
                    if name in node.names:  # a function binds it for the whole module
                        yield Binding(None, node.lineno, False)


def _body_begins(scope: ast.AST) -> TreePosition:
    """The position of the first node in a scope's block; decorators and defaults are outside it."""
    first = scope.body if isinstance(scope, ast.Lambda) else scope.body[0]  # type: ignore[attr-defined]
    return TreePosition(first.lineno, first.col_offset)


def _end(scope: ast.AST) -> TreePosition:
    return TreePosition(scope.end_lineno or 0, scope.end_col_offset or 0)  # type: ignore[attr-defined]
