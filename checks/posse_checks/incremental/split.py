"""Splits valid text into chunks, each of which parses alone to the tree that it has in the file.

A logical line at the margin begins a statement, unless it is another arm of the one before (`else`, `except`) or what a
decorator decorates. The tokenizer's state is neutral there, so a chunk parses alone, under headers of its indentation
if it has any. A long statement with a single block (a class, a function, a `with`) is split into its head and the
chunks of its block.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from posse_checks.incremental.chunk import DEFINITIONS, WITH_BLOCK, Block, Chunk, Margin, Part
from posse_checks.incremental.parse_block import parse_in_block
from posse_checks.python.line_scanner import begins_statement, is_continued
from posse_checks.python.syntax import Broken


def split_between(lines: Sequence[str], first: int, last: int, end: int, indent: Margin) -> list[Part] | None:
    """Splits the lines from `first` to `last` (exclusive) of a block with this indentation that ends at `end`.

    Returns None if they are not whole statements that parse.
    """
    if (first and not begins_statement(lines, first, indent)) or (
        last < len(lines)
        and (is_continued(lines[last - 1]) or (last < end and not begins_statement(lines, last, indent)))
    ):
        return None
    return split_valid(lines, first, last, indent)


def split_valid(lines: Sequence[str], first: int, last: int, indent: Margin) -> list[Part] | None:
    """Splits lines of a block. Returns None if they do not parse; does not examine the lines around them."""
    if indent and not any(lines[index].strip() for index in range(first, last)):
        return None
    statements, origin = parse_in_block(lines, first, last, indent)
    if isinstance(statements, Broken):
        return None
    return _cut(lines, first, last, indent, statements, origin)


def _cut(
    lines: Sequence[str], first: int, last: int, indent: Margin, statements: Sequence[ast.stmt], origin: int
) -> list[Part]:
    """Cuts lines that parse before each statement that begins a line at the margin, after the one before has ended.

    So statements joined by a semicolon share a chunk, and lines before the first statement become one without any.
    """
    cuts: list[tuple[int, list[ast.stmt]]] = [(first, [])]
    last_line = -1
    for statement in statements:
        start = _start(lines, statement, origin)
        if start > max(cuts[-1][0], last_line) and begins_statement(lines, start, indent):
            cuts.append((start, []))
        cuts[-1][1].append(statement)
        last_line = origin + (statement.end_lineno or 0) - 1
    ends = [start for start, _ in cuts[1:]] + [last]
    return [_part(lines, start, end, indent, body, origin) for (start, body), end in zip(cuts, ends, strict=True)]


def _start(lines: Sequence[str], statement: ast.stmt, origin: int) -> int:
    """The first line of a statement, from 0, including its decorators: a node's own line is that of the `def`."""
    if not isinstance(statement, DEFINITIONS) or not statement.decorator_list:
        return origin + statement.lineno - 1
    start = origin + statement.decorator_list[0].lineno - 1
    while start > 0 and not lines[start].lstrip(" \t\f").startswith("@"):
        start -= 1
    return start


def _part(lines: Sequence[str], first: int, last: int, indent: Margin, body: list[ast.stmt], origin: int) -> Part:
    """The statements in some lines as a chunk, or as a block if there is one long statement that can be split."""
    height = last - first
    is_long = height > indent.limits.long_lines
    if is_long and len(body) == 1 and not indent.is_deep and begins_statement(lines, first, indent):
        statement = body[0]
        if isinstance(statement, WITH_BLOCK) and not getattr(statement, "orelse", None):
            start = _start(lines, statement.body[0], origin)
            body_indent = indent.inside(indent_of(lines[start]))
            if start > first and origin + statement.lineno - 1 < start and begins_block(lines, start, body_indent):
                head = Chunk(start - first, start - first, body, origin)
                return Block(head, body_indent, _cut(lines, start, last, body_indent, statement.body, origin), height)
    return Chunk(height, height, body, origin)


def begins_block(lines: Sequence[str], first: int, indent: str) -> bool:
    """Whether a line can be the first of a block with this indentation."""
    return "\f" not in indent and begins_statement(lines, first, indent)


def indent_of(line: str) -> str:
    """The white space at the start of a line."""
    return line[: len(line) - len(line.lstrip(" \t\f"))]
