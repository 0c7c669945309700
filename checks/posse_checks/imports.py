"""How a name of a module is written at some place: by an import that is there, else by one that is added."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posse_checks.fix import Unfixable
from posse_checks.scopes import SCOPES, Binding, Bound, bound_in
from posse_checks.syntax import Broken, is_string, parse
from posse_checks.text import Position, Replacement

if TYPE_CHECKING:
    from posse_checks.source import Source

_IMPORT = re.compile(r"(?:from|import)\b")
_HEADER = re.compile(r"#!|#.*coding[:=]")


@dataclass(frozen=True, slots=True)
class Reach:
    """An expression that stands for a name of a module, and the import that it needs, if any."""

    expression: str
    replacements: tuple[Replacement, ...] = ()


def reach(source: Source, module: str, name: str) -> Reach:
    """See `Source.reach`."""
    inner = [bound_in(scope) for scope in _scopes(source)]
    qualified = f"{module}.{name}"
    for bound in inner:
        for local, bindings in bound.items():
            if _are(bindings, (module, qualified)) and _precedes(bindings, source) and _first(inner, local) is bound:
                return Reach(_written(local, bindings[0].meaning == module, name))
    for local, meaning in _imported_before(source):
        is_hidden = any(local in bound for bound in inner)
        if meaning in (module, qualified) and not is_hidden and _are(_bound_outside(source, local), (meaning,)):
            return Reach(_written(local, meaning == module, name))
    root = module.partition(".")[0]
    if any(root in bound for bound in inner) or not _are(_bound_outside(source, root), (root,)):
        raise Unfixable(f"something else is called {root} here")
    if module != root and any(f"import {module}" in line for line in _top_level_lines(source)):
        return Reach(f"{module}.{name}")
    return Reach(f"{module}.{name}", (import_added(source, module),))


def import_added(source: Source, module: str) -> Replacement:
    """The import of a module put where such imports stand: in its order among the first of the file, else above all."""
    run, head = _first_imports(source)
    is_standard = _is_standard(module)
    line = f"import {module}{source.line_end}"
    blocks = [block for block in _blocks(source, run) if _is_standard(_module(block[0])) == is_standard]
    if blocks:
        before = [s for s in blocks[0] if isinstance(s, ast.Import) and s.names[0].name.lower() < module.lower()]
        return _at_line((before[-1].end_lineno or 0) if before else blocks[0][0].lineno - 1, line)
    if run and is_standard:
        return _at_line(run[0].lineno - 1, line + source.line_end)
    if run:
        return _at_line(run[-1].end_lineno or 0, source.line_end + line)
    above = source.line_end if head and source.text.lines[head - 1].strip() else ""
    below = source.line_end if source.text.lines[head].strip() else ""
    return _at_line(head, above + line + below)


# -- names


def _scopes(source: Source) -> list[ast.AST]:
    """The scopes whose names can be seen, from the inside out; those of an outer class cannot."""
    begin, end = source.statement
    statements = parse(source.text.slice(begin, end))
    if isinstance(statements, Broken):
        raise Unfixable("what is around it does not parse, so that its names are unknown")
    at = source.line + 1, source.finding.span.column
    around = [
        node
        for statement in statements
        for node in ast.walk(ast.increment_lineno(statement, begin))
        if isinstance(node, SCOPES) and _body_begins(node) <= at < (node.end_lineno or 0, node.end_col_offset or 0)
    ]
    scopes = sorted(around, key=_body_begins, reverse=True)
    return [scope for index, scope in enumerate(scopes) if not index or not isinstance(scope, ast.ClassDef)]


def _body_begins(scope: ast.AST) -> tuple[int, int]:
    first = scope.body if isinstance(scope, ast.Lambda) else scope.body[0]  # type: ignore[attr-defined]
    return first.lineno, first.col_offset


def _first(scopes: Sequence[Bound], name: str) -> Bound | None:
    return next((bound for bound in scopes if name in bound), None)


def _are(bindings: Sequence[Binding], meanings: Sequence[str]) -> bool:
    """Whether a name can only have one of these meanings."""
    return all(binding.meaning in meanings for binding in bindings) and len({b.meaning for b in bindings}) <= 1


def _precedes(bindings: Sequence[Binding], source: Source) -> bool:
    return any(binding.is_certain and binding.line <= source.line for binding in bindings)


def _written(local: str, is_module: bool, name: str) -> str:
    return f"{local}.{name}" if is_module else local


def _bound_outside(source: Source, name: str) -> list[Binding]:
    """How the module's own statements bind a name. What does not parse may bind it to anything."""
    word = re.escape(name)
    mention = re.compile(rf"(?<![.\w]){word}(?!\w)(?![ \t]*\.)|\bimport\b[^\n]*\b{word}\b")
    found: list[Binding] = []
    for first, last in zip(source.starts, source.starts[1:], strict=False):
        text = source.text.slice(first, last)
        if name in text and mention.search(text):
            statements = parse(text)
            found += [Binding(None, 0, False)] if isinstance(statements, Broken) else bound_in(statements).get(name, ())
            found += _declared_global(statements, name)
    return found


def _declared_global(statements: list[ast.stmt] | Broken, name: str) -> Iterator[Binding]:
    """What functions bind for the whole module."""
    for statement in [] if isinstance(statements, Broken) else statements:
        for node in ast.walk(statement) if isinstance(statement, SCOPES) else ():
            if isinstance(node, ast.Global) and name in node.names:
                yield Binding(None, node.lineno, False)


def _imported_before(source: Source) -> Iterator[tuple[str, str]]:
    """The names that the module's imports before the finding bind, each with its meaning."""
    for statement in _top_level_imports(source):
        for local, bindings in bound_in([statement]).items():
            for binding in bindings:
                if binding.meaning is not None:
                    yield local, binding.meaning


# -- places


def _top_level_imports(source: Source) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports at the margin above the finding's statement, their lines counted from 1 in the text."""
    for first, last in zip(source.starts, source.starts[1:], strict=False):
        if first >= source.statement[0]:
            return
        if _IMPORT.match(source.text.lines[first]):
            statements = parse(source.text.slice(first, last))
            for statement in [] if isinstance(statements, Broken) else statements:
                if isinstance(statement, (ast.Import, ast.ImportFrom)):
                    ast.increment_lineno(statement, first)
                    yield statement


def _top_level_lines(source: Source) -> Iterator[str]:
    for statement in _top_level_imports(source):
        if isinstance(statement, ast.Import):
            yield from (f"import {alias.name}" for alias in statement.names if not alias.asname)


def _first_imports(source: Source) -> tuple[list[ast.Import | ast.ImportFrom], int]:
    """The first imports in a row, and the line, from 0, where some could begin if there are none."""
    run: list[ast.Import | ast.ImportFrom] = []
    head = _behind_header(source)
    starts = set(source.starts)
    for statement in _top_level_imports(source):
        end = statement.end_lineno or 0
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            head = max(head, end)
        elif not run or not starts & set(range(run[-1].end_lineno or 0, statement.lineno - 1)):
            run.append(statement)
        else:
            break
    return run, head


def _behind_header(source: Source) -> int:
    """The line, from 0, behind what must or should stay at the top: comments about the file, its docstring."""
    lines = source.text.lines
    head = next((line for line in range(2) if not _HEADER.match(lines[line])), 2)
    first = next((start for start in source.starts[:-1] if not _is_blank(lines[start])), 0)
    if lines[first].lstrip("rRuU")[:1] in ('"', "'"):
        end = source.starts[source.starts.index(first) + 1]
        statements = parse(source.text.slice(first, end))
        if not isinstance(statements, Broken) and _is_docstring(statements[0]):
            if source.statement[0] == first:
                raise Unfixable("the docstring shares its line")
            return first + (statements[0].end_lineno or 0)
    blank = next((line for line in range(head, first) if not lines[line].strip()), first)
    return head if blank == first else next(n for n in range(blank, first + 1) if lines[n].strip())


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and is_string(statement.value)


def _is_blank(line: str) -> bool:
    return line.strip(" \t\f\r\n")[:1] in ("", "#")


def _blocks(source: Source, run: Sequence[ast.Import | ast.ImportFrom]) -> list[list[ast.Import | ast.ImportFrom]]:
    """Imports that no blank line parts."""
    blocks: list[list[ast.Import | ast.ImportFrom]] = []
    for statement in run:
        above = source.text.lines[statement.lineno - 2] if statement.lineno > 1 else ""
        if not blocks or not above.strip():
            blocks.append([])
        blocks[-1].append(statement)
    return blocks


def _module(statement: ast.Import | ast.ImportFrom) -> str:
    if isinstance(statement, ast.Import):
        return statement.names[0].name
    return "." * statement.level + (statement.module or "")


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _at_line(line: int, new: str) -> Replacement:
    return Replacement(Position(line, 0), Position(line, 0), new)
