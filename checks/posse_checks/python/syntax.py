"""Source to tree, and what a tree's nodes say without their surroundings. Broken source is a value."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:

    class StringLiteral(ast.Constant):
        """A constant that holds a string; for type checkers, since the tree has no such class."""

        value: str


_NOT_NODES = {
    *("ctx", "op", "ops", "id", "attr", "arg", "name", "names", "module", "level", "kind", "asname", "type_comment"),
    *("conversion", "simple", "is_async", "rest", "kwd_attrs", "tag", "type_ignores"),
}
_CLASSES = [value for value in vars(ast).values() if isinstance(value, type) and issubclass(value, ast.AST)]
FIELDS: Mapping[type, tuple[str, ...]] = {
    cls: tuple(name for name in cls._fields if name not in _NOT_NODES) for cls in _CLASSES if cls is not ast.Constant
}
"""The fields of each class of node that can hold nodes in which some rule could find something."""
HOLDS_STATEMENTS = frozenset(cls for cls in _CLASSES if {"body", "cases", "handlers"} & set(cls._fields)) - {
    ast.Lambda,
    ast.IfExp,
}
"""The classes of nodes with statements in them; those are walked in order."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Source that does not parse: where Python stopped (line from 1) and what it said."""

    line: int
    message: str


BYTE_ORDER_MARK = "\ufeff"
_TOO_DEEP = Broken(1, "the nesting is too deep for Python's parser")


def parse(source: str | bytes) -> list[ast.stmt] | Broken:
    """The statements of a source, or why there are none.

    Bytes are decoded as Python decodes a file: byte order mark, encoding declaration, else UTF-8. A byte order mark in
    front of a text says nothing, but counts as a character of its first line. Whatever Python objects to is returned,
    nesting too deep for its parser included; warnings about the source are dropped.
    """
    if isinstance(source, str) and source.startswith(BYTE_ORDER_MARK):
        source = "\f\f\f" + source[1:]  # of as many bytes, and nothing to Python
    try:
        tree = _tree_on_any_stack(source)
    except SyntaxError as error:
        return Broken(error.lineno or 1, error.msg)
    except (RecursionError, MemoryError):
        return _TOO_DEEP
    except ValueError as error:  # NUL characters before Python 3.12; lone surrogates
        return Broken(1, str(error))
    return tree.body


def _tree_on_any_stack(source: str | bytes) -> ast.Module:
    """The tree of a source; how deep it may be does not depend on how deep the call is."""
    try:
        return _tree(source)
    except RecursionError:
        with ThreadPoolExecutor(1) as fresh:  # a thread has a stack of its own
            return fresh.submit(_tree, source).result()


def _tree(source: str | bytes, attempts: int = 3) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = compile(source, "<source>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        except SystemError:  # CPython 3.11 loses count if a finalizer or thread parses meanwhile
            if attempts == 1:
                raise
            return _tree(source, attempts - 1)
    assert isinstance(tree, ast.Module)
    return tree


def is_string(node: ast.AST | None) -> TypeGuard[StringLiteral]:
    """Whether a node is a string literal (a part of an f-string is one; bytes are not)."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def literal(node: ast.AST) -> object:
    """The value that Bandit compares where a check looks at an argument.

    Numbers, strings and bytes are themselves; `True`, `False` and `None` are their names as strings, and so is a
    variable; collections become collections of these; anything else is None. Raises TypeError for a set with an
    unhashable element, on which Bandit's checks fail as well.
    """
    match node:
        case ast.Constant(value=bool() | None):
            return str(node.value)
        case ast.Constant():
            return node.value
        case ast.Name():
            return node.id
        case ast.List():
            return [literal(item) for item in node.elts]
        case ast.Tuple():
            return tuple(literal(item) for item in node.elts)
        case ast.Set():
            return {literal(item) for item in node.elts}
        case ast.Dict():
            return dict(zip(node.keys, node.values, strict=True))
        case _:
            return None


def argument_value(node: ast.AST) -> object:
    """The `literal` of a call's argument; of an attribute, its last name."""
    return node.attr if isinstance(node, ast.Attribute) else literal(node)


def line_range(node: ast.AST) -> tuple[int, int]:
    """The first and the last line of a node, as Bandit computes them.

    Nodes without a position (a function's arguments, a comprehension, a with item, a match case) span the lines on
    which anything in them starts, bodies left out.
    """
    if hasattr(node, "lineno"):
        return node.lineno, node.end_lineno  # type: ignore[attr-defined]  # a node with the one has the other
    starts = [child.lineno for child in _descendants_outside_bodies(node) if hasattr(child, "lineno")]
    return (min(starts), max(starts)) if starts else (0, 1)


def _descendants_outside_bodies(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in ("body", "orelse", "handlers", "finalbody"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from ast.walk(child)


def parents_in(root: ast.AST) -> dict[ast.AST, ast.AST]:
    """For each node below `root`, the node that holds it."""
    parents: dict[ast.AST, ast.AST] = {}
    pending = [root]
    for node in pending:
        for child in ast.iter_child_nodes(node):
            parents[child] = node
            pending.append(child)
    return parents


def children_in(node: ast.AST, fields: Sequence[str]) -> list[ast.AST]:
    """What some fields of a node hold, the last first."""
    children: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name)
        if value.__class__ is list:
            children += value
        elif value is not None:
            children.append(value)
    children.reverse()
    return children


def are_same(one: object, other: object) -> bool:
    """Whether two trees, or lists of them, are the same but for positions. Neither depth nor huge numbers matter."""
    pending = [(one, other)]
    while pending:
        a, b = pending.pop()
        if a.__class__ is not b.__class__:
            return False
        if isinstance(a, ast.AST):
            pending += [(getattr(a, name, None), getattr(b, name, None)) for name in a._fields]
        elif isinstance(a, list) and isinstance(b, list):
            if len(a) != len(b):
                return False
            pending += zip(a, b, strict=True)
        elif a != b:
            return False
    return True
