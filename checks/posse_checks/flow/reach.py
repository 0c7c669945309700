"""The statements of a module that can matter to the functions that are run, found by the names in their text.

A function that is not mentioned is not called. It matters only if it changes a container that is read. Words are those
in ASCII, so a function or class with another name always matters.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from posse_checks.flow.parts import extent
from posse_checks.flow.wanted import Wanted

_NAME = re.compile(r"[^\W\d]\w*")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_UNITS = (*_FUNCTIONS, ast.ClassDef)


def reached(statements: Sequence[ast.stmt], source: str, wanted: Wanted) -> list[ast.stmt]:
    """The statements, without functions and classes that do not matter to the wanted ones."""
    if sum(isinstance(statement, _UNITS) for statement in statements) < 2:
        return list(statements)
    lines = _lines(source)
    names: dict[str, None] = {}
    units: dict[str, list[ast.stmt]] = {}
    kept: set[ast.stmt] = set()
    left: list[ast.stmt] = []
    for statement in statements:
        if not isinstance(statement, _UNITS) or wanted.asks(*extent(statement)) or not statement.name.isascii():
            kept.add(statement)
            names |= dict.fromkeys(_NAME.findall(_text(statement, lines)))
        else:
            left.append(statement)
            units.setdefault(statement.name, []).append(statement)
    pending = [name for name in names if name in units]
    while pending:
        for unit in units.pop(pending.pop(), ()):
            kept.add(unit)
            pending += [name for name in _NAME.findall(_text(unit, lines)) if name in units]
    bound = "|".join(sorted(set(_bound(statements, kept))))
    changes = re.compile(rf"\b(?:{bound})\s*[\[.]|\bglobal\b") if bound else re.compile(r"\bglobal\b")
    kept.update(unit for unit in left if unit not in kept and changes.search(_text(unit, lines)))
    return [statement for statement in statements if statement in kept]


def around(statements: Sequence[ast.stmt], wanted: Wanted) -> Iterator[ast.stmt]:
    """Yields the innermost functions with a wanted line, and other statements with one that are in no function."""
    pending = list(reversed(statements))
    while pending:
        statement = pending.pop()
        if not wanted.asks(*extent(statement)):
            continue
        inside = [inner for inner in ast.iter_child_nodes(statement) if isinstance(inner, ast.stmt)]
        units = [inner for inner in inside if isinstance(inner, _UNITS) and wanted.asks(*extent(inner))]
        if units and isinstance(statement, ast.ClassDef):
            pending += reversed(inside)
        else:
            yield statement


def _lines(source: str) -> list[str]:
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _text(statement: ast.stmt, lines: Sequence[str]) -> str:
    first, last = extent(statement)
    return "\n".join(lines[first - 1 : last])


def _bound(statements: Sequence[ast.stmt], kept: set[ast.stmt]) -> Iterator[str]:
    """The names that the module's own statements bind, whose values functions may change."""
    for statement in statements:
        if isinstance(statement, _UNITS):
            if statement in kept:
                yield statement.name
        elif not isinstance(statement, (ast.Import, ast.ImportFrom, ast.Expr)):
            yield from (
                node.id
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            )
