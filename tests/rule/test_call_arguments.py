"""Edits of the arguments of a call: the layout of the call stays, and no comment is lost."""

from __future__ import annotations

import pytest

from posse_checks.rule import UnfixableError
from tests.rule.marked import edited, marked


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("here()\n", "here(x=2)\n"),
        ("here(a)\n", "here(a, x=2)\n"),
        ("here(a,)\n", "here(a, x=2,)\n"),
        ("here(\n    a\n)\n", "here(\n    a,\n    x=2\n)\n"),
        ("here(\n    a,\n)\n", "here(\n    a,\n    x=2,\n)\n"),
        ("here(\n    a  # why\n)\n", "here(\n    a,  # why\n    x=2\n)\n"),
        ("here(a, x=1)\n", "here(a, x=2)\n"),
        ("here(a, x=(\n  1))\n", "here(a, x=(\n  2))\n"),
        ("here(*a)\n", "here(*a, x=2)\n"),
        ("here((a))\n", "here((a), x=2)\n"),
        ("here(a\n)\n", "here(a, x=2\n)\n"),
        ("here(\n    a,  # why\n)\n", "here(\n    a,  # why\n    x=2,\n)\n"),
        ("here(a for a in b)\n", None),
        ("here(**a)\n", None),
        ("here(é, 'ü')\n", "here(é, 'ü', x=2)\n"),
        ("here(\n    a,\n    b)\n", "here(\n    a,\n    b, x=2)\n"),
        ("here(\r\n    a,\r\n)\r\n", "here(\r\n    a,\r\n    x=2,\r\n)\r\n"),
    ],
)
def test_keyword_set(text: str, after: str | None) -> None:
    call, source = marked(text)
    if after is None:
        with pytest.raises(UnfixableError, match=r"generator without parentheses|may be in a mapping"):
            source.keyword_set(call.node, "x", "2")
    else:
        assert edited(text, source.keyword_set(call.node, "x", "2")) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("here(a, x=1)\n", "here(a)\n"),
        ("here(a, x=1, y=2)\n", "here(a, y=2)\n"),
        ("here(a, (b), x=1)\n", "here(a, (b))\n"),
        ("here(x=1)\n", None),
        ("here(a, # why\n  x=1)\n", None),
        ("here(a,\n  x=1,\n)\n", "here(a,\n)\n"),
        ("here((a), x=1)\n", "here((a))\n"),
        ("here(a, x=(1))\n", "here(a)\n"),
        ("here(a, (x), x=1)\n", "here(a, (x))\n"),
    ],
)
def test_argument_removed(text: str, after: str | None) -> None:
    call, source = marked(text)
    argument = call.keyword("x")
    assert argument is not None
    if after is None:
        with pytest.raises(UnfixableError, match=r"first argument|before the argument"):
            source.argument_removed(call.node, argument)
    else:
        assert edited(text, [source.argument_removed(call.node, argument)]) == after


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("here(a)\n", True),
        ("here(a,)\n", True),
        ("here((a))\n", False),
        ("here(a, b)\n", False),
        ("here(a  # why\n)\n", False),
        ("here(\n  a,\n)\n", True),
        ("here(*a)\n", True),
    ],
)
def test_is_sole_argument(text: str, expected: bool) -> None:
    call, source = marked(text)
    assert source.is_sole_argument(call.node, call.node.args[0]) == expected


@pytest.mark.parametrize(
    ("text", "column"), [("here(a, b)\n", 7), ("here((a) , b)\n", 10), ("here(a,b)\n", 7), ("here(\u00e9, b)\n", 7)]
)
def test_comma_between(text: str, column: int) -> None:
    call, source = marked(text)
    assert source.comma_between(*call.node.args).column == column
