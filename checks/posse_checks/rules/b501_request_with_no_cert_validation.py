"""An HTTPS request that does not verify the server's certificate.

Anyone on the path between the two machines can then impersonate the server: read what is sent, change it, and keep the
credentials. The connection is encrypted, but not to anyone in particular.

## Bad

    import requests
    requests.get("https://example.com", verify=False, timeout=5)
    #                                   ^^^^^^^^^^^^ Call to requests with verify=False

## Fixed

Verify the certificate (review):

    import requests
    requests.get("https://example.com", verify=True, timeout=5)

## Good

    import requests
    requests.get("https://example.com", verify="/etc/ssl/company.pem", timeout=5)


    import ssl

    import httpx

    def status(url):
        context = ssl.create_default_context(cafile="/etc/ssl/company.pem")
        return httpx.get(url, verify=context).status_code

For a server with a private certificate authority, pass the authority's certificate. `httpx` takes an SSL context for
that: since 0.28, a path as `verify` is deprecated.

## When to suppress

Against a test server on the same machine.

## References

- https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification
- https://www.python-httpx.org/advanced/ssl/
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import HIGH, REVIEW, Call, Cwe, Edits, Finding, Source, is_string, rule
from posse_checks.rules._shared.http_clients import REQUEST
from posse_checks.rules._shared.purpose import is_test

LOCAL = re.compile(r"https://(?:localhost|127\.|\[::1\])")


@rule(
    "B501",
    "request_with_no_cert_validation",
    HIGH,
    HIGH,
    Cwe.IMPROPER_CERTIFICATE_VALIDATION,
    called=REQUEST,
    unfixable="nothing here shows which certificates the server has",
)
def check(call: Call) -> Iterator[Finding]:
    """Report requests with `verify=False`."""
    if call.passes("verify", "False"):
        yield call.finding(
            f"Call to {call.library} with verify=False disabling SSL certificate checks, security issue.",
            line=call.line_of("verify"),
            span=call.keyword("verify"),
        )


@check.fix("Verify the certificate", REVIEW)
def verify(call: Call, source: Source) -> Edits:
    """Verifies certificates, so servers without one from a known authority are refused; not for local addresses."""
    source.verify(call.node.func, call.name)
    if is_test(call, source) or any(is_string(each) and LOCAL.match(each.value) for each in ast.walk(call.node)):
        return []
    return source.keyword_set(call.node, "verify", "True")
