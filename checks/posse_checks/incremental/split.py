"""Splits valid text into pieces, each of which parses alone to the tree that it has in the file.

A piece is a statement with the comments and blank lines that follow it; those before the first statement are a piece
too. A logical line at the margin begins a statement, unless it is another arm of the one before (`else`, `except`) or
what a decorator decorates. The tokenizer's state is neutral there, so a piece parses alone, under headers of its
indentation if it has any. A long statement with a single block (a class, a function, a `with`) is split into its head
and the pieces of its block.

In this package, lines of a text count from 0 and ranges of them exclude their end. An `origin` is the line of the text
that line 1 of a tree stands for (a node begins at `origin + lineno - 1`); headers may make it negative.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from posse_checks.python.line_scanner import arm_at, begins_statement, is_continued
from posse_checks.python.syntax import Broken, parse

DEEPEST = 50
"""Limit, in blocks around a statement, for splitting it. Python allows a hundred."""
LONG = 30
"""A statement of more lines than this is split, if it has a single block."""

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
WITH_BLOCK = (*_DEFINITIONS, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)
"""The statements that can be split: those with a single block, unless they have an `else`."""
ARMS = {
    "try": ("", "finally: pass\n", "body"),
    "except": ("try: pass\n", "", ""),
    "finally": ("try: pass\n", "", "finalbody"),
    "else": ("if 1: pass\n", "", "orelse"),
    "elif": ("if 1: pass\n", "", "orelse"),
}
"""Template that turns an arm into a statement: the line before, the line after, the field that then holds the arm."""
MATCH, CASE = "match", "case"
"""The words that begin a `match` and its cases. They may be names as well, so only parsing the line decides."""


class Margin(str):
    """The indentation of a block, and its depth: the number of blocks around its statements.

    Invariant: each block is indented by more characters than the one around it, so there are at least `depth` of them.
    """

    __slots__ = ("depth",)
    depth: int

    def __new__(cls, indent: str = "", depth: int = 0) -> Margin:
        """The margin of a block; by default, that of a whole text."""
        margin = super().__new__(cls, indent)
        margin.depth = depth
        return margin

    def inside(self, indent: str) -> Margin:
        """Returns the margin of a block within this one."""
        return Margin(indent, self.depth + 1)

    @property
    def is_deep(self) -> bool:
        """Whether statements here are not split any further, which bounds the recursion on blocks."""
        return self.depth >= DEEPEST

    def headers(self, innermost: str = "class _:") -> str:
        """Returns `depth` lines that open nested blocks, so that Python's limits on nesting apply as in the file."""
        if not self.depth:
            return ""
        outer = "".join([f"{self[:column]}class _:\n" for column in range(self.depth - 1)])
        return f"{outer}{self[: self.depth - 1]}{innermost}\n"


NO_MARGIN = Margin()
"""The margin of a whole text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the text as it was cut: its statements, or why it has none.

    Heights, in lines, of consecutive parts add up to the lines that were split. `lookahead` is the number of lines,
    from the first, that decided where it ends, at least the height: an edit of any of them redoes it.
    """

    height: int
    lookahead: int
    content: list[ast.stmt] | Broken
    origin: int
    ends_open: bool = False
    """Whether a bracket or string is still open at the end of the block being split."""

    @property
    def is_function(self) -> bool:
        """Whether it is a function, or the head of one. To Bandit, an asynchronous function is not."""
        return isinstance(self.content, list) and isinstance(next(iter(self.content), None), ast.FunctionDef)


@dataclass(frozen=True, slots=True)
class Block:
    """A statement that was split: its head, a piece with the statement itself, and the parts of its block.

    The first part begins right after the head. A head of height 0 stands for a statement whose arms are the parts.
    """

    head: Piece
    indent: Margin
    """The margin of the parts."""
    parts: list[Part] = field(default_factory=list)
    lookahead: int = 0
    ends_open: bool = False
    """This and `lookahead` are those of the whole statement; see `Piece`."""

    @property
    def height(self) -> int:
        """Number of lines."""
        return self.head.height + sum(part.height for part in self.parts)


Part = Piece | Block


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


def head_of(lines: Sequence[str], first: int, last: int, indent: Margin, body_indent: str) -> Piece | None:
    """Parses lines as the head of a block that is indented by `body_indent` and begins at line `last`.

    Returns a piece with the statement, which has `pass` as its body; for an arm of a `try` or an `else`, one with
    nothing to check. Returns None if the lines are not a head, or if line `last` cannot begin the block.
    """
    content, origin = parse_arm(lines, first, last, indent, least_block(lines, first, indent, body_indent))
    if isinstance(content, Broken) or len(content) != 1:
        return None
    if last < len(lines) and not begins_statement(lines, last, body_indent):
        return None
    match content:
        case [ast.Pass()] if arm_at(lines, first, indent) in ARMS:  # of a `try`, `else` or `finally`
            body, content = content, []
        case [statement] if handlers := getattr(statement, "handlers", None):
            body, content = handlers[0].body, []
        case [ast.Match(cases=[only])]:
            body = only.body
        case [statement] if isinstance(statement, WITH_BLOCK):
            body = statement.body
        case _:
            return None
    if len(body) != 1 or not isinstance(body[0], ast.Pass) or origin + body[0].lineno - 1 != last:
        return None
    return Piece(last - first, last - first, content, origin)


def least_block(lines: Sequence[str], first: int, indent: str, body_indent: str) -> str:
    """The shortest block for the statement that begins at a line, as a line to put after its head."""
    return f"{body_indent}case _: pass\n" if arm_at(lines, first, indent) == MATCH else f"{body_indent}pass\n"


def parse_in_block(
    lines: Sequence[str], first: int, last: int, indent: Margin, tail: str = "", lead: str = ""
) -> tuple[list[ast.stmt] | Broken, int]:
    """Parses lines of a block, with `lead` (a line) before them and `tail` (lines) after them to complete a statement.

    Returns the statements and their origin; if they do not parse, the error, which counts lines from `first`, and that.
    """
    lead = indent.headers() + lead
    content, ahead = parse(lead + _source(lines, first, last, tail)), lead.count("\n")
    if isinstance(content, Broken):
        return Broken(max(content.line - ahead, 1), content.message), first
    content = _within(content, indent.depth)
    return content, first if isinstance(content, Broken) else first - ahead


def _within(statements: list[ast.stmt], depth: int) -> list[ast.stmt] | Broken:
    """The statements inside `depth` nested headers; an error if a line has left one of them."""
    for _ in range(depth):
        (header, *others) = statements
        if others or not isinstance(header, ast.ClassDef):
            return Broken(1, "unindent does not match the block")
        statements = header.body
    return statements


def _source(lines: Sequence[str], first: int, last: int, tail: str) -> str:
    """The source of some lines, with `tail` on lines of its own after them."""
    source = "".join(lines[first:last])
    return f"{source}\n{tail}" if tail and not source.endswith(("\n", "\r")) else source + tail


def parse_arm(
    lines: Sequence[str], first: int, last: int, indent: Margin, tail: str = ""
) -> tuple[list[ast.stmt] | Broken, int]:
    """Like `parse_in_block`, and also parses a single arm of a statement, such as an `else` with its block.

    For `try`, `else` and `finally`, returns the statements of the block; for `except`, a `try` with only that handler;
    for `elif`, the equivalent `if`; for `case`, a `match` with only that case.
    """
    content, origin = parse_in_block(lines, first, last, indent, tail)
    arm = arm_at(lines, first, indent)
    if not isinstance(content, Broken):
        return content, origin
    if arm == CASE and indent:
        return _parse_case(lines, first, last, indent, tail)
    if arm not in ARMS:
        return content, origin
    lead, behind, inside = ARMS[arm]
    tail += indent + behind if behind else ""
    content, origin = parse_in_block(lines, first, last, indent, tail, indent + lead if lead else "")
    if isinstance(content, Broken):
        return content, origin
    if len(content) != 1:
        return Broken(1, "invalid syntax"), first
    return getattr(content[0], inside) if inside else content, origin


def _parse_case(
    lines: Sequence[str], first: int, last: int, indent: Margin, tail: str
) -> tuple[list[ast.stmt] | Broken, int]:
    """Parses a `case` as the only one of a `match`, which takes the place of the innermost header."""
    content, ahead = parse(indent.headers("match 0:") + _source(lines, first, last, tail)), indent.depth
    if isinstance(content, Broken):
        return Broken(max(content.line - ahead, 1), content.message), first
    content = _within(content, indent.depth - 1)
    if isinstance(content, Broken) or len(content) != 1:
        return Broken(1, "invalid syntax"), first
    return content, first - ahead


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

    So statements joined by a semicolon share a piece, and lines before the first statement become one without any.
    """
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
    """The first line of a statement, from 0, including its decorators: a node's own line is that of the `def`."""
    if not isinstance(statement, _DEFINITIONS) or not statement.decorator_list:
        return origin + statement.lineno - 1
    start = origin + statement.decorator_list[0].lineno - 1
    while start > 0 and not lines[start].lstrip(" \t\f").startswith("@"):
        start -= 1
    return start


def _part(lines: Sequence[str], first: int, last: int, indent: Margin, body: list[ast.stmt], origin: int) -> Part:
    """The statements in some lines as a piece, or as a block if there is one long statement that can be split."""
    height = last - first
    if height > LONG and len(body) == 1 and not indent.is_deep and begins_statement(lines, first, indent):
        statement = body[0]
        if isinstance(statement, WITH_BLOCK) and not getattr(statement, "orelse", None):
            start = _start(lines, statement.body[0], origin)
            body_indent = indent.inside(indent_of(lines[start]))
            if start > first and origin + statement.lineno - 1 < start and begins_block(lines, start, body_indent):
                head = Piece(start - first, start - first, body, origin)
                return Block(head, body_indent, _cut(lines, start, last, body_indent, statement.body, origin), height)
    return Piece(height, height, body, origin)


def begins_block(lines: Sequence[str], first: int, indent: str) -> bool:
    """Whether a line can be the first of a block with this indentation."""
    return "\f" not in indent and begins_statement(lines, first, indent)


def indent_of(line: str) -> str:
    """The white space at the start of a line."""
    return line[: len(line) - len(line.lstrip(" \t\f"))]
