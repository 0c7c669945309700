"""The base protocol's frames: bytes in, JSON objects out. Accepts every spelling of headers, and survives broken ones.

A broken message affects only itself. If its length cannot be trusted, everything up to the next line that ends in a
`Content-Length` header is skipped. JSON strings contain no raw line breaks, so the text of a document is never taken
for a header.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

LONGEST_BODY_BYTES = 256 << 20
"""Limit, in bytes, for the body of a message."""
LONGEST_HEADER_BYTES = 16 << 10
"""Limit, in bytes, for the header of a message."""
_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r?\n", re.IGNORECASE)
_FIELD = re.compile(rb"([!#-'*+.0-9A-Z^_`a-z|~-]+)[ \t]*:[ \t]*([^\n]*?)[ \t]*\r?\n")
_TAIL_BYTES = 128
"""Number of bytes to keep of a skipped line: a `Content-Length` header may end it."""
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
"""Accepts the raw line breaks and `NaN` that some clients have in their JSON."""


class Frame(NamedTuple):
    """A message, or the problem with it."""

    length: int
    """Length of the body, in bytes."""
    message: Mapping[str, Any] | None = None
    problem: str = ""


def frame_of(text: str, length: int) -> Frame:
    """Returns the message in a text, which is `length` bytes long. Raises ValueError if the text is not JSON."""
    try:
        message = _DECODER.decode(text)
    except RecursionError:
        return Frame(length, problem="Skipped a message that is nested too deeply.")
    if isinstance(message, dict):
        return Frame(length, message)
    return Frame(length, problem=f"Skipped a message that is not an object, but {type(message).__name__}.")


class Frames:
    """Splits a stream of bytes into messages. Its cost is linear in the number of bytes."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._scanned = 0
        """Number of bytes known to contain no line end."""
        self._header = 0
        """Number of bytes read of the current header."""
        self._length: int | None = None
        """Length of the body, in bytes, once a header has given it."""
        self._in_body = False
        self._is_lost = False
        """Whether everything up to the next `Content-Length` is skipped."""
        self._may_rewind = True
        """Whether `_rewind` may go back; false from then until the next valid message."""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Add bytes. Yields the messages that are complete, and a frame with a problem for each broken one."""
        self._bytes += data
        while True:
            if self._in_body:
                assert self._length is not None, "a body has a length"
                if len(self._bytes) < self._length:
                    return
                yield self._body(self._length)
            else:
                line = self._line()
                if line is None:
                    return
                problem = self._skipped(line) if self._is_lost else self._headed(line)
                if problem:
                    yield Frame(0, problem=problem)

    def _line(self) -> bytes | None:
        """Remove and return a line, or the last part of one that is too long. Returns None if none is complete."""
        end = self._bytes.find(b"\n", self._scanned) + 1
        if not end:
            self._scanned = len(self._bytes)
            if self._scanned <= LONGEST_HEADER_BYTES:
                return None
            end = self._scanned - _TAIL_BYTES
        line = bytes(self._bytes[max(0, end - LONGEST_HEADER_BYTES) : end])
        del self._bytes[:end]
        self._scanned = 0
        return line

    def _headed(self, line: bytes) -> str:
        """Read a line of a header. Returns the problem with it; empty if there is none."""
        self._header += len(line)
        if not line.strip():
            if self._length is not None:
                self._in_body = True
                return ""
            is_blank = self._header == len(line)
            self._header = 0
            return "" if is_blank else "Skipped a header without Content-Length."
        field = _FIELD.fullmatch(line)
        if field is None or self._header > LONGEST_HEADER_BYTES:
            return self._lose("Skipped bytes that are not a header.", line)
        if field[1].lower() != b"content-length":
            return ""
        length = int(field[2]) if re.fullmatch(rb"[0-9]{1,18}", field[2]) else -1
        if not 0 <= length <= LONGEST_BODY_BYTES or self._length not in (None, length):
            return self._lose(f"Skipped a message of the length {field[2][:40].decode(errors='replace')!r}.")
        self._length = length
        return ""

    def _lose(self, problem: str, line: bytes = b"") -> str:
        """Start skipping, unless this line ends in a `Content-Length` header. Returns the problem."""
        self._is_lost, self._length = True, None
        self._skipped(line)
        return problem

    def _skipped(self, line: bytes) -> str:
        """Search the end of a line for the header of the next message, and stop skipping there. Returns no problem."""
        for found in _LENGTH.finditer(line):
            if found.end() == len(line) and int(found[1]) <= LONGEST_BODY_BYTES:
                self._is_lost, self._length, self._header = False, int(found[1]), len(found[0])
        return ""

    def _body(self, length: int) -> Frame:
        """Remove and parse the body of a message."""
        body = bytes(self._bytes[:length])
        del self._bytes[:length]
        self._in_body, self._length, self._header = False, None, 0
        try:
            frame = frame_of(body.decode(json.detect_encoding(body), "surrogatepass"), length)
        except ValueError as error:
            self._rewind(body)
            return Frame(length, problem=f"Skipped a message that is not JSON: {str(error)[:200]}.")
        self._may_rewind = True
        return frame

    def _rewind(self, body: bytes) -> None:
        """Go back to a header inside of a body whose length was too large.

        That happens once until the next valid message, so that the cost stays linear.
        """
        inner = _LENGTH.search(body) if self._may_rewind else None
        if inner is not None:
            self._may_rewind = False
            self._bytes[:0] = body[inner.start() :]
