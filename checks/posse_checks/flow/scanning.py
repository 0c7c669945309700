"""Questions about a module that its operations answer without being run."""

from __future__ import annotations

from collections.abc import Iterator

from posse_checks.flow import operations as ops

_SOURCES = {
    *("flask", "quart", "django", "rest_framework", "starlette", "fastapi", "aiohttp", "tornado", "bottle", "sanic"),
    *("websockets", "socket", "socketserver", "http", "cgi", "pyramid", "falcon", "werkzeug", "flask_restful"),
}
"""Packages from which data of others comes."""
_MUTATORS = {
    *("append", "add", "update", "extend", "insert", "setdefault", "pop", "clear", "remove", "appendleft", "discard"),
}


def imported_packages(body: ops.Block) -> frozenset[str]:
    """The names of the packages that a module imports anywhere."""
    return frozenset(
        root
        for item in walk(body)
        if isinstance(item, ops.Import)
        for _, qualified in item.names
        if (root := qualified.lstrip(".").partition(".")[0])
    )


def may_have_sources(body: ops.Block) -> bool:
    """Whether a module imports something that data from outside comes from, or answers events."""
    for item in walk(body):
        if isinstance(item, ops.Import):
            for _, qualified in item.names:
                root, _, rest = qualified.partition(".")
                if root in _SOURCES and (root != "http" or rest.startswith("server")):
                    return True
        elif isinstance(item, ops.Function) and item.name in ("lambda_handler", "handler"):
            return True
    return False


def stores_to_self(function: ops.Function) -> bool:
    """Whether a method stores to an attribute of its first parameter."""
    if not function.parameters:
        return False
    name = function.parameters[0].name
    for item in walk(function.body):
        targets = item.targets if isinstance(item, ops.Bind) else ()
        for target in targets:
            if isinstance(target, ops.Attribute) and isinstance(target.value, ops.Name) and target.value.id == name:
                return True
    return False


def walk(body: object) -> Iterator[ops.Operation]:
    """All operations in a block, in no order that counts."""
    pending: list[object] = [body]
    while pending:
        item = pending.pop()
        if isinstance(item, ops.Operation):
            yield item
            pending += item.fields()
        elif isinstance(item, tuple):
            pending += item


def mutated(body: ops.Block) -> set[str]:
    """Names of containers that functions of the module change, or that they declare global."""
    names: set[str] = set()
    for function in [item for item in walk(body) if isinstance(item, ops.Function)]:
        for item in walk(function.body):
            if isinstance(item, ops.Outer):
                names.update(item.names)
            elif isinstance(item, (ops.Bind, ops.Delete)):
                for target in item.targets:
                    if isinstance(target, (ops.Subscript, ops.Attribute)) and isinstance(target.value, ops.Name):
                        names.add(target.value.id)
            elif isinstance(item, ops.Augment) and isinstance(item.target, ops.Subscript):
                if isinstance(item.target.value, ops.Name):
                    names.add(item.target.value.id)
            elif isinstance(item, ops.Call) and isinstance(item.function, ops.Attribute):
                changed = item.function.value
                if item.function.name in _MUTATORS and isinstance(changed, ops.Name):
                    names.add(changed.id)
    return names
