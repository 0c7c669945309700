"""Splits any text into parts that are parsed and checked on their own, and recovers from syntax errors.

A broken statement of any length is split into its head and the parts of its block, or into its arms or cases, so that
an unfinished line loses only its own findings. A scan of brackets and quotes finds its end; if it swallowed lines that
look like statements, such as those after an unclosed bracket, it is cut before the first of them.

Invariant: a part depends only on the text from its first line on, which lets an edit redo some parts alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from posse_checks.incremental.chunk import NO_MARGIN, Block, Chunk, Margin, Part
from posse_checks.incremental.parse_block import ARMS, CASE, MATCH, head_of, least_block, parse_arm
from posse_checks.incremental.split import begins_block, indent_of, split_between, split_valid
from posse_checks.python.line_scanner import (
    HAVE_ARMS,
    arm_at,
    arms,
    begins_statement,
    cases,
    is_open,
    leaves_block,
    reads_as_statement,
)
from posse_checks.python.statement_end import StringRuns, statement_end
from posse_checks.python.syntax import Broken

_OPENS_BLOCK = re.compile(
    r"@|(?:async[ \t]+)?(?:class|def|if|for|while|with|try|except|elif|else|finally)\b"
    r"|(?:match|case)\b(?![ \t]*[=.,:;)\]}])"
)
_COLON = re.compile(r":[ \t\f]*(?:#.*)?[\r\n]*\Z")
_DECORATORS_TRIED = 20
"""Limit for the decorators of a broken statement that are tried one by one."""
_HEADS_TRIED = 8
"""Limit for the lines ending in a colon that are tried as the end of a broken statement's head."""


def split(lines: Sequence[str], cell_boundaries: Sequence[int] = (), margin: Margin = NO_MARGIN) -> Iterator[Part]:
    """Yields all parts of a text. No statement extends over a boundary: a line, from 0, at which a cell begins."""
    for first, end in pairwise((0, *cell_boundaries, len(lines))):
        yield from split_cell(lines, first, end, margin)


def split_cell(lines: Sequence[str], first: int, end: int, margin: Margin = NO_MARGIN) -> Iterator[Part]:
    """Yields the parts of a text or a cell.

    Parses `Limits.lines_parsed_at_once` lines at a time, since the tree of a whole file may be large. A range that does
    not parse is doubled, as it may end within a statement; error recovery gets all that remains.
    """
    height = margin.limits.lines_parsed_at_once
    while first < end:
        last = next((index for index in range(first + height, end) if begins_statement(lines, index, "")), end)
        parts = split_between(lines, first, last, end, margin)
        if parts is not None:
            yield from parts
            first, height = last, margin.limits.lines_parsed_at_once
        elif last < end:
            height *= 2  # the range ends within a statement, or contains an error
        else:
            yield from split_from(lines, first, end, margin)
            return


def split_from(
    lines: Sequence[str], first: int, end: int, indent: Margin, runs: StringRuns | None = None
) -> Iterator[Part]:
    """Yields the parts of a block from line `first`, where one begins, to `end`; the block need not parse."""
    runs = runs or StringRuns(lines, end)
    while first < end:
        for part in _next_parts(lines, first, end, indent, runs):
            yield part
            first += part.height


def _next_parts(lines: Sequence[str], first: int, end: int, indent: Margin, runs: StringRuns) -> list[Part]:
    """Finds the statement that starts at line `first`, and returns it: as valid parts, else as one broken part.

    A statement that runs into the end of the block with an open bracket or string is cut before it is read as a block.
    A broken part's lookahead covers all that the scan examined, and so may extend over the lines that were cut off.
    """
    last, is_closed, ends_open, lookahead = statement_end(lines, first, end, indent, runs)
    broken = Broken(1, "a bracket or a string is never closed")
    if is_closed:
        valid = split_valid(lines, first, last, indent)
        if valid is not None:
            return valid
        broken = _error_in(lines, first, last, indent)
    block = None if ends_open else _broken_statement(lines, first, last, indent, lookahead, broken, runs)
    if block is not None:
        return [block]
    cut = _first_swallowed(lines, first, last, indent)
    if cut is not None:
        lookahead = max(lookahead, min(last + 1, end) - first)
        last, ends_open = cut, False
    block = _broken_statement(lines, first, last, indent, lookahead, broken, runs)
    if block is None:
        return [Chunk(last - first, lookahead, broken, first, ends_open)]
    return [replace(block, ends_open=ends_open)]


def _first_swallowed(lines: Sequence[str], first: int, last: int, indent: str) -> int | None:
    """The first line inside a broken statement that looks like a statement; None if there is none.

    Among many decorators, the first of the last `_DECORATORS_TRIED`: each cut costs another attempt at the rest.
    """
    index = next((index for index in range(first + 1, last) if reads_as_statement(lines, index, indent)), None)
    if index is None or not lines[first].startswith(f"{indent}@"):
        return index
    decorators = [index for index in range(first + 1, last) if lines[index].startswith(f"{indent}@")]
    return max(index, decorators[-_DECORATORS_TRIED]) if len(decorators) > _DECORATORS_TRIED else index


def _broken_statement(
    lines: Sequence[str], first: int, last: int, indent: Margin, lookahead: int, broken: Broken, runs: StringRuns
) -> Block | None:
    """Tries to read a broken statement as a block, then as a block of its arms. Returns None if neither fits.

    A block of arms has a head of height 0, which carries the error of the whole statement if no arm has one. A `match`,
    or a `case` outside of one, gets such a head too, as the whole may be incomplete though each of its lines parses.

    The lookahead includes the line after the statement if any part decides where the whole ends: one whose lookahead
    exceeds its height, or one with a broken chunk that leaves the block.
    """
    opening = arm_at(lines, first, indent)
    starts = arms(lines, first, last, indent) if opening in HAVE_ARMS else [first]
    parts: list[Part]
    if len(starts) == 1 and opening not in ARMS:
        block = _broken_block(lines, first, last, indent, lookahead, runs)
        if block is None or opening not in (MATCH, CASE):
            return block
        parts = [block]
    else:
        parts = [_arm(lines, begin, end, indent, runs) for begin, end in pairwise([*starts, last])]
    chunks = list(_broken_chunks(parts, first))
    if any(part.lookahead > part.height for part in parts) or any(
        leaves_block(lines, begin, end, indent) for begin, end in chunks
    ):
        lookahead = max(lookahead, last - first + 1)
    return Block(Chunk(0, 0, [] if _has_error(parts) else broken, first), indent, parts, lookahead)


def _arm(lines: Sequence[str], first: int, last: int, indent: Margin, runs: StringRuns) -> Part:
    """One arm or case as a chunk, or, if it does not parse, as a block if that is possible."""
    content, origin = parse_arm(lines, first, last, indent)
    chunk = Chunk(last - first, last - first, content, origin)
    return (isinstance(content, Broken) and _broken_block(lines, first, last, indent, last - first, runs)) or chunk


def _broken_block(
    lines: Sequence[str], first: int, last: int, indent: Margin, lookahead: int, runs: StringRuns
) -> Block | None:
    """Reads a broken statement as a head and a block, where the head may be broken itself. Returns None if it has none.

    Tries the first `_HEADS_TRIED` lines that end in a colon as the end of the head, then takes the first line alone.
    """
    if indent.is_deep or not _OPENS_BLOCK.match(lines[first][len(indent) :].lstrip("\f")):
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
            broken = _error_in(lines, first, start, indent, least_block(lines, first, indent, body_indent))
            head = Chunk(start - first, start - first, broken, first)
    if arm_at(lines, first, indent) == MATCH:
        starts = cases(lines, start, last, body_indent)
        parts = [_arm(lines, begin, end, body_indent, runs) for begin, end in pairwise([*starts, last])]
    else:
        parts = list(split_from(lines, start, last, body_indent, runs))
    if is_open(lines, first, start) or any(
        leaves_block(lines, begin, end, body_indent) for begin, end in _broken_chunks(parts, start)
    ):
        # The content decides where the whole ends, so an edit in it must redo the whole.
        lookahead = max(lookahead, last - first + 1)
    return Block(head, body_indent, parts, lookahead)


def _error_in(lines: Sequence[str], first: int, last: int, indent: Margin, tail: str = "") -> Broken:
    """The syntax error of a statement, with its line from 1 at `first`; a general one if it parses as an arm."""
    content, _ = parse_arm(lines, first, last, indent, tail)
    return content if isinstance(content, Broken) else Broken(1, "invalid syntax")


def _broken_chunks(parts: Sequence[Part], begin: int) -> Iterator[tuple[int, int]]:
    """Yields the first line and the end (exclusive) of each broken chunk in parts that start at line `begin`.

    Heads do not count, though their heights do.
    """
    for part in parts:
        if isinstance(part, Block):
            yield from _broken_chunks(part.parts, begin + part.head.height)
        elif isinstance(part.content, Broken):
            yield begin, begin + part.height
        begin += part.height


def _has_error(parts: Sequence[Part]) -> bool:
    """Whether any chunk or head has an error, so that the whole needs none."""
    chunks = (part.head if isinstance(part, Block) else part for part in parts)
    return any(isinstance(chunk.content, Broken) for chunk in chunks) or any(
        _has_error(part.parts) for part in parts if isinstance(part, Block)
    )


def _body(lines: Sequence[str], first: int, last: int, indent: Margin) -> tuple[int, Margin]:
    """Finds the block of a statement whose head ends before line `first`.

    Returns its first line, after comments and blank lines, and its margin; `NO_MARGIN` if that line begins no block.
    """
    while first < last and lines[first].strip(" \t\f\r\n")[:1] in ("", "#", "\\"):
        first += 1
    if first == last:
        return first, NO_MARGIN
    body_indent = indent_of(lines[first])
    is_deeper = body_indent.startswith(indent) and len(body_indent) > len(indent)
    is_block = is_deeper and begins_block(lines, first, body_indent)
    return first, indent.inside(body_indent) if is_block else NO_MARGIN
