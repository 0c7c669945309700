"""A request over http or ftp, which anyone on the network can read and change.

Anyone on the path between the two machines can read requests and responses, including credentials, and can respond in
the server's place. An attacker there can replace a download that is then run or trusted.

## Bad

    import requests

    def prices():
        return requests.get("http://prices.example.org/today.json", timeout=10).json()
    #                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The request is sent without encryption.

## Fixed

Use https (review):

    import requests

    def prices():
        return requests.get("https://prices.example.org/today.json", timeout=10).json()

## Good

    import requests

    def prices():
        return requests.get("https://prices.example.org/today.json", timeout=10).json()

    def health():
        return requests.get("http://localhost:8080/health", timeout=1).ok

Addresses of the same machine, and names without a dot, which are those of a local network, are not reported.

## When to suppress

If the connection is encrypted in another way, as by a VPN, or if a signature of the response is verified, as package
managers do.

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html
- https://owasp.org/Top10/A02_2021-Cryptographic_Failures/
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, exact, is_string, rule
from posse_checks.rules._shared.http_clients import VERBS

CLEAR = re.compile(r"(?:http|ftp|ws)://(?P<host>[^/:?#\s]+)", re.IGNORECASE)
LOCAL = re.compile(r"127\.|10\.|192\.168\.|169\.254\.|0\.0\.0\.0|\[|.*\.(?:local|localhost|internal|test|svc)$")
MODULES = ("requests", "httpx", "urllib3", "requests.Session()", "httpx.Client()")
REQUESTS = exact(
    *(f"{module}.{verb}" for module in MODULES for verb in (*VERBS, "request", "stream")),
    *("urllib.request.urlopen", "urllib.request.urlretrieve", "urllib.request.Request", "urllib.urlopen"),
    *("urllib2.urlopen", "six.moves.urllib.request.urlopen", "aiohttp.request", "pandas.read_csv", "pandas.read_json"),
)


@rule("P205", "clear_text", LOW, MEDIUM, Cwe.CLEARTEXT_TRANSMISSION, called=REQUESTS)
def check(call: Call) -> Iterator[Finding]:
    """Report requests whose constant address begins with http, ftp or ws, and leads to another machine."""
    for node in _addresses(call):
        begin = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
        match = CLEAR.match(begin.value) if is_string(begin) else None
        if match and "." in match["host"] and not LOCAL.match(match["host"]):
            yield call.finding("The request is sent without encryption.", span=node)
            return


def _addresses(call: Call) -> Iterator[ast.expr]:
    """The arguments that may be the address."""
    for argument in call.node.args[:2]:
        yield argument.left if isinstance(argument, ast.BinOp) else argument
    keyword = call.keyword("url")
    if keyword is not None:
        yield keyword.value


@check.fix("Use https", REVIEW)
def use_https(call: Call, source: Source) -> Edits:
    """Writes https in the address, for a server that offers it."""
    span = source.finding.span
    for node in _addresses(call):
        if is_string(node) and (node.lineno, node.col_offset) == (span.line, span.column):
            if not node.value.startswith("http://"):
                return []
            return [source.string_replaced(node, "https" + node.value.removeprefix("http"))]
    return []
