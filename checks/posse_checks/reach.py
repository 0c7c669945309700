"""How a name of a module is written at some place: by an import that is there, else by one that is added."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posse_checks.fix import Unfixable
from posse_checks.imports import import_added, imports_above
from posse_checks.scopes import SCOPES, Binding, Bound, bound_in, nodes_of
from posse_checks.syntax import Broken, parse
from posse_checks.text import Replacement

if TYPE_CHECKING:
    from posse_checks.source import Source


@dataclass(frozen=True, slots=True)
class Reach:
    """An expression that stands for a name of a module, and the import that it needs, if any."""

    expression: str
    replacements: tuple[Replacement, ...] = ()


def reach(source: Source, module: str, name: str) -> Reach:
    """See `Source.reach`."""
    inner = [bound_in(nodes_of(scope)) for scope in _scopes(source)]
    qualified = f"{module}.{name}"
    for bound in inner:
        for local, bindings in bound.items():
            if _are(bindings, (module, qualified)) and _precedes(bindings, source) and _first(inner, local) is bound:
                return Reach(_written(local, bindings[0].meaning == module, name))
    for local, meaning in _imported_above(source):
        is_hidden = any(local in bound for bound in inner)
        if meaning in (module, qualified) and not is_hidden and _are(_bound_outside(source, local), (meaning,)):
            return Reach(_written(local, meaning == module, name))
    root = module.partition(".")[0]
    if any(root in bound for bound in inner) or not _are(_bound_outside(source, root), (root,)):
        raise Unfixable(f"something else is called {root} here")
    if any(isinstance(each, ast.Import) and _imports(each, module) for each in imports_above(source)):
        return Reach(f"{module}.{name}")
    return Reach(f"{module}.{name}", (import_added(source, module),))


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


def _imports(statement: ast.Import, module: str) -> bool:
    return any(alias.name == module and alias.asname is None for alias in statement.names)


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
        for node in ast.walk(statement):
            if isinstance(node, ast.Global) and name in node.names:
                yield Binding(None, node.lineno, False)


def _imported_above(source: Source) -> Iterator[tuple[str, str]]:
    """The names that the module's imports before the finding bind, each with its meaning."""
    for statement in imports_above(source):
        for local, bindings in bound_in([statement]).items():
            for binding in bindings:
                if binding.meaning is not None:
                    yield local, binding.meaning
