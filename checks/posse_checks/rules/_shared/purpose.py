"""Infers the purpose of flagged code from the code around it: whether it is a test, and the names of its value."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from posse_checks.python.syntax import Broken
from posse_checks.rule import Source, UnfixableError, View

TEST_LIBRARIES = (
    *("pytest", "unittest", "hypothesis", "testtools", "twisted.trial"),
    *("test.support", "django.test", "rest_framework.test", "fastapi.testclient"),
)
_TEST_FUNCTION = re.compile(r"test|setUp|tearDown")
_TEST_CLASS = re.compile(r"Test(?![a-z])|.*Tests?(?:Case|Base|Mixin)?\Z")
_TEST_IN_TEXT = re.compile(r"^[ \t]*(?:async[ \t]+def[ \t]+test|def[ \t]+test|class[ \t]+Test)", re.MULTILINE)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def is_test(view: View[ast.AST], source: Source) -> bool:
    """Whether the finding is in a test, or in a module that imports a library for tests."""
    if view.has_import("mock") or any(map(view.has_import_like, TEST_LIBRARIES)):
        return True
    try:
        scopes = source.scopes()
    except UnfixableError:
        return _TEST_IN_TEXT.search(source.text.slice(*source.statement)) is not None
    for scope in scopes:
        pattern = _TEST_CLASS if isinstance(scope, ast.ClassDef) else _TEST_FUNCTION
        if pattern.match(getattr(scope, "name", "")):
            return True
    return False


def refuse_test(view: View[ast.AST], source: Source) -> None:
    """Raises UnfixableError if the finding is in a test."""
    if is_test(view, source):
        raise UnfixableError("it is in a test, which protects nothing and expects what it does")


def function_text(source: Source) -> str:
    """The text of the innermost function around the finding; empty if there is none."""
    for scope in source.scopes():
        if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return source.text.slice(scope.lineno - 1, scope.end_lineno or 0)
    return ""


def tries(source: Source) -> Iterator[ast.Try]:
    """Yields the `try` statements whose block contains the finding."""
    statements = source.outline.parsed(*source.statement)
    for statement in [] if isinstance(statements, Broken) else statements:
        for node in source.outline.nodes_in(statement, ast.Try):
            if node.body[0].lineno <= source.line + 1 <= (node.body[-1].end_lineno or 0):
                yield node


def words(name: str) -> list[str]:
    """The words in an identifier, in lower case."""
    return [word.lower() for word in _WORD.findall(name)]


def name_of(node: ast.AST | None) -> str:
    """The last name of a variable, an attribute or a function; empty for any other node."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def names_for(node: ast.AST, source: Source) -> Iterator[str]:
    """Yields the names around a value: its variable, argument or key, the functions it is passed to and made in."""
    for around in source.ancestors:
        match around:
            case ast.keyword(arg=str(name)):
                yield name
            case ast.Call(func=function):
                yield name_of(function)
            case ast.Assign(targets=targets):
                yield from (name_of(inner) for target in targets for inner in ast.walk(target))
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.NamedExpr(target=target):
                yield name_of(target)
            case ast.Dict(keys=keys, values=values):
                yield from (
                    key.value
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and isinstance(key.value, str) and _holds(value, node)
                )
        if isinstance(around, ast.stmt):
            break
    yield from (getattr(scope, "name", "") for scope in source.scopes()[:1])


def words_for(node: ast.AST, source: Source) -> set[str]:
    """The words in all names around a value."""
    return {word for name in names_for(node, source) for word in words(name)}


def words_in(node: ast.AST) -> set[str]:
    """The words in all names in an expression."""
    return {word for inner in ast.walk(node) for word in words(name_of(inner))}


def _holds(around: ast.AST, node: ast.AST) -> bool:
    return any(inner is node for inner in ast.walk(around))
