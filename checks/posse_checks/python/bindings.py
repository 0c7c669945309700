"""The names that a scope of a program binds, and which of them are bound by imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
"""The nodes that have a scope. A comprehension counts as part of the scope around it, to be on the safe side."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One place where a scope binds a name."""

    meaning: str | None
    """The qualified name if an import binds it, else None."""
    line: int
    is_certain: bool
    """Whether it is a statement of the scope's own block, so that it is executed whenever the block is."""
    value: ast.expr | None = None
    """The expression assigned to it, or the context manager entered."""
    annotation: ast.expr | None = None
    """The annotation of a parameter or variable."""


Bound = Mapping[str, Sequence[Binding]]


def nodes_of(scope: ast.AST) -> Sequence[ast.AST]:
    """The nodes that bind names in a scope: its block, and the parameters of a function or lambda."""
    match scope:
        case ast.Lambda(args=parameters, body=body):
            return [parameters, body]
        case ast.FunctionDef(args=parameters, body=block) | ast.AsyncFunctionDef(args=parameters, body=block):
            return [parameters, *block]
        case ast.ClassDef(body=block):
            return block
    raise TypeError(f"{scope} has no names of its own")


def bound_in(nodes: Sequence[ast.AST]) -> Bound:
    """Returns the bindings of each name in the nodes of a scope or a module; inner scopes bind only their own name."""
    bound: dict[str, list[Binding]] = defaultdict(list)
    values: dict[ast.AST, ast.expr] = {}
    annotations: dict[ast.AST, ast.expr] = {}
    own, pending = set(nodes), list(nodes)
    for node in pending:
        values.update(_assigned_by(node))
        annotations.update(_annotated_by(node))
        for name, meaning in _bound_by(node):
            line, is_certain = getattr(node, "lineno", 0), node in own
            bound[name].append(Binding(meaning, line, is_certain, values.get(node), annotations.get(node)))
        if isinstance(node, SCOPES):
            pending += getattr(node, "decorator_list", [])
        else:
            pending += ast.iter_child_nodes(node)
    return bound


def _assigned_by(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Yields the targets of an assignment, each with the expression that gives its value."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and _are_parallel(target, value):
                    yield from zip(target.elts, value.elts, strict=True)
                else:
                    yield target, value
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            yield target, value


def _are_parallel(target: ast.Tuple, value: ast.Tuple) -> bool:
    """Whether the items of a tuple are assigned one by one: as many, and none starred."""
    return len(target.elts) == len(value.elts) and not any(
        isinstance(each, ast.Starred) for each in (*target.elts, *value.elts)
    )


def _annotated_by(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Yields the parameter or target that a node annotates, with the annotation."""
    match node:
        case ast.arg(annotation=ast.expr() as annotation):
            yield node, annotation
        case ast.AnnAssign(target=target, annotation=annotation):
            yield target, annotation


def attributes_assigned(node: ast.AST, attribute: str) -> Iterator[ast.expr]:
    """Yields the expressions assigned, anywhere in a tree, to an attribute of that name, such as `self.archive`."""
    for inner in ast.walk(node):
        for target, value in _assigned_by(inner):
            if isinstance(target, ast.Attribute) and target.attr == attribute:
                yield value


def _bound_by(node: ast.AST) -> Iterable[tuple[str, str | None]]:
    """Yields the names that one node binds itself, each with its qualified name if that is an import."""
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
