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


def nodes_of(scope: ast.AST) -> Sequence[ast.AST]:
    """What is evaluated with a scope's own names: its block, and its parameters if it is a function."""
    match scope:
        case ast.Lambda(args=parameters, body=body):
            return [parameters, body]
        case ast.FunctionDef(args=parameters, body=block) | ast.AsyncFunctionDef(args=parameters, body=block):
            return [parameters, *block]
        case ast.ClassDef(body=block):
            return block
    raise TypeError(f"{scope} has no names of its own")


def bound_in(nodes: Sequence[ast.AST]) -> Bound:
    """The names that are bound in what a scope, or a module, consists of."""
    bound: dict[str, list[Binding]] = defaultdict(list)
    own, pending = set(nodes), list(nodes)
    for node in pending:
        for name, meaning in _bound_by(node):
            bound[name].append(Binding(meaning, getattr(node, "lineno", 0), node in own))
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
