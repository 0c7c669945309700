"""Pieces of text that parse, each to just the tree it has in the file, and how valid text is cut into them.

A piece is a statement with the comments and blank lines that follow it; what precedes a first statement is one too. A
logical line at the margin begins a statement, unless it is another arm of the one before (`else`, `except`) or what a
decorator decorates. There the tokenizer's state is neutral, so a piece parses alone, under a header of the same
indentation where it has some. A long statement with a single block (a class, a function, a `with`) is cut further: into
its head and the pieces of its block.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from posse_checks.python.line_scanner import arm_at, begins_statement, is_continued
from posse_checks.python.syntax import Broken, parse

DEEPEST = 50
"""In how many blocks a statement may be for it to be split. Python allows a hundred."""
LONG = 30
"""A statement of more lines than this is split, if it has a single block."""

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
WITH_BLOCK = (*_DEFINITIONS, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)
"""The statements that can be split: those with a single block, unless an `else` adds another."""
ARMS = {
    "try": ("", "finally: pass\n", "body"),
    "except": ("try: pass\n", "", ""),
    "finally": ("try: pass\n", "", "finalbody"),
    "else": ("if 1: pass\n", "", "orelse"),
    "elif": ("if 1: pass\n", "", "orelse"),
}
"""What makes a statement of an arm: the line before it, the one behind it, and where the arm then is in the tree."""
MATCH, CASE = "match", "case"
"""The words that begin a `match` and its cases. They are names, too, so the rest of the line tells."""


class Margin(str):
    """The indentation of a block, and how many blocks it is in."""

    __slots__ = ("depth",)
    depth: int

    def __new__(cls, indent: str = "", depth: int = 0) -> Margin:
        """The indentation of a block that is in so many others."""
        margin = super().__new__(cls, indent)
        margin.depth = depth
        return margin

    def inside(self, indent: str) -> Margin:
        """That of a block within this one."""
        return Margin(indent, self.depth + 1)

    @property
    def is_deep(self) -> bool:
        """Whether statements here are not split, so that what recurses on blocks has an end."""
        return self.depth >= DEEPEST

    def headers(self, innermost: str = "class _:") -> str:
        """The beginnings of as many statements as there are blocks around: Python counts these, too."""
        if not self.depth:
            return ""
        outer = "".join([f"{self[:column]}class _:\n" for column in range(self.depth - 1)])
        return f"{outer}{self[: self.depth - 1]}{innermost}\n"


NO_MARGIN = Margin()
"""That of a whole text."""


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

    @property
    def is_function(self) -> bool:
        """Whether it is a function, or the head of one; an asynchronous one is none to Bandit."""
        return isinstance(self.content, list) and isinstance(next(iter(self.content), None), ast.FunctionDef)


@dataclass(frozen=True, slots=True)
class Block:
    """A statement that was split: its head, a piece with the statement itself, and the pieces of its block."""

    head: Piece
    indent: Margin
    parts: list[Part] = field(default_factory=list)
    looked_at: int = 0
    ends_open: bool = False

    @property
    def height(self) -> int:
        """The number of lines."""
        return self.head.height + sum(part.height for part in self.parts)


Part = Piece | Block


def split_between(lines: Sequence[str], first: int, last: int, end: int, indent: Margin) -> list[Part] | None:
    """The segments of the lines from `first` up to `last`, if these are whole statements; None where they are not.

    They are in a block that ends at `end` and has this indentation.
    """
    if (first and not begins_statement(lines, first, indent)) or (
        last < len(lines)
        and (is_continued(lines[last - 1]) or (last < end and not begins_statement(lines, last, indent)))
    ):
        return None
    return split_valid(lines, first, last, indent)


def head_of(lines: Sequence[str], first: int, last: int, indent: Margin, body_indent: str) -> Piece | None:
    """The head of a block from its lines alone; None if they are no head of a block with that indentation.

    It has the statement with `pass` in its block, or, where it is that of an arm, nothing that rules could look at.
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
    """The least that a statement needs for a block, as a line behind its head."""
    return f"{body_indent}case _: pass\n" if arm_at(lines, first, indent) == MATCH else f"{body_indent}pass\n"


def parse_in_block(
    lines: Sequence[str], first: int, last: int, indent: Margin, tail: str = "", lead: str = ""
) -> tuple[list[ast.stmt] | Broken, int]:
    """The statements of some lines of a block, and the line that their positions count from.

    They may need what is not there: a line in front of them, some behind them.
    """
    lead = indent.headers() + lead
    content, ahead = parse(lead + _source(lines, first, last, tail)), lead.count("\n")
    if isinstance(content, Broken):
        return Broken(max(content.line - ahead, 1), content.message), first
    content = _within(content, indent.depth)
    return content, first if isinstance(content, Broken) else first - ahead


def _within(statements: list[ast.stmt], depth: int) -> list[ast.stmt] | Broken:
    """What is in so many classes that hold nothing else."""
    for _ in range(depth):
        (header, *others) = statements
        if others or not isinstance(header, ast.ClassDef):
            return Broken(1, "unindent does not match the block")
        statements = header.body
    return statements


def _source(lines: Sequence[str], first: int, last: int, tail: str) -> str:
    """Some lines, with others behind them."""
    source = "".join(lines[first:last])
    return f"{source}\n{tail}" if tail and not source.endswith(("\n", "\r")) else source + tail


def parse_arm(
    lines: Sequence[str], first: int, last: int, indent: Margin, tail: str = ""
) -> tuple[list[ast.stmt] | Broken, int]:
    """What `parse_in_block` says, also of a single arm of a statement, such as an `else` with its block.

    Of an arm with nothing but a block, that are the statements in it; of an `elif`, the `if` that it stands for; of a
    case, a `match` that has no other.
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
    content, ahead = parse(indent.headers("match 0:") + _source(lines, first, last, tail)), indent.depth
    if isinstance(content, Broken):
        return Broken(max(content.line - ahead, 1), content.message), first
    content = _within(content, indent.depth - 1)
    if isinstance(content, Broken) or len(content) != 1:
        return Broken(1, "invalid syntax"), first
    return content, first - ahead


def split_valid(lines: Sequence[str], first: int, last: int, indent: Margin) -> list[Part] | None:
    """The segments of some lines of a block, if these parse; where they begin and end is not looked at."""
    if indent and not any(lines[index].strip() for index in range(first, last)):
        return None
    statements, origin = parse_in_block(lines, first, last, indent)
    if isinstance(statements, Broken):
        return None
    return _cut(lines, first, last, indent, statements, origin)


def _cut(
    lines: Sequence[str], first: int, last: int, indent: Margin, statements: Sequence[ast.stmt], origin: int
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


def _part(lines: Sequence[str], first: int, last: int, indent: Margin, body: list[ast.stmt], origin: int) -> Part:
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
    """Whether a line can be the first of a block that has this indentation."""
    return "\f" not in indent and begins_statement(lines, first, indent)


def indent_of(line: str) -> str:
    """The white space that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t\f"))]
