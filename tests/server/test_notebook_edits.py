"""Notebooks as values: after any edits, a notebook equals itself freshly opened."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from posse_checks.python.text import Text
from posse_server.notebook.notebook import Cell, Notebook
from tests.engine.edits import CATALOGUE, FRAGMENTS, place, same

MAGICS = ["%%time\n", "%%bash\n", "\n%matplotlib inline\n", "x = !ls\n", "    !ls \\\n", "a?", "%", "!", "?", "\n"]
SOURCES = st.lists(st.sampled_from(FRAGMENTS + MAGICS * 2), max_size=8).map("".join)
EDITS = st.tuples(st.integers(0, 4), st.integers(0, 80), st.integers(0, 20), SOURCES)
SPLICES = st.tuples(st.integers(0, 4), st.integers(0, 3), st.lists(SOURCES, max_size=2))


def cell_of(source: str, uri: str) -> Cell:
    return Cell.of(uri, 1, Text.of(source), is_python=True)


@settings(max_examples=200, deadline=None)
@given(st.lists(SOURCES, max_size=4), st.lists(EDITS | SPLICES, max_size=6))
def test_a_notebook_after_edits_is_as_fresh(
    sources: list[str], edits: list[tuple[int, int, int, str] | tuple[int, int, list[str]]]
) -> None:
    notebook = Notebook.opened([cell_of(source, str(index)) for index, source in enumerate(sources)], CATALOGUE)
    count = len(sources)
    for edit in edits:
        if isinstance(edit[2], list):
            added = [cell_of(source, str(count + index)) for index, source in enumerate(edit[2])]
            count += len(added)
            notebook = notebook.spliced(edit[0], edit[1], added)
        elif notebook.cells:
            index, offset, length, new = edit
            cell = notebook.cells[index % len(notebook.cells)]
            text = str(cell.text)
            start, end = place(text, min(offset, len(text))), place(text, min(offset + length, len(text)))
            notebook = notebook.edited(cell, start, end, new)
            expected, _ = cell.text.edited(start, end, new)
            assert notebook.cells[index % len(notebook.cells)] == cell.with_text(expected)
        fresh = Notebook.opened(notebook.cells, CATALOGUE)
        same(notebook.document.up_to_date(), fresh.document)
        assert notebook.document.cell_boundaries == fresh.document.cell_boundaries
