"""The bytes between server and client: standard input and output, or a TCP connection."""

from __future__ import annotations

import os
import select
import socket
import stat
import sys
from contextlib import suppress
from typing import Protocol

READ_BYTES = 1 << 18
"""Number of bytes to read at once."""


class Stream(Protocol):
    """Bytes in both directions."""

    is_patient: bool
    """Whether `write` never waits, and raises BlockingIOError instead."""

    def read(self) -> bytes:
        """Wait for bytes and return them; none at the end. Raises OSError."""

    def write(self, data: memoryview) -> int:
        """Write some bytes. Returns their number. Raises OSError."""

    def wait(self) -> None:
        """Wait until bytes can be written."""


class StandardStream:
    """Standard input and output."""

    def __init__(self) -> None:
        self._input, self._output = 0, 1
        if sys.platform == "win32":
            import msvcrt

            for number in (self._input, self._output):
                msvcrt.setmode(number, os.O_BINARY)
            self.is_patient = False
        else:
            mode = 0
            with suppress(OSError):  # it may be closed
                mode = os.fstat(self._output).st_mode
            self.is_patient = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
            if self.is_patient:  # a terminal is shared with other programs, so it stays blocking
                os.set_blocking(self._output, False)

    def read(self) -> bytes:
        """Wait for bytes and return them; none at the end."""
        while True:
            try:
                return os.read(self._input, READ_BYTES)
            except BlockingIOError:  # noqa: PERF203 - input and output are the same, non-blocking socket
                select.select([self._input], [], [])

    def write(self, data: memoryview) -> int:
        """Write some bytes. Returns their number."""
        return os.write(self._output, data)

    def wait(self) -> None:
        """Wait until bytes can be written."""
        if self.is_patient:
            select.select([], [self._output], [])


class SocketStream:
    """A TCP connection whose first bytes have been read already."""

    is_patient = True

    def __init__(self, connection: socket.socket, first: bytes) -> None:
        self._connection, self._first = connection, first
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self) -> bytes:
        """Wait for bytes and return them; none at the end."""
        data, self._first = self._first, b""
        while not data:
            select.select([self._connection], [], [])
            with suppress(BlockingIOError):
                return self._connection.recv(READ_BYTES)
        return data

    def write(self, data: memoryview) -> int:
        """Write some bytes. Returns their number."""
        return self._connection.send(data)

    def wait(self) -> None:
        """Wait until bytes can be written."""
        select.select([], [self._connection], [])
