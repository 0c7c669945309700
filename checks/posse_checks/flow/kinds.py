"""Kinds of sinks as bits, so that what a value is clean for is one number.

Beside the kinds there are facts: properties that make a value clean for a kind only together, such as having no `..`
in it and no way to be absolute.
"""

from __future__ import annotations

from collections.abc import Iterator

SQL = 1 << 0
COMMAND = 1 << 1
CODE = 1 << 2
TEMPLATE = 1 << 3
PATH = 1 << 4
XSS = 1 << 5
REDIRECT = 1 << 6
SSRF = 1 << 7
DESERIALIZATION = 1 << 8
XPATH = 1 << 9
LDAP = 1 << 10
XXE = 1 << 11
TRUST = 1 << 12
HEADER = 1 << 13
LOG = 1 << 14

NO_PARENT = 1 << 20
"""Contains no `..`."""
NOT_ABSOLUTE = 1 << 21
"""Is not an absolute path: it begins with text of the program's own, or was checked."""
NO_BACKSLASH = 1 << 22
"""Contains no backslash, which browsers read as a slash."""
NO_QUOTE = 1 << 23
"""Contains no quote."""
IS_LOCAL_LINK = 1 << 24
"""Begins with one slash: a link to the same site, unless another slash or a backslash follows."""
NO_DOUBLE_SLASH = 1 << 25
"""Does not begin with two slashes."""
NO_LINE_BREAK = 1 << 26
"""Contains no line break."""
NO_SCHEME = 1 << 27
"""Has neither scheme nor host, or has allowed ones."""
WEB_SCHEME = 1 << 18
"""Begins with `http:` or `https:`, whatever follows."""
RESOLVED = 1 << 19
"""Is a path without links and `..`, so that its beginning decides where it leads."""

EVERY = -1
"""Clean for everything: all bits."""
_FIRST_OWN_BIT, _MOST_OWN = 32, 1_000
_OWN: dict[str, int] = {}
"""The kinds of the project's own checks by ID; a number is never given twice."""

IDS = {
    SQL: "P101", COMMAND: "P102", CODE: "P103", TEMPLATE: "P103", PATH: "P104", XSS: "P105", REDIRECT: "P106",
    SSRF: "P107", DESERIALIZATION: "P108", XPATH: "P109", LDAP: "P110", XXE: "P111", TRUST: "P112", HEADER: "P113",
    LOG: "P113", WEB_SCHEME: "",
}  # fmt: skip
NAMES = {
    SQL: "SQL", COMMAND: "command", CODE: "code", TEMPLATE: "template", PATH: "path", XSS: "HTML", REDIRECT: "redirect",
    SSRF: "URL of a request", DESERIALIZATION: "serialized data", XPATH: "XPath", LDAP: "LDAP filter",
    XXE: "XML with external entities", TRUST: "session", HEADER: "header", LOG: "log",
    WEB_SCHEME: "scheme of a request",
}  # fmt: skip

PLAIN = SQL | COMMAND | CODE | TEMPLATE | XSS | XPATH | LDAP | HEADER | LOG | NO_QUOTE | NO_BACKSLASH | NO_LINE_BREAK
"""The kinds for which letters and digits are harmless in any context."""


def own_kind(id: str) -> int:
    """The kind of the sinks of a check of the project; 0 if there have been too many."""
    if id not in _OWN and len(_OWN) < _MOST_OWN:
        _OWN[id] = 1 << (_FIRST_OWN_BIT + len(_OWN))
    return _OWN.get(id, 0)


def id_of(kind: int) -> str:
    """The ID of the rule on flows to sinks of a kind."""
    return IDS[kind] if kind in IDS else next((id for id, own in _OWN.items() if own == kind), "")


def name_of(kind: int) -> str:
    """What a sink of a kind takes, for people."""
    return NAMES.get(kind, "sink")


def completed(clean: int) -> int:
    """Adds the kinds that follow from several facts together."""
    if clean & NO_PARENT and clean & NOT_ABSOLUTE:
        clean |= PATH
    if clean & IS_LOCAL_LINK and clean & NO_DOUBLE_SLASH:
        clean |= REDIRECT
    if clean & NO_SCHEME and clean & NO_BACKSLASH:
        clean |= REDIRECT
    if clean & NO_SCHEME:
        clean |= SSRF
    if clean & NO_QUOTE:
        clean |= XPATH
    if clean & NO_LINE_BREAK:
        clean |= HEADER | LOG
    return clean


def each(kinds: int) -> Iterator[int]:
    """The single kinds in a set of them."""
    return (kind for kind in NAMES if kinds & kind)
