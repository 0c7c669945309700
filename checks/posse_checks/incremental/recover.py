"""Text to segments: the pieces that are parsed and checked on their own, also where the text is broken.

A statement that is broken is split whatever its length, into its head and the segments of its block, or into its arms
or cases, so that an unfinished line costs itself only. How far it reaches is told by a scan of brackets and quotes; if
it swallowed lines that look like statements, as behind an open bracket or quote, it is cut before the first of them.

Either way the split is a function of the text from the segment's first line on, which is what lets an edit redo a part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from posse_checks.incremental.split import (
    ARMS,
    CASE,
    MATCH,
    NO_MARGIN,
    Block,
    Margin,
    Part,
    Piece,
    begins_block,
    head_of,
    indent_of,
    least_block,
    parse_arm,
    split_between,
    split_valid,
)
from posse_checks.python.line_scanner import (
    HAVE_ARMS,
    Runs,
    arm_at,
    arms,
    begins_statement,
    cases,
    extent,
    is_open,
    leaves_block,
    reads_as_statement,
)
from posse_checks.python.syntax import Broken

STRETCH = 1000
"""The number of lines that are parsed at once when a text is opened."""

_OPENS_BLOCK = re.compile(
    r"@|(?:async[ \t]+)?(?:class|def|if|for|while|with|try|except|elif|else|finally)\b"
    r"|(?:match|case)\b(?![ \t]*[=.,:;)\]}])"
)
_COLON = re.compile(r":[ \t\f]*(?:#.*)?[\r\n]*\Z")
DECORATORS = 20
"""How many decorators of a broken statement are tried one by one."""
_HEADS_TRIED = 8
"""How many lines that end in a colon are tried as the end of a broken statement's head."""


def split(lines: Sequence[str], borders: Sequence[int] = ()) -> Iterator[Part]:
    """All segments of a text; no statement reaches over a border, a line, from 0, at which a cell begins."""
    for first, end in pairwise((0, *borders, len(lines))):
        yield from split_cell(lines, first, end)


def split_cell(lines: Sequence[str], first: int, end: int) -> Iterator[Part]:
    """The segments of a text or a cell, parsed stretch by stretch: the tree of a whole long file is large."""
    height = STRETCH
    while first < end:
        last = next((index for index in range(first + height, end) if begins_statement(lines, index, "")), end)
        parts = split_between(lines, first, last, end, NO_MARGIN)
        if parts is not None:
            yield from parts
            first, height = last, STRETCH
        elif last < end:
            height *= 2  # the stretch ends within a statement, or there is something broken in it
        else:
            yield from split_from(lines, first, end, NO_MARGIN)
            return


def split_from(lines: Sequence[str], first: int, end: int, indent: Margin, runs: Runs | None = None) -> Iterator[Part]:
    """The segments of a block from the line `first` on, where one begins, without the whole of it parsing."""
    runs = runs or Runs(lines, end)
    while first < end:
        for part in _next_parts(lines, first, end, indent, runs):
            yield part
            first += part.height


def _next_parts(lines: Sequence[str], first: int, end: int, indent: Margin, runs: Runs) -> list[Part]:
    last, closed, ends_open, looked_at = extent(lines, first, end, indent, runs)
    broken = Broken(1, "a bracket or a string is never closed")
    if closed:
        valid = split_valid(lines, first, last, indent)
        if valid is not None:
            return valid
        broken = _what_is_wrong(lines, first, last, indent)
    block = None if ends_open else _broken_statement(lines, first, last, indent, looked_at, broken, runs)
    if block is not None:
        return [block]
    cut = _first_swallowed(lines, first, last, indent)
    if cut is not None:
        looked_at = max(looked_at, min(last + 1, end) - first)
        last, ends_open = cut, False
    block = _broken_statement(lines, first, last, indent, looked_at, broken, runs)
    if block is None:
        return [Piece(last - first, looked_at, broken, first, ends_open)]
    return [replace(block, ends_open=ends_open)]


def _first_swallowed(lines: Sequence[str], first: int, last: int, indent: str) -> int | None:
    """The first line in a broken statement that looks like one; of many decorators, the first of the last few.

    Each cut is followed by an attempt at the rest, so that there must not be as many as there are decorators.
    """
    index = next((index for index in range(first + 1, last) if reads_as_statement(lines, index, indent)), None)
    if index is None or not lines[first].startswith(f"{indent}@"):
        return index
    decorators = [index for index in range(first + 1, last) if lines[index].startswith(f"{indent}@")]
    return max(index, decorators[-DECORATORS]) if len(decorators) > DECORATORS else index


def _broken_statement(
    lines: Sequence[str], first: int, last: int, indent: Margin, looked_at: int, broken: Broken, runs: Runs
) -> Block | None:
    """A broken statement as a block, if it is one, or as one of its arms, each of which is one or a piece that parses.

    A block of arms has a head without lines, which says what is wrong with the whole if nothing is with the arms. A
    `match`, and a case that is in none, get one too: they may lack something, though each line of them parses.
    """
    opening = arm_at(lines, first, indent)
    starts = arms(lines, first, last, indent) if opening in HAVE_ARMS else [first]
    parts: list[Part]
    if len(starts) == 1 and opening not in ARMS:
        block = _broken_block(lines, first, last, indent, looked_at, runs)
        if block is None or opening not in (MATCH, CASE):
            return block
        parts = [block]
    else:
        parts = [_arm(lines, begin, end, indent, runs) for begin, end in pairwise([*starts, last])]
    pieces = list(_broken_pieces(parts, first))
    if any(part.looked_at > part.height for part in parts) or any(
        leaves_block(lines, begin, end, indent) for begin, end in pieces
    ):
        looked_at = max(looked_at, last - first + 1)
    return Block(Piece(0, 0, [] if _tells_what_is_wrong(parts) else broken, first), indent, parts, looked_at)


def _arm(lines: Sequence[str], first: int, last: int, indent: Margin, runs: Runs) -> Part:
    content, origin = parse_arm(lines, first, last, indent)
    piece = Piece(last - first, last - first, content, origin)
    return (isinstance(content, Broken) and _broken_block(lines, first, last, indent, last - first, runs)) or piece


def _broken_block(
    lines: Sequence[str], first: int, last: int, indent: Margin, looked_at: int, runs: Runs
) -> Block | None:
    """A broken statement as a block, if it is one; its head may be what is broken."""
    if indent.is_deep or not _OPENS_BLOCK.match(lines[first][len(indent) :].lstrip("\f\ufeff")):
        return None
    colons = [index for index in range(first, last) if _COLON.search(lines[index])]
    for end in colons[:_HEADS_TRIED]:
        start, body_indent = _body(lines, end + 1, last, indent)
        head = head_of(lines, first, start, indent, body_indent) if body_indent else None
        if head is not None:
            break
    else:
        start, body_indent = _body(lines, first + 1, last, indent)
        if not body_indent:
            return None
        head = head_of(lines, first, start, indent, body_indent)
        if head is None:
            broken = _what_is_wrong(lines, first, start, indent, least_block(lines, first, indent, body_indent))
            head = Piece(start - first, start - first, broken, first)
    if arm_at(lines, first, indent) == MATCH:
        starts = cases(lines, start, last, body_indent)
        parts = [_arm(lines, begin, end, body_indent, runs) for begin, end in pairwise([*starts, last])]
    else:
        parts = list(split_from(lines, start, last, body_indent, runs))
    if is_open(lines, first, start) or any(
        leaves_block(lines, begin, end, body_indent) for begin, end in _broken_pieces(parts, start)
    ):
        # What is inside decides where the whole ends, so any edit of it must look at the whole.
        looked_at = max(looked_at, last - first + 1)
    return Block(head, body_indent, parts, looked_at)


def _what_is_wrong(lines: Sequence[str], first: int, last: int, indent: Margin, tail: str = "") -> Broken:
    content, _ = parse_arm(lines, first, last, indent, tail)
    return content if isinstance(content, Broken) else Broken(1, "invalid syntax")


def _broken_pieces(parts: Sequence[Part], begin: int) -> Iterator[tuple[int, int]]:
    """The first and the last line, exclusive, of each broken piece."""
    for part in parts:
        if isinstance(part, Block):
            yield from _broken_pieces(part.parts, begin + part.head.height)
        elif isinstance(part.content, Broken):
            yield begin, begin + part.height
        begin += part.height


def _tells_what_is_wrong(parts: Sequence[Part]) -> bool:
    """Whether some piece is broken, or some head."""
    pieces = (part.head if isinstance(part, Block) else part for part in parts)
    return any(isinstance(piece.content, Broken) for piece in pieces) or any(
        _tells_what_is_wrong(part.parts) for part in parts if isinstance(part, Block)
    )


def _body(lines: Sequence[str], first: int, last: int, indent: Margin) -> tuple[int, Margin]:
    """Where the block of a statement begins, at the earliest at `first`, and its indentation; none if there is none."""
    while first < last and lines[first].strip(" \t\f\r\n")[:1] in ("", "#", "\\"):
        first += 1
    if first == last:
        return first, NO_MARGIN
    body_indent = indent_of(lines[first])
    is_deeper = body_indent.startswith(indent) and len(body_indent) > len(indent)
    is_block = is_deeper and begins_block(lines, first, body_indent)
    return first, indent.inside(body_indent) if is_block else NO_MARGIN
