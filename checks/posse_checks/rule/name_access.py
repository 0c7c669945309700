"""Finds how to write a name of a module at a position: through an existing import, or else through an added one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posse_checks.python.bindings import Binding, Bound, bound_in
from posse_checks.python.text import Replacement
from posse_checks.rule.fix import UnfixableError
from posse_checks.rule.import_insertion import import_added, imports_above

if TYPE_CHECKING:
    from posse_checks.rule.source import Source


@dataclass(frozen=True, slots=True)
class NameAccess:
    """An expression for a name of a module, and the replacements that add the import that it needs, if any."""

    expression: str
    replacements: tuple[Replacement, ...] = ()


def name_access(source: Source, module: str, name: str, *, is_from: bool = False) -> NameAccess:
    """Implements `Source.name_access`: tries the scopes around the finding, the imports above it, then a new import."""
    inner = [source.outline.bound_in(scope) for scope in source.visible_scopes()]
    qualified = f"{module}.{name}"
    for bound in inner:
        for local, bindings in bound.items():
            if _are(bindings, (module, qualified)) and _precedes(bindings, source) and _first(inner, local) is bound:
                return NameAccess(_written(local, bindings[0].meaning == module, name))
    for local, meaning in _imported_above(source):
        is_hidden = any(local in bound for bound in inner)
        if meaning in (module, qualified) and not is_hidden and _are(source.outline.bindings(local), (meaning,)):
            return NameAccess(_written(local, meaning == module, name))
    if is_from:
        if any(name in bound for bound in inner) or source.outline.bindings(name):
            raise UnfixableError(f"something else is called {name} here")
        return NameAccess(name, (import_added(source, module, name),))
    root = module.partition(".")[0]
    if any(root in bound for bound in inner) or not _are(source.outline.bindings(root), (root,)):
        raise UnfixableError(f"something else is called {root} here")
    if any(isinstance(each, ast.Import) and _imports(each, module) for each in imports_above(source)):
        return NameAccess(f"{module}.{name}")
    return NameAccess(f"{module}.{name}", (import_added(source, module),))


def _first(scopes: Sequence[Bound], name: str) -> Bound | None:
    """The innermost scope that binds a name: the one that the name means at the finding."""
    return next((bound for bound in scopes if name in bound), None)


def _are(bindings: Sequence[Binding], meanings: Sequence[str]) -> bool:
    """Whether a name can only have one of these meanings."""
    return all(binding.meaning in meanings for binding in bindings) and len({b.meaning for b in bindings}) <= 1


def _precedes(bindings: Sequence[Binding], source: Source) -> bool:
    """Whether a name is certain to be bound on a line above the finding's."""
    return any(binding.is_certain and binding.line <= source.line for binding in bindings)


def _imports(statement: ast.Import, module: str) -> bool:
    """Whether a statement imports exactly this module under its own name, with its packages."""
    return any(alias.name == module and alias.asname is None for alias in statement.names)


def _written(local: str, is_module: bool, name: str) -> str:
    """The expression for a name through a local name, which stands for the module or for the name itself."""
    return f"{local}.{name}" if is_module else local


def _imported_above(source: Source) -> Iterator[tuple[str, str]]:
    """Yields the names that the module's imports above the finding bind, each with its qualified name."""
    for statement in imports_above(source):
        for local, bindings in bound_in([statement]).items():
            for binding in bindings:
                if binding.meaning is not None:
                    yield local, binding.meaning
