"""The end of a statement, found by a scan of its lines: the parser's end, if the text parses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.incremental.chunk import NO_MARGIN, Chunk, Margin
from posse_checks.incremental.recover import split_from
from posse_checks.incremental.split import split_valid
from posse_checks.python.formatted_strings import ARE_NESTED
from posse_checks.python.line_scanner import state_after
from posse_checks.python.statement_end import LINES_LEFT_OPEN, StatementEnd, StringRuns, statement_end
from posse_checks.python.syntax import Broken
from posse_checks.python.text import split_lines


@pytest.mark.parametrize(
    ("source", "end"),
    [
        ("x = 1\ny = 2\n", StatementEnd(1, True, False, 1)),
        ("x = (\n1)\ny = 2\n", StatementEnd(2, True, False, 2)),
        ("x = 1\n\n# a\ny\n", StatementEnd(3, True, False, 3)),
        ("x = '''\na\n'''\ny\n", StatementEnd(3, True, False, 3)),
        ("x = \\\n1\ny\n", StatementEnd(2, True, False, 2)),
        ("if a:\n    b\nelse:\n    c\nd\n", StatementEnd(4, True, False, 4)),
        ("def f():\n    a\nelse:\n    b\n", StatementEnd(2, True, False, 2)),
        ("x\nelse:\n    b\nc\n", StatementEnd(1, True, False, 1)),
        ("@a\ndef f():\n    b\nc\n", StatementEnd(3, True, False, 3)),
        ("@a\n@b\nclass C:\n    d\ne\n", StatementEnd(4, True, False, 4)),
        ("@a\nb\n", StatementEnd(1, True, False, 2)),
        ("x = (\ndef f(): pass\n", StatementEnd(1, False, False, 2)),
        ("x = (\n1\n", StatementEnd(3, False, True, 3)),
        ("x = '''\n1\n", StatementEnd(3, False, True, 3)),
        ("x = '\ny\n", StatementEnd(1, True, False, 1)),
        ("x = (\n    import a\ny\n", StatementEnd(2, False, False, 2)),
        ("\\\nif a: b\nelse: c\nd\n", StatementEnd(3, True, False, 3)),
        ("a\n\\\n@b\ndef c(): d\ne\n", StatementEnd(4, True, False, 4)),
        ("a\n \\\nif b: c\nelse: d\n", StatementEnd(3, True, False, 3)),
        ("a  # \\\nif b: c\nelse: d\ne\n", StatementEnd(3, True, False, 3)),
        ("a \\\nif b else c\nelse: d\n", StatementEnd(2, True, False, 2)),
        (" \fif a: b\nelse: c\nd\n", StatementEnd(2, True, False, 2)),
        ("a = '''\n#'''\\\n'b'\nc\n", StatementEnd(3, True, False, 3)),
        ("\\\nelse: a\nelse: b\n", StatementEnd(2, True, False, 2)),
    ],
)
def test_a_statement_ends(source: str, end: StatementEnd) -> None:
    lines = split_lines(source)
    assert statement_end(lines, 0, len(lines), "") == end


def test_a_bracket_stays_open_for_a_limited_number_of_lines() -> None:
    lines = ["x = (\n", *["y = 1\n"] * (LINES_LEFT_OPEN + 5)]
    end = statement_end(lines, 0, len(lines), "")
    assert (end.line, end.is_closed, end.is_open) == (LINES_LEFT_OPEN + 1, False, False)
    assert end.lookahead == end.line + 1


def test_the_end_of_a_string_is_found_for_any_depth_before_it() -> None:
    lines = ["a ) ''' ) ( '''\n", "b\n", "c '''\n", "( d\n"]
    runs = StringRuns(lines, len(lines))
    for depth in (3, 0, 1):
        assert runs.end_of_string(1, "'''", depth) == (3, depth, False)
        expected: tuple[int, str] = depth, "'''"
        for line in lines[:3]:
            expected = state_after(line, *expected)
        assert runs.end_of_string(0, "'''", depth) == (3, expected[0], False)
    assert runs.end_of_string(3, "'''", 0) == (5, 0, False)


LEADS = ["", "\\\n", "\\\n\\\n", "\\\r\n", "\f", " \f", "\f\\\n", "# c\n", "# c \\\n", "\n"]
STATEMENTS = [
    "if a: b\nelse: c\n",
    "for a in b: c\n\\\nelse: d\n",
    "while a:\n    b\n \felse: c\n",
    "try: a\nexcept: b\nelse: c\nfinally: d\n",
    "async def f(): a\n",
    "@a\ndef f(): b\n",
    "@a\n\\\n@b\n# c\n\\\nclass C: d\n",
    "a = b  # \\\n",
    "a = '''\n#'''\\\n'b'\n",
    "a = '''\n#''' # \\\n",
    "a = (\nb)\n",
    "a = b \\\nif c else d\n",
    "a \\\n@ b\n",
    "match a:\n    case b: c\n",
    "a; b\n",
    *(["a = f'{f('(')}'\n", "f'{\n a\n}'\n", "f'{f('[',\na)}' + b\n"] if ARE_NESTED else []),
]
IN_BLOCKS = [item for item in STATEMENTS if "\f" not in item and "\n\\\n" not in item]
"""The forms that parse with white space before each line: Python rejects a lone backslash after a tab."""
BROKEN = ["z\n", "z\nelse: a\n", "class = 1\n", "a = (\n", "a = '''\n", "@a\n", "z\n\\\nif a: b\nelse c\n"]


def assert_ends_agree(lines: list[str], following: list[str], indent: Margin) -> None:
    valid = split_valid(lines, 0, len(lines), indent)
    assert valid is not None
    found = list(split_from([*lines, *following], 0, len(lines) + len(following), indent))
    assert [part.height for part in found][: len(valid)] == [part.height for part in valid]
    assert not any(isinstance(part.content, Broken) for part in found[: len(valid)] if isinstance(part, Chunk))


@given(
    st.lists(st.tuples(st.sampled_from(LEADS), st.sampled_from(STATEMENTS)), min_size=1, max_size=4),
    st.sampled_from(BROKEN),
)
def test_valid_statements_end_where_the_parser_ends_them_whatever_follows(
    statements: list[tuple[str, str]], broken: str
) -> None:
    lines = split_lines("".join([lead + statement for lead, statement in statements]) + "y")
    lines[-1] += "\n"
    assert_ends_agree(lines, split_lines(broken), NO_MARGIN)


@given(
    st.lists(
        st.tuples(st.sampled_from(["\t  \t", " \t \t", "\f\t  \t"]), st.sampled_from(IN_BLOCKS)),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(BROKEN),
)
def test_indentation_that_looks_different_and_is_as_wide_is_that_of_the_block(
    statements: list[tuple[str, str]], broken: str
) -> None:
    indent = Margin().inside("\t  \t")
    first = f"{indent}a\n"
    rest = [space + line for space, statement in statements for line in split_lines(statement)[:-1]]
    assert_ends_agree([first, *rest, f"{indent}y\n"], [indent + line for line in split_lines(broken)[:-1]], indent)
