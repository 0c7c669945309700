"""Edits of a call's arguments: sets a keyword, removes an argument, finds the commas between arguments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, cast

from posse_checks.python.text import Position, Replacement, advanced
from posse_checks.rule.fix import UnfixableError

if TYPE_CHECKING:
    from posse_checks.rule.source import Source

_BETWEEN_ARGUMENTS = re.compile(r"(?:[\s\\]+|#[^\r\n]*)*(?P<token>[(),])?")

Argument = ast.expr | ast.keyword


class _Token(NamedTuple):
    """A parenthesis or comma around arguments."""

    text: str
    end: Position


def keyword_set(source: Source, call: ast.Call, name: str, value: str) -> list[Replacement]:
    """Implements `Source.keyword_set`.

    The new argument gets a line of its own if the last argument has one, and a comma after it if that one has.
    """
    given = next((keyword for keyword in call.keywords if keyword.arg == name), None)
    if given is not None:
        return [source.replaced(given.value, value)]
    if any(keyword.arg is None for keyword in call.keywords):
        raise UnfixableError("the argument may be in a mapping")
    new, closing = f"{name}={value}", _closing(source, call)
    arguments = _arguments(call)
    if not arguments:
        return [source.inserted(closing, new)]
    last = arguments[-1]
    start, end = source.start(last), source.end(last)
    tokens = list(_tokens(source, end, closing))
    has_comma = bool(tokens) and tokens[-1].text == ","
    at = tokens[-1].end if tokens else end
    is_alone = start.column == len(source.indent(start.line)) and closing.line > at.line
    if is_alone:
        below = source.inserted(source.end_of_line(at.line), f"{source.line_end}{source.indent(start.line)}{new},")
        if has_comma:
            return [below]
        if below.start == at:
            return [source.inserted(at, f",{below.new[:-1]}")]
        return [source.inserted(at, ","), Replacement(below.start, below.end, below.new[:-1])]
    return [source.inserted(at, f" {new}," if has_comma else f", {new}")]


def argument_removed(source: Source, call: ast.Call, argument: Argument) -> Replacement:
    """Implements `Source.argument_removed`: removes the argument and the comma before it."""
    arguments = _arguments(call)
    index = arguments.index(argument)
    if not index:
        raise UnfixableError("it is the first argument")
    before, start = source.end(arguments[index - 1]), source.start(argument)
    tokens = list(_tokens(source, before, start))
    if "#" in source.between(before, start) or not tokens or tokens[-1].text != ",":
        raise UnfixableError("there is a comment or a parenthesis before the argument")
    comma = tokens[-1].end
    return Replacement(Position(comma.line, comma.column - 1), source.end(argument), "")


def is_sole_argument(source: Source, call: ast.Call, argument: ast.expr) -> bool:
    """Implements `Source.is_sole_argument`."""
    if [*call.args, *call.keywords] != [argument]:
        return False
    after = source.between(source.end(argument), _closing(source, call))
    return not after.strip().strip(",").strip()


def comma_between(source: Source, left: ast.expr, right: ast.expr) -> Position:
    """Implements `Source.comma_between`."""
    ends = [token.end for token in _tokens(source, source.end(left), source.start(right)) if token.text == ","]
    if not ends:
        raise UnfixableError("there is no comma between the arguments")
    return ends[0]


def _closing(source: Source, call: ast.Call) -> Position:
    """The position of a call's closing parenthesis. Raises UnfixableError if it is that of a generator argument."""
    end = source.end(call)
    closing = Position(end.line, end.column - 1)
    ends = map(source.end, _arguments(call))
    if any((end.line, end.column) > (closing.line, closing.column) for end in ends):
        raise UnfixableError("the only argument is a generator without parentheses of its own")
    return closing


def _tokens(source: Source, start: Position, end: Position) -> Iterator[_Token]:
    """Yields the parentheses and commas between two positions around arguments."""
    text, at = source.between(start, end), 0
    while (match := _BETWEEN_ARGUMENTS.match(text, at)) and match["token"]:
        at = match.end()
        yield _Token(match["token"], advanced(start, text[:at]))


def _arguments(call: ast.Call) -> list[Argument]:
    """The arguments of a call in order of position."""
    arguments = cast("list[Argument]", [*call.args, *call.keywords])
    return sorted(arguments, key=lambda argument: (argument.lineno, argument.col_offset))
