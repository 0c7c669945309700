"""Regular expressions: the characters of a matching text, and the kinds for which it is therefore clean."""

from __future__ import annotations

import re

from posse_checks.flow import kinds

_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_ITEM = re.compile(r"\\(.)|(.)-([^\]\\])|(.)", re.DOTALL)
_TOKEN = re.compile(
    r"\(\?(?:P<\w+>|:|[aimsx]+\))|\[\^?\]?(?:\\.|[^\]\\])*(?:\]|\Z)|\\.|[*+?]|\{\d*,?\d*\}|[()|^$]|.", re.DOTALL
)
_TAKES = {
    kinds.SQL: "'\"\\ ;()=`\t\n", kinds.COMMAND: "'\"\\ ;|&$`()<>*?~#{}[]!=\t\n", kinds.CODE: "'\"\\ ()[]{}.;=\n",
    kinds.TEMPLATE: "{}%$<", kinds.XSS: "<>&'\"", kinds.XPATH: "'\"[]()/=|@ *", kinds.LDAP: "()*\\|&!=",
    kinds.REDIRECT: "/:\\@", kinds.SSRF: "/:\\@.", kinds.HEADER: "\r\n", kinds.LOG: "\r\n",
    kinds.DESERIALIZATION: "{}()!<:",
    kinds.XXE: "<", kinds.NO_BACKSLASH: "\\", kinds.NO_QUOTE: "'\"", kinds.NO_LINE_BREAK: "\r\n",
    kinds.NOT_ABSOLUTE: "/\\:", kinds.NO_DOUBLE_SLASH: "/", kinds.NO_SCHEME: ":/", kinds.TRUST: "",
}  # fmt: skip
"""For each kind, characters of which at least one is needed to do harm."""


def clean_if_matched(pattern: str, *, is_full: bool) -> int:
    """The kinds for which a text that fully matches a pattern is clean; 0 if the pattern allows too much."""
    if len(pattern) > 500:
        return 0
    if not is_full:
        anchored = pattern.startswith(("^", r"\A")) or True  # `match` begins at the beginning
        if not anchored or not pattern.endswith(("$", r"\Z", r"\z")) or pattern.endswith(r"\$"):
            return 0
        if "|" in pattern and not re.fullmatch(r"\^?\(.*\)\$", pattern):
            return 0
    return clean_of(characters(pattern))


def clean_if_removed(pattern: str) -> int:
    """The kinds for which a text is clean after removing all matches of a pattern such as `[^a-z]`."""
    match = re.fullmatch(r"\[\^((?:\\.|[^\]\\])+)\][+*]?", pattern)
    if match:
        return clean_of(_class_characters(match[1]))
    if pattern in (r"\W", r"\W+"):
        return clean_of(_WORD)
    if pattern in (r"\D", r"\D+"):
        return clean_of(frozenset("0123456789"))
    match = re.fullmatch(r"\[((?:\\.|[^\]\\^])(?:\\.|[^\]\\])*)\][+*]?", pattern)
    if match:
        removed = _class_characters(match[1])
        return _clean_without(removed) if removed is not None else 0
    return 0


def clean_of(allowed: frozenset[str] | None) -> int:
    """The kinds for which a text with only these characters is clean; None stands for any."""
    if allowed is None:
        return 0
    clean = 0
    for kind, needed in _TAKES.items():
        if not any(character in allowed for character in needed):
            clean |= kind
    if "." not in allowed:
        clean |= kinds.NO_PARENT
    if not {"/", "\\"} & allowed:
        clean |= kinds.PATH | kinds.NOT_ABSOLUTE
    elif "." not in allowed and "/" in allowed:
        clean &= ~kinds.PATH
    if allowed <= _WORD | {"-"}:
        clean = kinds.EVERY
    return clean


def _clean_without(removed: frozenset[str]) -> int:
    clean = 0
    for kind in (
        kinds.XSS,
        kinds.HEADER,
        kinds.LOG,
        kinds.NO_QUOTE,
        kinds.NO_BACKSLASH,
        kinds.NO_LINE_BREAK,
        kinds.LDAP,
    ):
        if set(_TAKES[kind]) & removed and (set(_TAKES[kind]) <= removed or kind not in (kinds.XSS, kinds.LDAP)):
            clean |= kind
    if {"<", ">"} <= removed:
        clean |= kinds.XSS
    if "/" in removed and "\\" in removed:
        clean |= kinds.PATH | kinds.NOT_ABSOLUTE | kinds.NO_DOUBLE_SLASH
    return clean


def characters(pattern: str) -> frozenset[str] | None:
    """The characters of texts that match a pattern; None if any are possible."""
    allowed: set[str] = set()
    for match in _TOKEN.finditer(pattern):
        token = match[0]
        if token in ("*", "+", "?", "(", ")", "|", "^", "$") or token[0] == "{" or token.startswith("(?"):
            continue
        if token == ".":
            return None
        if len(token) > 1 and token[0] == "[":
            found = None if token[1] == "^" or token[-1] != "]" else _class_characters(token[1:-1])
        elif token[0] == "\\":
            found = _escaped(token[1])
        else:
            found = frozenset(token)
        if found is None:
            return None
        allowed |= found
    return frozenset(allowed)


def _escaped(character: str) -> frozenset[str] | None:
    if character == "w":
        return _WORD
    if character == "d":
        return frozenset("0123456789")
    if character in "AZbz":
        return frozenset()
    if character == "s":
        return frozenset(" \t\n\r")
    if character.isalpha():
        return {"n": frozenset("\n"), "t": frozenset("\t"), "r": frozenset("\r")}.get(character)
    return None if character.isdigit() else frozenset(character)


def _class_characters(inside: str) -> frozenset[str] | None:
    allowed: set[str] = set()
    for match in _ITEM.finditer(inside):
        escape, low, high, single = match.groups()
        if escape is not None:
            found = _escaped(escape)
            if found is None:
                return None
            allowed |= found
        elif low is not None:
            if ord(high) - ord(low) > 128:
                return None
            allowed |= {chr(code) for code in range(ord(low), ord(high) + 1)}
        else:
            allowed.add(single)
    return frozenset(allowed)
