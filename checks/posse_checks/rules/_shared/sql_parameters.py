"""The fix for SQL that is composed of strings and values: placeholders in the statement, and the values as parameters.

Only certain cases are rewritten: one literal, or a chain of `+` with literals, without escapes; and plain values where
SQL allows exactly one: on the right of a comparison, or in `VALUES (...)` with as many columns. Names of tables or
columns, lists and parts of a statement are not such values.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from posse_checks.python.syntax import is_string
from posse_checks.rule import Source, UnfixableError
from posse_checks.rules._shared.built_text import operands_of
from posse_checks.rules._shared.purpose import words
from posse_checks.rules._shared.sql_places import HOLE, check_places

_FIELD = re.compile(r"\{[^{}]*\}")
_DIRECTIVE = re.compile(r"%[sd]")
_NO_VALUE = {
    *(
        "table",
        "tables",
        "column",
        "columns",
        "col",
        "cols",
        "field",
        "fields",
        "attr",
        "attribute",
        "expr",
        "expression",
    ),
    *("sql", "query", "subquery", "select", "clause", "where", "condition", "conditions", "cond", "filter", "filters"),
    *("order", "sort", "direction", "limit", "offset", "join", "joins", "schema", "db", "function", "func", "op"),
    *("operator", "marks", "placeholder", "placeholders", "qmarks", "questions", "values", "vals", "args", "params"),
    *("ids", "keys", "names", "items", "list", "tuple", "set", "rows", "row", "records", "data", "joined", "csv"),
    *("null", "now", "default", "assignment", "assignments", "updates", "fragment", "part", "suffix"),
}
"""Words in names of values that are a part of a statement, or more than one value."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of SQL: the literal's quote, its text with a hole for each value, and the values."""

    quote: str
    text: str
    values: Sequence[ast.expr]

    def with_placeholders(self, placeholder: str) -> str:
        """Returns the source of the arguments of `execute`: the statement as a literal, and a tuple of the values.

        Raises UnfixableError unless SQL allows exactly one value at the position of each.
        """
        return ", ".join(self.parameterized(placeholder))

    def parameterized(self, placeholder: str) -> tuple[str, str]:
        """Returns the source of the statement as a literal, and that of a tuple of the values.

        Raises UnfixableError unless SQL allows exactly one value at the position of each.
        """
        if not self.values or self.text.count(HOLE) != len(self.values) or placeholder[0] in self.text:
            raise UnfixableError("the statement has placeholders already, or no values")
        text = check_places(self.text, placeholder)
        sources = [_simple(value) for value in self.values]
        comma = "," if len(sources) == 1 else ""
        return f"{self.quote}{text}{self.quote}", f"({', '.join(sources)}{comma})"


def statement(node: ast.expr, source: Source) -> Statement:
    """Parses a statement from an f-string, `%`, `format` or a chain of `+`.

    Raises UnfixableError if it is not plain.
    """
    match node:
        case ast.JoinedStr():
            return _interpolated(node, source)
        case ast.BinOp(left=ast.Constant() as left, op=ast.Mod(), right=right) if is_string(left):
            values = right.elts if isinstance(right, ast.Tuple) else [right]
            return _filled(left, _DIRECTIVE, "%", values, source)
        case ast.Call(func=ast.Attribute(value=ast.Constant() as text, attr="format"), keywords=[]) if is_string(text):
            return _filled(text, re.compile(r"\{\}"), "{}", node.args, source)
        case ast.BinOp(op=ast.Add()):
            return _joined(list(operands_of(node)), source)
        case _:
            raise UnfixableError("the statement is not built in a supported way")


def _interpolated(node: ast.JoinedStr, source: Source) -> Statement:
    """Parses an f-string whose fields are plain, without format or conversion."""
    quote, body = source.string_parts(node, prefix="f")
    fields = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    if any(field.format_spec is not None or field.conversion != -1 for field in fields):
        raise UnfixableError("a value is formatted")
    text, count = _FIELD.subn(HOLE, body)
    if count != len(fields) or "{" in text or "}" in text:
        raise UnfixableError("the statement has braces of its own")
    return _statement(quote, text, [field.value for field in fields], source)


def _filled(
    text: ast.expr, field: re.Pattern[str], marks: str, values: Sequence[ast.expr], source: Source
) -> Statement:
    """Parses a string with a field for each value; `marks` are the characters that no other text may contain."""
    quote, body = source.string_parts(text)
    body, count = field.subn(HOLE, body)
    if count != len(values) or any(mark in body for mark in marks):
        raise UnfixableError("the statement has fields of another kind")
    return _statement(quote, body, values, source)


def _joined(operands: Sequence[ast.expr], source: Source) -> Statement:
    """Parses the operands of a chain of `+`, whose string literals must have the same quotes."""
    text, quotes, values = "", set(), []
    for operand in operands:
        if is_string(operand):
            quote, body = source.string_parts(operand)
            quotes.add(quote)
            text += body
        else:
            text += HOLE
            values.append(operand)
    if len(quotes) != 1:
        raise UnfixableError("the strings have different quotes")
    return _statement(quotes.pop(), text, values, source)


def _statement(quote: str, text: str, values: Sequence[ast.expr], source: Source) -> Statement:
    """Returns a statement.

    Raises UnfixableError if the name or a visible value of one of its values suggests several.
    """
    for value, before in zip(values, text.split(HOLE), strict=False):
        value = _without_str(value)
        is_quoted = before.endswith(("'", '"'))
        if not is_quoted and set(words(_last_name(value))) & _NO_VALUE:
            raise UnfixableError("the inserted expression is probably not a single value")
        for given in source.values(value) or []:
            if not _is_single(given, may_be_text=is_quoted):
                raise UnfixableError("the inserted expression is a part of the statement")
    return Statement(quote, text, values)


def _is_single(given: ast.expr, *, may_be_text: bool) -> bool:
    """Whether an assigned expression is one value: not a collection or joined, and a string only if it is quoted."""
    match given:
        case ast.Constant(value=str()) | ast.JoinedStr() | ast.BinOp():
            return may_be_text
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return False
        case ast.Call(
            func=ast.Attribute(attr="join" | "format" | "keys" | "values" | "items" | "split" | "quote" | "escape")
        ):
            return False
        case ast.Call(func=ast.Name(id="list" | "tuple" | "set" | "sorted" | "map" | "filter" | "repr")):
            return False
    return True


def _without_str(value: ast.expr) -> ast.expr:
    """The argument of calls of `str`, however many: a placeholder needs no conversion."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "str":
        if len(value.args) != 1 or value.keywords:
            break
        value = value.args[0]
    return value


def _last_name(value: ast.expr) -> str:
    """The last name in an expression that `_simple` accepts: that of a variable, an attribute or a key."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return key
        case ast.Subscript(value=inner):
            return _last_name(inner)
    return ""


def _simple(value: ast.expr) -> str:
    """The source of a name, an attribute or an item, also inside `str()`.

    Raises UnfixableError for other expressions.
    """
    match value:
        case ast.Call(func=ast.Name(id="str"), args=[ast.expr() as inner], keywords=[]):
            return _simple(inner)
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name):
            return f"{_simple(inner)}.{name}"
        case ast.Subscript(value=inner, slice=ast.Constant(value=str() | int()) | ast.Name()):
            try:
                return f"{_simple(inner)}[{ast.unparse(value.slice)}]"
            except ValueError:  # a number with more digits than Python converts
                raise UnfixableError("a number is too long") from None
        case _:
            raise UnfixableError("a value is computed")
