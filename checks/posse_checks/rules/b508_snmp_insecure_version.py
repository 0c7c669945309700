"""A device managed over SNMP in version 1 or 2c, which encrypt nothing.

The community string is the only password in these versions, and it is sent in clear text with every message. Anyone
who sees one message can read, and often change, the configuration of the device.

## Bad

    from pysnmp.hlapi import CommunityData

    def login(community):
        return CommunityData(community, mpModel=0)
    #                                   ^^^^^^^^^ The use of SNMPv1 and SNMPv2 is insecure. You should use

## Fixed

Use SNMPv3 with authentication and encryption (review):

    import os

    import pysnmp.hlapi
    from pysnmp.hlapi import CommunityData

    def login(community):
        return pysnmp.hlapi.UsmUserData(
            os.environ["SNMP_USER"],
            os.environ["SNMP_AUTH_KEY"],
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

For devices that do not support version 3, on a management network that nobody else can listen to.

## References

- https://www.rfc-editor.org/rfc/rfc3410
- https://www.cisa.gov/news-events/alerts/2017/06/05/reducing-risk-snmp-abuse
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, rule
from posse_checks.rules._shared.purpose import refuse_test
from posse_checks.rules._shared.snmp_user import snmp_user


@rule(
    "B508",
    "snmp_insecure_version",
    MEDIUM,
    HIGH,
    Cwe.CLEARTEXT_TRANSMISSION,
    reported_as="snmp_insecure_version_check",
    called=["pysnmp.hlapi.CommunityData"],
    unfixable="the user and the keys of SNMPv3 must be set up on the device first",
)
def check(call: Call) -> Iterator[Finding]:
    """Report communities with `mpModel=0`, which is version 1, or `mpModel=1`, which is version 2c."""
    if call.passes("mpModel", 0) or call.passes("mpModel", 1):
        yield call.finding(
            "The use of SNMPv1 and SNMPv2 is insecure. You should use SNMPv3 if able.",
            line=call.line_of(call.function),  # Bandit looks for a keyword with the function's name
            span=call.keyword("mpModel"),
        )


@check.fix("Use SNMPv3 with authentication and encryption", REVIEW)
def use_version_3(call: Call, source: Source) -> Edits:
    """Replaces the community by a user, whose keys the environment has and the device must know."""
    refuse_test(call, source)
    source.verify(call.node.func, call.name)
    return snmp_user(call.node, (), source)
