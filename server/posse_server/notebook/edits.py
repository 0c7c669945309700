"""Converts edits of a notebook's program to edits of its cells."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from posse_checks.python.ipython import first_line
from posse_checks.python.text import Position, Replacement, Text, content_length, split_lines
from posse_server.notebook.notebook import Cell, Notebook


class InexpressibleEditError(Exception):
    """An edit of the program that cannot be expressed as edits of cells."""


def refined(edit: Replacement, program: Text) -> Iterator[Replacement]:
    """Yields an edit of whole lines as edits of only those that change, since the others may be for IPython alone."""
    first, last = edit.start.line, edit.end.line
    if edit.start.column or edit.end.column or last - first < 2:
        yield edit
        return
    old, new = program.lines[first:last], split_lines(edit.new)[:-1]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Replacement(Position(first + a, 0), Position(first + b, 0), "".join(new[c:d]))


class EditOfCell(NamedTuple):
    """A cell, and an edit of its text."""

    cell: Cell
    edit: Replacement


def in_cell(notebook: Notebook, edit: Replacement) -> EditOfCell:
    """Returns the cell that an edit of the program is in, and the edit in it.

    Raises InexpressibleEditError if the edit touches lines that only IPython reads, or those of several cells.
    """
    cell, begin = notebook.at(edit.start.line)
    edit = edit.shifted(-begin)
    start, end, lines = edit.start, edit.end, cell.text.lines
    touched = range(start.line, end.line + (end.column > 0))
    if end.line > len(lines) or any(_reads_otherwise(notebook, cell, begin, line) for line in touched):
        raise InexpressibleEditError
    return EditOfCell(cell, _in_its_line_ends(_within(edit, lines), lines))


def _reads_otherwise(notebook: Notebook, cell: Cell, begin: int, line: int) -> bool:
    """Whether a line of a cell differs from its line in the program."""
    lines = cell.text.lines
    return line < len(lines) and notebook.document.text.lines[begin + line] != f"{_content(lines[line])}\n"


def _content(line: str) -> str:
    """Returns a line without its line end."""
    return line[: content_length(line)]


def _within(edit: Replacement, lines: Sequence[str]) -> Replacement:
    """Returns an edit moved after the cell magics at the top, and before the blank line that only the program has."""
    top, bottom = first_line(lines), Position(len(lines) - 1, len(lines[-1]))
    start, end, new = edit.start, edit.end, edit.new
    if end.line < top:
        start = end = Position(top, 0)
    if end.line < len(lines):
        return Replacement(start, end, new)
    if start.line < len(lines):
        return Replacement(start, bottom, new.removesuffix("\n"))
    return Replacement(bottom, bottom, "\n" + new.removesuffix("\n"))


def _in_its_line_ends(edit: Replacement, lines: Sequence[str]) -> Replacement:
    """Returns an edit with the cell's line ends."""
    ending = lines[0][content_length(lines[0]) :]
    return replace(edit, new=edit.new.replace("\n", ending)) if ending else edit
