"""Where a formatted string ends, as Python 3.12 and later read it: with any strings and lines in its fields."""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

ARE_NESTED = sys.version_info >= (3, 12)
"""Whether this Python lets a field of a formatted string hold its own quotes and go over several lines."""
PREFIX = r"(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])" if sys.version_info >= (3, 14) else r"(?<!\w)(?:[fF][rR]?|[rR][fF])"
"""The letters before a formatted string."""
CLOSING = {
    "'": re.compile(r"(?:[^'\\\r\n]|\\.)*'"),
    '"': re.compile(r'(?:[^"\\\r\n]|\\.)*"'),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*'''", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"""', re.DOTALL),
}
"""The rest of a string that is not formatted, or whose fields hold no quotes of its kind, by its quote."""

_TEXT = re.compile(r"\\[^{}]|'''|\"\"\"|['\"]|\{\{|[{}]", re.DOTALL)
"""What ends a text or a field in it. The name of a character counts as a field, as it ends where a field would."""
_FIELD = re.compile(rf"({PREFIX})?('''|\"\"\"|['\"])|[#:(\[{{)\]}}]")


class FormattedEnd(NamedTuple):
    """Where a formatted string ends, or the end of the line that leaves it in a field."""

    at: int
    depth: int
    """Number of brackets that are open there, with those around fields; 0 if the string has ended."""


class _Frame(NamedTuple):
    """The text of a formatted string, or a field in one."""

    quote: str
    depth: int = 0
    """For a field, the number of brackets that are open in it, with its own; 0 for a text."""
    is_format: bool = False
    """Whether the text is the format of a field, so that the field's bracket ends it."""


def end_of_formatted(line: str, at: int, quote: str) -> FormattedEnd | None:
    """Finds the end of a formatted string, given the column at which its text begins.

    Returns None if that is not in this line and the line does not leave it in a field. A field in three quotes does not
    count: the string then ends at the next three, as it does where its fields hold none.
    """
    frames = [_Frame(quote)]
    while frames:
        if not frames[-1].depth:
            at = _after_text(line, at, frames)
            if at < 0:
                return None
            continue
        found = _FIELD.search(line, at)
        if found is None or found.group() == "#":
            is_long = any(len(frame.quote) == 3 for frame in frames)
            return None if is_long else FormattedEnd(len(line), sum([frame.depth for frame in frames]))
        at = found.end()
        if found.group(2):
            if found.group(1):
                frames.append(_Frame(found.group(2)))
                continue
            closing = CLOSING[found.group(2)].match(line, at)
            if closing is None:
                return None
            at = closing.end()
        else:
            _take(found.group(), frames)
    return FormattedEnd(at, 0)


def _after_text(line: str, at: int, frames: list[_Frame]) -> int:
    """Follows the text that is the last frame to its end or to a field. Returns the column after it; -1 if none is."""
    frame = frames[-1]
    while found := _TEXT.search(line, at):
        token, at = found.group(), found.end()
        if token[0] == frame.quote[0]:
            if len(token) >= len(frame.quote):
                frames.pop()
                return -1 if frame.is_format else at - len(token) + len(frame.quote)
        elif token == "{" or (token == "{{" and frame.is_format):
            frames.append(_Frame(frame.quote, depth=1))
            return at - len(token) + 1
        elif token == "}" and frame.is_format:
            frames.pop()
            return at
    return -1


def _take(token: str, frames: list[_Frame]) -> None:
    """Takes a bracket or a colon in the field that is the last frame."""
    field = frames[-1]
    if token in "([{":
        frames[-1] = field._replace(depth=field.depth + 1)
    elif token != ":":
        frames[-1] = field._replace(depth=field.depth - 1)
        if field.depth == 1:
            frames.pop()
    elif field.depth == 1:
        frames[-1] = _Frame(field.quote, is_format=True)
