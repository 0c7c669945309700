"""Functions of HTTP clients that send requests."""

from __future__ import annotations

from posse_checks.rule.rule import Options

VERBS = frozenset({"get", "options", "head", "post", "put", "patch", "delete"})
FUNCTIONS = {"requests": VERBS, "httpx": VERBS | {"request", "stream", "Client", "AsyncClient"}}


def is_request(name: str, options: Options) -> bool:
    """Whether a qualified name begins with an HTTP client's and ends with a function that sends requests."""
    return name.rpartition(".")[2] in FUNCTIONS.get(name.partition(".")[0], ())
