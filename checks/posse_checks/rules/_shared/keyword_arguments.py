"""The keyword arguments of a call."""

from __future__ import annotations

import ast

from posse_checks.rule import Call


def keyword_nodes(call: Call) -> dict[str | None, ast.expr]:
    """The expressions of all keyword arguments by name."""
    return {keyword.arg: keyword.value for keyword in call.node.keywords}
