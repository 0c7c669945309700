"""The fields of a message, filled from a finding."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import lru_cache

from posse_checks.declared.matching import assigned_value, constant_of
from posse_checks.rule.views import Call, Mention, String, View

MAXIMUM_SHOWN_CHARACTERS = 60
"""Limit for the text of a field, in characters."""
FIELDS: Mapping[str, str] = {
    "name": "the qualified name that was found, such as `jwt.decode`",
    "last": "its last part, such as `decode`",
    "value": "the string that was found, or the value that is assigned",
    "keyword.NAME": "the value of a keyword argument",
    "position.0": "the value of a positional argument, from 0",
    "source": "where the data comes from, in a check with `sink`",
    "sink": "where the data goes, in a check with `sink`",
}
"""The fields, each with its meaning."""
_FIELD = re.compile(r"\{(name|last|value|source|sink|keyword\.[^\W\d]\w*|position\.\d{1,3})\}|\{\{|\}\}|[{}]")


class MessageError(ValueError):
    """A message with a bad field; says which."""


def verify(message: str) -> None:
    """Raises MessageError for a brace that begins or ends no field."""
    for match in _FIELD.finditer(message):
        if match[0] in ("{", "}"):
            raise MessageError(message[match.start() : match.start() + 30])


@lru_cache(2_000)
def parts_of(message: str) -> tuple[tuple[str, bool], ...]:
    """The parts of a verified message, each with whether it is the name of a field."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for match in _FIELD.finditer(message):
        parts.append((message[end : match.start()], False))
        parts.append((match[1], True) if match[1] else (match[0][0], False))
        end = match.end()
    return (*parts, (message[end:], False))


def filled(message: str, view: View[ast.AST]) -> str:
    """Returns a message with its fields filled from a view."""
    shown = (_shown(field_of(part, view)) if is_field else part for part, is_field in parts_of(message))
    return "".join(shown).rstrip()


def filled_from(message: str, values: Mapping[str, str]) -> str:
    """Returns a message with its fields filled from a mapping; those that it lacks are empty."""
    return "".join(_shown(values.get(part, "")) if is_field else part for part, is_field in parts_of(message))


def field_of(field: str, view: View[ast.AST]) -> str:
    """The content of a field; empty if there is none."""
    name = view.name if isinstance(view, (Call, Mention)) else ""
    kind, _, which = field.partition(".")
    match kind:
        case "name":
            return name
        case "last":
            return name.rpartition(".")[2]
        case "value":
            return view.value if isinstance(view, String) else _text(assigned_value(view.node))
        case "keyword" if isinstance(view, Call):
            keyword = view.keyword(which)
            return "" if keyword is None else _text(keyword.value)
        case "position" if isinstance(view, Call) and int(which) < len(view.node.args):
            return _text(view.node.args[int(which)])
    return ""


def _text(node: ast.expr | None) -> str:
    """The source of a short expression; an ellipsis for any other."""
    if node is None:
        return ""
    if (constant := constant_of(node)) is not None:
        value = constant.value
        return repr(value[: 2 * MAXIMUM_SHOWN_CHARACTERS] if isinstance(value, (str, bytes)) else value)
    is_short = node.end_lineno == node.lineno and (node.end_col_offset or 0) - node.col_offset < 200
    return ast.unparse(node) if is_short else "..."


def _shown(text: str) -> str:
    """The text of a field in one line, shortened."""
    line = " ".join(text[: 4 * MAXIMUM_SHOWN_CHARACTERS].split())
    return line if len(line) <= MAXIMUM_SHOWN_CHARACTERS else f"{line[:MAXIMUM_SHOWN_CHARACTERS]}..."
