"""Versions of SSL and TLS that are too old: an option that B502 and B503 have in common, and their fix."""

from __future__ import annotations

import ast
import re

from posse_checks.rule import Position, Replacement, Source, UnfixableError, is_string

SECTION = "ssl_with_bad_version"
DEFAULTS = {
    "bad_protocol_versions": [
        "PROTOCOL_SSLv2",
        "SSLv2_METHOD",
        "SSLv23_METHOD",
        "PROTOCOL_SSLv3",
        "PROTOCOL_TLSv1",
        "SSLv3_METHOD",
        "TLSv1_METHOD",
        "PROTOCOL_TLSv1_1",
        "TLSv1_1_METHOD",
    ]
}
"""The option and its default."""

NEWER = re.compile(r"PROTOCOL_(?:SSLv2|SSLv3|TLSv1|TLSv1_1)|(?:SSLv2|SSLv23|SSLv3|TLSv1|TLSv1_1)_METHOD")


def newer_version(version: ast.expr, source: Source) -> Replacement:
    """Replaces an old version by `PROTOCOL_TLS` of `ssl`, or by `TLSv1_2_METHOD` of pyOpenSSL.

    `PROTOCOL_TLS` is the newest version that both sides know, from Python 3.10 on TLS 1.2 at least. Raises
    UnfixableError unless the version is written as a constant.
    """
    if is_string(version) and NEWER.fullmatch(version.value):
        return source.string_replaced(version, _newer(version.value))
    if isinstance(version, ast.Attribute) and NEWER.fullmatch(version.attr):
        text = source.slice(version)
        if text.endswith(version.attr):
            end = source.end(version)
            start = Position(end.line, end.column - len(version.attr))
            return Replacement(start, end, _newer(version.attr))
    raise UnfixableError("the version is not a constant that is written here")


def _newer(version: str) -> str:
    return "PROTOCOL_TLS" if version.startswith("PROTOCOL") else "TLSv1_2_METHOD"
