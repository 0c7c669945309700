"""Finds the imports of a file, and the position for another one."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from posse_checks.python.syntax import BYTE_ORDER_MARK, Broken, is_string, parse, without_mark
from posse_checks.python.text import Position, Replacement
from posse_checks.rule.fix import UnfixableError

if TYPE_CHECKING:
    from posse_checks.rule.source import Source

_IMPORT = re.compile(r"(?:from|import)\b")
_HEADER = re.compile(r"#!|#.*coding[:=]")
ImportStatement = ast.Import | ast.ImportFrom


class _FirstImports(NamedTuple):
    """Where a module begins."""

    imports: list[ImportStatement]
    """The first consecutive imports, without `__future__`."""
    head: int
    """The line, from 0, for an import if there are none."""


def import_added(source: Source, module: str, name: str = "") -> Replacement:
    """Inserts `import module`, or `from module import name`, among the first imports, or above all code without any.

    It goes into the first block with imports of its kind (standard library or not), or becomes a block of its own.
    """
    run, head = _first_imports(source)
    is_standard = _is_standard(module)
    line = f"{f'from {module} import {name}' if name else f'import {module}'}{source.line_end}"
    blocks = [block for block in _blocks(source, run) if _is_standard(_module(block[0])) == is_standard]
    if blocks:
        before = [s for s in blocks[0] if _goes_before(s, module, is_from=bool(name))]
        return _at_line(source, (before[-1].end_lineno or 0) if before else blocks[0][0].lineno - 1, line)
    if run and is_standard:
        return _at_line(source, run[0].lineno - 1, line + source.line_end)
    if run:
        return _at_line(source, run[-1].end_lineno or 0, source.line_end + line)
    above = source.line_end if head and source.text.lines[head - 1].strip() else ""
    below = source.line_end if source.text.lines[head].strip() else ""
    return _at_line(source, head, above + line + below)


def _goes_before(statement: ImportStatement, module: str, *, is_from: bool) -> bool:
    """Whether an import stands before a new one: `import` before `from`, each in the order of the modules."""
    if isinstance(statement, ast.Import):
        return is_from or statement.names[0].name.lower() < module.lower()
    return is_from and _module(statement).lower() < module.lower()


def imports_above(source: Source) -> Iterator[ImportStatement]:
    """Yields the top-level imports above the finding's statement, with lines from 1 in the text."""
    for first, last in zip(source.starts, source.starts[1:], strict=False):
        if first >= source.statement.first:
            return
        if _IMPORT.match(_line(source, first)):
            statements = source.outline.parsed(first, last)
            for statement in [] if isinstance(statements, Broken) else statements:
                if isinstance(statement, (ast.Import, ast.ImportFrom)):
                    yield statement


def _first_imports(source: Source) -> _FirstImports:
    """Finds the first consecutive imports: another statement ends them."""
    run: list[ImportStatement] = []
    head = _after_header(source)
    starts = set(source.starts)
    for statement in imports_above(source):
        end = statement.end_lineno or 0
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            head = max(head, end)
        elif not run or not starts & set(range(run[-1].end_lineno or 0, statement.lineno - 1)):
            run.append(statement)
        else:
            break
    return _FirstImports(run, head)


def _after_header(source: Source) -> int:
    """The line, from 0, after the header of the file: its first comments and its docstring.

    Raises UnfixableError if the docstring is in the finding's statement.
    """
    lines = source.text.lines
    head = next((line for line in range(2) if not _HEADER.match(_line(source, line))), 2)
    first = next((start for start in source.starts[:-1] if not _is_blank(_line(source, start))), 0)
    if _line(source, first).lstrip("rRuU")[:1] in ('"', "'"):
        end = source.starts[source.starts.index(first) + 1]
        statements = parse(without_mark(source.text.slice(first, end)))
        if not isinstance(statements, Broken) and _is_docstring(statements[0]):
            if source.statement.first == first:
                raise UnfixableError("the docstring shares its line")
            return first + (statements[0].end_lineno or 0)
    blank = next((line for line in range(head, first) if not lines[line].strip()), first)
    return head if blank == first else next(n for n in range(blank, first + 1) if lines[n].strip())


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and is_string(statement.value)


def _is_blank(line: str) -> bool:
    """Whether a line has no code: white space or a comment."""
    return line.strip(" \t\f\r\n")[:1] in ("", "#")


def _blocks(source: Source, run: Sequence[ImportStatement]) -> list[list[ImportStatement]]:
    """Groups imports into blocks that are separated by blank lines."""
    blocks: list[list[ImportStatement]] = []
    for statement in run:
        above = source.text.lines[statement.lineno - 2] if statement.lineno > 1 else ""
        if not blocks or not above.strip():
            blocks.append([])
        blocks[-1].append(statement)
    return blocks


def _module(statement: ast.Import | ast.ImportFrom) -> str:
    """The module of an import, with its leading dots if it is relative."""
    if isinstance(statement, ast.Import):
        return statement.names[0].name
    return "." * statement.level + (statement.module or "")


def _is_standard(module: str) -> bool:
    """Whether a module is of the standard library of the Python that runs Posse."""
    return module.partition(".")[0] in sys.stdlib_module_names


def _line(source: Source, index: int) -> str:
    """A line of the text, from 0, without the byte order mark at the start of the file."""
    line = source.text.lines[index]
    return line if index else line.removeprefix(BYTE_ORDER_MARK)


def _at_line(source: Source, index: int, new: str) -> Replacement:
    """Inserts lines before a line, from 0, but after the byte order mark at the start of the file."""
    at = Position(index, len(source.text.lines[index]) - len(_line(source, index)))
    return Replacement(at, at, new)
