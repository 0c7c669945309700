"""An open notebook: its cells as the client has them, and the one program that those in Python make.

The program is a document with a border behind each cell. A cell has the same lines in both, of which the program has
one more, a blank one; a line that is for IPython alone reads otherwise there.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

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
    """Whether its text is in Python, by what the client says."""
    is_code: bool
    has_magics: bool
    """Whether some line may be for IPython; what the lines mean depends then on the whole cell."""
    is_checked: bool
    """Whether it is a part of the program: code in Python that no cell magic makes something else."""

    @classmethod
    def of(cls, uri: str, version: int, text: Text, *, is_python: bool, is_code: bool = True) -> Cell:
        """The cell with a text."""
        is_checked = is_python and is_code and program_of(text.lines) is not None
        return cls(uri, version, text, is_python, is_code, any(map(may_be_magic, text.lines)), is_checked)

    def with_text(self, text: Text) -> Cell:
        """The cell with another text."""
        return Cell.of(self.uri, self.version, text, is_python=self.is_python, is_code=self.is_code)

    def of_kind(self, *, is_code: bool) -> Cell:
        """The cell as one of code, or of prose; itself where it is that already."""
        if is_code == self.is_code:
            return self
        return Cell.of(self.uri, self.version, self.text, is_python=self.is_python, is_code=is_code)

    @property
    def program(self) -> Sequence[str]:
        """Its lines in the program."""
        return program_of(self.text.lines) or ()


@dataclass(frozen=True, slots=True)
class Notebook:
    """Cells in their order, and the program that the checked ones make."""

    cells: Sequence[Cell]
    document: Document

    @classmethod
    def opened(cls, cells: Sequence[Cell], catalogue: Catalogue) -> Notebook:
        """The notebook of these cells."""
        return cls(cells, Document.taken_cells(_programs(cells), catalogue))

    def cell(self, uri: str) -> Cell | None:
        """The cell of a URI."""
        return next((cell for cell in self.cells if cell.uri == uri), None)

    def begin(self, uri: str) -> int | None:
        """The line of the program, from 0, at which a cell begins; None where it is not checked."""
        index = next((index for index, cell in enumerate(self.cells) if cell.uri == uri and cell.is_checked), None)
        return None if index is None else (0, *self.document.borders)[self._checked_before(index)]

    def at(self, line: int) -> tuple[Cell, int]:
        """The checked cell that holds a line of the program, and the line at which it begins."""
        index = bisect_right(self.document.borders, line)
        return self._checked[index], (0, *self.document.borders)[index]

    def parts(self) -> Iterator[tuple[Cell, Document | None]]:
        """The cells, each with the document of its own that it makes if it is checked."""
        documents = (document for _, document in self.document.cells)
        for cell in self.cells:
            yield cell, next(documents) if cell.is_checked else None

    def spliced(self, start: int, removed: int, cells: Sequence[Cell]) -> Notebook:
        """The notebook with other cells in place of some; those that stay where they are are not checked anew."""
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
        """The notebook with what lies between two positions of a cell replaced."""
        text, splice = cell.text.edited(start, end, new)
        lines = text.lines[splice.first : splice.first + splice.inserted]
        if cell.has_magics or any(map(may_be_magic, lines)):
            return self.changed(cell, cell.with_text(text))
        document, after = self.document, replace(cell, text=text)
        if not cell.is_checked:
            return self._with(cell, after, lambda: document)
        begin = (0, *document.borders)[self._checked_before(self.cells.index(cell))] + splice.first
        last = begin + splice.removed - 1
        first, behind = Position(begin, 0), Position(last, content_length(document.text.lines[last]))
        program = "\n".join(line[: content_length(line)] for line in lines)
        return self._with(cell, after, lambda: document.edited(first, behind, program))

    def changed(self, before: Cell, after: Cell) -> Notebook:
        """The notebook with another cell in place of one; the lines that are the same stay as they are."""
        if after is before:
            return self
        document, first = self.document, self._checked_before(self.cells.index(before))
        if not (before.is_checked and after.is_checked):
            added = [after.program] if after.is_checked else []
            return self._with(before, after, lambda: document.with_cells(first, first + before.is_checked, added))
        begin, end = (0, *document.borders)[first], document.borders[first]
        old, new = document.text.lines[begin:end], after.program
        room = min(len(old), len(new)) - 1  # the blank line at the end stays
        same = next((index for index in range(room) if old[index] != new[index]), room)
        room -= same
        rest = next((index for index in range(1, room + 1) if old[-1 - index] != new[-1 - index]), room + 1)
        if len(old) != len(new) or rest <= room:
            start, behind = Position(begin + same, 0), Position(end - rest, 0)
            program = "".join(new[same : len(new) - rest])
            return self._with(before, after, lambda: document.edited(start, behind, program))
        return self._with(before, after, lambda: document)

    def at_version(self, uri: str, version: int) -> Notebook:
        """The notebook with another version of a cell's text, which is the same."""
        return replace(self, cells=[replace(cell, version=version) if cell.uri == uri else cell for cell in self.cells])

    @property
    def _checked(self) -> Sequence[Cell]:
        return [cell for cell in self.cells if cell.is_checked]

    def _checked_before(self, index: int) -> int:
        return sum([cell.is_checked for cell in self.cells[:index]])

    def _with(self, before: Cell, after: Cell, change: Callable[[], Document]) -> Notebook:
        return self._followed_by([after if cell is before else cell for cell in self.cells], change)

    def _followed_by(self, cells: Sequence[Cell], change: Callable[[], Document]) -> Notebook:
        """The notebook of other cells, whose program is checked anew where a change of it fails."""
        try:
            return Notebook(cells, change())
        except Exception:
            LOG.exception("An edit cannot be followed, which is an error in Posse. The whole notebook is checked anew.")
            return Notebook.opened(cells, self.document.catalogue)


def _programs(cells: Iterable[Cell]) -> Sequence[Sequence[str]]:
    return [cell.program for cell in cells if cell.is_checked]
