"""The address `0.0.0.0`, on which a server listens to every network the machine is in.

A service meant for the same machine, such as a debugger, a database or an administration page, is then open
to everyone who can reach any of its addresses. Such services often ask for no password, because they expect
no strangers.

## Bad

    def serve(server):
        server.bind(("0.0.0.0", 8080))
    #                ^^^^^^^^^ Possible binding to all interfaces.

## Fixed

Listen on the loopback interface only (review):

    def serve(server):
        server.bind(("127.0.0.1", 8080))

## Good

    def serve(server):
        server.bind(("127.0.0.1", 8080))

## When to suppress

In a container or behind a firewall, where the service is meant to be reached from outside, and where the
string is no address to listen on, as in a comparison or a test.

## References

- https://docs.python.org/3/library/socket.html#socket-families
- https://man7.org/linux/man-pages/man7/ip.7.html
"""

from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import MEDIUM, rule
from posse_checks.source import Source
from posse_checks.views import String

ALL_INTERFACES = "0.0.0.0"


@rule("B104", "hardcoded_bind_all_interfaces", MEDIUM, MEDIUM, Cwe.MULTIPLE_BINDS, prefixes=[ALL_INTERFACES])
def check(string: String) -> Iterator[Finding]:
    """Report strings that are this address and nothing more."""
    if string.value == ALL_INTERFACES:
        yield string.finding("Possible binding to all interfaces.")


@check.fix("Listen on the loopback interface only", REVIEW)
def listen_locally(string: String, source: Source) -> Edits:
    """Other machines then cannot connect."""
    return [source.string_replaced(string.node, "127.0.0.1")]
