"""`notebook`: cells of files, and edits of a program as edits of its cells."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posse_checks.python.text import Position, Replacement, Text
from posse_server.notebook.edits import InexpressibleEditError, in_cell, refined
from posse_server.notebook.file import NotANotebookError, code_cells
from posse_server.notebook.notebook import Cell, Notebook
from tests.engine.edits import CATALOGUE


def notebook_of(*sources: str) -> Notebook:
    cells = [Cell.of(str(index), 1, Text.of(source), is_python=True) for index, source in enumerate(sources)]
    return Notebook.opened(cells, CATALOGUE)


def edit(first: int, column: int, last: int, end: int, new: str) -> Replacement:
    return Replacement(Position(first, column), Position(last, end), new)


CELLS = ("a = 1\nb = 2", "%%time\nc = 3\r\nd = 4", "!ls\ne = 5")
"""In the program, they begin at lines 0, 3 and 7."""


@pytest.mark.parametrize(
    ("in_program", "cell", "in_the_cell"),
    [
        (edit(0, 4, 0, 5, "x"), "0", edit(0, 4, 0, 5, "x")),
        (edit(1, 0, 1, 5, "x"), "0", edit(1, 0, 1, 5, "x")),
        (edit(4, 4, 4, 5, "x"), "1", edit(1, 4, 1, 5, "x")),
        (edit(0, 0, 0, 0, "import x\n"), "0", edit(0, 0, 0, 0, "import x\n")),
        (edit(1, 0, 2, 0, "x\n"), "0", edit(1, 0, 1, 5, "x")),  # the cell's last line has no line end
        (edit(2, 0, 2, 0, "x\n"), "0", edit(1, 5, 1, 5, "\nx")),
        (edit(3, 0, 3, 0, "import x\n"), "1", edit(1, 0, 1, 0, "import x\n")),  # after the cell magic
        (edit(8, 0, 8, 1, "x"), "2", edit(1, 0, 1, 1, "x")),
    ],
)
def test_edit_of_a_program_is_one_of_a_cell(in_program: Replacement, cell: str, in_the_cell: Replacement) -> None:
    found = in_cell(notebook_of(*CELLS), in_program)
    assert (found.cell.uri, found.edit) == (cell, in_the_cell)


@pytest.mark.parametrize(
    "in_program",
    [edit(7, 0, 7, 1, "x"), edit(0, 0, 8, 0, ""), edit(3, 0, 4, 0, ""), edit(1, 0, 4, 1, "x")],
    ids=["a line of IPython's", "several cells", "a cell magic", "two cells"],
)
def test_some_edits_cannot_be_made_in_cells(in_program: Replacement) -> None:
    with pytest.raises(InexpressibleEditError):
        in_cell(notebook_of(*CELLS), in_program)


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (edit(0, 1, 3, 0, "x\n"), [edit(0, 1, 3, 0, "x\n")]),  # not whole lines
        (edit(0, 0, 1, 0, "x\n"), [edit(0, 0, 1, 0, "x\n")]),
        (edit(0, 0, 3, 0, "a\nx\nc\n"), [edit(1, 0, 2, 0, "x\n")]),
        (edit(0, 0, 3, 0, "x\nb\ny\n"), [edit(0, 0, 1, 0, "x\n"), edit(2, 0, 3, 0, "y\n")]),
        (edit(0, 0, 3, 0, "a\nb\nc\nx\n"), [edit(3, 0, 3, 0, "x\n")]),
        (edit(0, 0, 3, 0, "a\nb\nc\n"), []),
    ],
)
def test_edit_of_whole_lines_leaves_equal_ones_alone(whole: Replacement, parts: list[Replacement]) -> None:
    assert list(refined(whole, Text.of("a\nb\nc\nd\n"))) == parts


def code(source: object, **metadata: object) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": metadata}


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        ([], []),
        ([code("a\n"), {"cell_type": "markdown", "source": "b"}, code(["c\n", "d"])], [1, 3]),
        ([code("%%bash\nls"), code("%%time\na")], [2]),
        ([code("a", vscode={"languageId": "sql"}), code("b", vscode={"languageId": "python"})], [2]),
        ([code(3), "no cell", {}, code(["a", 3])], [4]),
    ],
)
def test_cells_of_a_file_that_are_python(cells: list[Any], numbers: list[int]) -> None:
    assert [cell.number for cell in code_cells(json.dumps({"cells": cells}).encode())] == numbers


@pytest.mark.parametrize(
    ("notebook", "reason"),
    [
        (b"{", "it is not a notebook"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "format 4"),
        (b'{"worksheets": []}', "format 4"),
        (b'{"cells": [], "metadata": {"language_info": {"name": "R"}}}', "r, not Python"),
        (b'{"cells": [], "metadata": {"kernelspec": {"language": "julia"}}}', "julia, not Python"),
    ],
)
def test_what_is_not_a_notebook_is_refused_with_the_reason(notebook: bytes, reason: str) -> None:
    with pytest.raises(NotANotebookError, match=reason):
        code_cells(notebook)
