"""Settings of a program: assignments to names, attributes and keys, entries of dicts, keywords of calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from posse_checks.rule import View, is_string


def settings(place: View[ast.AST]) -> Iterator[tuple[str, ast.expr, ast.AST]]:
    """Yields each setting: its name, its value, and the node to underline.

    The name of an attribute, or of a constant key, is that of the setting.
    """
    node = place.node
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg:
                yield keyword.arg, keyword.value, keyword
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None and is_string(key):
                yield key.value, value, value
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            name = name_of_target(target)
            if name:
                yield name, node.value, node.value


def name_of_target(target: ast.expr) -> str:
    """The last name of what is assigned to, or its constant key; empty if it has neither."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and is_string(target.slice):
        return target.slice.value
    return ""


def is_constant(node: ast.AST | None, value: object) -> bool:
    """Whether a node is exactly this constant, of the same type."""
    return isinstance(node, ast.Constant) and node.value is value
