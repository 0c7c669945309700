"""Statements inferred from single lines: where one begins, where its brackets and quotes close."""

from __future__ import annotations

import pytest

from posse_checks.python.line_scanner import (
    arm_at,
    arms,
    begins_statement,
    cannot_be_bracketed,
    cases,
    is_continued,
    is_open,
    is_string_open,
    leaves_block,
    reads_as_statement,
    state_after,
)
from posse_checks.python.text import split_lines


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("x = 1\n", (0, ""), (0, "")),
        ("f(a, [b\n", (0, ""), (2, "")),
        ("b])\n", (2, ""), (0, "")),
        ("))\n", (1, ""), (0, "")),
        ("(}\n", (0, ""), (0, "")),
        ("# f(\n", (0, ""), (0, "")),
        ("x = '('\n", (0, ""), (0, "")),
        ("x = 'a\n", (0, ""), (0, "")),
        ("x = 'a\\\n", (0, ""), (0, "'")),
        ("b'\n", (0, "'"), (0, "")),
        ("x = '''a\n", (0, ""), (0, "'''")),
        ("b''' + (\n", (0, "'''"), (1, "")),
        ("x = '''a''' '''\n", (0, ""), (0, "'''")),
        ('x = """a\'\n', (0, ""), (0, '"""')),
        ("it's\n", (0, '"""'), (0, '"""')),
        ("\\'''\n", (0, "'''"), (0, "'''")),
        ("x \\( y\n", (0, ""), (0, "")),
        ("f('a', \"b\", (c\r\n", (0, ""), (2, "")),
        ("'a\\\r\n", (0, ""), (0, "'")),
        ("", (3, ""), (3, "")),
    ],
)
def test_a_line_changes_the_depth_and_the_open_quote(
    line: str, before: tuple[int, str], after: tuple[int, str]
) -> None:
    assert state_after(line, *before) == after


@pytest.mark.parametrize(
    ("source", "index", "indent", "begins"),
    [
        ("x = 1\n", 0, "", True),
        ("    x = 1\n", 0, "    ", True),
        ("    x = 1\n", 0, "", False),
        ("  x = 1\n", 0, "    ", False),
        ("\n", 0, "", False),
        ("# a\n", 0, "", False),
        ("\\\n", 0, "", False),
        ("else:\n", 0, "", False),
        ("elsewhere = 1\n", 0, "", True),
        ("except A:\n", 0, "", False),
        ("\fx = 1\n", 0, "", True),
        ("\ufeffx = 1\n", 0, "", True),
        ("x = \\\ny\n", 1, "", False),
        ("# a \\\ny\n", 1, "", True),
        (")\n", 0, "", True),
    ],
)
def test_a_line_begins_a_statement(source: str, index: int, indent: str, begins: bool) -> None:
    assert begins_statement(split_lines(source), index, indent) == begins


@pytest.mark.parametrize(
    ("line", "reads", "cannot"),
    [
        ("def f():", True, True),
        ("class A:", True, True),
        ("async def f():", True, True),
        ("import a", True, True),
        ("from a import b", True, True),
        ("from_ = 1", True, False),
        ("return", True, True),
        ("x = 1", True, False),
        ("x.y(1)", True, False),
        ("f(1)", True, False),
        ("if a:", True, False),
        ("if a else b)", False, False),
        ("for a in b]", False, False),
        ("not (a)", False, False),
        ("and (a)", False, False),
        ("@decorated", True, False),
        ("@ b", False, False),
        ("else:", False, True),
        ("else b", False, False),
        ("elif a:", False, True),
        ("except A:", False, True),
        ("case 'a':", False, True),
        ("case if a else b", False, False),
        ("'a',", False, False),
        ("1, 2", False, False),
        ("definition = 1", True, False),
    ],
)
def test_a_line_looks_like_a_statement_or_cannot_be_in_brackets(line: str, reads: bool, cannot: bool) -> None:
    assert reads_as_statement(["x = (\n", line], 1, "") == reads
    assert cannot_be_bracketed(line) == cannot


@pytest.mark.parametrize(
    ("source", "indent", "leaves"),
    [
        ("    a\n    b\n", "    ", False),
        ("    a\n\n# b\n    c\n", "    ", False),
        ("    a\nb\n", "    ", True),
        ("    a\n\tb\n", "    ", True),
        ("    a\n    \f    b\n", "    ", True),
        ("    a\n    b\f\n", "    ", False),
    ],
)
def test_a_line_leaves_a_block(source: str, indent: str, leaves: bool) -> None:
    lines = split_lines(source)
    assert leaves_block(lines, 0, len(lines), indent) == leaves


@pytest.mark.parametrize(
    ("line", "continued"),
    [
        ("x = \\\n", True),
        ("x = \\\r\n", True),
        ("# x \\\n", False),
        ("#''' \\\n", True),
        ("# ' \\\n", True),
        ("x # \\\n", True),
        ("x\\ \n", False),
        ("", False),
    ],
)
def test_a_line_is_continued(line: str, continued: bool) -> None:
    assert is_continued(line) == continued


@pytest.mark.parametrize(
    ("source", "indent", "word"),
    [
        ("else:\n", "", "else"),
        ("  try:\n", "  ", "try"),
        ("  try:\n", "", ""),
        ("X\n", "", ""),
        ("\fif a:\n", "", "if"),
    ],
)
def test_the_word_of_an_arm(source: str, indent: str, word: str) -> None:
    assert arm_at(split_lines(source), 0, indent) == word


@pytest.mark.parametrize(
    ("source", "starts"),
    [
        ("if a:\n    b\nelif c:\n    d\nelse:\n    e\n", [0, 2, 4]),
        ("try:\n    a\nexcept B:\n    c\nfinally:\n    d\n", [0, 2, 4]),
        ("if a:\n    if b:\n        c\n    else:\n        d\n", [0]),
        ("x = '''\nelse\n'''\n", [0]),
        ("x = (\nelse\n)\n", [0]),
        ("x = (\nelse:\n    a\n", [0, 1]),
        ("x = \\\nelse\n", [0]),
    ],
)
def test_the_arms_of_a_statement(source: str, starts: list[int]) -> None:
    lines = split_lines(source)
    assert arms(lines, 0, len(lines), "") == starts


def test_the_cases_of_a_match() -> None:
    lines = split_lines("case 1:\n    case_ = 2\ncase [a,\n  b]:\n    c\ncase '''\ncase''':\n    d\n")
    assert cases(lines, 0, len(lines), "") == [0, 2, 5]


@pytest.mark.parametrize(
    ("source", "opened", "string"),
    [("x = (\n", True, False), ("x = '''\n", True, True), ("x = ()\n", False, False), ("x = ('''\n'''\n", True, False)],
)
def test_what_is_left_open(source: str, opened: bool, string: bool) -> None:
    lines = split_lines(source)
    assert is_open(lines, 0, len(lines)) == opened
    assert is_string_open(lines, 0, len(lines)) == string
