"""An SNMP version 3 user without a key for privacy, so that nothing is encrypted.

With a name alone, anyone can act as the user; with a name and an authentication key, anyone on the path can still read
the requests and responses: interfaces, addresses, users, running software.

## Bad

    from pysnmp.hlapi import UsmUserData

    def login(user, authentication_key):
        return UsmUserData(user, authentication_key)
    #          ^^^^^^^^^^^ You should not use SNMPv3 without encryption.

## Fixed

Authenticate and encrypt (review):

    import os

    import pysnmp.hlapi
    from pysnmp.hlapi import UsmUserData

    def login(user, authentication_key):
        return UsmUserData(
            user,
            authentication_key,
            os.environ["SNMP_PRIV_KEY"],
            authProtocol=pysnmp.hlapi.usmHMAC192SHA256AuthProtocol,
            privProtocol=pysnmp.hlapi.usmAesCfb128Protocol,
        )

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

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, UnfixableError, rule
from posse_checks.rules._shared.purpose import refuse_test
from posse_checks.rules._shared.snmp_user import snmp_user


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


@check.fix("Authenticate and encrypt", REVIEW)
def encrypt(call: Call, source: Source) -> Edits:
    """Adds the keys that are missing, which the environment has and the device must know, and two safe protocols."""
    refuse_test(call, source)
    source.verify(call.node.func, call.name)
    if call.node.keywords or not call.node.args or any(isinstance(each, ast.Starred) for each in call.node.args):
        raise UnfixableError("the keys may be given in another way")
    return snmp_user(call.node, [source.slice(each) for each in call.node.args], source)
