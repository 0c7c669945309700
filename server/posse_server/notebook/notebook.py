"""An open notebook: its cells as the client has them, and the program that the Python cells form together.

The program is a document with a boundary after each cell. A cell has the same lines in both, followed in the program
by a blank line. A line that only IPython understands is replaced by a placeholder in the program.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from posse_checks.analysis.registry import Catalogue
from posse_checks.incremental.document import Document
from posse_checks.python.ipython import may_be_magic, program_of
from posse_checks.python.text import Position, Text, content_length

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the client has it."""

    uri: str
    version: int
    text: Text
    is_python: bool
    """Whether the client says that its text is in Python."""
    is_code: bool
    has_magics: bool
    """Whether a line may be for IPython; then the meaning of each line depends on the whole cell."""
    is_checked: bool
    """Whether it is a part of the program: Python code without a cell magic that makes it something else."""

    @classmethod
    def of(cls, uri: str, version: int, text: Text, *, is_python: bool, is_code: bool = True) -> Cell:
        """Returns a cell with a text."""
        is_checked = is_python and is_code and program_of(text.lines) is not None
        return cls(uri, version, text, is_python, is_code, any(map(may_be_magic, text.lines)), is_checked)

    def with_text(self, text: Text) -> Cell:
        """Returns the cell with another text."""
        return Cell.of(self.uri, self.version, text, is_python=self.is_python, is_code=self.is_code)

    def of_kind(self, *, is_code: bool) -> Cell:
        """Returns the cell as code or as prose; itself if it is that already."""
        if is_code == self.is_code:
            return self
        return Cell.of(self.uri, self.version, self.text, is_python=self.is_python, is_code=is_code)

    @property
    def program(self) -> Sequence[str]:
        """Its lines in the program."""
        return program_of(self.text.lines) or ()


class CellAt(NamedTuple):
    """A checked cell, and the line of the program, from 0, at which it begins."""

    cell: Cell
    begin: int


class CellDocument(NamedTuple):
    """A cell, and its part of the program as a document; None if it is not checked."""

    cell: Cell
    document: Document | None


@dataclass(frozen=True, slots=True)
class Notebook:
    """Cells in order, and the program that the checked ones form.

    The `document` has one part for each cell with `is_checked`, in the same order.
    """

    cells: Sequence[Cell]
    document: Document

    @classmethod
    def opened(cls, cells: Sequence[Cell], catalogue: Catalogue) -> Notebook:
        """Returns the notebook of these cells."""
        return cls(cells, Document.opened_cells_safely(_programs(cells), catalogue))

    def cell(self, uri: str) -> Cell | None:
        """Returns the cell with a URI, None if there is none."""
        return next((cell for cell in self.cells if cell.uri == uri), None)

    def begin(self, uri: str) -> int | None:
        """Returns the line of the program, from 0, at which a cell begins. None if it is not checked."""
        index = next((index for index, cell in enumerate(self.cells) if cell.uri == uri and cell.is_checked), None)
        return None if index is None else (0, *self.document.cell_boundaries)[self._checked_before(index)]

    def at(self, line: int) -> CellAt:
        """Returns the checked cell that contains a line of the program."""
        index = bisect_right(self.document.cell_boundaries, line)
        return CellAt(self._checked[index], (0, *self.document.cell_boundaries)[index])

    def parts(self) -> Iterator[CellDocument]:
        """Yields the cells, each with its document; None for a cell that is not checked."""
        documents = (document for _, document in self.document.cells)
        for cell in self.cells:
            yield CellDocument(cell, next(documents) if cell.is_checked else None)

    def spliced(self, start: int, removed: int, cells: Sequence[Cell]) -> Notebook:
        """Returns the notebook with `removed` cells from `start` on replaced.

        Equal cells at both ends of the replacement are not checked again.
        """
        start = min(start, len(self.cells))
        before, after = list(self.cells[start : start + removed]), list(cells)
        while before and after and before[0] == after[0]:
            del before[0], after[0]
            start += 1
        while before and after and before[-1] == after[-1]:
            del before[-1], after[-1]
        first = self._checked_before(start)
        last = first + sum(cell.is_checked for cell in before)
        all_cells = (*self.cells[:start], *after, *self.cells[start + len(before) :])
        programs = _programs(after)
        return self._followed_by(all_cells, lambda: self.document.with_cells(first, last, programs))

    def edited(self, cell: Cell, start: Position, end: Position, new: str) -> Notebook:
        """Returns the notebook with the text between two positions of a cell replaced."""
        text, splice = cell.text.edited(start, end, new)
        lines = text.lines[splice.first : splice.first + splice.inserted]
        if cell.has_magics or any(map(may_be_magic, lines)):
            return self.changed(cell, cell.with_text(text))
        document, after = self.document, replace(cell, text=text)
        if not cell.is_checked:
            return self._with(cell, after, lambda: document)
        begin = (0, *document.cell_boundaries)[self._checked_before(self.cells.index(cell))] + splice.first
        last = begin + splice.removed - 1
        top, bottom = Position(begin, 0), Position(last, content_length(document.text.lines[last]))
        program = "\n".join(line[: content_length(line)] for line in lines)
        return self._with(cell, after, lambda: document.edited(top, bottom, program))

    def changed(self, before: Cell, after: Cell) -> Notebook:
        """Returns the notebook with a cell replaced by another. Equal lines at both ends are not checked again."""
        if after is before:
            return self
        document, first = self.document, self._checked_before(self.cells.index(before))
        if not (before.is_checked and after.is_checked):
            added = [after.program] if after.is_checked else []
            return self._with(before, after, lambda: document.with_cells(first, first + before.is_checked, added))
        begin, end = (0, *document.cell_boundaries)[first], document.cell_boundaries[first]
        old, new = document.text.lines[begin:end], after.program
        room = min(len(old), len(new)) - 1  # the blank line at the end always stays
        same = next((index for index in range(room) if old[index] != new[index]), room)
        room -= same
        rest = next((index for index in range(1, room + 1) if old[-1 - index] != new[-1 - index]), room + 1)
        if len(old) != len(new) or rest <= room:
            top, bottom = Position(begin + same, 0), Position(end - rest, 0)
            program = "".join(new[same : len(new) - rest])
            return self._with(before, after, lambda: document.edited(top, bottom, program))
        return self._with(before, after, lambda: document)

    def at_version(self, uri: str, version: int) -> Notebook:
        """Returns the notebook with another version number of a cell, whose text is the same."""
        return replace(self, cells=[replace(cell, version=version) if cell.uri == uri else cell for cell in self.cells])

    @property
    def _checked(self) -> Sequence[Cell]:
        return [cell for cell in self.cells if cell.is_checked]

    def _checked_before(self, index: int) -> int:
        """Returns the number of checked cells before an index, which is their number in the document."""
        return sum([cell.is_checked for cell in self.cells[:index]])

    def _with(self, before: Cell, after: Cell, change: Callable[[], Document]) -> Notebook:
        """Returns the notebook with a cell replaced and its document changed."""
        return self._followed_by([after if cell is before else cell for cell in self.cells], change)

    def _followed_by(self, cells: Sequence[Cell], change: Callable[[], Document]) -> Notebook:
        """Returns the notebook with other cells. If the change of its document fails, all cells are checked again."""
        try:
            return Notebook(cells, change())
        except Exception:
            LOG.exception(
                "Posse failed to apply an edit (a bug) and checks the notebook again. Please report this log."
            )
            return Notebook.opened(cells, self.document.catalogue)


def _programs(cells: Iterable[Cell]) -> Sequence[Sequence[str]]:
    return [cell.program for cell in cells if cell.is_checked]
