"""A document's text: lines as Python and the Language Server Protocol both count them, and edits to them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

JOINED_WITHIN_LINES = 30
"""Limit, in lines, for the distance between two replacements that are joined into one."""
EQUAL_LINES = 2
"""Number of equal lines that ends a difference."""
EXHAUSTIVE_LINES = 40
"""Limit, in lines of both texts together, for the exhaustive search for the end of a difference."""


def split_lines(source: str) -> list[str]:
    r"""Returns the lines of a source, each with its terminator; the last line has none and may be empty.

    A line ends at `\n`, `\r\n` or `\r` and nowhere else: neither CPython's tokenizer nor the protocol ends one at a
    form feed or at a Unicode line separator.
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
    """A position between two code points: line from 0, column in code points from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """A range of a text, between two positions, and the text that replaces it."""

    start: Position
    end: Position
    new: str

    def shifted(self, lines: int) -> Replacement:
        """Returns the replacement moved down by a number of lines."""
        start, end = self.start, self.end
        return Replacement(Position(start.line + lines, start.column), Position(end.line + lines, end.column), self.new)


@dataclass(frozen=True, slots=True)
class Splice:
    """The lines that an edit replaced: `removed` lines from line `first` (from 0) became `inserted` lines."""

    first: int
    removed: int
    inserted: int

    @property
    def growth(self) -> int:
        """Number of lines that the text gained; negative if it lost lines."""
        return self.inserted - self.removed


@dataclass(frozen=True)
class Text:
    """An immutable text as a sequence of lines, each with its terminator; there is at least one."""

    lines: Sequence[str]

    @classmethod
    def of(cls, source: str) -> Text:
        """The text of a whole source."""
        return cls(split_lines(source))

    def __str__(self) -> str:
        return "".join(self.lines)

    def slice(self, first: int, last: int) -> str:
        """The source of the lines from `first` to `last` (exclusive)."""
        return "".join(self.lines[first:last])

    def between(self, start: Position, end: Position) -> str:
        """The source between two positions."""
        if start.line == end.line:
            return self.lines[start.line][start.column : end.column]
        first, last = self.lines[start.line][start.column :], self.lines[end.line][: end.column]
        return first + self.slice(start.line + 1, end.line) + last

    def clamped(self, line: int, column: int) -> Position:
        """Returns the nearest existing position: the end of the line, or of the text, for one beyond it."""
        return clamped(self.lines, line, column)

    def edited(self, start: Position, end: Position, new: str) -> tuple[Text, Splice]:
        """Returns the text with the range between two positions replaced, and the lines that were replaced."""
        splice, replacement = _replacement(self.lines, start, end, new)
        after = self.lines[splice.first + splice.removed :]
        return Text(list(chain(self.lines[: splice.first], replacement, after))), splice

    def splice_to(self, other: Text) -> Splice:
        """Returns the lines to replace to get another text, with one equal line on either side if there is one."""
        old, new = self.lines, other.lines
        room = min(len(old), len(new))
        same = next((index for index in range(room) if old[index] != new[index]), room)
        room -= same
        rest = next((index for index in range(room) if old[-1 - index] != new[-1 - index]), room)
        first, after = max(same - 1, 0), max(rest - 1, 0)
        return Splice(first, len(old) - after - first, len(new) - after - first)


class Draft:
    """The lines of a text during a series of edits; mutable, so that an edit does not copy the whole text."""

    def __init__(self, text: Text) -> None:
        self.lines = list(text.lines)

    def edit(self, start: Position, end: Position, new: str) -> None:
        """Replace the range between two positions."""
        splice, replacement = _replacement(self.lines, start, end, new)
        self.lines[splice.first : splice.first + splice.removed] = replacement

    def text(self) -> Text:
        """Returns the resulting text, which takes over the lines: do not use the draft afterwards."""
        return Text(self.lines)


def clamped(lines: Sequence[str], line: int, column: int) -> Position:
    """Returns the nearest existing position in some lines; see `Text.clamped`."""
    if line >= len(lines):
        return Position(len(lines) - 1, len(lines[-1]))
    line = max(line, 0)
    return Position(line, min(max(column, 0), content_length(lines[line])))


def _replacement(lines: Sequence[str], start: Position, end: Position, new: str) -> tuple[Splice, list[str]]:
    """Returns the lines that an edit touches and the lines that replace them, after clamping and ordering its ends.

    The new lines keep the invariant of `split_lines`: only the last line of the whole text has no terminator.
    """
    start, end = clamped(lines, start.line, start.column), clamped(lines, end.line, end.column)
    if (end.line, end.column) < (start.line, start.column):
        start, end = end, start
    first, after = start.line, end.line + 1
    changed = lines[first][: start.column] + new + lines[end.line][end.column :]
    if first and changed.startswith("\n") and lines[first - 1].endswith("\r"):
        # A "\n" inserted right after "\r" forms one terminator with it.
        first -= 1
        changed = lines[first] + changed
    replacement = split_lines(changed)
    if after < len(lines) and replacement[-1] == "":
        replacement.pop()
    return Splice(first, after - first, len(replacement)), replacement


def advanced(position: Position, text: str) -> Position:
    """Returns the position after a text that begins at `position`."""
    *above, last = split_lines(text)
    return Position(position.line + len(above), len(last) + (0 if above else position.column))


def joined(replacements: Iterable[Replacement], text: Text, cell_boundaries: Sequence[int] = ()) -> list[Replacement]:
    """Joins replacements that are near each other, with the text between them, as an edit costs more than some lines.

    Near is at most `JOINED_WITHIN_LINES` apart, and not on two sides of a boundary (the line, from 0, at which a cell
    begins). Returns them last one first, so that applying one leaves the positions of the others valid.
    """
    near: list[list[Replacement]] = []
    for item in sorted(replacements, key=by_position):
        above = near[-1][-1].end.line if near else -1 - JOINED_WITHIN_LINES
        is_far = item.start.line - above > JOINED_WITHIN_LINES
        if is_far or any(above < boundary <= item.start.line for boundary in cell_boundaries):
            near.append([])
        near[-1].append(item)
    return [_joined(items, text) for items in reversed(near)]


def by_position(item: Replacement) -> tuple[int, int, int, int]:
    """Sort key: the position of a replacement."""
    return item.start.line, item.start.column, item.end.line, item.end.column


def _joined(items: Sequence[Replacement], text: Text) -> Replacement:
    """Joins replacements that are in order and do not overlap, with the text between them."""
    parts = [items[0].new]
    for before, after in pairwise(items):
        parts += [text.between(before.end, after.start), after.new]
    return Replacement(items[0].start, items[-1].end, "".join(parts))


def changes_between(before: Text, after: Text) -> list[Replacement]:
    """Returns the replacements of whole lines that turn one text into another, in the order of their lines.

    They need not be the fewest: `difflib`, which minimizes them, takes a minute for some thousands of lines.
    """
    old, new = before.lines, after.lines
    changes: list[Replacement] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if old[i : i + 1] == new[j : j + 1]:
            i, j = i + 1, j + 1
        else:
            removed, inserted = _until_equal(old, i, new, j)
            changes.append(_lines_replaced(old, i, i + removed, new[j : j + inserted]))
            i, j = i + removed, j + inserted
    return changes


def _until_equal(old: Sequence[str], i: int, new: Sequence[str], j: int) -> tuple[int, int]:
    """Finds the end of a difference that begins at line `i` of the old text and line `j` of the new one.

    Returns how many lines to skip in each text to reach the next `EQUAL_LINES` equal lines, or the end of both. Tries
    all pairs of a few lines first, then equal numbers of lines; returns all remaining lines if no lines match.
    """
    left, right = len(old) - i, len(new) - j
    few_lines = ((removed, total - removed) for total in range(1, EXHAUSTIVE_LINES) for removed in range(total + 1))
    equal_numbers = ((passed, passed) for passed in range(EXHAUSTIVE_LINES // 2, min(left, right)))
    for removed, inserted in chain(few_lines, equal_numbers):
        at, to = i + removed, j + inserted
        if removed <= left and inserted <= right and old[at : at + EQUAL_LINES] == new[to : to + EQUAL_LINES]:
            return removed, inserted
    return left, right


def _lines_replaced(lines: Sequence[str], first: int, last: int, new: Sequence[str]) -> Replacement:
    """The replacement of the lines from `first` to `last` (exclusive); a line past the end means the text's end."""
    end = Position(last, 0) if last < len(lines) else Position(len(lines) - 1, len(lines[-1]))
    start = Position(first, 0) if first < len(lines) else end
    return Replacement(start, end, "".join(new))
