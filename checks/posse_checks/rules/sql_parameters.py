"""The fix of SQL that is put together from strings and values: placeholders, and the values beside the statement.

Only what leaves no doubt is rewritten: one literal, or several in a row of `+`, without escapes, and simple values
where SQL can have one: behind a comparison, in `VALUES (...)`, behind `LIMIT`. A name of a table is no such place.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from posse_checks.fix import Unfixable
from posse_checks.source import Source
from posse_checks.syntax import is_string

_HOLE = "\0"
"""Stands for a value in the text of a statement, in which no source can have it."""
_VALUE_FOLLOWS = re.compile(
    r"(?:[=<>]|\b(?:like|limit|offset|in\s*\((?:[^()]*,)?|values\s*\((?:[^()]*,)?))\s*\Z", re.IGNORECASE
)
_FIELD = re.compile(r"\{[^{}]*\}")
_DIRECTIVE = re.compile(r"%[sd]")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of SQL: the literal's quote, its text with a hole for each value, and the values' sources."""

    quote: str
    text: str
    values: Sequence[str]

    def with_placeholders(self, placeholder: str) -> str:
        """The arguments of `execute`: the statement as a literal, and a tuple of the values."""
        before, *rest = self.text.split(_HOLE)
        if not rest or len(rest) != len(self.values) or placeholder[0] in self.text:
            raise Unfixable("the statement has placeholders already, or no values")
        for after in rest:
            sql_quote = before[-1:] if before[-1:] in ("'", '"') and before[-1:] == after[:1] else ""
            before = before[: len(before) - len(sql_quote)]
            if not _VALUE_FOLLOWS.search(before):
                raise Unfixable("what is put in may be no value")
            if not sql_quote and after[:1] not in ("", " ", ",", ")", ";", "\n", "\r", "\t"):
                raise Unfixable("what is put in is a part of something")
            before += placeholder + after[len(sql_quote) :]
        if before.count("'") % 2:
            raise Unfixable("a value stands within a string")
        comma = "," if len(self.values) == 1 else ""
        return f"{self.quote}{before}{self.quote}, ({', '.join(self.values)}{comma})"


def statement(node: ast.expr, source: Source) -> Statement:
    """The statement that an f-string, `%`, `format` or a chain of `+` makes; Unfixable if it is not a plain one."""
    match node:
        case ast.JoinedStr():
            return _interpolated(node, source)
        case ast.BinOp(left=ast.Constant() as left, op=ast.Mod(), right=right) if is_string(left):
            values = right.elts if isinstance(right, ast.Tuple) else [right]
            return _filled(left, _DIRECTIVE, "%", values, source)
        case ast.Call(func=ast.Attribute(value=ast.Constant() as text, attr="format"), keywords=[]) if is_string(text):
            return _filled(text, re.compile(r"\{\}"), "{}", node.args, source)
        case ast.BinOp(op=ast.Add()):
            return _joined(list(_operands(node)), source)
        case _:
            raise Unfixable("the statement is not put together in a plain way")


def _interpolated(node: ast.JoinedStr, source: Source) -> Statement:
    quote, body = source.string_parts(node, prefix="f")
    fields = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    if any(field.format_spec is not None or field.conversion != -1 for field in fields):
        raise Unfixable("a value is formatted")
    values = [_simple(field.value) for field in fields]
    text, count = _FIELD.subn(_HOLE, body)
    if count != len(values) or "{" in text or "}" in text:
        raise Unfixable("the statement has braces of its own")
    return Statement(quote, text, values)


def _filled(
    text: ast.expr, field: re.Pattern[str], marks: str, values: Sequence[ast.expr], source: Source
) -> Statement:
    quote, body = source.string_parts(text)
    body, count = field.subn(_HOLE, body)
    if count != len(values) or any(mark in body for mark in marks):
        raise Unfixable("the statement has fields of another kind")
    return Statement(quote, body, [_simple(value) for value in values])


def _joined(operands: Sequence[ast.expr], source: Source) -> Statement:
    text, quotes, values = "", set(), []
    for operand in operands:
        if is_string(operand):
            quote, body = source.string_parts(operand)
            quotes.add(quote)
            text += body
        else:
            text += _HOLE
            values.append(_simple(operand))
    if len(quotes) != 1:
        raise Unfixable("the strings have different quotes")
    return Statement(quotes.pop(), text, values)


def _operands(node: ast.expr) -> Iterator[ast.expr]:
    """The operands of a chain of `+` from left to right; those of long chains have no plain form."""
    pending = [node]
    while pending:
        operand = pending.pop()
        if isinstance(operand, ast.BinOp) and isinstance(operand.op, ast.Add):
            pending += [operand.right, operand.left]
        else:
            yield operand


def _simple(value: ast.expr) -> str:
    """The source of a name, an attribute or an item of one; `str(value)` counts as the value."""
    match value:
        case ast.Call(func=ast.Name(id="str"), args=[inner], keywords=[]):
            return _simple(inner)
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name):
            return f"{_simple(inner)}.{name}"
        case ast.Subscript(value=inner, slice=ast.Constant(value=str() | int()) | ast.Name()):
            try:
                return f"{_simple(inner)}[{ast.unparse(value.slice)}]"
            except ValueError:  # a number of more digits than Python writes
                raise Unfixable("a number is too long") from None
        case _:
            raise Unfixable("a value is computed")
