"""Finds statements by scanning lines, without parsing: where one begins and where its brackets and quotes close.

Used for broken text, so it estimates; the parser has the last word. Lines are counted from 0, ranges of lines exclude
their end, and an `indent` is the exact white space of a block. The state between two lines is the depth, the number of
open brackets, and the quote of the open string, which is empty if none is open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

LINES_LEFT_OPEN = 200
"""Limit, in lines, for a bracket to stay open after a line in it that looks like a statement."""

_KEYWORD = re.compile(
    r"(?:def|class|import|while|with|try|return|raise|del|assert|pass|break|continue|global|nonlocal)\b"
    r"|async[ \t]+(?:def|with)\b|from[ \t]+[\w.]+[ \t]+import\b"
)
"""The start of a line that cannot occur inside brackets."""
_STATEMENT = re.compile(
    rf"{_KEYWORD.pattern}|@\w|(?:if|for|async[ \t]+for)\b.*:"
    r"|(?!(?:and|or|not|in|is|else|lambda|await)\b)[A-Za-z_]\w*[ \t]*[=(.\[:,+*/&|-]"
)
"""The start of a line that is probably a statement, even if an unclosed bracket or quote swallowed it."""
_ARM = re.compile(r"(?:else|elif|except|finally)\b")
HAVE_ARMS = frozenset({"if", "for", "while", "try", "async"})
"""The first words of the statements that may have several arms."""
_CASE = re.compile(r"case\b")
_IN_NO_BRACKET = re.compile(
    rf"{_KEYWORD.pattern}|(?:elif|except|finally)\b|else[ \t]*:"
    r"|case[ \t]+(?!(?:and|else|for|if|in|is|not|or)\b)[\w'\"]"
)
_WORD = re.compile(r"[a-z]*")
_DECORATED = re.compile(r"@|(?:def|class|async)\b")
_TOKEN = re.compile(r"\\.|#|'''|\"\"\"|'|\"|[\[({]|[\])}]")
_CLOSING = {
    "'": re.compile(r"(?:[^'\\\r\n]|\\.)*'"),
    '"': re.compile(r'(?:[^"\\\r\n]|\\.)*"'),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*'''", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"""', re.DOTALL),
}


def begins_statement(lines: Sequence[str], index: int, indent: str) -> bool:
    """Whether the line begins a statement at this indentation, unless a bracket, string or decorator continues in it.

    Blank lines, comments, arms (`else`, `except`) and lines after a backslash do not begin one.
    """
    line = _at(lines[index], indent)
    if not line or line[0] in " \t\f\r\n#\\" or _ARM.match(line):
        return False
    return not (index and is_continued(lines[index - 1]))


def reads_as_statement(lines: Sequence[str], index: int, indent: str) -> bool:
    """Whether the line looks like a statement at this indentation, even inside a bracket or string."""
    return _STATEMENT.match(_at(lines[index], indent)) is not None and not is_continued(lines[index - 1])


def leaves_block(lines: Sequence[str], first: int, last: int, indent: str) -> bool:
    """Whether any line has less than this indentation or a different one, except blank lines and comments.

    A form feed restarts the indentation in Python, so a line with one in its indentation leaves the block too.
    """
    return any(
        (not line.startswith(indent) or ("\f" in line and "\f" in line[: -len(line.lstrip(" \t\f"))]))
        and line.strip(" \t\f\r\n")[:1] not in ("", "#")
        for line in lines[first:last]
    )


def cannot_be_bracketed(line: str) -> bool:
    """Whether the line begins like a statement or an arm that cannot occur inside brackets."""
    return _IN_NO_BRACKET.match(line.lstrip(" \t\f")) is not None


def is_continued(line: str) -> bool:
    """Whether the line ends in a backslash and is not a comment."""
    return line.rstrip("\r\n").endswith("\\") and not line.lstrip().startswith("#")


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
    _known: dict[tuple[int, str], tuple[int, _Effect]] = field(default_factory=dict)
    """By line and quote: the line that `end_of_string` returns, and the effect of the lines until there."""

    def end_of_string(self, index: int, quote: str, depth: int) -> tuple[int, int]:
        """Finds the first line after a string, given a line that begins within it and the state there.

        Returns the first line, from `index` on, that does not begin within a string, and the depth at its start. The
        line is `end + 1` if a string is still open at `end`.
        """
        passed: list[tuple[tuple[int, str], _Effect]] = []
        known = self._known
        at = index, quote
        while at not in known and at[1] and at[0] < self.end:
            effect, after = _effect_within_string(self.lines[at[0]], at[1])
            passed.append((at, effect))
            at = at[0] + 1, after
        end, total = known.get(at, (at[0] + bool(at[1]), _NO_EFFECT))
        for at, effect in reversed(passed):
            total = effect.then(total)
            known[at] = end, total
        return end, max(depth + total.gained, total.least)


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
    opening = _at(lines[first], indent)
    decorates = opening.startswith("@")
    depth, quote, is_closed = 0, "", True
    closed_at: int | None = None
    lines_left = LINES_LEFT_OPEN
    runs = runs or StringRuns(lines, end)
    index = first
    while index < end:
        line = lines[index]
        if quote:
            index, depth = runs.end_of_string(index, quote, depth)
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
            if not depth and _begins_next(lines, index, indent, opening):
                if not decorates:
                    return StatementEnd(index, is_closed, False, index - first + (closed_at == index))
                if not _DECORATED.match(_at(line, indent)):
                    return StatementEnd(index, is_closed, False, index - first + 1)
                decorates = _at(line, indent).startswith("@")
        depth, quote = state_after(line, depth, quote)
        index += 1
    is_open = bool(depth or quote)
    return StatementEnd(end, is_closed and not is_open, is_open, end - first)


def arm_at(lines: Sequence[str], index: int, indent: str) -> str:
    """The lower-case word at the start of the line at this indentation, possibly that of an arm; empty if none."""
    return _word(_at(lines[index], indent))


def arms(lines: Sequence[str], first: int, last: int, indent: str) -> list[int]:
    """The lines at which the arms of a statement begin, including its first line."""
    return _beginning_with(_ARM, lines, first, last, indent)


def cases(lines: Sequence[str], first: int, last: int, indent: str) -> list[int]:
    """The lines at which the cases of a `match` begin, including the first line of its block."""
    return _beginning_with(_CASE, lines, first, last, indent)


def _beginning_with(word: re.Pattern[str], lines: Sequence[str], first: int, last: int, indent: str) -> list[int]:
    """Line `first` and the later lines that have the word at this indentation, outside brackets and strings."""
    starts = [first]
    depth, quote = 0, ""
    for index in range(first, last):
        line = lines[index]
        if index > first and not quote:
            if depth and cannot_be_bracketed(line):
                depth = 0
            if not depth and word.match(_at(line, indent)) and not is_continued(lines[index - 1]):
                starts.append(index)
        depth, quote = state_after(line, depth, quote)
    return starts


def is_open(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether a bracket or string that opens in these lines is still open at their end."""
    return any(_left_open(lines, first, last))


def is_string_open(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether a string that opens in these lines is still open at their end."""
    return bool(_left_open(lines, first, last)[1])


def _left_open(lines: Sequence[str], first: int, last: int) -> tuple[int, str]:
    """The state after some lines, with no bracket or string open before them."""
    depth, quote = 0, ""
    for line in lines[first:last]:
        depth, quote = state_after(line, depth, quote)
    return depth, quote


def _at(line: str, indent: str) -> str:
    """The line after this indentation (white space beyond it included); empty if it has less or a different one."""
    if not line.startswith(indent):
        return ""
    return line[len(indent) :] if indent else line.lstrip("\f")  # a statement may begin with these


def _word(text: str) -> str:
    match = _WORD.match(text)
    return match.group() if match else ""


def _begins_next(lines: Sequence[str], index: int, indent: str, opening: str) -> bool:
    """Whether the line ends the statement that begins with `opening`; an arm does so only if that has no arms."""
    if _ARM.match(_at(lines[index], indent)) and not is_continued(lines[index - 1]):
        return _word(opening) not in HAVE_ARMS
    return begins_statement(lines, index, indent)


def state_after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Scans a line, or the rest of a string in it, from the state before the line. Returns the state after it.

    A closing bracket with none open is ignored, and brackets of different kinds match. A string that is not
    triple-quoted stays open only after a backslash at the end of the line.
    """
    at = 0
    while True:
        if quote:
            closing = _CLOSING[quote].match(line, at)
            if closing is None:
                stays = len(quote) == 3 or line.rstrip("\r\n").endswith("\\")
                return depth, quote if stays else ""
            at, quote = closing.end(), ""
        token = _TOKEN.search(line, at)
        if token is None:
            return depth, quote
        text, at = token.group(), token.end()
        if text[0] == "\\":  # an error outside strings, so the escaped character opens or closes nothing
            continue
        if text == "#":
            return depth, quote
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth = max(depth - 1, 0)
        else:
            quote = text
