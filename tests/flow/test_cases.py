"""Cases: programs in which a comment on a line names the flow reported there; no others are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.kinds import IDS
from posse_checks.flow.lower import lower
from posse_checks.flow.module import flows_of
from posse_checks.flow.values import LOCAL, OUTSIDE

FILES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
CASE = re.compile(r"^#### (.+)$", re.MULTILINE)
EXPECTED = re.compile(r"#\s*(P\d{3}(?:,\s*P\d{3})*)\s*$")


def cases() -> list[tuple[str, str]]:
    found = []
    for path in FILES:
        head, *parts = CASE.split(path.read_text())
        for name, body in zip(parts[::2], parts[1::2], strict=True):
            found.append((f"{path.stem}: {name}", head + body))
    return found


CASES = cases()


@pytest.mark.parametrize("program", [program for _, program in CASES], ids=[name for name, _ in CASES])
def test_case(program: str) -> None:
    expected = {
        (number, id)
        for number, line in enumerate(program.splitlines(), start=1)
        if (match := EXPECTED.search(line))
        for id in re.split(r",\s*", match[1])
    }
    flows = [flow for flow in flows_of(lower(ast.parse(program).body), CATALOGUE).flows if flow.level == OUTSIDE]
    assert {(flow.at[0], IDS[flow.kind]) for flow in flows} == expected
    assert all(flow.steps for flow in flows)


def test_what_the_caller_of_the_program_chooses_is_local() -> None:
    program = "import os, sys\nos.system('ls ' + sys.argv[1])\nos.system(os.environ['X'])\nos.system('ls')\n"
    flows = flows_of(lower(ast.parse(program).body), CATALOGUE).flows
    assert [(flow.at[0], flow.level) for flow in flows] == [(2, LOCAL), (3, LOCAL)]
