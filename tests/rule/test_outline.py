"""The module around a finding: its statements, scopes and bindings, each parsed once and only on demand."""

from __future__ import annotations

import ast
import re

import pytest

from posse_checks.python.syntax import Broken
from posse_checks.python.text import Text
from posse_checks.rule import UnfixableError
from posse_checks.rule.outline import Outline, TreePosition
from tests.rule.marked import marked

PROGRAM = "import a\nx = (\ndef f():\n    a = 1\n    return x\nb = x.a\n"
STARTS = [0, 1, 2, 5, 6]


def outline() -> Outline:
    return Outline(Text.of(PROGRAM), STARTS)


def name_of(scope: ast.AST) -> str:
    return str(getattr(scope, "name", "lambda"))


@pytest.mark.parametrize(
    ("line", "extent"), [(0, (0, 1)), (1, (1, 2)), (2, (2, 5)), (3, (2, 5)), (4, (2, 5)), (5, (5, 6))]
)
def test_extent_is_that_of_the_statement_at_a_line(line: int, extent: tuple[int, int]) -> None:
    assert outline().extent(line) == extent


def test_statements_have_their_lines_in_the_text_and_are_parsed_once() -> None:
    parsed = outline()
    statements = parsed.parsed(2, 5)
    assert not isinstance(statements, Broken)
    assert [(type(each).__name__, each.lineno) for each in statements] == [("FunctionDef", 3)]
    assert parsed.parsed(2, 5) is statements
    assert isinstance(parsed.parsed(1, 2), Broken)


@pytest.mark.parametrize(
    ("name", "meanings"),
    [
        ("a", ["a"]),  # the one in the function is its own, and the attribute is not a name
        ("b", [None]),
        ("f", [None]),
        ("x", [None]),  # a statement that does not parse may bind it to anything
        ("missing", []),
    ],
)
def test_bindings_are_those_of_the_module(name: str, meanings: list[str | None]) -> None:
    assert [binding.meaning for binding in outline().bindings(name)] == meanings


def test_a_global_statement_in_a_function_binds_for_the_module() -> None:
    text = "def f():\n    global x\n    x = 1\n"
    assert [binding.is_certain for binding in Outline(Text.of(text), [0, 3]).bindings("x")] == [False]


def test_statements_that_mention_a_name() -> None:
    found = list(outline().mentioning("x"))
    assert [isinstance(statements, Broken) for statements in found] == [True, False, False]


def test_a_pattern_is_searched_in_the_whole_text() -> None:
    assert outline().mentions(re.compile("return x")) and not outline().mentions(re.compile("yield"))


def test_nodes_and_names_of_a_scope() -> None:
    parsed = outline()
    (function,) = parsed.parsed(2, 5)  # type: ignore[misc]
    assert list(parsed.bound_in(function)) == ["a"]
    assert [node.id for node in parsed.nodes_in(function, ast.Name)] == ["a", "x"]
    assert parsed.nodes_in(function, ast.Call) == []


@pytest.mark.parametrize(
    ("text", "around", "visible"),
    [
        ("here()\n", [], []),
        ("def f():\n    here()\n", ["f"], ["f"]),
        ("class A:\n    here()\n", ["A"], ["A"]),
        ("class A:\n    def f(self):\n        here()\n", ["f", "A"], ["f"]),
        ("def f():\n    class A:\n        here()\n", ["A", "f"], ["A", "f"]),
        ("def f():\n    return lambda: here()\n", ["lambda", "f"], ["lambda", "f"]),
        ("def f(a=here()):\n    pass\n", [], []),
        ("@here()\ndef f():\n    pass\n", [], []),
        ("def f():\n    def g():\n        pass\n    here()\n", ["f"], ["f"]),
        ("class A(here()):\n    pass\n", [], []),
    ],
)
def test_scopes_around_a_finding(text: str, around: list[str], visible: list[str]) -> None:
    source = marked(text).source
    assert [name_of(scope) for scope in source.scopes()] == around
    assert [name_of(scope) for scope in source.visible_scopes()] == visible


def test_scopes_in_a_statement_that_does_not_parse_are_unknown() -> None:
    with pytest.raises(UnfixableError, match="does not parse"):
        marked("def f():\n    x = (\n    here()\n").source.scopes()


def test_many_scopes_of_one_statement_are_found_by_their_positions() -> None:
    text = "class A:\n" + "".join(f"    def f{number}(self): here\n" for number in range(50))
    found = Outline(Text.of(text), [0, 51]).scopes_at(25, TreePosition(26, 20))
    assert not isinstance(found, Broken)
    assert [name_of(scope) for scope in found] == ["f24", "A"]
