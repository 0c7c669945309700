"""The names that a node mentions, other than as the function of a call: decorators, base classes, targets, imports."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from posse_checks.rule.views import Place

MOST_PARTS = 32
"""Limit for the parts of a mentioned name; a longer chain of attributes is a mention of nothing."""
Qualify = Callable[[ast.expr], str]


class Mentioned(NamedTuple):
    """A name, and the node that mentions it."""

    place: Place
    name: str
    at: ast.AST


def mentioned_by(node: ast.AST, qualified: Qualify) -> Iterator[Mentioned]:
    """Yields the decorators and bases of a definition, and the targets of an assignment."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for decorator in node.decorator_list:
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            if is_short(function):
                yield Mentioned(Place.DECORATOR, qualified(function), function)
    if isinstance(node, ast.ClassDef):
        for base in node.bases:
            named = base.value if isinstance(base, ast.Subscript) else base
            if is_short(named):
                yield Mentioned(Place.BASE, qualified(named), named)
    for target in targets_of(node):
        if is_short(target) and (text := text_of(target)) is not None:
            yield Mentioned(Place.ASSIGNED, text, target)


def targets_of(node: ast.AST) -> Iterator[ast.expr]:
    """Yields the single targets of an assignment."""
    pending: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        pending += node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
        pending.append(node.target)
    for target in pending:
        if isinstance(target, (ast.Tuple, ast.List)):
            pending += target.elts
        elif isinstance(target, ast.Starred):
            pending.append(target.value)
        else:
            yield target


def imported_by(node: ast.Import | ast.ImportFrom) -> Iterator[Mentioned]:
    """Yields the names that a statement imports; those of a relative import are not known."""
    if isinstance(node, ast.ImportFrom) and (node.level or node.module is None):
        return
    prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    for alias in node.names:
        yield Mentioned(Place.IMPORT, prefix + alias.name, alias)


def is_short(expression: ast.expr) -> bool:
    """Whether a chain of attributes has few parts, so that reading its name costs little."""
    for _ in range(MOST_PARTS):
        if not isinstance(expression, ast.Attribute):
            return True
        expression = expression.value
    return False


def text_of(expression: ast.expr) -> str | None:
    """The text of a name or of a chain of attributes; None for another expression."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    return ".".join([expression.id, *reversed(parts)]) if isinstance(expression, ast.Name) else None
