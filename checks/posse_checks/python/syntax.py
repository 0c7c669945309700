"""Parses source to a tree, and reads single nodes without their context. Broken source is a value, not an error."""

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
"""The fields of each class of node that can hold nodes relevant to a rule."""
HOLDS_STATEMENTS = frozenset(cls for cls in _CLASSES if {"body", "cases", "handlers"} & set(cls._fields)) - {
    ast.Lambda,
    ast.IfExp,
}
"""The classes of nodes that hold statements, which are walked in order."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Source that does not parse: the line, from 1, at which Python stopped, and its message."""

    line: int
    message: str


BYTE_ORDER_MARK = "\ufeff"
TOO_DEEP = Broken(1, "the nesting is too deep for Python's parser")
"""What is said of source at which the parser runs out of stack or memory."""


def parse(source: str | bytes) -> list[ast.stmt] | Broken:
    """Returns the statements of a source, or the reason that it does not parse, including nesting too deep to parse.

    Bytes are decoded as Python decodes a file: byte order mark, encoding declaration, else UTF-8. In a text, a byte
    order mark is a syntax error, since only the caller knows whether a file begins there: see `without_mark`. Warnings
    are dropped.
    """
    try:
        tree = _tree_on_any_stack(source)
    except SyntaxError as error:
        return Broken(error.lineno or 1, error.msg)
    except (RecursionError, MemoryError):
        return TOO_DEEP
    except ValueError as error:  # NUL characters before Python 3.12; lone surrogates
        return Broken(1, str(error))
    return tree.body


def without_mark(source: str) -> str:
    """Replaces the byte order mark at the start of a file's text, or of its first line, by white space.

    Python ignores that white space, and it takes as many bytes, so that columns stay.
    """
    return "\f\f\f" + source[1:] if source.startswith(BYTE_ORDER_MARK) else source


def lines_to_parse(lines: Sequence[str], cell_boundaries: Sequence[int] = ()) -> Sequence[str]:
    """Returns the lines of a text, those at which the text or a cell begins (at a boundary, from 0) `without_mark`.

    Everywhere else, a byte order mark is a syntax error. Returns `lines` itself if no such line has one.
    """
    marked = [
        first for first in (0, *cell_boundaries) if first < len(lines) and lines[first].startswith(BYTE_ORDER_MARK)
    ]
    if not marked:
        return lines
    replaced = list(lines)
    for first in marked:
        replaced[first] = without_mark(lines[first])
    return replaced


def _tree_on_any_stack(source: str | bytes) -> ast.Module:
    """Returns the tree of a source. The nesting it may have does not depend on the depth of the caller's stack."""
    try:
        return _tree(source)
    except RecursionError:
        with ThreadPoolExecutor(1) as fresh:  # a thread has a stack of its own
            try:
                parsed = fresh.submit(_tree, source)
            except RuntimeError:  # no thread can be started, as in a page
                raise RecursionError from None
            return parsed.result()


def _tree(source: str | bytes, attempts: int = 3) -> ast.Module:
    """Parses a source without warnings. Tries again if CPython fails for reasons that are not the source's."""
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
    """Whether a node is a string literal (literal parts of an f-string are, bytes are not)."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def literal(node: ast.AST) -> object:
    """The value that Bandit's checks compare for an argument.

    Numbers, strings and bytes are returned as they are; `True`, `False`, `None` and variables as their names;
    collections as collections of these; anything else as None. Raises TypeError for a set with an unhashable element,
    on which Bandit's checks fail as well.
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
    """The `literal` of a call's argument; for an attribute, its last name."""
    return node.attr if isinstance(node, ast.Attribute) else literal(node)


def line_range(node: ast.AST) -> tuple[int, int]:
    """The first and last line of a node, both inclusive and from 1, as Bandit computes them.

    A node without a position (a function's arguments, a comprehension, a `with` item, a `case`) spans the lines on
    which the nodes in it start, except those in bodies.
    """
    if hasattr(node, "lineno"):
        return node.lineno, node.end_lineno  # type: ignore[attr-defined]  # a node with the one has the other
    starts = [child.lineno for child in _descendants_outside_bodies(node) if hasattr(child, "lineno")]
    return (min(starts), max(starts)) if starts else (0, 1)


def _descendants_outside_bodies(node: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes below a node, except those in its own blocks."""
    for name, value in ast.iter_fields(node):
        if name in ("body", "orelse", "handlers", "finalbody"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from ast.walk(child)


def parents_in(root: ast.AST) -> dict[ast.AST, ast.AST]:
    """Returns the parent of each node below `root`."""
    parents: dict[ast.AST, ast.AST] = {}
    pending = [root]
    for node in pending:
        for child in ast.iter_child_nodes(node):
            parents[child] = node
            pending.append(child)
    return parents


def children_in(node: ast.AST, fields: Sequence[str]) -> list[ast.AST]:
    """The nodes in some fields of a node, last one first, so that a stack pops them in order."""
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
    """Whether two trees, or lists of trees, are equal except for positions. Works for any depth and any number."""
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
