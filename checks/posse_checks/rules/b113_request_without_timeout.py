"""An HTTP request that waits for its answer without a time limit.

A server that accepts the connection and then stays silent blocks the thread forever. Anyone who controls that server,
or makes it slow, can stop every program that depends on it, one blocked worker after another.

## Bad

    import httpx
    import requests

    def fetch(url):
        first = requests.get(url)
    #           ^^^^^^^^^^^^ Call to requests without timeout
        return first, httpx.get(url, timeout=None)
    #                                ^^^^^^^^^^^^ Call to httpx with timeout set to None

## Fixed

Add timeout=10 (review):

    import httpx
    import requests

    def fetch(url):
        first = requests.get(url, timeout=10)
        return first, httpx.get(url, timeout=10)

## Good

    import httpx
    import requests

    def fetch(url):
        return requests.get(url, timeout=10), httpx.get(url)

`httpx` has a limit of five seconds by default; `requests` has none. In both, `timeout` limits the time to connect and
each silence between bytes, not the whole request: a server that sends a byte every nine seconds is not stopped by it.

## When to suppress

If the limit is passed in a way that the rule cannot read, such as `timeout=limits()` or `**options`, or if a request is
meant to stay open, as for a stream of events.

## References

- https://requests.readthedocs.io/en/latest/user/advanced/#timeouts
- https://www.python-httpx.org/advanced/timeouts/
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, rule
from posse_checks.rules._shared.http_clients import REQUEST


@rule(
    "B113",
    "request_without_timeout",
    MEDIUM,
    LOW,
    Cwe.UNCONTROLLED_RESOURCE_CONSUMPTION,
    called=REQUEST,
    unfixable="how long the request may take cannot be seen here",
)
def check(call: Call) -> Iterator[Finding]:
    """Report requests with `timeout=None`, and for `requests` those without a readable timeout."""
    timeout = call.keywords.get("timeout")
    span = call.keyword("timeout") or call.span
    if timeout is None and call.library == "requests":
        yield call.finding(f"Call to {call.library} without timeout", span=span)
    elif timeout == "None":
        yield call.finding(f"Call to {call.library} with timeout set to None", span=span)


@check.fix("Add timeout=10", REVIEW)
def limit(call: Call, source: Source) -> Edits:
    """Sets a timeout of ten seconds, after which a silent server causes an exception."""
    source.verify(call.node.func, call.name)
    given = call.keyword("timeout")
    if given is not None and not (isinstance(given.value, ast.Constant) and given.value.value is None):
        return []
    return source.keyword_set(call.node, "timeout", "10")
