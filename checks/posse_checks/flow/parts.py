"""A module as parts, by its text: functions, methods and other statements, with the names that lead to each.

What a function of the module may do is found in its own text, or in that of parts whose names it mentions.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

_MOST_ROUNDS = 12
"""Number of names that may lead to each other; calls are followed less deeply."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NAME = re.compile(r"\w+")
_BOUND_BY_OTHERS = re.compile(r"\b(?:as|for)\s+\w[\w.]*\.(\w+)")


def extent(statement: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a statement, with its decorators."""
    decorators = getattr(statement, "decorator_list", None)
    first = min(statement.lineno, decorators[0].lineno) if decorators else statement.lineno
    return first, statement.end_lineno or first


class Part:
    """Some lines of a module: a function, a method, the rest of a class, or another statement."""

    def __init__(self, text: str, lines: tuple[int, int], node: ast.stmt, owner: ast.ClassDef | None) -> None:
        self.text = text
        self.first, self.last = lines
        self.node = node
        self.owner = owner

    @cached_property
    def mentions(self) -> frozenset[str]:
        """The names in its text."""
        return frozenset(_NAME.findall(self.text))

    @property
    def is_function(self) -> bool:
        """Whether it is a function or a method."""
        return isinstance(self.node, _FUNCTIONS)

    @property
    def is_class(self) -> bool:
        """Whether it is of a class what is in no method."""
        return self.node is self.owner

    @cached_property
    def names(self) -> frozenset[str]:
        """The names by which other parts may use what is there."""
        node, owner = self.node, self.owner
        if owner is None:
            return frozenset({node.name}) if isinstance(node, _FUNCTIONS) else frozenset(_bound(node))
        if isinstance(node, _FUNCTIONS):
            return frozenset({node.name, owner.name} if node.name.startswith("__") else {node.name})
        fields = [name for inner in owner.body if not isinstance(inner, _FUNCTIONS) for name in _bound(inner)]
        return frozenset({owner.name, *fields})

    @cached_property
    def stored(self) -> frozenset[str]:
        """The names of attributes that it stores to."""
        found = set[str]()
        for line in self._lines:
            if "=" in line and "." in line:
                *targets, _ = line.split("=")
                for target in targets:
                    if "." in target:
                        found.update(_NAME.findall(target, target.index(".")))
        if " as " in self.text or "for " in self.text:
            found.update(_BOUND_BY_OTHERS.findall(self.text))
        return frozenset(found)

    def has_code_at(self, line: int) -> bool:
        """Whether a line of it is more than a comment, a part of its text or the name of a class."""
        node = self.node
        begin = node.body[0] if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) else None
        is_text = isinstance(begin, ast.Expr) and isinstance(begin.value, ast.Constant)
        if begin is not None and is_text and begin.lineno <= line <= (begin.end_lineno or 0):
            return False
        if self.is_class and begin is not None and line < begin.lineno:
            return False
        return not self._lines[line - self.first].lstrip().startswith("#")

    @cached_property
    def _lines(self) -> Sequence[str]:
        return self.text.split("\n")


class Parts:
    """The parts of a module."""

    def __init__(self, statements: Sequence[ast.stmt], source: str) -> None:
        lines = source.split("\n")
        self._every = [part for statement in statements for part in _parts(statement, lines)]

    def __iter__(self) -> Iterator[Part]:
        return iter(self._every)

    def at(self, lines: Iterable[int]) -> list[Part]:
        """The parts with one of these lines, which are in ascending order."""
        wanted = list(lines)
        return [part for part in self._every if _between(wanted, part.first, part.last)]

    def with_code_at(self, lines: Sequence[int]) -> list[Part]:
        """The parts with one of these lines, which are in ascending order, outside of comments and of their text."""
        return [part for part in self._every if any(map(part.has_code_at, _between(lines, part.first, part.last)))]

    def mentioning(self, names: frozenset[str]) -> list[Part]:
        """The parts that mention one of these names, other than to import it, and the methods of classes that do."""
        found = [
            part
            for part in self._every
            if not isinstance(part.node, (ast.Import, ast.ImportFrom)) and not names.isdisjoint(part.mentions)
        ]
        classes = {part.owner for part in found if part.is_class}
        return [*found, *[part for part in self._every if part.owner is not None and part.owner in classes]]

    def sharing(self, some: Iterable[Part]) -> set[Part]:
        """Some parts, and those that get at what these store to attributes of the same instance."""
        found, new = set[Part](), list(some)
        classes: set[ast.ClassDef] = set()
        while new:
            found.update(new)
            owners = {part.owner for part in new if part.owner is not None and part.stored} - classes
            classes |= owners
            attributes = {owner: self._stored_in(owner) for owner in owners}
            new = [
                part
                for part in self._every
                if part.owner in attributes
                and part not in found
                and not attributes[part.owner].isdisjoint(part.mentions)
            ]
        return found

    def leading_to(self, goals: Iterable[Part]) -> set[Part] | None:
        """Some parts, and those that may use what is there by its name or by an attribute.

        Returns None if the names lead on and on, or are not in ASCII.
        """
        found, new = set[Part](), list(goals)
        known: set[str] = set()
        for _ in range(_MOST_ROUNDS):
            new = [part for part in self.sharing(new) if part not in found]
            found.update(new)
            names = {name for part in new for name in part.names} - known
            if not names:
                return found
            if not all(map(str.isascii, names)):
                return None
            known |= names
            new = [part for part in self._every if part not in found and not names.isdisjoint(part.mentions)]
        return None

    def _stored_in(self, owner: ast.ClassDef) -> set[str]:
        return {name for part in self._every if part.owner is owner for name in part.stored}


def _between(lines: Sequence[int], first: int, last: int) -> Sequence[int]:
    return lines[bisect_left(lines, first) : bisect_right(lines, last)]


def _parts(statement: ast.stmt, lines: Sequence[str]) -> Iterator[Part]:
    """Yields a statement as parts: the methods of a class are parts of their own."""

    def part(first: int, last: int, node: ast.stmt, owner: ast.ClassDef | None) -> Part:
        return Part("\n".join(lines[first - 1 : last]), (first, last), node, owner)

    begin, last = extent(statement)
    if not isinstance(statement, ast.ClassDef):
        yield part(begin, last, statement, None)
        return
    for inner in statement.body:
        if isinstance(inner, _FUNCTIONS):
            first, end = extent(inner)
            if first > begin:
                yield part(begin, first - 1, statement, statement)
            yield part(first, end, inner, statement)
            begin = end + 1
    if begin <= last:
        yield part(begin, last, statement, statement)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds or changes what they stand for."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                yield node.id
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            if isinstance(node.ctx, ast.Store):
                yield from (inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name))
                if isinstance(node, ast.Attribute):
                    yield node.attr
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                yield node.func.value.id
        elif isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname
