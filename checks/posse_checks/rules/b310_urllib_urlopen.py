"""A URL opened with `urllib`, which accepts `file:` and `ftp:` URLs as well as those of the web.

If a user can choose the URL, `file:///etc/passwd` makes the program read and return a file of its own machine. Only the
program itself can check the scheme.

## Bad

    from urllib.request import urlopen

    def preview(address):
        with urlopen(address, timeout=10) as response:
    #        ^^^^^^^ Audit url open for permitted schemes. Allowing use of file:/ or custom schemes is often unexpected.
            return response.read(4096)

## Fixed

Check the scheme of the address first (review):

    from urllib.request import urlopen

    def preview(address):
        if not address.lower().startswith(("http://", "https://")):
            raise ValueError("only addresses with http or https are allowed")
        with urlopen(address, timeout=10) as response:
            return response.read(4096)

## Good

    import requests

    def preview(address):
        return requests.get(address, timeout=10).content[:4096]

Requests supports only `http:` and `https:`. A URL that a user chose can still lead to a machine inside the network, at
once or by a redirect: let users choose from addresses that the program knows, and pass `allow_redirects=False`.

## When to suppress

If the URL is a constant, or begins with one up to and including the slash after the host (as in
`f"https://example.com/{name}"`), or if its scheme was checked just before.

## References

- https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen
- https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
- https://requests.readthedocs.io/en/latest/
"""

import ast
import re

from posse_checks.rule import MEDIUM, REVIEW, Call, Cwe, Edits, Source, UnfixableError, blocked_calls, is_string
from posse_checks.rules._shared.built_text import operands_of
from posse_checks.rules._shared.purpose import function_text, refuse_test

check = blocked_calls(
    "B310",
    "urllib_urlopen",
    MEDIUM,
    Cwe.PATH_TRAVERSAL,
    "Audit url open for permitted schemes. Allowing use of file:/ or custom schemes is often unexpected.",
    [
        f"{module}.{name}"
        for module in ("urllib.request", "six.moves.urllib.request")
        for name in ("urlopen", "urlretrieve", "URLopener", "FancyURLopener")
    ],
    unfixable="the address is not a value that could be checked before the call",
)

FIXED = re.compile(r"(?i)(?:https?|ftp|data):")


@check.fix("Check the scheme of the address first", REVIEW, keeps_finding=True)
def check_scheme(call: Call, source: Source) -> Edits:
    """Raises ValueError above the statement for an address that is not of the web."""
    refuse_test(call, source)
    source.verify(call.node.func, call.name)
    if call.function not in ("urlopen", "urlretrieve") or not call.node.args:
        raise UnfixableError("the call opens nothing yet")
    address = _beginning(call.node.args[0])
    written = source.slice(address)
    for given in source.known_values(address) if isinstance(address, ast.Name) else ():
        if isinstance(given, ast.Call) and (source.qualified(given.func) or "").endswith("Request"):
            written += ".full_url"
        elif _is_fixed(given):
            raise UnfixableError("the address begins with a constant, which decides the scheme")
    if written in ("req", "request", "self.request"):
        raise UnfixableError("the address is in a request that is made elsewhere")
    text = function_text(source) or source.text.slice(*source.statement)
    if re.search(r"startswith|\bscheme\b", text):
        raise UnfixableError("the scheme is checked already, which Bandit does not see")
    quoted = [source.quoted(each) for each in ("http://", "https://", "only addresses with http or https are allowed")]
    condition = f"if not {written}.lower().startswith(({quoted[0]}, {quoted[1]})):"
    return [source.line_above([condition, f"{source.indent_unit}raise ValueError({quoted[2]})"])]


def _beginning(address: ast.expr) -> ast.expr:
    """The value that an address begins with. Raises UnfixableError if it is a constant, or is computed."""
    if _is_fixed(address):
        raise UnfixableError("the address begins with a constant, which decides the scheme")
    first = next(operands_of(address))
    if not isinstance(first, (ast.Name, ast.Attribute)):
        raise UnfixableError("the address is computed in the call")
    return first


def _is_fixed(address: ast.expr) -> bool:
    """Whether an address begins with a constant that has a scheme."""
    match address:
        case ast.JoinedStr(values=[first, *_]):
            return _is_fixed(first)
        case ast.BinOp(left=left):
            return _is_fixed(left)
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            return _is_fixed(text)
    return is_string(address) and FIXED.match(address.value) is not None
