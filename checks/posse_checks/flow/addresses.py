"""Addresses of views: what their decorators say about the parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from posse_checks.flow import operations as ops
from posse_checks.flow.code import FunctionCode
from posse_checks.flow.machine import Machine
from posse_checks.flow.state import State

ROUTES = {
    "route",
    "get",
    "post",
    "put",
    "delete",
    "patch",
    "head",
    "options",
    "websocket",
    "api_route",
    "websocket_route",
}
REQUESTS = {
    "django": "django.Request", "rest_framework": "django.Request", "fastapi": "starlette.Request",
    "starlette": "starlette.Request", "aiohttp": "aiohttp.Request", "sanic": "sanic.Request", "quart": "quart.Request",
    "flask": "flask.Request", "bottle": "bottle.Request", "werkzeug": "flask.Request", "pyramid": "pyramid.Request",
    "falcon": "falcon.Request", "aws_lambda_powertools": "aws.Event", "chalice": "chalice.Request",
}  # fmt: skip
_CONVERTER = re.compile(r"<([^<>]*)>")
_BRACES = re.compile(r"\{([^{}]*)\}")
_HAS_OLD_WILDCARD = re.compile(r"/:\w")
"""Matches parameters of a path in Bottle's old syntax."""
_NAME_FIRST = {"bottle", "sanic"}
"""Frameworks with `<name:type>` where others have `<type:name>`."""
SAFE_CONVERTERS = {"int", "float", "uuid", "any", "slug", "ymd", "alpha"}


class Route(NamedTuple):
    """One address of a function that answers requests: the framework, the path if it is constant, the decorator."""

    framework: str
    path: str | None
    decorator: ops.Call


def routes_of(machine: Machine, code: FunctionCode, state: State) -> Iterator[Route]:
    """The addresses of a function that answers requests; none for others."""
    for decorator in code.function.decorators:
        if not isinstance(decorator, ops.Call):
            continue
        function = decorator.function
        name = function.name if isinstance(function, ops.Attribute) else getattr(function, "id", "")
        if name not in ROUTES:
            continue
        owner = machine.evaluate(function.value if isinstance(function, ops.Attribute) else function, state)
        path = machine.evaluate(decorator.arguments[0], state).text if decorator.arguments else None
        known = owner.type or owner.name
        framework = known.partition(".")[0] if known.partition(".")[0] in REQUESTS else ""
        if not framework:
            framework = next((each for each in REQUESTS if each in machine.frameworks), "")
        is_path = path is None or path.startswith(("/", "<", "{", "^")) or path == ""
        if framework and is_path and (isinstance(function, ops.Attribute) or framework == "bottle"):
            yield Route(framework, path, decorator)


class Address(NamedTuple):
    """What the addresses of a view say about its parameters."""

    framework: str
    converters: dict[str, str]
    """The parameters that are parts of an address, each with the name of its type; the one that admits most."""
    is_known: bool
    """Whether all addresses are constant, so that no other parameter is a part of one."""

    @classmethod
    def of(cls, routes: Sequence[Route]) -> Address:
        """Merges what these addresses of a view say."""
        framework = routes[0].framework if routes else ""
        found: dict[str, str] = {}
        for route in routes:
            for name, converter in _converters(framework, route.path or ""):
                if name not in found or found[name] in SAFE_CONVERTERS:
                    found[name] = converter
        is_known = all(route.path is not None and not _HAS_OLD_WILDCARD.search(route.path) for route in routes)
        return cls(framework, found, is_known)


def _converters(framework: str, path: str) -> Iterator[tuple[str, str]]:
    """The parameters of a path, each with the name of its type."""
    for match in (_BRACES if framework == "chalice" else _CONVERTER).finditer(path):
        first, colon, second = match[1].partition(":")
        first = first.partition("(")[0]
        if not colon:
            yield first, ""
        elif framework in _NAME_FIRST:
            yield first, second.partition(":")[0]
        else:
            yield second, first
