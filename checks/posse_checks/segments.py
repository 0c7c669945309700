"""Text to segments: the pieces that are parsed and checked on their own.

A segment is a top-level statement with the comments and blank lines that follow it; what precedes the first
statement is a segment too. A logical line at the left margin begins a statement, unless it is another arm of the
one before (`else`, `except`) or what a decorator decorates. There the tokenizer's state is neutral, so a segment
parses alone to just the tree it has in the file.

Where text does not parse, a scan of brackets and quotes tells how far the broken statement reaches. If it swallowed
lines that look like statements, as behind an open bracket or triple quote, it is cut before the first of them, so
that an unfinished line costs itself only. Either way the split is a function of the text from the segment's first
line on, which is what lets an edit redo a part of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from posse_checks.syntax import Broken, parse


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment as it was cut: its height in lines and its statements, or why it has none.

    `looked_at` is the number of lines, from its first, that decided where it ends; more than its height where it
    was cut. Positions in the statements count from line `origin` of the text, itself counted from 0.
    """

    height: int
    looked_at: int
    content: list[ast.stmt] | Broken
    origin: int


PATIENCE = 200
"""How many lines an open bracket may go on once a line in it reads like a statement."""

_KEYWORD = re.compile(
    r"(?:def|class|import|while|with|try|return|raise|del|assert|pass|break|continue|global|nonlocal)\b"
    r"|async[ \t]+(?:def|with)\b|from[ \t]+[\w.]+[ \t]+import\b|@\w"
)
"""The beginning of a line that can stand in no bracket."""
_STATEMENT = re.compile(
    rf"{_KEYWORD.pattern}|(?:if|for|async[ \t]+for)\b.*:"
    r"|(?!(?:and|or|not|in|is|else|lambda|await)\b)[A-Za-z_]\w*[ \t]*[=(.\[:,+*/&|-]"
)
"""The beginning of a line that is likely a statement, also where it was swallowed by a bracket or quote."""
_ARM = re.compile(r"(?:else|elif|except|finally)\b")
_HAS_ARMS = re.compile(r"(?:if|for|while|try|async)\b")
_DECORATED = re.compile(r"@|(?:def|class|async)\b")
_TOKEN = re.compile(r"#|'''|\"\"\"|'|\"|[\[({]|[\])}]")
_CLOSING = {
    "'": re.compile(r"(?:[^'\\\r\n]|\\.)*'"),
    '"': re.compile(r'(?:[^"\\\r\n]|\\.)*"'),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*'''", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"""', re.DOTALL),
}
_CONTINUED = re.compile(r"(?:\\\\)*\\\r?\n?\Z")


def split(lines: Sequence[str]) -> list[Piece]:
    """All segments of a text."""
    whole = _split_valid(lines, 0, len(lines))
    return list(split_from(lines, 0)) if whole is None else whole


def split_between(lines: Sequence[str], first: int, last: int) -> list[Piece] | None:
    """The segments of the lines from `first` up to `last`, if these are whole statements; None where they are not."""
    if (first and not begins_statement(lines, first)) or (last < len(lines) and not begins_statement(lines, last)):
        return None
    return _split_valid(lines, first, last)


def split_from(lines: Sequence[str], first: int) -> Iterator[Piece]:
    """The segments from the line `first` on, where one begins, found without the whole parsing."""
    while first < len(lines):
        piece = _next_piece(lines, first)
        yield piece
        first += piece.height


def begins_statement(lines: Sequence[str], index: int) -> bool:
    """Whether the line begins a statement at the left margin, if it is in no bracket, string or decorated statement."""
    line = lines[index].lstrip("\f")
    if not line or line[0] in " \t\r\n#\\" or _ARM.match(line):
        return False
    return not (index and _is_continued(lines[index - 1]))


def _is_continued(line: str) -> bool:
    """Whether the line ends in a backslash, comment lines aside."""
    return line.rstrip("\r\n").endswith("\\") and not line.lstrip().startswith("#")


def _split_valid(lines: Sequence[str], first: int, last: int) -> list[Piece] | None:
    statements = parse("".join(lines[first:last]))
    if isinstance(statements, Broken):
        return None
    cuts: list[tuple[int, list[ast.stmt]]] = [(first, [])]
    for statement in statements:
        start = first + _first_line(statement) - 1
        while start > first and isinstance(statement, _CAN_BE_DECORATED) and statement.decorator_list:
            if lines[start].lstrip(" \t\f").startswith("@"):
                break
            start -= 1
        if start > max(cuts[-1][0], _last_line(cuts[-1][1], first)) and begins_statement(lines, start):
            cuts.append((start, []))
        cuts[-1][1].append(statement)
    ends = [start for start, _ in cuts[1:]] + [last]
    return [Piece(end - start, end - start, body, first) for (start, body), end in zip(cuts, ends, strict=True)]


_CAN_BE_DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _first_line(statement: ast.stmt) -> int:
    if isinstance(statement, _CAN_BE_DECORATED) and statement.decorator_list:
        return statement.decorator_list[0].lineno
    return statement.lineno


def _last_line(statements: list[ast.stmt], first: int) -> int:
    return first + (statements[-1].end_lineno or 0) - 1 if statements else -1


def _next_piece(lines: Sequence[str], first: int) -> Piece:
    end, closed, looked_at = _extent(lines, first)
    content: list[ast.stmt] | Broken
    if closed:
        content = parse("".join(lines[first:end]))
        if not isinstance(content, Broken):
            return Piece(end - first, looked_at, content, first)
    else:
        content = Broken(1, "a bracket or a string is never closed")
    for index in range(first + 1, end):
        if _reads_as_statement(lines, index):
            return Piece(index - first, looked_at, content, first)
    return Piece(end - first, looked_at, content, first)


def _extent(lines: Sequence[str], first: int) -> tuple[int, bool, int]:
    """Where the statement that begins at a line ends by its brackets and quotes; whether they all close; lines seen."""
    opening = lines[first].lstrip("\f")
    decorates = opening.startswith("@")
    depth, quote = 0, ""
    patience = PATIENCE
    for index in range(first, len(lines)):
        line = lines[index]
        if index > first and not quote:
            if depth and (_KEYWORD.match(line) or not patience):
                return index, False, index - first + 1
            if depth and (patience < PATIENCE or _reads_as_statement(lines, index)):
                patience -= 1
            if not depth and _begins_next(lines, index, opening):
                if not decorates:
                    return index, True, index - first
                if not _DECORATED.match(line.lstrip("\f")):
                    return index, True, index - first + 1
                decorates = line.lstrip("\f").startswith("@")
        depth, quote = _scan(line, depth, quote)
    return len(lines), not (depth or quote), len(lines) - first


def _reads_as_statement(lines: Sequence[str], index: int) -> bool:
    return _STATEMENT.match(lines[index].lstrip("\f")) is not None and not _is_continued(lines[index - 1])


def _begins_next(lines: Sequence[str], index: int, opening: str) -> bool:
    if _ARM.match(lines[index].lstrip("\f")) and not _is_continued(lines[index - 1]):
        return not _HAS_ARMS.match(opening)
    return begins_statement(lines, index)


def _scan(line: str, depth: int, quote: str) -> tuple[int, str]:
    """The depth of brackets and the open string behind a line, from those before it."""
    at = 0
    while True:
        if quote:
            closing = _CLOSING[quote].match(line, at)
            if closing is None:
                stays = len(quote) == 3 or _CONTINUED.search(line)
                return depth, quote if stays else ""
            at, quote = closing.end(), ""
        token = _TOKEN.search(line, at)
        if token is None:
            return depth, quote
        text, at = token.group(), token.end()
        if text == "#":
            return depth, quote
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth = max(depth - 1, 0)
        else:
            quote = text
