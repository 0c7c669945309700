"""A version of SSL or TLS that is known to be broken, requested in a call.

The protocols before TLS 1.2 have published flaws, and tools to exploit them. Anyone on the path between the two
machines can use them to read or change what is sent, including session cookies and passwords.

## Bad

    import ssl

    def secure(connection):
        return ssl.wrap_socket(connection, ssl_version=ssl.PROTOCOL_SSLv3)
    #                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ssl.wrap_socket call with insecure

    def context(make):
        return make(method="TLSv1_METHOD")
    #               ^^^^^^^^^^^^^^^^^^^^^ Function call with insecure SSL/TLS protocol identified, possible

## Fixed

Require TLS 1.2 (review):

    import ssl

    def secure(connection):
        return ssl.wrap_socket(connection, ssl_version=ssl.PROTOCOL_TLS)

    def context(make):
        return make(method="TLSv1_2_METHOD")

## Good

    import ssl

    def secure(connection, host):
        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)

`PROTOCOL_TLS` means the newest version that both sides know, which since Python 3.10 is TLS 1.2 at least; on an older
Python, set `minimum_version` of the context as well. With it, `ssl.wrap_socket` still verifies neither the certificate
nor the host name: only `create_default_context` and `PROTOCOL_TLS_CLIENT` do.

## When to suppress

If an old device supports nothing newer, cannot be replaced, and is on a network without other users. The reported names
are an option: `ssl_with_bad_version: bad_protocol_versions:`.

## References

- https://docs.python.org/3/library/ssl.html#protocol-versions
- https://www.rfc-editor.org/rfc/rfc8996
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Level, Options, Source, rule, span_of
from posse_checks.rules._shared.purpose import refuse_test
from posse_checks.rules._shared.tls_versions import DEFAULTS, SECTION, newer_version

CERTAIN = {
    "ssl.wrap_socket": ("ssl_version", "ssl.wrap_socket call with insecure SSL/TLS protocol version identified, "),
    "pyOpenSSL.SSL.Context": ("method", "SSL.Context call with insecure SSL/TLS protocol version identified, "),
}
"""The functions that certainly take a protocol version: its keyword, and the start of the message."""


@rule(
    "B502",
    "ssl_with_bad_version",
    HIGH,
    HIGH,
    Cwe.BROKEN_OR_RISKY_ALGORITHM,
    keyword=["method", "ssl_version"],
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="the version is not written here",
)
def check(call: Call, options: Options) -> Iterator[Finding]:
    """Report bad versions passed to functions that take one, and with lower confidence to any other function."""
    versions = options["bad_protocol_versions"]
    if call.name in CERTAIN:
        keyword, message = CERTAIN[call.name]
        if _is_bad(call, keyword, versions):
            yield _report(call, keyword, f"{message}security issue.", HIGH, call.line_of(keyword))
        return
    line = call.line_of("method") or call.line_of("ssl_version")
    for keyword in ("method", "ssl_version"):
        if _is_bad(call, keyword, versions):
            message = "Function call with insecure SSL/TLS protocol identified, possible security issue."
            yield _report(call, keyword, message, MEDIUM, line)
            return


def _is_bad(call: Call, keyword: str, versions: object) -> bool:
    """Whether a keyword argument is a bad version. As in Bandit, an option that is not a list is the only bad one."""
    return any(call.passes(keyword, version) for version in (versions if isinstance(versions, list) else [versions]))


def _report(call: Call, keyword: str, message: str, level: Level, line: int | None) -> Finding:
    return call.finding(message, severity=level, confidence=level, line=line, span=call.keyword(keyword))


@check.fix("Require TLS 1.2", REVIEW)
def require_tls(call: Call, source: Source) -> Edits:
    """Names a version without published flaws. A peer that knows only older ones is refused."""
    refuse_test(call, source)
    version = next(keyword.value for keyword in call.node.keywords if span_of(keyword) == source.finding.span)
    return [newer_version(version, source)]
