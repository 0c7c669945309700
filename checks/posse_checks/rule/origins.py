"""Resolves an expression at a finding: the import that a name comes from, the value that a variable was assigned.

A fix that depends on the type of an object uses this, and is offered only if the answer is certain: all visible
bindings of the name must agree. No code is run and no other file is read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence, Set
from typing import TYPE_CHECKING

from posse_checks.python.bindings import SCOPES, Binding, attributes_assigned
from posse_checks.python.syntax import Broken, is_string, parse

if TYPE_CHECKING:
    from posse_checks.rule.source import Source

_DEPTH = 5
"""Limit for the assignments to follow from a name."""


def bindings(source: Source, name: str) -> Sequence[Binding]:
    """The bindings of a name in the innermost scope around the finding that has any, else those of the module."""
    for scope in source.visible_scopes():
        bound = source.outline.bound_in(scope)
        if name in bound:
            return bound[name]
    return source.outline.bindings(name)


def qualified(source: Source, expression: ast.AST, depth: int = _DEPTH) -> str | None:
    """The qualified name of a name or attribute, through imports and plain assignments; None if it is not certain.

    A fallback for a failed import, such as `requests = None`, is ignored.
    """
    attributes: list[str] = []
    while isinstance(expression, ast.Attribute):
        attributes.append(expression.attr)
        expression = expression.value
    if not isinstance(expression, ast.Name) or not depth:
        return None
    found = {
        binding.meaning or (qualified(source, binding.value, depth - 1) if binding.value is not None else None)
        for binding in bindings(source, expression.id)
        if not _is_none(binding.value)
    }
    root = found.pop() if len(found) == 1 else None
    return ".".join([root, *reversed(attributes)]) if root else None


def is_builtin(source: Source, name: str) -> bool:
    """Whether no visible binding gives the name of a built-in function another meaning."""
    return not bindings(source, name)


def values(source: Source, expression: ast.AST) -> list[ast.expr] | None:
    """The expressions that may be the value of a name or of an attribute of `self`; None if there may be others.

    Any other expression is its own value. An assigned None is ignored.
    """
    if isinstance(expression, ast.Name):
        bound = bindings(source, expression.id)
        given = [binding.value for binding in bound]
        if not given or not all(given):
            return None
        return [value for value in given if value is not None and not _is_none(value)]
    if isinstance(expression, ast.Attribute):
        if not isinstance(expression.value, ast.Name) or expression.value.id not in ("self", "cls"):
            return None
        holder = next((scope for scope in source.scopes() if isinstance(scope, ast.ClassDef)), None)
        assigned = list(attributes_assigned(holder, expression.attr)) if holder else []
        return [value for value in assigned if not _is_none(value)] if assigned else None
    return [expression] if isinstance(expression, ast.expr) else None


def known_values(source: Source, name: ast.Name) -> list[ast.expr]:
    """The visible expressions that may be a variable's value; there may be others."""
    return [binding.value for binding in bindings(source, name.id) if binding.value is not None]


def is_made_by(source: Source, expression: ast.AST, makers: Set[str], types: Set[str] = frozenset()) -> bool:
    """Whether an expression's value is certain to come from one of these functions, or to be of one of these types."""
    return _holds(source, expression, lambda name: name in makers, types, _DEPTH)


def _holds(source: Source, expression: ast.AST, makes: Callable[[str], bool], types: Set[str], depth: int) -> bool:
    """Whether a value is certain to come from a function that `makes` accepts, or to be of one of the types.

    Follows assignments, conditional expressions and context managers that return their argument, up to `depth` of them.
    """
    if not depth:
        return False
    match expression:
        case ast.Call(func=function, args=arguments):
            name = qualified(source, function)
            if name is not None and makes(name):
                return True
            passes_on = name == "contextlib.closing" or _attribute(function) == "enter_context"
            return passes_on and len(arguments) == 1 and _holds(source, arguments[0], makes, types, depth - 1)
        case ast.Await(value=inner) | ast.NamedExpr(value=inner):
            return _holds(source, inner, makes, types, depth - 1)
        case ast.IfExp(body=body, orelse=orelse):
            return all(_holds(source, each, makes, types, depth - 1) for each in (body, orelse))
        case ast.Name(id=name):
            bound = [each for each in bindings(source, name) if not _is_none(each.value)]
            return bool(bound) and all(_is_bound_to(source, each, makes, types, depth) for each in bound)
        case ast.Attribute():
            given = values(source, expression)
            return bool(given) and all(_holds(source, each, makes, types, depth - 1) for each in given or ())
    return False


def _is_bound_to(source: Source, binding: Binding, makes: Callable[[str], bool], types: Set[str], depth: int) -> bool:
    """Whether a binding is certain to have such a value, by its value or else by its annotation."""
    if binding.value is not None:
        return _holds(source, binding.value, makes, types, depth - 1)
    return binding.annotation is not None and _annotated(source, binding.annotation) in types


def annotated(source: Source, expression: ast.AST) -> str | None:
    """The qualified name of a variable's annotation; empty if it is not certain, None if there is no annotation."""
    bound = bindings(source, expression.id) if isinstance(expression, ast.Name) else ()
    annotations = [binding.annotation for binding in bound if binding.annotation is not None]
    return (_annotated(source, annotations[0]) or "") if annotations else None


def _annotated(source: Source, annotation: ast.expr) -> str | None:
    """The qualified name of an annotated type, also if it is optional; None if it is not certain."""
    match annotation:
        case ast.Constant(value=str() as text):
            statements = parse(text.strip())
            if isinstance(statements, Broken) or len(statements) != 1 or not isinstance(statements[0], ast.Expr):
                return None
            return _annotated(source, statements[0].value)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            named = [each for each in (left, right) if not _is_none(each)]
            return _annotated(source, named[0]) if len(named) == 1 else None
        case ast.Subscript(value=outer, slice=inner) if (qualified(source, outer) or "").endswith("Optional"):
            return _annotated(source, inner)
    return qualified(source, annotation)


def calls_with(source: Source, name: str) -> Iterator[ast.Call]:
    """Yields the calls, in the function around the finding or else in the module, with a variable as an argument."""
    scope = next((scope for scope in source.scopes() if not isinstance(scope, ast.ClassDef)), None)
    blocks = [[scope]] if scope is not None else source.outline.mentioning(name)
    for root in (root for block in blocks if not isinstance(block, Broken) for root in block):
        for node in source.outline.nodes_in(root, ast.Call):
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            items = [item for each in arguments for item in (each.elts if isinstance(each, ast.Tuple) else [each])]
            if any(isinstance(item, ast.Name) and item.id == name for item in items):
                yield node


def class_named(source: Source, name: str) -> ast.ClassDef | None:
    """The class that the module defines with a name, if no other definition has it."""
    found = [
        node
        for statements in source.outline.mentioning(name)
        for statement in ([] if isinstance(statements, Broken) else statements)
        for node in ast.walk(statement)
        if isinstance(node, SCOPES) and getattr(node, "name", None) == name
    ]
    return found[0] if len(found) == 1 and isinstance(found[0], ast.ClassDef) else None


def _attribute(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def is_text(node: ast.expr) -> bool:
    """Whether an expression is a string literal or a formatted string."""
    return is_string(node) or isinstance(node, ast.JoinedStr)
