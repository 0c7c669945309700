"""After an edit, flows are those of the text run afresh, though most functions are taken over."""

from __future__ import annotations

import ast
import random

import pytest

from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.lower import lower
from posse_checks.flow.module import ModuleFlows, flows_of
from tests.flow.test_cases import CASES

Kept = dict[str, ops.Block]
EXTRA = [
    "import os",
    "NAME = 'ls'",
    "NAME = input()",
    "CACHE = {}",
    "x = 1",
    "    pass",
    "    name = 'x'",
    "app = None",
    "",
]


def body_of(program: str, kept: Kept) -> ops.Block | None:
    """The operations of a program; those of statements whose text has not changed are the same values."""
    try:
        tree = ast.parse(program)
    except SyntaxError:
        return None
    lines = program.splitlines(keepends=True)
    chunks: list[ops.Statement] = []
    for number, statement in enumerate(tree.body):
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *[decorator.lineno for decorator in decorators]])
        text = f"{number if isinstance(statement, ast.Expr) else ''}" + "".join(lines[first - 1 : statement.end_lineno])
        if text not in kept:
            kept[text] = lower([statement], 1 - first)
        chunks.append(ops.Chunk(first - 1, kept[text]))
    return tuple(chunks)


def same(one: ModuleFlows, other: ModuleFlows) -> bool:
    judgements = list(one.judgements.items()) == list(other.judgements.items())
    return one.flows == other.flows and judgements and one.given_up == other.given_up and one.steps == other.steps


def edited(program: str, source: random.Random) -> str:
    lines = program.splitlines()
    index = source.randrange(len(lines) + 1)
    match source.randrange(4):
        case 0:
            lines[index:index] = [source.choice(EXTRA)]
        case 1:
            lines[index : index + 1] = []
        case 2:
            lines[index : index + 1] = [source.choice(lines)]
        case _:
            lines[index : index + 1] = [source.choice(EXTRA)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("program", [program for _, program in CASES], ids=[name for name, _ in CASES])
def test_flows_after_edits_are_those_of_the_text(program: str) -> None:
    source, kept = random.Random(len(program)), Kept()
    body = body_of(program, kept)
    assert body is not None
    before = flows_of(body, CATALOGUE)
    for _ in range(12):
        changed = edited(program, source)
        body = body_of(changed, kept)
        if body is None:
            continue
        program = changed
        after = flows_of(body, CATALOGUE, previous=before)
        assert same(after, flows_of(body, CATALOGUE))
        fresh = body_of(program, Kept())
        assert fresh is not None
        assert same(after, flows_of(fresh, CATALOGUE))
        before = after


def test_functions_that_do_not_depend_on_an_edit_are_taken_over() -> None:
    functions = "".join(f"def f{n}(a):\n    return g{n % 3}(a)\n" for n in range(30))
    helpers = "".join(f"def g{n}(a):\n    return a + NAME\n" for n in range(3))
    program = f"NAME = 'x'\nOTHER = 'y'\n{functions}{helpers}"
    kept = Kept()
    body = body_of(program, kept)
    assert body is not None
    first = flows_of(body, CATALOGUE)
    for edit, reused in (
        ("OTHER = 'y'", 33),
        ("def f3(a):\n    return g0(a)", 32),
        ("def g0(a):\n    return a", 22),
        ("NAME = 'x'", 0),
    ):
        old, _, new = edit.rpartition("\n    ")
        text = f"{old}\n    return 1" if old else f"{new} + 'z'"
        body = body_of(program.replace(edit, text), kept)
        assert body is not None
        assert flows_of(body, CATALOGUE, previous=first).reused == reused
