"""Which names are bound in a scope of a program, and which of them by imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
"""The nodes that have names of their own; comprehensions count to what is around them, to be on the safe side."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One place where a scope binds a name."""

    meaning: str | None
    """The qualified name behind it if that is an import, else None."""
    line: int
    is_certain: bool
    """Whether it is a statement of the scope's own block, so that it is carried out whenever the block is."""


Bound = Mapping[str, Sequence[Binding]]


def bound_in(scope: ast.AST | Sequence[ast.stmt]) -> Bound:
    """The names that a scope binds, or that the statements of a module do."""
    bound: dict[str, list[Binding]] = defaultdict(list)
    pending: list[ast.AST]
    if isinstance(scope, ast.AST):
        body: object = getattr(scope, "body", ())
        own = body if isinstance(body, list) else []
        arguments = getattr(scope, "args", None)
        pending = [*own, *([arguments] if arguments else []), *([] if isinstance(body, list) else [body])]  # type: ignore[list-item]
    else:
        own = pending = list(scope)
    certain = set(own)
    for node in pending:
        for name, meaning in _bound_by(node):
            bound[name].append(Binding(meaning, getattr(node, "lineno", 0), node in certain))
        if isinstance(node, SCOPES):
            pending += getattr(node, "decorator_list", [])
        else:
            pending += ast.iter_child_nodes(node)
    return bound


def _bound_by(node: ast.AST) -> Iterable[tuple[str, str | None]]:
    """The names that one node binds, without those in it."""
    match node:
        case ast.Import():
            for alias in node.names:
                root = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (root, root)
        case ast.ImportFrom():
            for alias in node.names:
                meaning = f"{node.module}.{alias.name}" if node.module and not node.level else None
                yield alias.asname or alias.name, meaning
        case ast.Name(ctx=ast.Store() | ast.Del()):
            yield node.id, None
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name, None
        case ast.arg():
            yield node.arg, None
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name, None
        case ast.MatchMapping(rest=str(name)):
            yield name, None
        case ast.Global() | ast.Nonlocal():
            yield from ((name, None) for name in node.names)
