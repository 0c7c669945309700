"""The smallest range of whole statements around some lines of a document."""

from __future__ import annotations

import ast

import pytest

from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from tests.engine.edits import CATALOGUE

SOURCE = """\
import subprocess as s

def f(a):
    assert a
    g(

class C:
    x = (1,
         2)

    def m(self):
        import pickle as p
        assert self
        y = = 1
"""


@pytest.mark.parametrize(
    ("first", "last", "lines", "indent"),
    [
        (1, 1, (0, 2), ""),
        (3, 3, (2, 6), ""),
        (4, 4, (3, 4), "    "),
        (4, 5, (3, 6), "    "),
        (8, 8, (7, 10), "    "),
        (9, 9, (7, 10), "    "),
        (8, 13, (7, 15), "    "),
        (13, 13, (12, 13), "        "),
        (14, 14, (13, 15), "        "),
        (4, 8, (2, 15), ""),
        (99, 99, (13, 15), "        "),
    ],
)
def test_the_fewest_statements_with_some_lines(first: int, last: int, lines: tuple[int, int], indent: str) -> None:
    statements = Document.opened(SOURCE, CATALOGUE).around(first, last)
    assert (statements.begin, statements.end, statements.indent) == (*lines, indent)


def test_names_are_those_before_the_statements() -> None:
    document = Document.opened(SOURCE, CATALOGUE)
    assert [document.around(line, line).names.meaning("s") for line in (1, 4)] == [None, "subprocess"]
    assert [document.around(line, line).names.meaning("p") for line in (12, 13)] == [None, "pickle"]


def test_statements_are_parsed_again_where_they_are() -> None:
    document = Document.opened(SOURCE, CATALOGUE)
    statements, origin = document.around(13, 13).parse(document.program)
    assert not isinstance(statements, Broken)
    assert [(type(one), origin + one.lineno) for one in statements] == [(ast.Assert, 13)]
    broken, begin = document.around(14, 14).parse(document.program)
    assert isinstance(broken, Broken)
    assert begin + broken.line == 14
