"""Programs in cells: what crosses the boundaries between cells, and what must not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posse_checks.incremental.document import Document
from posse_checks.python.text import Position, split_lines
from tests.engine.edits import BLOCKS, CATALOGUE, FRAGMENTS, place, same

PLAIN = [fragment for fragment in FRAGMENTS + BLOCKS if "\r" not in fragment and "\f" not in fragment]
SOURCES = st.lists(st.sampled_from(PLAIN), max_size=8).map("".join)
CHANGES = st.tuples(st.integers(0, 5), st.integers(0, 300), st.integers(0, 30), SOURCES)
SPLICES = st.tuples(st.integers(0, 5), st.integers(0, 3), st.lists(SOURCES, max_size=2))


def cell(source: str) -> list[str]:
    return [*[line.removesuffix("\n") + "\n" for line in split_lines(source)], "\n"]


def program(*sources: str) -> Document:
    return Document.opened_cells(map(cell, sources), CATALOGUE)


def found(document: Document) -> list[tuple[int, str]]:
    return [(finding.line, finding.rule.id) for finding in document.findings()]


def test_an_import_names_things_in_later_cells_only() -> None:
    document = program("s.run('ls', shell=True)", "import subprocess as s", "s.run('ls', shell=True)")
    assert found(document) == [(1, "B604"), (3, "B404"), (5, "B602"), (5, "B607")]


@pytest.mark.parametrize("broken", ["f(", "x = '''", "if a:", "x = 1 +\\", "def f(:", "'"])
def test_a_broken_cell_costs_no_finding_of_others(broken: str) -> None:
    document = program("assert a", f"assert b\n{broken}", "'''doc'''\nassert c", "    ", "assert d")
    assert [line for line, _ in found(document)] == [1, 3, 7, 11]
    assert [one.line in (4, 5) for one in document.broken] == [True]


def test_cells_that_only_together_are_python_are_broken_each() -> None:
    document = program("x = '''", "assert a", "'''")
    assert found(document) == [(3, "B101")]
    assert len(document.broken) == 2


def test_a_cell_alone_knows_the_names_of_those_before() -> None:
    alone = program("import subprocess as s\n", "# run\ns.run('ls', shell=True)").cells[1][1]
    assert found(alone) == [(2, "B602"), (2, "B607")]
    assert found(alone.edited(Position(1, 0), Position(1, 0), "x = ")) == found(alone)


def test_a_variable_of_an_earlier_cell_is_followed() -> None:
    document = program(
        "from django.utils.safestring import mark_safe\nv = 'a'", "v = 'b'", "mark_safe(v)", "mark_safe(w)"
    )
    assert [line for line, id in found(document) if id == "B703"] == [8]


def test_no_cells_are_an_empty_program() -> None:
    assert found(program()) == []
    assert found(program().with_cells(0, 0, [cell("assert a")])) == [(1, "B101")]


def test_an_edit_over_a_border_takes_it_away() -> None:
    document = program("x = (1,", "2)", "assert a").edited(Position(0, 0), Position(2, 1), "x = (2")
    same(document, program("x = (2)", "assert a"))


@settings(max_examples=150, deadline=None)
@given(st.lists(SOURCES, max_size=5), st.lists(CHANGES | SPLICES, max_size=6))
def test_cells_after_edits_are_as_fresh(
    sources: list[str], edits: list[tuple[int, int, int, str] | tuple[int, int, list[str]]]
) -> None:
    document = program(*sources)
    for edit in edits:
        at = min(edit[0], len(sources))
        if isinstance(edit[2], list):
            behind = min(at + edit[1], len(sources))
            sources[at:behind] = edit[2]
            document = document.with_cells(at, behind, map(cell, edit[2]))
        elif at < len(sources):
            _, offset, length, new = edit
            text, begin = sources[at], (0, *document.cell_boundaries)[at]
            start, end = min(offset, len(text)), min(offset + length, len(text))
            first, last = place(text, start), place(text, end)
            document = document.edited(
                Position(first.line + begin, first.column), Position(last.line + begin, last.column), new
            )
            sources[at] = text[:start] + new + text[end:]
        fresh = program(*sources)
        same(document.up_to_date(), fresh)
        assert document.cell_boundaries == fresh.cell_boundaries


@pytest.mark.parametrize("source", ["assert a", "@a\ndef b():\n    assert c", "if a:\n    assert b", "# a", "x = ("])
def test_a_byte_order_mark_counts_where_a_cell_begins(source: str) -> None:
    document = program("assert x", f"\ufeff{source}", "assert y")
    assert bool(document.broken) == source.endswith("(")
    same(document, program("assert x", "assert x", "assert y").with_cells(1, 2, [cell(f"\ufeff{source}")]))
    moved = document.with_cells(0, 1, []).up_to_date()
    same(moved, program(f"\ufeff{source}", "assert y"))
    same(moved.with_cells(0, 0, [cell("assert x")]).up_to_date(), document)
    begin = document.cell_boundaries[0]
    lower = document.edited(Position(begin, 0), Position(begin, 0), "assert z\n").up_to_date()
    same(lower, program("assert x", f"assert z\n\ufeff{source}", "assert y"))
    assert lower.broken
    same(lower.edited(Position(begin, 0), Position(begin + 1, 0), "").up_to_date(), document)


def test_a_comment_after_a_byte_order_mark_has_its_column() -> None:
    document = program("assert x  # nosec", "\ufeffassert y  # nosec")
    assert [nosec.column for nosec in document.nosecs.values()] == [10, 11]
