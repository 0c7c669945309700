"""Dispatch of nodes to rules: rules can subscribe to exactly the nodes that the visitor dispatches."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from typing import Any

import pytest

from posse_checks.analysis.registry import Catalogue
from posse_checks.incremental.check_file import check_module
from posse_checks.python.syntax import Broken
from posse_checks.rule.declaration import HIGH, rule
from posse_checks.rule.dispatch import DISPATCHED
from posse_checks.rule.finding import Cwe, Finding
from posse_checks.rule.matchers import Options
from posse_checks.rule.views import Call, File, Import, String, View

PROGRAM = """
import os
from os import path
async def coroutine(argument, *rest, key=1, **more):
    global shared
    await os.read(1, 2)
    async for each in os:
        continue
    async with os as opened:
        pass
    return [one async for one in os]
def generator():
    def inner():
        nonlocal count
    count = yield
    yield from os
@decorated
class Made(Base, metaclass=Meta):
    annotated: int = 1
for one in two:
    break
else:
    pass
while one and not two:
    del one
with os as opened:
    pass
try:
    raise Error from cause
except Error:
    pass
finally:
    assert one
if one < two:
    pass
match one:
    case [1, *rest] | None:
        pass
    case {"key": value, **others}:
        pass
    case Made(1, key=2) as made:
        pass
one = two = [*one, {1, 2}, {1: 2}, (1, 2)]
one += 1
one[1:2] = one.two
text = f"{one!r:>{two}}" + "a" % one
called = (lambda argument: argument)(-one if one else (walrus := 2))
print(one, end=two)
lists = [one for one in two], {one for one in two}, {one: two for one in two}, (one for one in two)
"{}".format
"""
if sys.version_info >= (3, 11):
    PROGRAM += "try:\n    pass\nexcept* Error:\n    pass\n"
if sys.version_info >= (3, 12):
    PROGRAM += "type Alias[T, *Ts, **P] = T\n"
if sys.version_info >= (3, 14):
    PROGRAM += "template = t'{one}'\n"


def name_of(cls: type) -> str:
    return cls.__name__


def classes() -> list[type[ast.AST]]:
    """All classes of nodes in the program: all that exist, except for modules and contexts."""
    return sorted({node.__class__ for node in ast.walk(ast.parse(PROGRAM))}, key=name_of)


def seen(wanted: type[ast.AST]) -> list[ast.AST]:
    """The nodes of a class that a rule is shown, whether it may subscribe to them or not."""
    nodes: list[ast.AST] = []

    def check(view: View[ast.AST], options: Options) -> list[Finding]:
        nodes.append(view.node)
        return []

    template = rule("B690", "example", HIGH, HIGH, Cwe.OS_COMMAND_INJECTION)(accepts_passes)
    checked = check_module(PROGRAM.encode(), Catalogue([replace(template, subscription=(wanted,), check=check)]))
    assert not isinstance(checked, Broken)
    return nodes


def accepts_passes(view: View[ast.Pass]) -> list[Finding]:
    return []


def concrete() -> set[type[ast.AST]]:
    """The classes of `ast` that a parser creates."""
    found: set[type[ast.AST]] = set()
    pending: list[type[ast.AST]] = [ast.AST]
    while pending:
        below = pending.pop().__subclasses__()
        pending += below
        found |= {cls for cls in below if cls.__module__ in ("ast", "_ast") and not cls.__subclasses__()}
    return found


def test_the_program_has_every_class_that_can_be_subscribed_to() -> None:
    assert set(classes()) >= DISPATCHED


@pytest.mark.parametrize("cls", classes(), ids=name_of)
def test_what_can_be_subscribed_to_is_what_reaches_rules(cls: type[ast.AST]) -> None:
    nodes = seen(cls)
    if cls in DISPATCHED:
        assert nodes
        if cls not in (ast.BinOp, ast.Attribute):  # these reach rules only with a string
            assert len(nodes) == sum(node.__class__ is cls for node in ast.walk(ast.parse(PROGRAM)))
    else:
        every = sum(node.__class__ is cls for node in ast.walk(ast.parse(PROGRAM)))
        assert len(nodes) < every


REFUSED = sorted((cls for cls in concrete() if cls not in DISPATCHED), key=lambda cls: cls.__name__)


@pytest.mark.parametrize("cls", REFUSED, ids=name_of)
def test_a_rule_that_would_see_nothing_is_refused(cls: Any) -> None:
    def check(view: Any) -> list[Finding]:
        return []

    check.__annotations__["view"] = View[cls]
    with pytest.raises(TypeError, match=cls.__name__):
        rule("B690", "example", HIGH, HIGH, Cwe.OS_COMMAND_INJECTION)(check)


@pytest.mark.parametrize(
    ("view", "triggers", "problem"),
    [
        (Call, {}, "would never run"),
        (Call, {"called": {"eval"}, "when": lambda node: True}, "when does not apply to Call"),
        (Call, {"called": {"eval"}, "prefixes": ["x"]}, "prefixes does not apply"),
        (String, {"called": {"eval"}}, "called does not apply to String"),
        (File, {"keyword": {"x"}}, "keyword does not apply to File"),
        (Import, {"when": lambda node: True}, "when does not apply to Import"),
        (View[ast.Pass], {"called": {"eval"}}, "called does not apply to Pass"),
        (View[ast.Pass], {"characters": "x"}, "characters does not apply to Pass"),
    ],
)
def test_a_trigger_that_would_be_ignored_is_refused(view: Any, triggers: dict[str, Any], problem: str) -> None:
    def check(view: Any) -> list[Finding]:
        return []

    check.__annotations__["view"] = view
    with pytest.raises(TypeError, match=problem):
        rule("B690", "example", HIGH, HIGH, Cwe.OS_COMMAND_INJECTION, **triggers)(check)
