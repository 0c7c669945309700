"""The page that shows two texts as chunks is correct, and the invariants that it names hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

import posse_checks
from posse_checks.incremental.chunk import Block, Part
from posse_checks.incremental.recover import split
from posse_checks.python.text import split_lines
from tests.engine.chunks import outline, stale
from tests.engine.edits import BLOCKS

README = (Path(posse_checks.__file__).parent / "incremental" / "README.md").read_text()
SECTIONS = re.findall(r"```python\n(.*?)```.*?```text\n(.*?)```.*?```text\n(.*?)```", README, re.DOTALL)


def test_the_page_has_two_texts() -> None:
    assert [source.partition(" ")[0] for source, _, _ in SECTIONS] == ["class", "if"]
    assert README.count("```python") == 2
    assert README.count("```text") == 4


@pytest.mark.parametrize(("source", "parts", "_"), SECTIONS, ids=["class", "if"])
def test_a_text_is_split_as_shown(source: str, parts: str, _: str) -> None:
    assert outline(source) == parts.splitlines()


@pytest.mark.parametrize(("source", "_", "edits"), SECTIONS, ids=["class", "if"])
def test_an_edit_makes_stale_what_is_shown(source: str, _: str, edits: str) -> None:
    for shown in edits.splitlines():
        line, chunks = re.fullmatch(r"line (\d+): (.*)", shown).groups()  # type: ignore[union-attr]
        assert stale(source, int(line)) == chunks.split(), shown


@pytest.mark.parametrize("source", [*BLOCKS, *(block[: len(block) // 2] for block in BLOCKS)])
def test_heights_add_up_and_lookahead_is_at_least_height(source: str) -> None:
    lines = split_lines(source)
    parts = list(split(lines))
    assert sum(part.height for part in parts) == len(lines)
    assert all(part.lookahead >= part.height for part in _all(parts))


def _all(parts: Sequence[Part]) -> list[Part]:
    below = [part for block in parts if isinstance(block, Block) for part in (block.head, *_all(block.parts))]
    return [*parts, *below]
