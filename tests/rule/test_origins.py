"""The meaning of an expression at a finding, certain or unknown: the argument of `here`."""

from __future__ import annotations

import ast

import pytest

from posse_checks.rule import Source
from tests.rule.marked import marked


def argument(text: str) -> tuple[Source, ast.expr]:
    call, source = marked(text)
    return source, call.node.args[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("here(x)\n", None),
        ("import a\nhere(a.b)\n", "a.b"),
        ("import a as c\nhere(c.b.d)\n", "a.b.d"),
        ("from a import b\nhere(b)\n", "a.b"),
        ("from a import b\nx = b\nhere(x)\n", "a.b"),
        ("from a import b\nx = b.c\nhere(x.d)\n", "a.b.c.d"),
        ("import a\nif q:\n    x = a.b\nelse:\n    x = a.c\nhere(x)\n", None),
        ("try:\n    import a\nexcept ImportError:\n    a = None\nhere(a.b)\n", "a.b"),
        ("import a\ndef f(a):\n    here(a.b)\n", None),
        ("x = y = x\nhere(x)\n", None),
        ("import a\nhere(a().b)\n", None),
        ("x = (\nhere(x)\n", None),
        ("import a\nfor a in q: pass\nhere(a.b)\n", None),
        ("import a\nx1=a.b\nx2=x1\nx3=x2\nx4=x3\nhere(x4)\n", "a.b"),
        ("import a\nx1=a.b\nx2=x1\nx3=x2\nx4=x3\nx5=x4\nhere(x5)\n", None),
    ],
)
def test_qualified(text: str, expected: str | None) -> None:
    source, expression = argument(text)
    assert source.qualified(expression) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a\nhere(a.make())\n", True),
        ("import a\nx = a.make()\nhere(x)\n", True),
        ("import a\nx = a.other()\nhere(x)\n", False),
        ("import a\nx = a.make()\nx = a.other()\nhere(x)\n", False),
        ("import a\nwith a.make() as x:\n    here(x)\n", True),
        ("import a, contextlib\nwith contextlib.closing(a.make()) as x:\n    here(x)\n", True),
        ("import a\ndef f(x: a.T):\n    here(x)\n", True),
        ("import a\ndef f(x: 'a.T'):\n    here(x)\n", True),
        ("import a\ndef f(x: a.T | None):\n    here(x)\n", True),
        ("from typing import Optional\nimport a\ndef f(x: Optional[a.T] = None):\n    here(x)\n", True),
        ("import a\ndef f(x: a.U):\n    here(x)\n", False),
        ("import a\ndef f(x):\n    here(x)\n", False),
        (
            "import a\nclass C:\n  def __init__(self):\n    self.x = a.make()\n  def f(self):\n    here(self.x)\n",
            True,
        ),
        (
            "import a\nclass C:\n  def __init__(self, y):\n    self.x = y\n  def f(self):\n    here(self.x)\n",
            False,
        ),
        ("import a\nhere(a.make() if q else a.make())\n", True),
        ("import a\nhere(a.make() if q else 1)\n", False),
        ("import a\nhere(x := a.make())\n", True),
        ("import a\nasync def f():\n    here(await a.make())\n", True),
        ("import a\nx = None\nx = a.make()\nhere(x)\n", True),
        ("a = 1\nhere(a.make())\n", False),
        ("import a\nx = x\nhere(x)\n", False),
        ("import a\nfor x in a.make():\n    here(x)\n", False),
    ],
)
def test_is_made_by_a_function_or_of_a_type(text: str, expected: bool) -> None:
    source, expression = argument(text)
    assert source.is_made_by(expression, {"a.make"}, {"a.T"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("here(1)\n", ["1"]),
        ("x = 1\nhere(x)\n", ["1"]),
        ("x = 1\nx = 2\nhere(x)\n", ["1", "2"]),
        ("x = 1\nx += 1\nhere(x)\n", None),
        ("for x in q:\n    here(x)\n", None),
        ("x = None\nx = 1\nhere(x)\n", ["1"]),
        ("def f(x=1):\n    here(x)\n", None),
        ("class C:\n    def __init__(self):\n        self.x = 1\n    def f(self):\n        here(self.x)\n", ["1"]),
        ("here(a.x)\n", None),
        ("x = 1\ndef f():\n    global x\n    x = 2\nhere(x)\n", None),
    ],
)
def test_values(text: str, expected: list[str] | None) -> None:
    source, expression = argument(text)
    values = source.values(expression)
    assert (None if values is None else [ast.unparse(value) for value in values]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("here(x)\n", None),
        ("x: int = 1\nhere(x)\n", ""),
        ("import a\nx: a.T\nhere(x)\n", "a.T"),
        ("def f(x: 'a b'):\n    here(x)\n", ""),
        ("import a\ndef f(x: a.T | a.U):\n    here(x)\n", ""),
        ("x = 1\nhere(x)\n", None),
    ],
)
def test_annotated(text: str, expected: str | None) -> None:
    source, expression = argument(text)
    assert source.annotated(expression) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("here(eval)\n", True),
        ("def eval(): pass\nhere(eval)\n", False),
        ("from a import eval\nhere(eval)\n", False),
        ("def f(eval):\n    here(eval)\n", False),
        ("def f(eval): pass\nhere(eval)\n", True),
        ("x = (\nhere(eval)\n", True),
        ("eval = (\nhere(eval)\n", False),
    ],
)
def test_is_builtin(text: str, expected: bool) -> None:
    assert marked(text).source.is_builtin("eval") == expected
