"""Positions in a text as clients count them, computed here without code of the server."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types as lsp

LINE_END = re.compile(r"\r\n|\n|\r")
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
"""For each encoding, the codec and the size in bytes of the unit of columns."""


def position_of(text: str, offset: int, encoding: str) -> lsp.Position:
    """The client's position of an offset in code points."""
    codec, size = CODECS[encoding]
    starts = _line_starts(text[:offset])
    return lsp.Position(len(starts) - 1, len(text[starts[-1] : offset].encode(codec, "surrogatepass")) // size)


def offset_of(text: str, position: lsp.Position, encoding: str) -> int:
    """The offset in code points of a client's position; it must exist."""
    codec, size = CODECS[encoding]
    start = _line_starts(text)[position.line]
    before = text[start:].encode(codec, "surrogatepass")[: position.character * size]
    return start + len(before.decode(codec, "surrogatepass"))


def range_of(text: str, start: int, end: int, encoding: str) -> lsp.Range:
    """The client's range between two offsets."""
    return lsp.Range(position_of(text, start, encoding), position_of(text, end, encoding))


def within_range(text: str, range: lsp.Range, encoding: str) -> str:
    """The text that a range covers."""
    return text[offset_of(text, range.start, encoding) : offset_of(text, range.end, encoding)]


def with_edits(text: str, edits: Sequence[lsp.TextEdit], encoding: str) -> str:
    """The text after edits, all of which refer to the original text."""
    for edit in sorted(edits, key=lambda edit: edit.range.start, reverse=True):
        start, end = (offset_of(text, place, encoding) for place in (edit.range.start, edit.range.end))
        text = text[:start] + edit.new_text + text[end:]
    return text


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in LINE_END.finditer(text))]
