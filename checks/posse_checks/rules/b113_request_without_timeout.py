"""An HTTP request that waits for its answer without a time limit.

A server that accepts the connection and then says nothing holds the thread forever. Whoever controls that
server, or just makes it slow, can bring down every program that asks it something, one stuck worker at a
time.

## Bad

    import httpx
    import requests

    def fetch(url):
        first = requests.get(url)
    #           ^^^^^^^^^^^^ Call to requests without timeout
        return first, httpx.get(url, timeout=None)
    #                                ^^^^^^^^^^^^ Call to httpx with timeout set to None

## Fixed

Wait ten seconds at most (review):

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

`httpx` has a limit of five seconds unless told otherwise; `requests` has none.

## When to suppress

Where the limit is passed in a way that the rule cannot read, such as `timeout=limits()` or `**options`, or
where a request is meant to stay open, as for a stream of events.

## References

- https://requests.readthedocs.io/en/latest/user/advanced/#timeouts
- https://www.python-httpx.org/advanced/timeouts/
"""

import ast
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import LOW, MEDIUM, rule
from posse_checks.rules.b501_request_with_no_cert_validation import is_request
from posse_checks.source import Source
from posse_checks.views import Call


@rule("B113", "request_without_timeout", MEDIUM, LOW, Cwe.UNCONTROLLED_RESOURCE_CONSUMPTION, called=is_request)
def check(call: Call) -> Iterator[Finding]:
    """Report requests with `timeout=None`, and for `requests` those without a readable timeout."""
    timeout = call.keywords.get("timeout")
    span = call.keyword("timeout") or call.span
    if timeout is None and call.library == "requests":
        yield call.finding(f"Call to {call.library} without timeout", span=span)
    elif timeout == "None":
        yield call.finding(f"Call to {call.library} with timeout set to None", span=span)


@check.fix("Wait ten seconds at most", REVIEW)
def limit(call: Call, source: Source) -> Edits:
    """Slower answers then raise an exception."""
    given = call.keyword("timeout")
    if given is not None and not (isinstance(given.value, ast.Constant) and given.value.value is None):
        return []
    return source.keyword_set(call.node, "timeout", "10")
