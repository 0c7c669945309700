"""An SNMP version 3 user without a key for privacy, so that nothing is encrypted.

With a name alone, anyone can act as the user; with a name and an authentication key, anyone on the path can still read
the requests and responses: interfaces, addresses, users, running software.

## Bad

    from pysnmp.hlapi import UsmUserData

    def login(user, authentication_key):
        return UsmUserData(user, authentication_key)
    #          ^^^^^^^^^^^ You should not use SNMPv3 without encryption.

## Good

    from pysnmp.hlapi import UsmUserData, usmAesCfb128Protocol, usmHMAC192SHA256AuthProtocol

    def login(user, authentication_key, privacy_key):
        return UsmUserData(
            user,
            authentication_key,
            privacy_key,
            authProtocol=usmHMAC192SHA256AuthProtocol,
            privProtocol=usmAesCfb128Protocol,
        )

Name both protocols: by default, pysnmp authenticates with HMAC-MD5 and encrypts with DES, whose keys are too short.

## When to suppress

If both keys are given as keyword arguments: the rule counts positional arguments only.

## References

- https://www.rfc-editor.org/rfc/rfc3414
- https://www.rfc-editor.org/rfc/rfc7860
- https://www.cisa.gov/news-events/alerts/2017/06/05/reducing-risk-snmp-abuse
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Call, Cwe, Finding, rule


@rule(
    "B509",
    "snmp_weak_cryptography",
    MEDIUM,
    HIGH,
    Cwe.CLEARTEXT_TRANSMISSION,
    reported_as="snmp_crypto_check",
    called=["pysnmp.hlapi.UsmUserData"],
    unfixable="the keys must be set up on the device first",
)
def check(call: Call) -> Iterator[Finding]:
    """Report users with fewer than three positional arguments: name, authentication key, privacy key."""
    if len(call.node.args) < 3:
        yield call.finding(
            "You should not use SNMPv3 without encryption. noAuthNoPriv & authNoPriv is insecure",
            line=call.line_of(call.function),  # Bandit looks for a keyword with the function's name
            span=call.span,
        )
