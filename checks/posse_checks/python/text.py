"""A document's text: lines as Python and the Language Server Protocol both count them, and edits to them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

NEAR = 30
"""How many lines may lie between two replacements that are made as one."""
ALIKE = 2
"""How many lines are the same in two texts where these go on alike."""
FAR = 40
"""Up to how many lines, of both together, everything that may have come or gone is tried."""


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

    def shifted(self, lines: int) -> Replacement:
        """The same in a text that has that many more lines before it."""
        start, end = self.start, self.end
        return Replacement(Position(start.line + lines, start.column), Position(end.line + lines, end.column), self.new)


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

    def between(self, start: Position, end: Position) -> str:
        """The source between two places."""
        if start.line == end.line:
            return self.lines[start.line][start.column : end.column]
        first, last = self.lines[start.line][start.column :], self.lines[end.line][: end.column]
        return first + self.slice(start.line + 1, end.line) + last

    def clamped(self, line: int, column: int) -> Position:
        """The nearest position that exists: past a line's end is its end, past the text is the text's end."""
        return clamped(self.lines, line, column)

    def edited(self, start: Position, end: Position, new: str) -> tuple[Text, Splice]:
        """The text with what lies between two positions replaced, and which lines that touched."""
        splice, replacement = _replacement(self.lines, start, end, new)
        behind = self.lines[splice.first + splice.removed :]
        return Text(list(chain(self.lines[: splice.first], replacement, behind))), splice

    def splice_to(self, other: Text) -> Splice:
        """The lines that must be replaced to make another text, with one that is the same on either side."""
        old, new = self.lines, other.lines
        room = min(len(old), len(new))
        same = next((index for index in range(room) if old[index] != new[index]), room)
        room -= same
        rest = next((index for index in range(room) if old[-1 - index] != new[-1 - index]), room)
        first, behind = max(same - 1, 0), max(rest - 1, 0)
        return Splice(first, len(old) - behind - first, len(new) - behind - first)


class Draft:
    """The lines of a text while many edits are made to it, one after the other."""

    def __init__(self, text: Text) -> None:
        self.lines = list(text.lines)

    def edit(self, start: Position, end: Position, new: str) -> None:
        """Replace what lies between two positions."""
        splice, replacement = _replacement(self.lines, start, end, new)
        self.lines[splice.first : splice.first + splice.removed] = replacement

    def text(self) -> Text:
        """The text as it is now; the draft is not to be used any more."""
        return Text(self.lines)


def clamped(lines: Sequence[str], line: int, column: int) -> Position:
    """The nearest position that exists in some lines; see `Text`."""
    if line >= len(lines):
        return Position(len(lines) - 1, len(lines[-1]))
    line = max(line, 0)
    return Position(line, min(max(column, 0), content_length(lines[line])))


def _replacement(lines: Sequence[str], start: Position, end: Position, new: str) -> tuple[Splice, list[str]]:
    """The lines that an edit touches, and those that come in their place."""
    start, end = clamped(lines, start.line, start.column), clamped(lines, end.line, end.column)
    if (end.line, end.column) < (start.line, start.column):
        start, end = end, start
    first, after = start.line, end.line + 1
    changed = lines[first][: start.column] + new + lines[end.line][end.column :]
    if first and changed.startswith("\n") and lines[first - 1].endswith("\r"):
        # A line feed that comes to stand behind a carriage return joins it in one terminator.
        first -= 1
        changed = lines[first] + changed
    replacement = split_lines(changed)
    if after < len(lines) and replacement[-1] == "":
        replacement.pop()
    return Splice(first, after - first, len(replacement)), replacement


def advanced(position: Position, text: str) -> Position:
    """The position behind a text that begins at another."""
    *above, last = split_lines(text)
    return Position(position.line + len(above), len(last) + (0 if above else position.column))


def joined(replacements: Iterable[Replacement], text: Text, borders: Sequence[int] = ()) -> list[Replacement]:
    """The same as replacements that are well apart, the last one first: near ones are one, with what is between them.

    An edit costs more than some lines that are read again. Those on two sides of a border, a line, stay two.
    """
    near: list[list[Replacement]] = []
    for item in sorted(replacements, key=place_of):
        above = near[-1][-1].end.line if near else -1 - NEAR
        if item.start.line - above > NEAR or any(above < border <= item.start.line for border in borders):
            near.append([])
        near[-1].append(item)
    return [_joined(items, text) for items in reversed(near)]


def place_of(item: Replacement) -> tuple[int, int, int, int]:
    """The key that sorts replacements by their places."""
    return item.start.line, item.start.column, item.end.line, item.end.column


def _joined(items: Sequence[Replacement], text: Text) -> Replacement:
    parts = [items[0].new]
    for before, after in pairwise(items):
        parts += [text.between(before.end, after.start), after.new]
    return Replacement(items[0].start, items[-1].end, "".join(parts))


def changes_between(before: Text, after: Text) -> list[Replacement]:
    """The replacements of whole lines that turn one text into another, in their order.

    They need not be the fewest: `difflib`, which looks for these, takes a minute for some thousands of lines.
    """
    old, new = before.lines, after.lines
    changes: list[Replacement] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if old[i : i + 1] == new[j : j + 1]:
            i, j = i + 1, j + 1
        else:
            gone, come = _until_alike(old, i, new, j)
            changes.append(_lines_replaced(old, i, i + gone, new[j : j + come]))
            i, j = i + gone, j + come
    return changes


def _until_alike(old: Sequence[str], i: int, new: Sequence[str], j: int) -> tuple[int, int]:
    """How many lines to pass, from two that differ, until some go on alike: few of both, or as many; else all."""
    left, right = len(old) - i, len(new) - j
    few = ((gone, total - gone) for total in range(1, FAR) for gone in range(total + 1))
    as_many = ((passed, passed) for passed in range(FAR // 2, min(left, right)))
    for gone, come in chain(few, as_many):
        if gone <= left and come <= right and old[i + gone : i + gone + ALIKE] == new[j + come : j + come + ALIKE]:
            return gone, come
    return left, right


def _lines_replaced(lines: Sequence[str], first: int, last: int, new: Sequence[str]) -> Replacement:
    end = Position(last, 0) if last < len(lines) else Position(len(lines) - 1, len(lines[-1]))
    start = Position(first, 0) if first < len(lines) else end
    return Replacement(start, end, "".join(new))
