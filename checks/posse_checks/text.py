"""A document's text: lines as Python and the Language Server Protocol both count them, and edits to them."""

from __future__ import annotations

import difflib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain


def split_lines(source: str) -> list[str]:
    r"""The lines of a source, each with its terminator; the last has none and may be empty.

    A line ends at `\n`, `\r\n` or `\r` and nowhere else: form feeds and Unicode's line separators do not end one, in
    CPython's tokenizer as in the protocol.
    """
    lines = list(io.StringIO(source, newline=""))
    if not lines or lines[-1].endswith(("\n", "\r")):
        lines.append("")
    return lines


def content_length(line: str) -> int:
    """The length of a line in code points, without its terminator."""
    if line.endswith("\r\n"):
        return len(line) - 2
    return len(line) - line.endswith(("\n", "\r"))


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two code points: line from 0, column in code points from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """What lies between two positions of a text, and what comes in its place."""

    start: Position
    end: Position
    new: str


@dataclass(frozen=True, slots=True)
class Splice:
    """Which lines an edit replaced: `removed` lines from `first` (counted from 0) became `inserted` ones."""

    first: int
    removed: int
    inserted: int

    @property
    def growth(self) -> int:
        """How many lines the text gained; negative where it lost some."""
        return self.inserted - self.removed


@dataclass(frozen=True)
class Text:
    """An immutable text as a sequence of lines; never without a line."""

    lines: Sequence[str]

    @classmethod
    def of(cls, source: str) -> Text:
        """The text of a whole source."""
        return cls(split_lines(source))

    def __str__(self) -> str:
        return "".join(self.lines)

    def slice(self, first: int, last: int) -> str:
        """The source of the lines from `first` up to, not including, `last`."""
        return "".join(self.lines[first:last])

    def clamped(self, line: int, column: int) -> Position:
        """The nearest position that exists: past a line's end is its end, past the text is the text's end."""
        if line >= len(self.lines):
            return Position(len(self.lines) - 1, len(self.lines[-1]))
        line = max(line, 0)
        return Position(line, min(max(column, 0), content_length(self.lines[line])))

    def edited(self, start: Position, end: Position, new: str) -> tuple[Text, Splice]:
        """The text with what lies between two positions replaced, and which lines that touched."""
        start, end = self.clamped(start.line, start.column), self.clamped(end.line, end.column)
        if (end.line, end.column) < (start.line, start.column):
            start, end = end, start
        first, after = start.line, end.line + 1
        changed = self.lines[first][: start.column] + new + self.lines[end.line][end.column :]
        if first and changed.startswith("\n") and self.lines[first - 1].endswith("\r"):
            # A line feed that comes to stand behind a carriage return joins it in one terminator.
            first -= 1
            changed = self.lines[first] + changed
        replacement = split_lines(changed)
        if after < len(self.lines) and replacement[-1] == "":
            replacement.pop()
        lines = list(chain(self.lines[:first], replacement, self.lines[after:]))
        return Text(lines), Splice(first, after - first, len(replacement))


def advanced(position: Position, text: str) -> Position:
    """The position behind a text that begins at another."""
    *above, last = split_lines(text)
    return Position(position.line + len(above), len(last) + (0 if above else position.column))


def changes_between(before: Text, after: Text) -> list[Replacement]:
    """The replacements of whole lines that turn one text into another."""
    old, new = before.lines, after.lines
    first = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    room = min(len(old), len(new)) - first
    same = next((i for i in range(room) if old[-1 - i] != new[-1 - i]), room)
    matcher = difflib.SequenceMatcher(None, old[first : len(old) - same], new[first : len(new) - same], autojunk=False)
    return [
        _lines_replaced(old, first + a, first + b, new[first + c : first + d])
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


def _lines_replaced(lines: Sequence[str], first: int, last: int, new: Sequence[str]) -> Replacement:
    end = Position(last, 0) if last < len(lines) else Position(len(lines) - 1, len(lines[-1]))
    start = Position(first, 0) if first < len(lines) else end
    return Replacement(start, end, "".join(new))
