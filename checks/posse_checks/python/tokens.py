"""The tokens of a source as the newest Python reads them, even if the running Python reads it differently.

The difference is in formatted strings: since Python 3.12, their replacement fields hold code like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAXIMUM_STRING_NESTING = 4
"""Limit for the nesting of formatted strings."""

_PREFIX = r"(?:[rbuft]|[bft]r|r[bft])?"
_TOKEN = re.compile(
    rf"""(?P<comment>\#[^\n\r]*)
    |(?P<string>(?i:{_PREFIX})(?:'''|\"\"\"|'|"))
    |(?P<name>[^\W\d]\w*)
    |(?P<number>\.?\d[\w.]*)
    |(?P<joined>\\\r?\n)
    |(?P<newline>\r\n|\r|\n)
    |(?P<space>[ \t\f]+)
    |(?P<op>\*\*|:=|[!=<>]=|->|.)""",
    re.VERBOSE | re.DOTALL,
)


class UnclearError(Exception):
    """The source cannot be read reliably, so nothing is claimed about it."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, an operator, a string, or the space, comment or line end between them."""

    kind: str
    text: str
    start: int
    end: int
    depth: int
    """Number of brackets around it; a bracket does not count itself."""


IsExpression = Callable[[str, int], bool]
"""Returns whether the source of a replacement field, at a nesting level of formatted strings, is an expression."""


def kind_of(text: str) -> str:
    """The kind of a string by its prefix: formatted (`f`), template (`t`), bytes (`b`) or plain (empty)."""
    prefix = re.match(r"\w*", text)
    assert prefix is not None, "it matches anything"
    return next((letter for letter in "ftb" if letter in prefix[0].lower()), "")


def tokens_of(source: str, level: int, is_expression: IsExpression) -> Iterator[Token]:
    """Yields the tokens of a source, each string as one token. Raises UnclearError if a string does not end."""
    at, depth = 0, 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        assert match is not None and match.lastgroup is not None, "it matches any character"
        kind, end = match.lastgroup, match.end()
        if kind == "string":
            end = _string_end(source, match, level, is_expression)
        if kind == "op" and match[0] in ")]}":
            depth -= 1
        yield Token(kind, source[at:end], at, end, depth)
        if kind == "op" and match[0] in "([{":
            depth += 1
        at = end


def _string_end(source: str, opening: re.Match[str], level: int, is_expression: IsExpression) -> int:
    """Returns the offset after a string, given its prefix and opening quote. Raises UnclearError if it has no end."""
    text = opening[0]
    quote = text.lstrip("rbuftRBUFT")
    is_raw = "r" in text.lower()
    if kind_of(text) in ("f", "t"):
        return _formatted_end(source, opening.end(), quote, is_raw, level, is_expression)
    at = opening.end()
    ends = re.compile(rf"\\|{quote}" if len(quote) == 3 else rf"\\|{quote}|\n|\r")
    while (match := ends.search(source, at)) is not None:
        if match[0] == quote:
            return match.end()
        if match[0] != "\\":
            break
        at = match.end() + 1
    raise UnclearError


def _formatted_end(
    source: str, at: int, quote: str, is_raw: bool, level: int, is_expression: IsExpression, *, is_spec: bool = False
) -> int:
    """Finds the end of a formatted string, or of a format spec in one, as Python 3.12 and later read it.

    Begins at `at`, the offset after the opening quote or the colon. Returns the offset after the closing quote, or, for
    a format spec, the offset of the closing brace. Raises UnclearError if there is none.
    """
    if level > MAXIMUM_STRING_NESTING:
        raise UnclearError
    ends = re.compile(rf"\\|\{{|\}}|{quote}" if len(quote) == 3 else rf"\\|\{{|\}}|{quote}|\n|\r")
    while (match := ends.search(source, at)) is not None:
        at = match.end()
        if match[0] == quote:
            if is_spec:
                break
            return at
        if match[0] == "{":
            if source.startswith("{", at) and not is_spec:
                at += 1
            else:
                at = _field_end(source, at, quote, is_raw, level, is_expression)
        elif match[0] == "}":
            if is_spec:
                return match.start()
            if not source.startswith("}", at):
                break
            at += 1
        elif match[0] != "\\":
            break
        elif not is_raw:
            if source[at : at + 1] in ("N", "x", "u", "U"):
                raise UnclearError  # it may name no character
            at += source[at : at + 1] not in ("{", "}")
    raise UnclearError


def _field_end(source: str, at: int, quote: str, is_raw: bool, level: int, is_expression: IsExpression) -> int:
    """Finds the end of a replacement field whose expression begins at offset `at`.

    Returns the offset after its closing brace. Raises UnclearError if its content is not an expression.
    """
    start, depth, has_code = at, 0, False
    while True:
        match = _TOKEN.match(source, at)
        if match is None:
            raise UnclearError
        kind, text = match.lastgroup, match[0]
        if kind == "op" and not depth and text in ("}", ":", "!", ":=", "=") and text != "==":
            break
        if kind == "op":
            depth += (text in "([{") - (text in ")]}")
        has_code = has_code or kind not in ("space", "newline", "comment", "joined")
        at = _string_end(source, match, level + 1, is_expression) if kind == "string" else match.end()
    expression = source[start:at]
    if not has_code or not is_expression(expression, level + 1):
        raise UnclearError
    tail = re.compile(r"(?:=[ \t]*)?(?:![rsa])?(?P<end>[:}])").match(source, at)
    if tail is None:
        raise UnclearError
    if tail["end"] == "}":
        return tail.end()
    return _formatted_end(source, tail.end(), quote, is_raw, level + 1, is_expression, is_spec=True) + 1
