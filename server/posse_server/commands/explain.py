"""The command `posse explain`: what is known of each value in a line, and what that means there."""

from __future__ import annotations

import argparse
import ast
import os
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from posse_checks.analysis.assessed import Assessed
from posse_checks.config.configuration import EMPTY_SELECTION
from posse_checks.config.selection import SelectionError
from posse_checks.flow.explain import Explanation, explained
from posse_checks.flow.findings import Follower
from posse_checks.flow.model import catalogue_with
from posse_checks.incremental.check_file import check_module, decode
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken, parse
from posse_checks.python.text import split_lines
from posse_checks.rule.evidence import Step
from posse_server.notebook.file import SUFFIX, NotANotebookError, code_cells
from posse_server.project.discovery import ConfigurationFinder
from posse_server.project.effective import EffectiveConfig, resolve
from posse_server.system.console import CommandError, opened, shown, tell, why
from posse_server.system.reading import SOURCE_LIMIT, read_bytes

ERROR_STATUS = 2
"""Exit status if nothing can be said of the line."""
_PLACE_IN_CELL = re.compile(r"(?P<file>.+?\.ipynb):(?:cell )?(?P<cell>\d{1,9}):(?P<line>\d{1,9})(?::\d{1,9})?")
_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d{1,9})(?::\d{1,9})?")


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "Explain each value in a line: where it comes from, and what harm it may do there."
    parser.add_argument(
        "place", metavar="FILE:LINE", help="line to explain, such as app.py:13, or book.ipynb:2:5 for line 5 of cell 2"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command. Returns its exit status."""
    try:
        opened(None).lines(list(_explained(arguments.place)))
    except CommandError as stop:
        tell(str(stop))
        return ERROR_STATUS
    return 0


@dataclass(frozen=True, slots=True)
class _Program:
    """A file or the cells of a notebook, with the line to explain, and everything that is found in them."""

    parts: Sequence[Sequence[ast.stmt] | Broken]
    lines: Sequence[str]
    line: int
    assessed: Sequence[Assessed]
    cells: Sequence[tuple[int, int]] = ()
    """The number of each cell of a notebook, and the number of lines before it; empty for other files."""

    def place(self, line: int) -> str:
        """Returns a line as reports write it: in a notebook, with its cell."""
        cell, line = self._located(line)
        return f"cell {cell}:{line}" if cell else str(line)

    def name(self, line: int) -> str:
        """Returns a line in words."""
        cell, line = self._located(line)
        return f"line {line} of cell {cell}" if cell else f"line {line}"

    def _located(self, line: int) -> tuple[int | None, int]:
        """Returns the cell of a line, and its number there."""
        if not self.cells:
            return None, line
        number, begin = self.cells[bisect_left(self.cells, line, key=lambda cell: cell[1]) - 1]
        return number, line - begin

    def path(self, steps: Sequence[Step]) -> Iterator[str]:
        """Yields the lines that show the steps of a path."""
        for number, step in enumerate(steps, start=1):
            yield f"    {number}. {self.place(step.line)}:{step.column} {step.what}"


def _explained(place: str) -> Iterator[str]:
    """Yields what is known of a line. Raises CommandError if nothing can be."""
    match = _PLACE_IN_CELL.fullmatch(place) or _PLACE.fullmatch(place)
    if match is None:
        raise CommandError(f"{shown(place)} is not of the form FILE:LINE. Write, for instance, app.py:13")
    name, line, cell = match["file"], int(match["line"]), match.groupdict().get("cell")
    if name.endswith(SUFFIX) and cell is None:
        raise CommandError(f"{shown(place)} names no line of a cell. For line 5 of cell 2, write {shown(name)}:2:5")
    try:
        data = read_bytes(name, SOURCE_LIMIT)
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read {shown(name)}: {why(error)}") from None
    config = _config(name)
    policy = config.configuration.policy
    follower = Follower(config.catalogue, policy.flow_local, policy.flow_model)
    if cell is None:
        program = _file(name, data, line, config, follower)
    else:
        program = _notebook(name, data, int(cell), line, config, follower)
    yield f"{name}:{program.place(program.line)}: {program.lines[program.line - 1].strip()}"
    explanation = explained(program.parts, program.line, catalogue_with(policy.flow_model))
    yield from _on_values(explanation, program)
    yield from _on_findings(program)


def _file(name: str, data: bytes, line: int, config: EffectiveConfig, follower: Follower) -> _Program:
    """Returns a file. Raises CommandError if it does not parse or has no such line."""
    statements, source = parse(data), decode(data)
    if isinstance(statements, Broken):
        raise CommandError(f"{shown(name)}, line {statements.line}: {statements.message}")
    lines = [] if isinstance(source, Broken) else split_lines(source)
    if not 1 <= line <= len(lines):
        raise CommandError(f"there is no line {line} in {shown(name)}: it has {len(lines)} lines")
    assessed = check_module(data, config.catalogue, follower)
    return _Program([statements], lines, line, () if isinstance(assessed, Broken) else assessed)


def _notebook(name: str, data: bytes, number: int, line: int, config: EffectiveConfig, follower: Follower) -> _Program:
    """Returns the program of a notebook. Raises CommandError if the cell is not Python or has no such line."""
    try:
        cells = code_cells(data)
    except NotANotebookError as error:
        raise CommandError(f"{shown(name)}: {error}") from None
    document = Document.opened_cells((cell.program for cell in cells), config.catalogue).up_to_date()
    begins = (0, *document.cell_boundaries)
    index = next((index for index, cell in enumerate(cells) if cell.number == number), None)
    if index is None:
        raise CommandError(f"cell {number} of {shown(name)} is not Python, or does not exist")
    if not 1 <= line <= len(cells[index].lines):
        raise CommandError(
            f"there is no line {line} in cell {number} of {shown(name)}: it has {len(cells[index].lines)} lines"
        )
    parts = [parse("".join(cell.program)) for cell in cells]
    broken = parts[index]
    if isinstance(broken, Broken):
        raise CommandError(f"{shown(name)}, cell {number}, line {broken.line}: {broken.message}")
    for part, begin in zip(parts, begins, strict=False):
        for statement in () if isinstance(part, Broken) else part:
            ast.increment_lineno(statement, begin)
    return _Program(
        parts,
        document.text.lines,
        begins[index] + line,
        follower.in_text(document),
        [(cell.number, begin) for cell, begin in zip(cells, begins, strict=False)],
    )


def _on_values(explanation: Explanation, program: _Program) -> Iterator[str]:
    yield from ("", "Values:")
    if not explanation.values:
        yield "  none: there is no expression in this line but constants, or it is never run"
    for at, answers in explanation.values.items():
        first = program.lines[at[0] - 1].encode(errors="surrogatepass")
        text = (first[at[1] : at[3]] if at[2] == at[0] else first[at[1] :]).decode(errors="replace").strip()
        for known in answers:
            yield f"  `{text}`{'' if at[2] == at[0] else ' ...'}: {known.what}"
            yield from program.path(known.steps)
    if explanation.gave_up:
        yield "  The function takes too many steps to follow to its end, so no value is called harmless here."
    if explanation.sinks:
        yield from ("", "Where data may do harm:")
    for kind, judged in explanation.sinks:
        yield f"  {kind}: {judged.what}"
        yield from program.path(judged.steps)


def _config(name: str) -> EffectiveConfig:
    """Returns what the nearest configuration means for a file, and that data is followed.

    Raises CommandError if it cannot be used.
    """
    path = Path(os.path.abspath(name))
    here = Path.cwd()
    file = ConfigurationFinder(here if path.is_relative_to(here) else path.parent).nearest(path.parent)
    selection = replace(EMPTY_SELECTION, flow=True)
    try:
        return resolve(file, folder=file.path.parent if file else None, selection=selection).for_file(name)
    except SelectionError as error:
        raise CommandError(str(error)) from None


def _on_findings(program: _Program) -> Iterator[str]:
    spans = [(item, item.finding.span) for item in program.assessed]
    here = [item for item, span in spans if span.line <= program.line <= span.end_line]
    yield from ("", "Findings:" if here else "Findings: none")
    for item in here:
        finding = item.finding
        yield f"  {finding.rule.id} {finding.rule.name}: {finding.message}"
        if item.suppressor is not None and item.suppressed_by is not None:
            comment = f"`{item.suppressor.written}` on {program.name(item.suppressed_by)}"
            yield f"    suppressed by the comment {comment}"
        if finding.evidence is not None:
            reason = f": {finding.evidence.reason}" if finding.evidence.reason else ""
            yield f"    Evidence: {finding.evidence.verdict}{reason}"
