"""A module as parts, by its text: functions, methods and other statements, with the names that lead to each.

What a function of the module may do is found in its own text, or in that of parts whose names it mentions.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

_MOST_ROUNDS = 12
"""Number of names that may lead to each other; calls are followed less deeply."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_OWN = frozenset({"self", "cls"})
_NAME = re.compile(r"\w+")
_FREE_NAME = re.compile(r"(?<![\w.])\w+")
_BOUND_BY_OTHERS = re.compile(r"\b(?:as|for)\s+\w[\w.]*\.(\w+)")


def extent(statement: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a statement, with its decorators."""
    decorators = getattr(statement, "decorator_list", None)
    first = min(statement.lineno, decorators[0].lineno) if decorators else statement.lineno
    return first, statement.end_lineno or first


class Names(NamedTuple):
    """Names of a module, and those of members of classes, which stand behind a dot or in text where they are used."""

    free: frozenset[str]
    members: frozenset[str]

    def are_in(self, part: Part) -> bool:
        """Whether a part mentions one of them."""
        if not self.members.isdisjoint(part.mentions):
            return True
        found = self.free & part.free
        return bool(found) and not found <= part.local

    def without(self, others: Names) -> Names:
        """Those that are not among others."""
        return Names(self.free - others.free, self.members - others.members)

    @classmethod
    def joined(cls, some: Iterable[Names]) -> Names:
        """All of several groups."""
        every = list(some)
        free = frozenset[str]().union(*[names.free for names in every])
        return cls(free, frozenset[str]().union(*[names.members for names in every]))


class Part:
    """Some lines of a module: a function, a method, the rest of a class, or another statement."""

    def __init__(self, text: str, lines: tuple[int, int], node: ast.stmt, owner: ast.ClassDef | None) -> None:
        self.text = text
        self.first, self.last = lines
        self.node = node
        self.owner = owner

    @cached_property
    def documentation(self) -> range:
        """The lines of the text that documents it, if it has lines of its own."""
        if not isinstance(self.node, (*_FUNCTIONS, ast.ClassDef)):
            return range(0)
        begin, *following = self.node.body
        first, last = begin.lineno, begin.end_lineno or begin.lineno
        if not isinstance(begin, ast.Expr) or not isinstance(begin.value, ast.Constant) or first < self.first:
            return range(0)
        is_apart = last <= self.last and not self._lines[first - self.first][: begin.col_offset].strip()
        return range(first, last + 1) if is_apart and all(node.lineno > last for node in following) else range(0)

    @cached_property
    def code(self) -> str:
        """Its text without the lines that document it or are comments."""
        lines, text = self._lines, self.documentation
        if text:
            lines = [*lines[: text.start - self.first], *lines[text.stop - self.first :]]
        if "#" not in self.text:
            return "\n".join(lines) if text else self.text
        return "\n".join([line for line in lines if not line.lstrip().startswith("#")])

    @cached_property
    def mentions(self) -> frozenset[str]:
        """The names in its code."""
        return frozenset(_NAME.findall(self.code))

    @cached_property
    def free(self) -> frozenset[str]:
        """The names in its code that are not those of attributes."""
        return frozenset(_FREE_NAME.findall(self.code))

    @cached_property
    def local(self) -> frozenset[str]:
        """The local names of a function: its parameters, and the names that it binds."""
        node = self.node
        return frozenset(_local(node)) if isinstance(node, _FUNCTIONS) else frozenset()

    @property
    def is_function(self) -> bool:
        """Whether it is a function or a method."""
        return isinstance(self.node, _FUNCTIONS)

    @property
    def is_class(self) -> bool:
        """Whether it is of a class what is in no method."""
        return self.node is self.owner

    @cached_property
    def names(self) -> Names:
        """The names by which other parts may use what is there."""
        node, owner = self.node, self.owner
        if owner is None:
            return Names(frozenset({node.name} if isinstance(node, _FUNCTIONS) else _bound(node)), frozenset())
        if isinstance(node, _FUNCTIONS):
            of_class = frozenset({owner.name}) if node.name.startswith("__") else frozenset[str]()
            return Names(of_class, frozenset({node.name}))
        fields = [name for inner in owner.body if not isinstance(inner, _FUNCTIONS) for name in _bound(inner)]
        return Names(frozenset({owner.name}), frozenset(fields))

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
        if line in self.documentation:
            return False
        if isinstance(node, ast.ClassDef) and line < node.body[0].lineno:
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
        imports = [alias for statement in statements if isinstance(statement, _IMPORTS) for alias in statement.names]
        self._imported = frozenset({(alias.asname or alias.name).partition(".")[0] for alias in imports}) | _OWN

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
            part for part in self._every if not isinstance(part.node, _IMPORTS) and not names.isdisjoint(part.mentions)
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
        known = Names(frozenset(), frozenset())
        for _ in range(_MOST_ROUNDS):
            new = [part for part in self.sharing(new) if part not in found]
            found.update(new)
            names = Names.joined(map(self._names_of, new)).without(known)
            if not any(names):
                return found
            if not all(map(str.isascii, chain(*names))):
                return None
            known = Names.joined((known, names))
            new = [part for part in self._every if part not in found and names.are_in(part)]
        return None

    def _names_of(self, part: Part) -> Names:
        """The names by which others may use a part. No data is stored in what the module imports."""
        names = part.names
        return names if isinstance(part.node, _IMPORTS) else names.without(Names(self._imported, _OWN))

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


def _local(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The names of a function's own scope."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    found = {item.arg for item in every if item is not None}
    elsewhere = {function.name}
    pending: list[ast.AST] = [*function.body]
    for node in pending:  # which grows
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                found.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            elsewhere.update(node.names)
        elif isinstance(node, _SCOPES):
            continue
        pending += ast.iter_child_nodes(node)
    return found - elsewhere


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
