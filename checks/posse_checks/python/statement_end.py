"""Finds where a statement ends by scanning its lines, without parsing.

Invariant: of text that parses, each line at which the parser ends a statement is also found here, whatever follows;
except where more than `LINES_LEFT_OPEN` lines in a bracket look like statements, and in the last line of a field of a
formatted string that takes several. Brackets left open in broken text are closed by an estimate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from posse_checks.python.indentation import unseen_statement
from posse_checks.python.line_scanner import (
    ARM,
    HAVE_ARMS,
    begins_statement,
    cannot_be_bracketed,
    is_continued,
    reads_as_statement,
    state_after,
    text_at,
    word_of,
)

LINES_LEFT_OPEN = 200
"""Limit, in lines, for a bracket to stay open after a line in it that looks like a statement."""

_DECORATED = re.compile(r"@|(?:def|class|async)\b")


class StatementEnd(NamedTuple):
    """Where a statement ends, as `statement_end` estimates it."""

    line: int
    """The line after the statement."""
    is_closed: bool
    """Whether all its brackets and strings close."""
    is_open: bool
    """Whether a bracket or string is still open at the end of the block."""
    lookahead: int
    """Number of lines, from the statement's first, that decided this.

    The line after the statement counts only if its content mattered: it closed brackets, or ended a search for what a
    decorator decorates. That it begins a statement does not count, since an edit checks this at the start of each node
    that it touches.
    """


class _Effect(NamedTuple):
    """How lines change the depth, whatever it was before: it becomes `max(depth + gained, least)`.

    The effects of two lines in a row combine into another one: see `then`.
    """

    gained: int
    least: int
    """The depth after the lines if the depth before them is 0."""

    def then(self, later: _Effect) -> _Effect:
        """The effect of these lines followed by later ones."""
        return _Effect(self.gained + later.gained, max(self.least + later.gained, later.least))


_NO_EFFECT = _Effect(0, 0)


@dataclass(frozen=True, slots=True)
class StringRuns:
    """Memo of the runs of lines that begin within strings, so that each is scanned once.

    Many broken statements may run into the same string; without this, the scan would be quadratic. Valid for `lines` up
    to `end` only, whatever smaller range the caller scans.
    """

    lines: Sequence[str]
    end: int
    _known: dict[tuple[int, str], tuple[int, _Effect, bool]] = field(default_factory=dict)
    """By line and quote: what `end_of_string` returns, with the effect of the lines until there instead of a depth."""

    def end_of_string(self, index: int, quote: str, depth: int) -> tuple[int, int, bool]:
        """Finds the first line after a string, given a line that begins within it and the state there.

        Returns the first line, from `index` on, that does not begin within a string, the depth at its start, and
        whether a backslash before it continues the line. It is line `end + 1` if a string is still open at `end`.
        """
        passed: list[tuple[tuple[int, str], _Effect]] = []
        known = self._known
        at = index, quote
        while at not in known and at[1] and at[0] < self.end:
            effect, after = _effect_within_string(self.lines[at[0]], at[1])
            passed.append((at, effect))
            at = at[0] + 1, after
        if at in known:
            end, total, goes_on = known[at]
        else:
            end, total = at[0] + bool(at[1]), _NO_EFFECT
            goes_on = bool(passed) and not at[1] and _goes_on(self.lines[at[0] - 1], passed[-1][0][1])
        for at, effect in reversed(passed):
            total = effect.then(total)
            known[at] = end, total, goes_on
        return end, max(depth + total.gained, total.least), goes_on


def _effect_within_string(line: str, quote: str) -> tuple[_Effect, str]:
    """Returns the effect of a line that begins within a string, and the quote of the string that is open after it."""
    least, after = state_after(line, 0, quote)
    deep = line.count(")") + line.count("]") + line.count("}")
    return _Effect(state_after(line, deep, quote)[0] - deep, least), after


def statement_end(
    lines: Sequence[str], first: int, end: int, indent: str, runs: StringRuns | None = None
) -> StatementEnd:
    """Finds the end of the statement that starts at line `first`, within a block that ends at line `end` (exclusive).

    A line that cannot occur inside brackets (such as `def`) closes all of them. So does the next
    line after `LINES_LEFT_OPEN` lines, counted from one that looks like a statement.
    """
    opening = unseen_statement(lines, first, end, indent) or text_at(lines[first], indent)
    decorates = opening.startswith("@")
    depth, quote, is_closed, goes_on = 0, "", True, False
    closed_at: int | None = None
    lines_left = LINES_LEFT_OPEN
    runs = runs or StringRuns(lines, end)
    index = first
    while index < end:
        line = lines[index]
        if quote:
            index, depth, goes_on = runs.end_of_string(index, quote, depth)
            if index > end:
                return StatementEnd(end, False, True, end - first)
            quote = ""
            continue
        if index > first:
            if depth:
                if not lines_left or cannot_be_bracketed(line):
                    depth, is_closed, lines_left, closed_at = 0, False, LINES_LEFT_OPEN, index
                elif lines_left < LINES_LEFT_OPEN or reads_as_statement(lines, index, indent):
                    lines_left -= 1
            if not depth and not goes_on:
                if _begins_next(lines, index, indent, opening):
                    if not decorates:
                        return StatementEnd(index, is_closed, False, index - first + (closed_at == index))
                    if not _DECORATED.match(text_at(line, indent)):
                        return StatementEnd(index, is_closed, False, index - first + 1)
                    decorates = text_at(line, indent).startswith("@")
                elif unseen := _unseen_opening(lines, index, end, indent):
                    opening, decorates = unseen, unseen.startswith("@")
        goes_on = _goes_on(line, "")
        depth, quote = state_after(line, depth, quote)
        index += 1
    is_open = bool(depth or quote)
    return StatementEnd(end, is_closed and not is_open, is_open, end - first)


def _begins_next(lines: Sequence[str], index: int, indent: str, opening: str) -> bool:
    """Whether the line ends the statement that begins with `opening`; an arm does so only if that has no arms."""
    if ARM.match(text_at(lines[index], indent)) and not is_continued(lines[index - 1]):
        return word_of(opening) not in HAVE_ARMS
    return begins_statement(lines, index, indent)


def _unseen_opening(lines: Sequence[str], index: int, end: int, indent: str) -> str:
    """The text of a statement that begins at a line though `begins_statement` denies it; empty if none does."""
    unseen = unseen_statement(lines, index, end, indent)
    return "" if ARM.match(unseen) else unseen


def _goes_on(line: str, quote: str) -> bool:
    """Whether a backslash outside comments ends a line, which begins within a string of this quote if there is one."""
    text = line.rstrip("\r\n")
    if not text.endswith("\\"):
        return False
    before = text[:-1]
    return state_after(before + "(", 0, quote) != state_after(before, 0, quote)
