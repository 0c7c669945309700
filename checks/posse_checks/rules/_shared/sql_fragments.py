"""The fixes of B610 and B611: parameters for a fragment of SQL that Django copies into a query."""

from __future__ import annotations

import ast

from posse_checks.rule import Source, UnfixableError, is_string
from posse_checks.rules._shared.sql_parameters import statement

_BEFORE = "SELECT x FROM t WHERE "


def parameterized(text: ast.expr, source: Source, *, before: str = "") -> tuple[str, list[str]]:
    """Returns the source of a fragment with `%s` for each value, and the sources of the values.

    `before` is SQL that makes a statement of the fragment. Raises UnfixableError unless SQL allows one value at each.
    """
    if is_string(text):
        if "%" in text.value:
            raise UnfixableError("the text has percent signs")
        return source.slice(text), []
    if "#" in source.slice(text):
        raise UnfixableError("there is a comment, or a number sign, in the text")
    parsed = statement(text, source)
    whole = type(parsed)(parsed.quote, before + parsed.text, parsed.values)
    literal, values = whole.parameterized("%s")
    return literal.replace(before, "", 1), [each.strip() for each in values[1:-1].rstrip(",").split(", ")]


def condition(text: ast.expr, source: Source) -> tuple[str, list[str]]:
    """Does as `parameterized` for a condition."""
    return parameterized(text, source, before=_BEFORE)
