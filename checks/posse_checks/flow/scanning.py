"""Facts about a module that its operations show without running them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from posse_checks.flow import operations as ops

SOURCES = {
    *("flask", "quart", "django", "rest_framework", "starlette", "fastapi", "aiohttp", "tornado", "bottle", "sanic"),
    *("websockets", "socket", "socketserver", "http", "cgi", "pyramid", "falcon", "werkzeug", "flask_restful"),
    *("aws_lambda_powertools", "chalice"),
}
"""Packages that bring in data from outside."""
_MUTATORS = {
    *("append", "add", "update", "extend", "insert", "setdefault", "pop", "clear", "remove", "appendleft", "discard"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts about a block that a run needs in advance."""

    has_sources: bool = False
    """Whether it imports a source of data from outside, or answers events."""
    packages: frozenset[str] = frozenset()
    """The names of the packages that it imports anywhere."""
    changes: frozenset[str] = frozenset()
    """Names of containers that it changes, or that it declares global."""
    changes_in_functions: frozenset[str] = frozenset()
    """The containers that functions in it change."""

    def joined(self, others: Iterable[Facts]) -> Facts:
        """The facts of several blocks."""
        every = [self, *others]
        return Facts(
            any(facts.has_sources for facts in every),
            frozenset().union(*[facts.packages for facts in every]),
            frozenset().union(*[facts.changes for facts in every]),
            frozenset().union(*[facts.changes_in_functions for facts in every]),
        )

    def with_sources(self, packages: frozenset[str]) -> Facts:
        """The facts, if data from outside also comes from these packages."""
        return self if self.packages.isdisjoint(packages) else replace(self, has_sources=True)

    def inside_function(self) -> Facts:
        """The facts of the block as the body of a function."""
        return replace(self, changes_in_functions=self.changes)


NO_FACTS = Facts()


def facts_of(body: object) -> Facts:
    """Scan a block once."""
    has_sources = False
    packages: set[str] = set()
    everywhere: set[str] = set()
    inside: set[str] = set()
    bodies: list[object] = []
    for names, level in ((everywhere, [body]), (inside, bodies)):
        pending: list[object] = level
        for item in pending:  # which grows
            cls = item.__class__
            if cls is tuple:
                pending += item  # type: ignore[arg-type]
            elif cls in _LEAVES or not isinstance(item, ops.Operation):
                continue
            elif isinstance(item, ops.Function):
                has_sources = has_sources or answers_events(item)
                bodies.append(item.body)
                pending += (item.parameters, item.decorators, item.returns)
            elif isinstance(item, ops.Import):
                packages.update(_packages(item))
                has_sources = has_sources or any(is_source(qualified) for _, qualified in item.names)
            else:
                if cls in _CHANGING:
                    names.update(_changed(item))
                pending += item.fields()
    return Facts(has_sources, frozenset(packages), frozenset(everywhere | inside), frozenset(inside))


_CHANGING = {ops.Outer, ops.Bind, ops.Delete, ops.Augment, ops.Call}
_LEAVES = {ops.Name, ops.Literal, ops.Opaque, ops.Leave}


def answers_events(function: ops.Function) -> bool:
    """Whether AWS Lambda or a similar service calls a function, by its name and its two parameters."""
    names = [parameter.name for parameter in function.parameters]
    if len(names) != 2 or names[0] not in ("event", "evt"):
        return False
    return function.name in ("lambda_handler", "handler") or names[1].lstrip("_") in (
        "context",
        "ctx",
        "lambda_context",
    )


def packages_of(imported: Iterable[str]) -> frozenset[str]:
    """The names of imported packages."""
    return frozenset(root for name in imported if (root := name.lstrip(".").partition(".")[0]))


def _packages(item: ops.Import) -> Iterator[str]:
    for _, qualified in item.names:
        root = qualified.lstrip(".").partition(".")[0]
        if root:
            yield root


def is_source(qualified: str) -> bool:
    """Whether data from outside comes from an import."""
    root, _, rest = qualified.partition(".")
    return root in SOURCES and (root != "http" or rest.startswith("server"))


def _changed(item: ops.Operation) -> Collection[str]:
    """The names whose containers a single operation changes, or that it declares global."""
    if isinstance(item, ops.Outer):
        return item.names
    if isinstance(item, (ops.Bind, ops.Delete)):
        return [
            target.value.id
            for target in item.targets
            if isinstance(target, (ops.Subscript, ops.Attribute)) and isinstance(target.value, ops.Name)
        ]
    if isinstance(item, ops.Augment) and isinstance(item.target, ops.Subscript):
        return [item.target.value.id] if isinstance(item.target.value, ops.Name) else ()
    if isinstance(item, ops.Call) and isinstance(item.function, ops.Attribute):
        changed = item.function.value
        if item.function.name in _MUTATORS and isinstance(changed, ops.Name):
            return [changed.id]
    return ()


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
    """All operations in a block, in no particular order."""
    pending: list[object] = [body]
    while pending:
        item = pending.pop()
        if isinstance(item, ops.Operation):
            yield item
            pending += item.fields()
        elif isinstance(item, tuple):
            pending += item
