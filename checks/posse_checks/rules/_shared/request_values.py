"""Values that a client sends as they are: parts of a request, and parameters of a view. What is built is none."""

from __future__ import annotations

import ast

from posse_checks.rule import Source
from posse_checks.rules._shared.purpose import name_of

_REQUESTS = {"flask.request", "quart.request", "bottle.request"}
_METHODS = {"get", "strip", "lower", "upper", "title", "lstrip", "rstrip", "get_argument", "get_cookie", "get_header"}
_NO_TEXT = {
    *("body", "data", "stream", "raw_body", "input_stream", "content", "arguments", "query_arguments"),
    *("body_arguments", "files", "FILES", "environ", "META", "scope", "user", "session"),
}
"""Parts of a request that are bytes, have bytes in them, or are not what the client sends."""
_DEPTH = 4
_MOST_VALUES = 8
"""Number of values of a variable beyond which nothing is certain of it."""


def is_sent(value: ast.expr, source: Source, depth: int = _DEPTH) -> bool:
    """Whether a value is certain to be what the client sends, so that it holds no text of the program."""
    if not depth:
        return False
    match value:
        case ast.Name(id=name):
            given = source.values(value)
            if given is None:
                return is_parameter(name, source)
            return 0 < len(given) <= _MOST_VALUES and all(is_sent(each, source, depth - 1) for each in given)
        case ast.Attribute(value=ast.Subscript(value=ast.Attribute(attr="files", value=inner)), attr="filename"):
            return _is_request(inner, source)
        case ast.Attribute(value=ast.Name() as upload, attr="filename"):
            given = source.values(upload) or []
            return len(given) == 1 and is_sent(ast.Attribute(given[0], "filename", ast.Load()), source, depth - 1)
        case ast.Attribute(attr=part) if part in _NO_TEXT:
            return False
        case ast.Subscript(value=inner) | ast.Attribute(value=inner):
            return _is_request(inner, source) or is_sent(inner, source, depth - 1)
        case ast.Call(func=ast.Attribute(value=inner, attr=method)) if method in _METHODS:
            return _is_request(inner, source) or is_sent(inner, source, depth - 1)
    return False


def as_text(value: ast.expr, written: str, source: Source, depth: int = _DEPTH) -> str:
    """The source of a value as a string: in `str()` unless it is one for certain, as it may be missing."""
    return written if _is_text(value, source, depth) else f"str({written})"


def _is_text(value: ast.expr, source: Source, depth: int) -> bool:
    if not depth:
        return False
    match value:
        case ast.Constant(value=str()):
            return True
        case ast.Name():
            given = source.values(value) or []
            return 0 < len(given) <= _MOST_VALUES and all(_is_text(each, source, depth - 1) for each in given)
        case ast.Subscript(value=ast.Attribute(attr=part)):
            return part in ("args", "form", "cookies", "headers", "values", "GET", "POST", "COOKIES", "query_params")
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, default], keywords=[]):
            return _is_text(default, source, depth - 1)
        case ast.Call(func=ast.Attribute(attr="strip" | "lower" | "upper" | "title" | "lstrip" | "rstrip")):
            return True
    return False


def _is_request(value: ast.expr, source: Source) -> bool:
    """Whether an expression is a request."""
    if source.qualified(value) in _REQUESTS:
        return True
    if isinstance(value, ast.Attribute):
        return value.attr == "request" and name_of(value.value) == "self"
    return isinstance(value, ast.Name) and value.id in ("request", "req") and is_parameter(value.id, source)


def is_parameter(name: str, source: Source) -> bool:
    """Whether a name is a parameter of the function around the finding that nothing in it binds again."""
    scope = next(iter(source.scopes()), None)
    if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)) or name in ("self", "cls"):
        return False
    arguments = scope.args
    parameters = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    return name in parameters and len(source.outline.bound_in(scope).get(name, ())) == 1
