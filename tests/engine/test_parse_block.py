"""Parsing lines of a block without the lines around them."""

from __future__ import annotations

import ast

import pytest

from posse_checks.incremental.chunk import NO_MARGIN, Margin
from posse_checks.incremental.parse_block import head_of, least_block, parse_arm, parse_in_block
from posse_checks.python.syntax import Broken
from posse_checks.python.text import split_lines

TWO = NO_MARGIN.inside("  ").inside("    ")
"""Indentation of a nested block."""


def parsed(source: str, margin: Margin) -> list[str] | None:
    """The statements of an arm or of whole statements, each with its line, from 1; None if they do not parse."""
    lines = split_lines(source)
    statements, origin = parse_arm(lines, 0, len(lines), margin)
    if isinstance(statements, Broken):
        return None
    return [f"{type(statement).__name__} {origin + statement.lineno}" for statement in statements]


@pytest.mark.parametrize(
    ("source", "margin", "expected"),
    [
        ("a\nb = 1\n", NO_MARGIN, ["Expr 1", "Assign 2"]),
        ("    a\n    b = 1\n", TWO, ["Expr 1", "Assign 2"]),
        ("    a\n  b\n", TWO, None),
        ("    a\nb\n", TWO, None),
        ("a\n", TWO, None),
        ("return\n", NO_MARGIN, ["Return 1"]),
        ("else:\n  a\n  b\n", NO_MARGIN, ["Expr 2", "Expr 3"]),
        ("    else:\n      a\n", TWO, ["Expr 2"]),
        ("try:\n  a\n", NO_MARGIN, ["Expr 2"]),
        ("finally:\n  a\n", NO_MARGIN, ["Expr 2"]),
        ("except A:\n  b\n", NO_MARGIN, ["Try 0"]),
        ("    except A:\n      b\n", TWO, ["Try 0"]),
        ("elif a:\n  b\n", NO_MARGIN, ["If 1"]),
        ("    case 1:\n      a\n", TWO, ["Match 0"]),
        ("case 1:\n  a\n", NO_MARGIN, None),
        ("else:\n  a\nb\n", NO_MARGIN, None),
        ("try:\n  a\nexcept:\n  b\n", NO_MARGIN, ["Try 1"]),
        ("a = (\n", NO_MARGIN, None),
    ],
)
def test_statements_and_arms_are_parsed_alone(source: str, margin: Margin, expected: list[str] | None) -> None:
    assert parsed(source, margin) == expected


@pytest.mark.parametrize(("source", "line"), [("    a\n    b = = c\n", 2), ("    = a\n", 1), ("    a\n  b\n", 2)])
def test_an_error_counts_lines_from_the_first(source: str, line: int) -> None:
    lines = ["x\n", *split_lines(source)]
    broken, begin = parse_in_block(lines, 1, len(lines), TWO)
    assert isinstance(broken, Broken)
    assert (broken.line, begin) == (line, 1)


@pytest.mark.parametrize(
    ("source", "last", "content"),
    [
        ("if a:\n    b\n", 1, ["If"]),
        ("def f(a,\n      b):\n    c\n", 2, ["FunctionDef"]),
        ("@a\nclass B:\n    c\n", 2, ["ClassDef"]),
        ("with a:  # b\n\n    c\n", 2, ["With"]),
        ("else:\n    b\n", 1, []),
        ("except A:\n    b\n", 1, []),
        ("match a:\n    case b: pass\n", 1, ["Match"]),
        ("if a:\n", 1, ["If"]),
        ("if a: b\n    c\n", 1, None),
        ("x = 1\n    c\n", 1, None),
        ("if a:\n  b\n    c\n", 2, None),
        ("if a:\n# b\n", 1, None),
    ],
)
def test_a_head_is_a_statement_with_an_empty_block(source: str, last: int, content: list[str] | None) -> None:
    lines = source.splitlines(keepends=True)
    head = head_of(lines, 0, last, NO_MARGIN, "    ")
    assert (head and [type(one).__name__ for one in head.content]) == content  # type: ignore[union-attr]
    assert head is None or (head.height, head.lookahead) == (last, last)


@pytest.mark.parametrize(("source", "block"), [("if a:\n", "  pass\n"), ("match a:\n", "  case _: pass\n")])
def test_the_shortest_block_of_a_statement(source: str, block: str) -> None:
    assert least_block(split_lines(source), 0, "", "  ") == block
    assert isinstance(ast.parse(source + block).body[0], (ast.If, ast.Match))
