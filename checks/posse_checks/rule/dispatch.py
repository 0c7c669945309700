"""Which classes of nodes a rule can subscribe to with `View`: those that the visitor hands to rules, and no others.

A binary operator or an attribute is handed over only if a string literal is an operand, or the object.
"""

from __future__ import annotations

import ast

_BASES = (ast.stmt, ast.expr, ast.excepthandler, ast.pattern, getattr(ast, "type_param", ast.excepthandler))
_OTHER_VIEWS = {
    ast.Call: "Call",
    ast.Constant: "String",
    ast.Import: "Import",
    ast.ImportFrom: "Import",
}
"""Nodes that have a view of their own, with its name."""
_NEVER = {ast.Name}
"""Nodes that are everywhere, so that no rule is asked about them."""

DISPATCHED: frozenset[type[ast.AST]] = frozenset(
    [
        *(cls for base in _BASES for cls in base.__subclasses__() if cls not in _OTHER_VIEWS and cls not in _NEVER),
        *(ast.arguments, ast.arg, ast.comprehension, ast.match_case, ast.withitem),
    ]
)
"""The classes of nodes that reach rules."""


def refusal(node: type) -> str | None:
    """Says why no rule can subscribe to `View` of a class; None if it can."""
    if node in DISPATCHED:
        return None
    if node in _OTHER_VIEWS:
        return f"take {_OTHER_VIEWS[node]} instead of View[ast.{node.__name__}]"
    return f"no rule is ever shown an ast.{node.__name__}; subscribe to a node around it"
