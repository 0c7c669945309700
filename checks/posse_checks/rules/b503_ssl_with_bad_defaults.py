"""A function whose parameter has a broken version of SSL or TLS as its default.

Every caller that omits the argument gets the protocol with the known flaws, and nothing in the call shows it. Anyone on
the path between the two machines can use the flaws to read or change what is sent.

## Bad

    import ssl

    def listen(port, version=ssl.PROTOCOL_TLSv1):
    #                        ^^^^^^^^^^^^^^^^^^ Function definition identified with insecure SSL/TLS protocol
        return ssl.SSLContext(version)

## Fixed

Require TLS 1.2 (review):

    import ssl

    def listen(port, version=ssl.PROTOCOL_TLS):
        return ssl.SSLContext(version)

## Good

    import ssl

    def listen(port, version=ssl.PROTOCOL_TLS_SERVER):
        return ssl.SSLContext(version)

`PROTOCOL_TLS` is deprecated, and a client that uses it verifies neither the certificate nor the host name. Clients use
`create_default_context()` or `PROTOCOL_TLS_CLIENT`, which verify both.

## When to suppress

If the default serves an old device that supports nothing newer, on a network without other users. The reported names
are an option, shared with B502: `ssl_with_bad_version: bad_protocol_versions:`.

## References

- https://docs.python.org/3/library/ssl.html#protocol-versions
- https://www.rfc-editor.org/rfc/rfc8996
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import MEDIUM, REVIEW, Cwe, Edits, Finding, Options, Source, View, rule, span_of
from posse_checks.rules._shared.purpose import refuse_test
from posse_checks.rules._shared.tls_versions import DEFAULTS, SECTION, newer_version


def _has_defaults(function: ast.FunctionDef) -> bool:
    return bool(function.args.defaults)


@rule(
    "B503",
    "ssl_with_bad_defaults",
    MEDIUM,
    MEDIUM,
    Cwe.BROKEN_OR_RISKY_ALGORITHM,
    when=_has_defaults,
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="the default is not a constant of ssl",
)
def check(function: View[ast.FunctionDef], options: Options) -> Iterator[Finding]:
    """Report the first default of a positional parameter that ends in the name of a bad version."""
    versions = options["bad_protocol_versions"]
    for default in function.node.args.defaults:
        # Anything but an attribute has an empty name here, which only malformed options list as bad.
        if (default.attr if isinstance(default, ast.Attribute) else "") in versions:
            yield function.finding(
                "Function definition identified with insecure SSL/TLS protocol version by default, "
                "possible security issue.",
                span=default,
            )
            return


@check.fix("Require TLS 1.2", REVIEW)
def require_tls(function: View[ast.FunctionDef], source: Source) -> Edits:
    """Names a version without published flaws. A peer that knows only older ones is refused."""
    refuse_test(function, source)
    defaults = function.node.args.defaults
    return [newer_version(each, source) for each in defaults if span_of(each) == source.finding.span]
