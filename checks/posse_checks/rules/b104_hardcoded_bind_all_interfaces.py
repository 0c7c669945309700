"""The address `0.0.0.0`, on which a server accepts connections from every network of the machine.

A service meant for the same machine, such as a debugger, a database or an administration page, can then be reached
through any of the machine's addresses. Such services often require no password.

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

In a container or behind a firewall, if the service is meant to be reached from outside, and if the string is not an
address to listen on, as in a comparison or a list.

## References

- https://docs.python.org/3/library/socket.html#socket-families
- https://man7.org/linux/man-pages/man7/ip.7.html
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import MEDIUM, REVIEW, Cwe, Edits, Finding, Source, String, is_string, rule
from posse_checks.rules._shared.purpose import is_test, name_of, words

ALL_INTERFACES = "0.0.0.0"

_HOST = {"host", "hostname", "bind", "listen", "interface"}
_OTHER = {
    *("remote", "client", "peer", "target", "src", "source", "dst", "dest", "destination", "proxy", "unknown", "to"),
    *("connect", "gateway", "router", "route", "mask", "netmask", "subnet", "network", "any", "invalid", "dummy"),
    *("placeholder", "forbidden", "allowed", "blocked", "check", "is", "hosts", "ip", "ips"),
}
"""Words in names of addresses that are not (or not only) for listening."""
_LISTENS = re.compile(r"(?i)\Abind|listen|server\Z|\Aserve|\Arun_simple\Z")
_RECEIVES = re.compile(r"(?i)multicast|mcast|ADD_MEMBERSHIP|broadcast|dhcp|datagram|SOCK_DGRAM")
"""Matches code that receives from more than one interface, or sends from the address."""


@rule(
    "B104",
    "hardcoded_bind_all_interfaces",
    MEDIUM,
    MEDIUM,
    Cwe.MULTIPLE_BINDS_TO_THE_SAME_PORT,
    prefixes=[ALL_INTERFACES],
    unfixable="nothing here shows that a server listens on this address",
)
def check(string: String) -> Iterator[Finding]:
    """Report strings that consist of this address alone."""
    if string.value == ALL_INTERFACES:
        yield string.finding("Possible binding to all interfaces.")


@check.fix("Listen on the loopback interface only", REVIEW)
def listen_locally(string: String, source: Source) -> Edits:
    """Replaces the address by `127.0.0.1`, if the code around it shows that a server listens on it."""
    if is_test(string, source) or not _is_listened_on(string.node, source):
        return []
    if _RECEIVES.search(source.text.slice(*source.statement)):
        return []
    return [source.string_replaced(string.node, "127.0.0.1")]


def _is_listened_on(address: ast.Constant, source: Source) -> bool:
    """Whether what is around a string, such as a name or a function, shows that it is the address of a server."""
    match source.ancestors:
        case [ast.keyword(arg=name), ast.Call() as call, *_]:
            if name == "default":
                return any(is_string(each) and _names_host(each.value) for each in call.args)
            return _names_host(name or "")
        case [ast.Tuple(elts=[first, _]), ast.Call(func=function), *_] if first is address:
            return _LISTENS.search(name_of(function)) is not None
        case [ast.Call(func=function, args=arguments), *_]:
            variable = arguments[0] if arguments and name_of(function) in ("get", "getenv") else None
            is_default = is_string(variable) and _names_host(variable.value)
            return is_default or _LISTENS.search(name_of(function)) is not None
        case [ast.Assign(targets=[target]), *_] | [ast.AnnAssign(target=target), *_]:
            return _names_host(name_of(target))
        case [ast.arguments() as parameters, *_]:
            positional = [*parameters.posonlyargs, *parameters.args]
            given = [
                *zip(reversed(positional), reversed(parameters.defaults), strict=False),
                *zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True),
            ]
            return any(default is address and _names_host(parameter.arg) for parameter, default in given)
    return False


def _names_host(name: str) -> bool:
    """Whether a name is that of an address that the program itself listens on."""
    own = set(words(name))
    return bool(own & _HOST) and not own & _OTHER
