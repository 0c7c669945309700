"""Splitting text into chunks, broken text too. See `tests.engine.chunks.outline` for the columns."""

from __future__ import annotations

import pytest

from posse_checks.incremental.chunk import Limits
from tests.engine.chunks import outline

VALID = {
    "comments go with the statement before": (
        "# a\nb\n\n# c\nd\n",
        ["0-1   chunk       1  1  nothing", "1-4   chunk       3  3  Expr", "4-6   chunk       2  2  Expr"],
    ),
    "a semicolon joins": ("a; b\nc\n", ["0-1   chunk       1  1  Expr, Expr", "1-3   chunk       2  2  Expr"]),
    "a statement that begins where another ends": (
        "x = '''\n'''; y = (\n1)\nz\n",
        ["0-3   chunk       3  3  Assign, Assign", "3-5   chunk       2  2  Expr"],
    ),
    "decorators belong to what they decorate": (
        "a\n@b\n@c\ndef d(): pass\n",
        ["0-1   chunk       1  1  Expr", "1-5   chunk       4  4  FunctionDef"],
    ),
    "an empty text": ("", ["0-1   chunk       1  1  nothing"]),
    "a form feed": ("a\n\fb\n", ["0-1   chunk       1  1  Expr", "1-3   chunk       2  2  Expr"]),
}
LONG = {
    "a function": (
        "def f():\n    # a\n    b\n    c\nd\n",
        [
            "0-4   block       4  4",
            "0-2     head      2  2  FunctionDef",
            "2-3     chunk     1  1  Expr",
            "3-4     chunk     1  1  Expr",
            "4-6   chunk       2  2  Expr",
        ],
    ),
    "an `else` keeps it whole": ("if a:\n    b\nelse:\n    c\n", ["0-5   chunk       5  5  If"]),
    "a block on the line of its head": (
        "if a: b; c\nd\n",
        ["0-1   chunk       1  1  If", "1-3   chunk       2  2  Expr"],
    ),
    "a block of a block": (
        "class A:\n    def f():\n        b\n        c\n",
        [
            "0-5   block       5  5",
            "0-1     head      1  1  ClassDef",
            "1-5     block     4  4",
            "1-2       head    1  1  FunctionDef",
            "2-3       chunk   1  1  Expr",
            "3-5       chunk   2  2  Expr",
        ],
    ),
}
BROKEN = {
    "a broken line": (
        "a\nb = = c\nd\n",
        ["0-1   chunk       1  1  Expr", "1-2   chunk       1  1  error", "2-4   chunk       2  2  Expr"],
    ),
    "an open bracket": (
        "a = (\nimport b\nc\n",
        ["0-1   chunk       1  2  error", "1-2   chunk       1  1  Import", "2-4   chunk       2  2  Expr"],
    ),
    "an open bracket that swallows to the end": (
        "a = (\nb = 1\nc = 2\n",
        ["0-1   chunk       1  4  error", "1-2   chunk       1  1  Assign", "2-4   chunk       2  2  Assign"],
    ),
    "an open string": (
        "a = '''\nb = 1\n",
        ["0-1   chunk       1  3  error", "1-3   chunk       2  2  Assign"],
    ),
    "a decorator without a function": (
        "@a\nb\n",
        ["0-1   chunk       1  2  error", "1-3   chunk       2  2  Expr"],
    ),
    "an arm without its statement": (
        "a\nelse:\n    b\nc\n",
        [
            "0-1   chunk       1  1  Expr",
            "1-3   block       2  2",
            "1-1     head      0  0  error",
            "1-3     chunk     2  2  Expr",
            "3-5   chunk       2  2  Expr",
        ],
    ),
    "a `try` without an `except`": (
        "try:\n    a\nb\n",
        [
            "0-2   block       2  2",
            "0-0     head      0  0  error",
            "0-2     chunk     2  2  Expr",
            "2-4   chunk       2  2  Expr",
        ],
    ),
    "a broken head": (
        "if a b:\n    c\n    d\n",
        [
            "0-4   block       4  4",
            "0-1     head      1  1  error",
            "1-2     chunk     1  1  Expr",
            "2-4     chunk     2  2  Expr",
        ],
    ),
    "a broken case": (
        "match a:\n    case 1:\n        b\n    case 1 +:\n        c\n",
        [
            "0-6   block       6  6",
            "0-0     head      0  0  nothing",
            "0-6     block     6  6",
            "0-1       head    1  1  Match",
            "1-3       chunk   2  2  Match",
            "3-6       block   3  3",
            "3-4         head  1  1  error",
            "4-6         chunk 2  2  Expr",
        ],
    ),
    "a head without a block": ("if a:\nb\n", ["0-1   chunk       1  1  error", "1-3   chunk       2  2  Expr"]),
}


@pytest.mark.parametrize(("source", "parts"), [*VALID.values(), *BROKEN.values()], ids=[*VALID, *BROKEN])
def test_a_text_is_split(source: str, parts: list[str]) -> None:
    assert outline(source) == parts


@pytest.mark.parametrize(("source", "parts"), LONG.values(), ids=LONG)
def test_a_long_statement_with_a_block_is_split(source: str, parts: list[str]) -> None:
    assert outline(source, Limits(long_lines=2)) == parts
