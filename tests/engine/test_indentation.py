"""White space before a statement is as wide as Python computes, so that the same lines are in a block."""

from __future__ import annotations

from itertools import product

import pytest

from posse_checks.python.indentation import unseen_statement
from posse_checks.python.syntax import Broken, parse
from posse_checks.python.text import split_lines

PIECES = ["", " ", "        ", "\t", "\f", "\\\n"]
LEADS = sorted({"".join(pieces) for pieces in product(PIECES, repeat=4)} | {"       \t\t"})


@pytest.mark.parametrize("indent", ["", " ", "  ", "\t", " \t", "\t ", "        ", "         ", "\t        "])
def test_a_statement_is_seen_where_python_reads_one_in_the_block(indent: str) -> None:
    before = f"if 1:\n{indent}a\n" if indent else "a\n"
    for lead in LEADS:
        lines = split_lines(f"{before}{lead}b\n")
        tree = parse("".join(lines))
        is_in_block = not isinstance(tree, Broken) and len(getattr(tree[0], "body", tree)) == 2
        seen = unseen_statement(lines, before.count("\n"), len(lines), indent)
        assert seen == ("b\n" if is_in_block else ""), (indent, lead)


@pytest.mark.parametrize("source", ["\\\n", "\\\n\\\n", "\\\n# c\n", "\\\n\nb\n", "  \n", "# c\n", ""])
def test_no_statement_is_seen_in_lines_without_one(source: str) -> None:
    assert unseen_statement(split_lines(source), 0, len(split_lines(source)), "") == ""


def test_lines_behind_the_end_are_not_read() -> None:
    assert unseen_statement(["\\\n", "b\n"], 0, 1, "") == ""
