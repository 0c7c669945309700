"""Whether a view of the program fits a pattern."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from posse_checks.analysis.mentions import is_short, mentioned_by
from posse_checks.declared.check import Around, Fitting, Literal, Named, Nature, Pattern, Value
from posse_checks.declared.names import any_matches, is_imported
from posse_checks.rule.views import Call, Mention, Place, String, View

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def fits(pattern: Pattern, view: View[ast.AST]) -> bool:
    """Whether a view fits a pattern: its own parts, then the combined patterns, then the definitions around it."""
    return (
        _fits_subject(pattern, view)
        and _fits_arguments(pattern, view)
        and (pattern.value is None or _fits_assigned(pattern.value, view))
        and (not pattern.module_imported or any(map(view.has_import, pattern.module_imported)))
        and (not pattern.any or any(fits(one, view) for one in pattern.any))
        and all(fits(one, view) for one in pattern.all)
        and (pattern.excluded is None or not fits(pattern.excluded, view))
        and (pattern.inside is None or _is_inside(pattern.inside, view))
    )


def _fits_subject(pattern: Pattern, view: View[ast.AST]) -> bool:
    """Whether a view is of the kind that a pattern is about, and has one of its names."""
    if pattern.call and not (isinstance(view, Call) and any_matches(pattern.call, view.name)):
        return False
    if pattern.string is not None and not (isinstance(view, String) and pattern.string.search(view.value)):
        return False
    if pattern.imports and not (_is_at(view, Place.IMPORT) and is_imported(pattern.imports, view.name)):
        return False
    if pattern.attribute and not (_is_at(view, Place.ATTRIBUTE) and any_matches(pattern.attribute, view.name)):
        return False
    if pattern.assigned and not (_is_at(view, Place.ASSIGNED) and any_matches(pattern.assigned, view.name)):
        return False
    if pattern.decorated_by and not _is_mentioned(Place.DECORATOR, pattern.decorated_by, view):
        return False
    return not pattern.class_of or _is_mentioned(Place.BASE, pattern.class_of, view)


def _is_at(view: View[ast.AST], place: Place) -> TypeGuard[Mention]:
    return isinstance(view, Mention) and view.place is place


def _is_mentioned(place: Place, names: tuple[str, ...], view: View[ast.AST]) -> bool:
    """Whether the definition that a view is about mentions one of some names in a place."""
    if not isinstance(view.node, _DEFINITIONS):
        return False
    mentioned = mentioned_by(view.node, view.context.qualified)
    return any(one.place is place and any_matches(names, one.name) for one in mentioned)


def _fits_arguments(pattern: Pattern, view: View[ast.AST]) -> bool:
    """Whether a call has the arguments of a pattern; what `*` and `**` pass is unknown, and fits nothing."""
    if not (pattern.keyword or pattern.position or pattern.without):
        return True
    if not isinstance(view, Call):
        return False
    return (
        all(keyword_fits(view, name, value) for name, value in pattern.keyword)
        and all(position_fits(view, position, value) for position, value in pattern.position)
        and all(_is_missing(view, one) for one in pattern.without)
    )


def keyword_fits(call: Call, name: str, value: Value) -> bool:
    """Whether a call has a keyword argument of that value."""
    keyword = call.keyword(name)
    return keyword is not None and value_fits(value, keyword.value, call)


def position_fits(call: Call, position: int, value: Value) -> bool:
    """Whether a call has a positional argument of that value."""
    arguments = call.node.args[: position + 1]
    if len(arguments) <= position or any(isinstance(one, ast.Starred) for one in arguments):
        return False
    return value_fits(value, arguments[position], call)


def _is_missing(call: Call, argument: str | int) -> bool:
    """Whether a call certainly lacks a keyword or a position."""
    if isinstance(argument, str):
        return all(keyword.arg not in (argument, None) for keyword in call.node.keywords)
    return len(call.node.args) <= argument and not any(isinstance(one, ast.Starred) for one in call.node.args)


def value_fits(value: Value, node: ast.expr, view: View[ast.AST]) -> bool:
    """Whether an expression is one of the alternatives of a value."""
    if not value.alternatives:
        return True
    return any(_is_alternative(one, node, view) for one in value.alternatives)


def _is_alternative(one: Literal | Named | Fitting | Nature, node: ast.expr, view: View[ast.AST]) -> bool:
    constant = constant_of(node)
    match one:
        case Literal(value):
            return constant is not None and type(constant.value) is type(value) and constant.value == value
        case Fitting(expression):
            return constant is not None and isinstance(constant.value, str) and expression.search(constant.value)
        case Named(names):
            return (
                isinstance(node, (ast.Name, ast.Attribute))
                and is_short(node)
                and any_matches(names, view.context.qualified(node))
            )
        case Nature.LITERAL:
            return constant is not None
        case Nature.COMPUTED:
            return constant is None


def constant_of(node: ast.expr) -> ast.Constant | None:
    """The literal that an expression is; a sign before a number belongs to it."""
    if isinstance(node, ast.Constant):
        return node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        number = node.operand.value
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            return ast.copy_location(ast.Constant(-number), node)
    return None


def _fits_assigned(value: Value, view: View[ast.AST]) -> bool:
    """Whether the value that is assigned is known and fits."""
    assigned = assigned_value(view.node)
    return assigned is not None and isinstance(view, Mention) and value_fits(value, assigned, view)


def assigned_value(node: ast.AST) -> ast.expr | None:
    """The value that an assignment to single names assigns; None if each gets a part of it."""
    if isinstance(node, ast.Assign):
        is_single = all(isinstance(target, (ast.Name, ast.Attribute)) for target in node.targets)
        return node.value if is_single else None
    return node.value if isinstance(node, (ast.AnnAssign, ast.NamedExpr)) else None


def _is_inside(around: Around, view: View[ast.AST]) -> bool:
    """Whether a view is inside a matching definition; tested last, since it costs most."""
    definitions = list(_definitions_around(view))
    if around.functions:
        functions = [one for one in definitions if not isinstance(one, ast.ClassDef)]
        if not any(any_matches(around.functions, one.name) for one in functions):
            return False
    if around.classes:
        classes = [one for one in definitions if isinstance(one, ast.ClassDef)]
        if not any(any_matches(around.classes, one.name) for one in classes):
            return False
    return not around.decorated_by or any(
        one.place is Place.DECORATOR and any_matches(around.decorated_by, one.name)
        for definition in definitions
        for one in mentioned_by(definition, view.context.qualified)
    )


def _definitions_around(view: View[ast.AST]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Yields the functions and classes around a view's node, from the inside out."""
    child, node = view.node, view.context.parent(view.node)
    while node is not None:
        if isinstance(node, _DEFINITIONS) and child in node.body:
            yield node
        child, node = node, view.context.parent(node)
    for head in reversed(view.context.enclosing_heads()):
        if isinstance(head, _DEFINITIONS):
            yield head
