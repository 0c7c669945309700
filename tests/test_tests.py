"""Rules for the tests themselves: each states something, and none returns before it has.

A function of the tests checks something if it asserts, expects or raises an exception, or calls one that does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

TESTS = Path(__file__).parent
FILES = sorted(TESTS.rglob("*.py"))
MODULES = [path for path in FILES if path.name.startswith("test_")]
EXPECTING = frozenset({"pytest.raises", "pytest.warns", "pytest.fail"})
SKIPPING = frozenset({"pytest.skip", "pytest.xfail", "pytest.importorskip", "pytest.mark.skip", "pytest.mark.xfail"})
PLATFORM = frozenset({"test_name_that_is_no_text_is_shown_with_escapes"})
"""Tests that find out only at run time that the platform makes them impossible: no file may have such a name."""

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(TESTS).as_posix()


@cache
def functions(source: str) -> list[Function]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def find_tests(source: str) -> list[Function]:
    return [function for function in functions(source) if function.name.startswith("test_")]


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function, without those of nested functions."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))


def calls(function: Function) -> Iterator[str]:
    """The last names of the functions that a function calls."""
    for node in own_nodes(function):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr


def checks_itself(function: Function) -> bool:
    return any(
        isinstance(node, (ast.Assert, ast.Raise))
        or (isinstance(node, ast.Call) and ast.unparse(node.func) in EXPECTING)
        for node in own_nodes(function)
    )


@cache
def checking() -> frozenset[str]:
    """Names of functions of the tests that check something, themselves or by their calls."""
    defined = [function for path in FILES for function in functions(path.read_text())]
    names = {function.name for function in defined if checks_itself(function)}
    while found := {each.name for each in defined if each.name not in names and not names.isdisjoint(calls(each))}:
        names |= found
    return frozenset(names)


def states_something(test: Function) -> bool:
    return checks_itself(test) or not checking().isdisjoint(calls(test))


def ends_early(test: Function) -> bool:
    return any(isinstance(node, ast.Return) for node in own_nodes(test))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_each_test_states_something(path: Path) -> None:
    assert [test.name for test in find_tests(path.read_text()) if not states_something(test)] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_test_returns(path: Path) -> None:
    assert [test.name for test in find_tests(path.read_text()) if ends_early(test)] == [], "select its parameters"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_test_is_skipped(path: Path) -> None:
    skipping = [
        test.name
        for test in find_tests(path.read_text())
        for node in [*test.decorator_list, *own_nodes(test)]
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute) and ast.unparse(part) in SKIPPING
    ]
    assert set(skipping) <= PLATFORM


@pytest.mark.parametrize(
    ("body", "states"),
    [
        ("assert True", True),
        ("with pytest.raises(ValueError): f()", True),
        ("for x in y:\n        assert x", True),
        ("f()", False),
        ("def inner():\n        assert True", False),
        ("f(lambda: g())", False),
        ("x = 1", False),
    ],
)
def test_what_states_something_is_told_from_what_does_not(body: str, states: bool) -> None:
    (test,) = find_tests(f"def test_it():\n    {body}\n")
    assert states_something(test) is states


@pytest.mark.parametrize(
    ("body", "ends"),
    [
        ("if x:\n        return\n    assert x", True),
        ("return", True),
        ("def inner():\n        return 1\n    assert inner()", False),
    ],
)
def test_an_early_end_is_found(body: str, ends: bool) -> None:
    (test,) = find_tests(f"def test_it():\n    {body}\n")
    assert ends_early(test) is ends
