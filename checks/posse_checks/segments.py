"""Text to segments: the pieces that are parsed and checked on their own.

A segment is a statement with the comments and blank lines that follow it; what precedes a first statement is one too. A
logical line at the margin begins a statement, unless it is another arm of the one before (`else`, `except`) or what a
decorator decorates. There the tokenizer's state is neutral, so a segment parses alone, under a header of the same
indentation where it has some, to just the tree it has in the file.

A long statement with a single block (a class, a function, a `with`) is split further: into its head and the
segments of its block. So is a statement that is broken, whatever its length, so that an unfinished line costs
itself only. How far a broken statement reaches is told by a scan of brackets and quotes; if it swallowed lines that
look like statements, as behind an open bracket or triple quote, it is cut before the first of them.

Either way the split is a function of the text from the segment's first line on, which is what lets an edit redo a part.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from posse_checks.lines import begins_statement, extent, is_continued, is_open, leaves_block, reads_as_statement
from posse_checks.syntax import Broken, parse

STRETCH = 1000
"""The number of lines that are parsed at once when a text is opened."""
LONG = 30
"""A statement of more lines than this is split, if it has a single block."""

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
WITH_BLOCK = (*_DEFINITIONS, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)
"""The statements that can be split: those with a single block, unless an `else` adds another."""
_OPENS_BLOCK = re.compile(r"@|(?:async[ \t]+)?(?:class|def|if|for|while|with)\b")
_COLON = re.compile(r":[ \t\f]*(?:#.*)?[\r\n]*\Z")
_HEADS_TRIED = 8
"""How many lines that end in a colon are tried as the end of a broken statement's head."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment as it was cut: its height in lines and its statements, or why it has none.

    `looked_at` is the number of lines, from its first, that decided where it ends; more than its height where it was
    cut. Positions in the statements count from line `origin` of the text, itself counted from 0.
    """

    height: int
    looked_at: int
    content: list[ast.stmt] | Broken
    origin: int
    ends_open: bool = False
    """Whether a bracket or string was still open where the text to be split ended."""


@dataclass(frozen=True, slots=True)
class Block:
    """A statement that was split: its head, a piece with the statement itself, and the pieces of its block."""

    head: Piece
    indent: str
    parts: list[Part] = field(default_factory=list)
    looked_at: int = 0
    ends_open: bool = False

    @property
    def height(self) -> int:
        """The number of lines."""
        return self.head.height + sum(part.height for part in self.parts)


Part = Piece | Block


def split(lines: Sequence[str]) -> Iterator[Part]:
    """All segments of a text, which is parsed stretch by stretch: the tree of a whole long file is large."""
    first, height, end = 0, STRETCH, len(lines)
    while first < end:
        last = next((index for index in range(first + height, end) if begins_statement(lines, index, "")), end)
        parts = split_between(lines, first, last, end, "")
        if parts is not None:
            yield from parts
            first, height = last, STRETCH
        elif last < end:
            height *= 2  # the stretch ends within a statement, or there is something broken in it
        else:
            yield from split_from(lines, first, end, "")
            return


def split_between(lines: Sequence[str], first: int, last: int, end: int, indent: str) -> list[Part] | None:
    """The segments of the lines from `first` up to `last`, if these are whole statements; None where they are not.

    They are in a block that ends at `end` and has this indentation.
    """
    if (first and not begins_statement(lines, first, indent)) or (
        last < len(lines)
        and (is_continued(lines[last - 1]) or (last < end and not begins_statement(lines, last, indent)))
    ):
        return None
    return _split_valid(lines, first, last, indent)


def split_from(lines: Sequence[str], first: int, end: int, indent: str) -> Iterator[Part]:
    """The segments of a block from the line `first` on, where one begins, without the whole of it parsing."""
    while first < end:
        for part in _next_parts(lines, first, end, indent):
            yield part
            first += part.height


def head_of(lines: Sequence[str], first: int, last: int, indent: str, body_indent: str) -> Piece | None:
    """The head of a block from its lines alone; None if they are no head of a block with that indentation."""
    content, origin = parse_in_block(lines, first, last, indent, f"{body_indent}pass\n")
    if isinstance(content, Broken) or len(content) != 1 or not isinstance(content[0], WITH_BLOCK):
        return None
    if last < len(lines) and not begins_statement(lines, last, body_indent):
        return None
    body = content[0].body[0]
    if len(content[0].body) != 1 or not isinstance(body, ast.Pass) or origin + body.lineno - 1 != last:
        return None
    return Piece(last - first, last - first, content, origin)


def parse_in_block(
    lines: Sequence[str], first: int, last: int, indent: str, tail: str = ""
) -> tuple[list[ast.stmt] | Broken, int]:
    """The statements of some lines of a block, and the line that their positions count from."""
    source = "".join(lines[first:last]) + tail
    if not indent:
        return parse(source), first
    content = parse(f"class _:\n{source}")
    if isinstance(content, Broken):
        return Broken(max(content.line - 1, 1), content.message), first
    (header, *others) = content
    if others or not isinstance(header, ast.ClassDef):
        return Broken(1, "unindent does not match the block"), first
    return header.body, first - 1


def _split_valid(lines: Sequence[str], first: int, last: int, indent: str) -> list[Part] | None:
    if indent and not any(lines[index].strip() for index in range(first, last)):
        return None
    statements, origin = parse_in_block(lines, first, last, indent)
    if isinstance(statements, Broken):
        return None
    return _cut(lines, first, last, indent, statements, origin)


def _cut(
    lines: Sequence[str], first: int, last: int, indent: str, statements: Sequence[ast.stmt], origin: int
) -> list[Part]:
    cuts: list[tuple[int, list[ast.stmt]]] = [(first, [])]
    behind = -1
    for statement in statements:
        start = _start(lines, statement, origin)
        if start > max(cuts[-1][0], behind) and begins_statement(lines, start, indent):
            cuts.append((start, []))
        cuts[-1][1].append(statement)
        behind = origin + (statement.end_lineno or 0) - 1
    ends = [start for start, _ in cuts[1:]] + [last]
    return [_part(lines, start, end, indent, body, origin) for (start, body), end in zip(cuts, ends, strict=True)]


def _start(lines: Sequence[str], statement: ast.stmt, origin: int) -> int:
    """The first line of a statement, its decorators included."""
    if not isinstance(statement, _DEFINITIONS) or not statement.decorator_list:
        return origin + statement.lineno - 1
    start = origin + statement.decorator_list[0].lineno - 1
    while start > 0 and not lines[start].lstrip(" \t\f").startswith("@"):
        start -= 1
    return start


def _part(lines: Sequence[str], first: int, last: int, indent: str, body: list[ast.stmt], origin: int) -> Part:
    height = last - first
    if height > LONG and len(body) == 1 and begins_statement(lines, first, indent):
        statement = body[0]
        if isinstance(statement, WITH_BLOCK) and not getattr(statement, "orelse", None):
            start = _start(lines, statement.body[0], origin)
            body_indent = _indent(lines[start])
            if start > first and origin + statement.lineno - 1 < start and _begins_block(lines, start, body_indent):
                head = Piece(start - first, start - first, body, origin)
                return Block(head, body_indent, _cut(lines, start, last, body_indent, statement.body, origin), height)
    return Piece(height, height, body, origin)


def _begins_block(lines: Sequence[str], first: int, indent: str) -> bool:
    return "\f" not in indent and begins_statement(lines, first, indent)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def _next_parts(lines: Sequence[str], first: int, end: int, indent: str) -> list[Part]:
    last, closed, ends_open, looked_at = extent(lines, first, end, indent)
    content: list[ast.stmt] | Broken = Broken(1, "a bracket or a string is never closed")
    if closed:
        valid = _split_valid(lines, first, last, indent)
        if valid is not None:
            return valid
        content, _ = parse_in_block(lines, first, last, indent)
    block = None if ends_open else _broken_block(lines, first, last, indent, looked_at)
    if block is not None:
        return [block]
    for index in range(first + 1, last):
        if reads_as_statement(lines, index, indent):
            looked_at = max(looked_at, min(last + 1, end) - first)
            last, ends_open = index, False
            break
    block = _broken_block(lines, first, last, indent, looked_at)
    if block is None:
        return [Piece(last - first, looked_at, content, first, ends_open)]
    return [replace(block, ends_open=ends_open)]


def _broken_block(lines: Sequence[str], first: int, last: int, indent: str, looked_at: int) -> Block | None:
    """A broken statement as a block, if it is one; its head may be what is broken."""
    if not _OPENS_BLOCK.match(lines[first][len(indent) :].lstrip("\f")):
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
            content, _ = parse_in_block(lines, first, start, indent, f"{body_indent}pass\n")
            broken = content if isinstance(content, Broken) else Broken(1, "invalid syntax")
            head = Piece(start - first, start - first, broken, first)
    parts = list(split_from(lines, start, last, body_indent))
    if is_open(lines, first, start) or any(
        leaves_block(lines, begin, end, body_indent) for begin, end in _broken_pieces(parts, start)
    ):
        # What is inside decides where the whole ends, so any edit of it must look at the whole.
        looked_at = max(looked_at, last - first + 1)
    return Block(head, body_indent, parts, looked_at)


def _broken_pieces(parts: Sequence[Part], begin: int) -> Iterator[tuple[int, int]]:
    """The first and the last line, exclusive, of each broken piece."""
    for part in parts:
        if isinstance(part, Block):
            yield from _broken_pieces(part.parts, begin + part.head.height)
        elif isinstance(part.content, Broken):
            yield begin, begin + part.height
        begin += part.height


def _body(lines: Sequence[str], first: int, last: int, indent: str) -> tuple[int, str]:
    """Where the block of a statement begins, at the earliest at `first`, and its indentation; none if there is none."""
    while first < last and lines[first].strip(" \t\f\r\n")[:1] in ("", "#"):
        first += 1
    if first == last:
        return first, ""
    body_indent = _indent(lines[first])
    is_deeper = body_indent.startswith(indent) and len(body_indent) > len(indent)
    return first, body_indent if is_deeper and _begins_block(lines, first, body_indent) else ""
