"""A text that is put together from literals and values, as one template with holes and the values that fill them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from posse_checks.rule import Source, UnfixableError, is_string
from posse_checks.rules._shared.built_text import HOLE, Built, rewrites
from posse_checks.rules._shared.purpose import name_of
from posse_checks.rules._shared.request_values import as_text


@dataclass(frozen=True, slots=True)
class Value:
    """An expression that a text contains."""

    node: ast.expr
    written: str
    """Its source."""
    is_text: bool
    """Whether it must be a string, as it is joined to one by `+`."""

    def as_text(self, source: Source) -> str:
        """Its source, in `str()` unless it certainly is a string."""
        return self.written if self.is_text else as_text(self.node, self.written, source)


@dataclass(frozen=True, slots=True)
class Template:
    """A text with a hole for each value, and the quote to write its literals in."""

    text: str
    values: Sequence[Value]
    quote: str


def template_of(built: Built) -> Template:
    """Returns the template of an expression that builds a text; a string literal has no values.

    Raises UnfixableError if it is not built in a supported way, or has a comment inside.
    """
    node, source = built.node, built.source
    if "#" in source.slice(node):
        raise UnfixableError("there is a comment, or a number sign, in the text")
    if is_string(node):
        return Template(source.string_parts(node).body, (), source.string_parts(node).quote[0])
    values: list[Value] = []
    whole = ""
    is_joined = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)

    def look(value: ast.expr, written: str, before: str, after: str) -> None:
        nonlocal whole
        whole = before + HOLE + after
        values.append(Value(value, written, is_joined))

    list(rewrites(built, look))
    if not values:
        raise UnfixableError("the text contains no value")
    if whole.count(HOLE) != len(values):
        raise UnfixableError("a value in the text is formatted")
    return Template(whole, values, source.quoted("")[0])


def last_name(value: ast.expr) -> str:
    """The last name in an expression: that of a variable, an attribute, a key or a called function; else empty."""
    match value:
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return key
        case ast.Subscript(value=inner):
            return last_name(inner)
        case ast.Call(func=ast.Name(id="str"), args=[inner]):
            return last_name(inner)
        case ast.Call(func=function):
            return name_of(function)
    return name_of(value)
