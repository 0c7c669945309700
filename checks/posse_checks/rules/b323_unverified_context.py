"""A TLS context made by `ssl._create_unverified_context`, which accepts any certificate for any host.

The connection is encrypted, but to an unknown peer. Anyone on the path can present a certificate of their own, read the
password or the token that is sent, and answer as they like.

## Bad

    import ssl
    from urllib.request import urlopen

    def status(address):
        return urlopen(address, context=ssl._create_unverified_context()).status
    #                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ By default, Python will create a secure

## Fixed

Verify certificates with create_default_context (review):

    import ssl
    from urllib.request import urlopen

    def status(address):
        return urlopen(address, context=ssl.create_default_context()).status

## Good

    import ssl
    from urllib.request import urlopen

    def status(address):
        context = ssl.create_default_context(cafile="/etc/ssl/company.pem")
        return urlopen(address, context=context).status

## When to suppress

If the peer is verified in another way, for example by comparing its certificate with a known fingerprint after the
handshake and before anything is sent, or in a test against a server on the same machine.

## References

- https://docs.python.org/3/library/ssl.html#security-considerations
- https://docs.python.org/3/library/ssl.html#ssl.create_default_context
- https://peps.python.org/pep-0476/
"""

from posse_checks.rule import MEDIUM, REVIEW, Call, Cwe, Edits, Source, blocked_calls
from posse_checks.rules._shared.purpose import is_test

SHARED = {"purpose", "cafile", "capath", "cadata"}
"""The arguments that both functions take."""

check = blocked_calls(
    "B323",
    "unverified_context",
    MEDIUM,
    Cwe.IMPROPER_CERTIFICATE_VALIDATION,
    "By default, Python will create a secure, verified ssl context for use in such classes as HTTPSConnection. "
    "However, it still allows using an insecure context via the _create_unverified_context that  reverts to the "
    "previous behavior that does not validate certificates or perform hostname checks.",
    ["ssl._create_unverified_context"],
    unfixable="nothing here shows which certificates the server has",
)


@check.fix("Verify certificates with create_default_context", REVIEW)
def verify(call: Call, source: Source) -> Edits:
    """Uses the verified context, which refuses servers whose certificate no known authority has signed."""
    source.verify(call.node.func, call.name)
    if is_test(call, source) or call.node.args or not {keyword.arg for keyword in call.node.keywords} <= SHARED:
        return []
    return source.renamed(call.node.func, "ssl", "create_default_context")
