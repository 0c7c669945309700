"""A socket wrapped in SSL or TLS without a version.

`ssl.wrap_socket` then accepts every version that both sides support, including broken ones, and checks neither the
certificate nor the host name. Anyone on the path between the two machines can read and change what is sent.

## Bad

    import ssl

    def secure(connection):
        return ssl.wrap_socket(connection)
    #          ^^^^^^^^^^^^^^^ ssl.wrap_socket call with no SSL/TLS protocol version specified

## Good

    import ssl

    def secure(connection, host):
        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)

## When to suppress

If `ssl_version` is passed in a way that the rule cannot read, such as a call or `**options`. Python 3.12 removed
`ssl.wrap_socket`, so it is better to use a context.

## References

- https://docs.python.org/3/library/ssl.html#ssl.create_default_context
- https://docs.python.org/3/whatsnew/3.12.html#ssl
"""

from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, Call, Cwe, Finding, rule


@rule(
    "B504",
    "ssl_with_no_version",
    LOW,
    MEDIUM,
    Cwe.BROKEN_OR_RISKY_ALGORITHM,
    called=["ssl.wrap_socket"],
    unfixable="a verified connection needs the name of the host, which is not written here",
)
def check(call: Call) -> Iterator[Finding]:
    """Report calls without a readable `ssl_version`."""
    if call.keywords.get("ssl_version") is None:
        yield call.finding(
            "ssl.wrap_socket call with no SSL/TLS protocol version specified, the default SSLv23 could be insecure, "
            "possible security issue.",
            line=call.line_of("ssl_version"),
            span=call.keyword("ssl_version") or call.span,
        )
