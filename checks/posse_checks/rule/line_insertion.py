"""Finds where to insert a statement so that it runs right before the code of a finding."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from posse_checks.python.text import Position, Replacement
from posse_checks.rule.fix import UnfixableError

if TYPE_CHECKING:
    from posse_checks.rule.source import Source

_LATER = (
    *(ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BoolOp, ast.IfExp, ast.NamedExpr),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.While, ast.match_case, ast.Assert),
)
"""Nodes in which code may run never, later, or more than once."""


def statement_above(source: Source, code: Sequence[str]) -> Replacement:
    """Implements `Source.line_above`."""
    for around in source.ancestors:
        if isinstance(around, _LATER):
            raise UnfixableError("the code may run never, later, or more than once")
        if isinstance(around, (ast.stmt, ast.ExceptHandler)):
            break
    else:
        raise UnfixableError("there is no statement around the code")
    start = source.start(around)
    indent = source.indent(start.line)
    begins = source.text.lines[start.line][start.column :]
    if start.column != len(indent) or begins.startswith(("elif", "except")):
        raise UnfixableError("the statement shares its line with something else")
    if start.line and source.text.lines[start.line - 1].rstrip("\r\n").endswith("\\"):
        raise UnfixableError("the line above continues")
    lines = "".join(f"{indent}{line}{source.line_end}" for line in code)
    return source.inserted(Position(start.line, 0), lines)
