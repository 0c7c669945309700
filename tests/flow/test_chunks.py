"""Operations of chunks, joined, give the same results as those of the whole text."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from posse_checks.flow.adapter import operations_of
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.lower import lower
from posse_checks.flow.module import ModuleFlows, flows_of
from posse_checks.incremental.recover import split
from posse_checks.python.text import split_lines
from tests.flow.test_cases import CASES

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "checks" / "posse_checks").glob("*/*.py")) + sorted(
    (ROOT / "server" / "posse_server").glob("*/*.py")
)


def by_chunks(program: str) -> ModuleFlows:
    return flows_of(operations_of(split(split_lines(program))), CATALOGUE)


def at_once(program: str) -> ModuleFlows:
    return flows_of(lower(ast.parse(program).body), CATALOGUE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_by_chunks_is_the_file_at_once(path: Path) -> None:
    program = path.read_text()
    assert dict(by_chunks(program).judgments) == dict(at_once(program).judgments)


@pytest.mark.parametrize("program", [program for _, program in CASES], ids=[name for name, _ in CASES])
def test_long_case_by_chunks_is_the_case_at_once(program: str) -> None:
    head, _, view = program.rpartition("\ndef ")
    long = f"{head}\ndef {view}" if not view else program.replace("\n    ", "\n" + "    # a comment\n" * 9 + "    ")
    whole, chunks = at_once(long), by_chunks(long)
    assert chunks.flows == whole.flows
    assert dict(chunks.judgments) == dict(whole.judgments)


def test_a_broken_chunk_ends_what_is_known() -> None:
    program = "import os\nname = 'ls'\nos.system(name)\nname = (\ndef view():\n    os.system(name)\n"
    levels = {at[0]: judgment.level for (at, _), judgment in by_chunks(program).judgments.items()}
    assert levels == {3: -1, 6: 0}
