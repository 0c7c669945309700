"""Checks of TLS that are switched off on a session, a context or a client.

Anyone on the path between the two machines can then impersonate the server: read what is sent, change it, and keep the
credentials. The connection is encrypted, but not to anyone in particular.

## Bad

    import requests

    session = requests.Session()
    session.verify = False
    #                ^^^^^ The server's certificate is not verified.


    import ssl

    context = ssl.create_default_context()
    context.check_hostname = False
    #                        ^^^^^ The server's name is not verified.
    context.verify_mode = ssl.CERT_NONE
    #                     ^^^^^^^^^^^^^ The server's certificate is not verified.


    import aiohttp

    connector = aiohttp.TCPConnector(ssl=False)
    #                                ^^^^^^^^^ The server's certificate is not verified.

## Fixed

Verify the certificate (review):

    import requests

    session = requests.Session()
    session.verify = True

## Good

    import requests

    session = requests.Session()
    session.verify = "/etc/ssl/company.pem"

For a server with a private certificate authority, name the authority's certificate.

## When to suppress

For connections to a test server on the same machine.

## References

- https://docs.python.org/3/library/ssl.html#ssl-security
- https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification
- https://docs.aiohttp.org/en/stable/client_advanced.html#ssl-control-for-tcp-sockets
"""

import ast
from collections.abc import Iterator, Mapping

from posse_checks.rule import HIGH, REVIEW, Call, Cwe, Edits, Finding, Source, View, is_string, rule
from posse_checks.rules._shared.settings import is_constant

CLIENTS = ("requests", "httpx", "aiohttp", "urllib3", "hvac", "consul", "kubernetes", "tornado", "websockets")
"""Libraries in whose files an attribute or a keyword of these names is theirs."""
ATTRIBUTES: Mapping[str, str] = {
    "verify": "certificate",
    "verify_ssl": "certificate",
    "check_hostname": "name",
    "assert_hostname": "name",
    "verify_mode": "certificate",
}
OFF: Mapping[str, tuple[str, ...]] = {
    "ssl": ("aiohttp",),
    "verify_ssl": ("aiohttp", "kubernetes", "requests"),
    "validate_cert": ("tornado",),
    "assert_hostname": ("urllib3",),
    "verify_certs": ("elasticsearch", "opensearchpy"),
    "cert_reqs": ("urllib3", "ssl", "websocket", "pymysql", "redis", "kafka", "paho"),
    "ssl_cert_reqs": ("redis", "celery", "pymongo"),
    "tlsAllowInvalidCertificates": ("pymongo", "motor"),
    "tlsInsecure": ("pymongo", "motor"),
    "validate": ("ldap3", "ssl"),
}
"""Keywords that switch a check off, with the libraries in whose files they do."""


@rule("P203", "tls_checks_off", HIGH, HIGH, Cwe.IMPROPER_CERTIFICATE_VALIDATION, keyword=set(OFF))
def check(place: Call | View[ast.Assign]) -> Iterator[Finding]:
    """Report attributes and keywords that switch checks of TLS off, in files that import a library which has them."""
    if isinstance(place, Call):
        for name, libraries in OFF.items():
            keyword = place.keyword(name)
            if keyword is not None and _is_off(name, keyword.value) and any(map(place.has_import_like, libraries)):
                yield place.finding(_message("certificate" if name != "assert_hostname" else "name"), span=keyword)
        return
    node = place.node
    for target in node.targets:
        if not isinstance(target, ast.Attribute) or target.attr not in ATTRIBUTES:
            continue
        name = target.attr
        is_context = name in ("check_hostname", "verify_mode")
        if not _is_off(name, node.value) or not any(map(place.has_import_like, ("ssl",) if is_context else CLIENTS)):
            continue
        yield place.finding(_message(ATTRIBUTES[name]), span=node.value)


def _is_off(name: str, value: ast.expr) -> bool:
    """Whether a value switches a check off: False, and for modes `CERT_NONE`."""
    if name.startswith("tls"):
        return is_constant(value, True)
    if name in ("verify_mode", "cert_reqs", "ssl_cert_reqs", "validate"):
        if is_string(value):
            return value.value.lower() in ("none", "cert_none")
        last = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
        return last == "CERT_NONE" or (name == "ssl_cert_reqs" and is_constant(value, None))
    return is_constant(value, False)


def _message(what: str) -> str:
    return f"The server's {what} is not verified."


@check.fix("Verify the certificate", REVIEW)
def verify(place: View[ast.AST], source: Source) -> Edits:
    """Switches the check on again, so that servers without a certificate from a known authority are refused."""
    node = place.node
    value: ast.expr | None = node.value if isinstance(node, ast.Assign) else None
    if isinstance(place, Call):
        span = source.finding.span
        at = span.line, span.column
        value = next((each.value for each in place.node.keywords if (each.lineno, each.col_offset) == at), None)
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        return [source.replaced(value, str(not value.value))]
    if isinstance(value, ast.Attribute) and value.attr == "CERT_NONE":
        return [source.replaced(value, f"{source.slice(value.value)}.CERT_REQUIRED")]
    return []
