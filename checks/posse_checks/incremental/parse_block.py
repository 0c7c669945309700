"""Parses lines of a block without the lines around them: whole statements, one arm of a statement, the head of a block.

Headers of the block's depth come first, so that Python's own rules for indentation and nesting apply as in the file.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from posse_checks.incremental.chunk import WITH_BLOCK, Chunk, Margin
from posse_checks.python.line_scanner import arm_at, begins_statement
from posse_checks.python.syntax import Broken, parse


class _Template(NamedTuple):
    """Turns an arm into a statement: the lines to put before it and after it, and the field that then holds its block.

    Without a field, the statement itself stands for the arm.
    """

    before: str = ""
    after: str = ""
    field: str | None = None


ARMS: Mapping[str, _Template] = {
    "try": _Template(after="finally: pass\n", field="body"),
    "except": _Template(before="try: pass\n"),
    "finally": _Template(before="try: pass\n", field="finalbody"),
    "else": _Template(before="if 1: pass\n", field="orelse"),
    "elif": _Template(before="if 1: pass\n", field="orelse"),
}
"""The first words of arms, except `case`, each with the template for it."""
MATCH, CASE = "match", "case"
"""The words that begin a `match` and its cases. They may be names as well, so only parsing the line decides."""


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
    template = ARMS[arm]
    tail += indent + template.after if template.after else ""
    lead = indent + template.before if template.before else ""
    content, origin = parse_in_block(lines, first, last, indent, tail, lead)
    if isinstance(content, Broken):
        return content, origin
    if len(content) != 1:
        return Broken(1, "invalid syntax"), first
    return getattr(content[0], template.field) if template.field else content, origin


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


def head_of(lines: Sequence[str], first: int, last: int, indent: Margin, body_indent: str) -> Chunk | None:
    """Parses lines as the head of a block that is indented by `body_indent` and begins at line `last`.

    Returns a chunk with the statement, which has `pass` as its body; for an arm of a `try` or an `else`, one with
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
    return Chunk(last - first, last - first, content, origin)


def least_block(lines: Sequence[str], first: int, indent: str, body_indent: str) -> str:
    """The shortest block for the statement that begins at a line, as a line to put after its head."""
    return f"{body_indent}case _: pass\n" if arm_at(lines, first, indent) == MATCH else f"{body_indent}pass\n"
