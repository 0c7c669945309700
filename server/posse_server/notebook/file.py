"""Notebook files: the cells that form the program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from posse_checks.python.ipython import program_of
from posse_checks.python.text import Text

SUFFIX = ".ipynb"
PYTHON = frozenset(("python", "ipython", "python3", "ipython3"))
"""Names of Python in notebooks, in lower case."""


class NotANotebookError(ValueError):
    """A file is not a readable notebook in Python. The message says why."""


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A Python cell."""

    number: int
    """Position among all cells of the notebook, prose included, from 1."""
    lines: Sequence[str]
    """Its lines, as in the notebook."""
    program: Sequence[str]
    """Its lines as plain Python, see `posse_checks.python.ipython`, and a blank one."""


def code_cells(data: bytes) -> list[CodeCell]:
    """Returns the Python cells of a notebook. Raises NotANotebookError."""
    try:
        notebook = json.loads(data)
    except RecursionError:
        raise NotANotebookError("it is not a notebook: its JSON is nested too deeply") from None
    except ValueError as error:
        raise NotANotebookError(f"it is not a notebook: {error}") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise NotANotebookError(
            "it is not a notebook of format 4, which has `cells`; convert it with `jupyter nbconvert`"
        )
    language = _language(notebook.get("metadata"))
    if language not in PYTHON:
        raise NotANotebookError(f"its language is {language}, not Python")
    return list(_in_python(cells))


def _in_python(cells: Sequence[Any]) -> Iterator[CodeCell]:
    """Yields the Python cells that no cell magic turns into something else."""
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code" or _foreign(cell.get("metadata")):
            continue
        source = cell.get("source")
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if isinstance(source, str):
            lines = Text.of(source).lines
            program = program_of(lines)
            if program is not None:
                yield CodeCell(number, lines, program)


def _language(metadata: object) -> str:
    """Returns the language of a notebook's cells, in lower case; Python if it has no such metadata."""
    if isinstance(metadata, dict):
        for section, key in (("language_info", "name"), ("kernelspec", "language")):
            said = metadata.get(section)
            if isinstance(said, dict) and isinstance(said.get(key), str) and said[key]:
                return str(said[key]).lower()
    return "python"


def _foreign(metadata: object) -> bool:
    """Whether a cell's metadata gives another language than Python."""
    editor = metadata.get("vscode") if isinstance(metadata, dict) else None
    language = editor.get("languageId") if isinstance(editor, dict) else None
    return isinstance(language, str) and language.lower() not in PYTHON
