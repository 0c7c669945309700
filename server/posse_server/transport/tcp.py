"""One client over TCP: the first connection that begins like the protocol.

Any program on the machine can connect to a port: a port scan, a web page that posts, a program that sends nothing. Such
a connection is closed and has no effect.
"""

from __future__ import annotations

import ipaddress
import re
import selectors
import socket
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

FIRST_LINE_SECONDS = 60.0
"""Time that a connection may take to send its first line."""
LONGEST_FIRST_LINE_BYTES = 1024
"""Limit for the first line."""
MOST_UNDECIDED_CONNECTIONS = 64
"""Limit for connections whose first line is awaited. Above it, each new one replaces the oldest."""
ACCEPT_PAUSE_SECONDS = 0.05
"""Pause if a connection cannot be accepted and none can be closed to make room."""
_FIRST_LINE = re.compile(rb"content-(?:length|type)[ \t]*:[^\r\n]*\r?\n", re.IGNORECASE)
_BEGINNINGS = (b"content-length", b"content-type")

Address = tuple[socket.AddressFamily, Any]


def addresses(host: str, port: int) -> Sequence[Address]:
    """Returns the addresses of a host. Raises OSError if there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    unique = dict.fromkeys((family, address) for family, _, _, _, address in found)
    return list(unique)[: None if port else 1]  # two addresses would get different free ports


def is_loopback(found: Iterable[Address]) -> bool:
    """Whether only programs on this machine can connect to the addresses."""
    return all(_is_loopback(str(address[0])) for _, address in found)


def _is_loopback(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def listen(found: Iterable[Address]) -> list[socket.socket]:
    """Listen on addresses. Returns the sockets. Raises OSError if none of the addresses is available."""
    listeners: list[socket.socket] = []
    failure: OSError | None = None
    for family, address in found:
        try:
            listeners.append(socket.create_server(address, family=family, backlog=128))
        except OSError as error:  # noqa: PERF203 - a machine without IPv6 has an address for `localhost` there as well
            failure = error
    if failure is not None and not listeners:
        raise failure
    return listeners


def accept(listeners: Sequence[socket.socket]) -> tuple[socket.socket, bytes]:
    """Wait for the client, then stop listening. Returns its connection and the bytes that it has sent."""
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            listener.setblocking(False)
            selector.register(listener, selectors.EVENT_READ, data=listener)
        try:
            return _Door(selector).client()
        finally:
            for key in list(selector.get_map().values()):
                _close(key.fileobj)


class _Door:
    """Accepts connections until one of them is the client's."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._undecided: dict[socket.socket, tuple[float, bytes]] = {}
        """Connections, the oldest first, each with its deadline and the bytes received."""

    def client(self) -> tuple[socket.socket, bytes]:
        """Wait for the connection that begins like the protocol. Returns it with the bytes received."""
        while True:
            for key, _ in self._selector.select(self._seconds_left()):
                connection = key.fileobj
                if key.data is not None:
                    self._take_in(key.data)
                elif connection in self._undecided and (sent := self._heard(connection)) is not None:
                    self._selector.unregister(connection)
                    return connection, sent
            now = time.monotonic()
            for connection in [one for one, (end, _) in self._undecided.items() if end <= now]:
                self._hang_up(connection)

    def _seconds_left(self) -> float | None:
        """Returns the time until the deadline of the oldest connection; None without connections."""
        ends = next(iter(self._undecided.values()), None)
        return None if ends is None else max(0.0, ends[0] - time.monotonic())

    def _take_in(self, listener: socket.socket) -> None:
        """Accept a connection, closing the oldest one if there are too many."""
        try:
            connection, _ = listener.accept()
        except OSError:  # it is gone already, or too many files are open
            self._hang_up_oldest()
            return
        if len(self._undecided) >= MOST_UNDECIDED_CONNECTIONS:
            self._hang_up_oldest()
        connection.setblocking(False)
        self._undecided[connection] = time.monotonic() + FIRST_LINE_SECONDS, b""
        self._selector.register(connection, selectors.EVENT_READ)

    def _heard(self, connection: socket.socket) -> bytes | None:
        """Read from a connection. Returns the bytes received if it is the client. Closes it if it cannot be."""
        end, before = self._undecided[connection]
        try:
            data = connection.recv(LONGEST_FIRST_LINE_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        sent = before + data
        if _FIRST_LINE.match(sent):
            return sent
        if data and _may_become_first_line(sent):
            self._undecided[connection] = end, sent
        else:
            self._hang_up(connection)
        return None

    def _hang_up_oldest(self) -> None:
        if self._undecided:
            self._hang_up(next(iter(self._undecided)))
        else:
            time.sleep(ACCEPT_PAUSE_SECONDS)

    def _hang_up(self, connection: socket.socket) -> None:
        del self._undecided[connection]
        self._selector.unregister(connection)
        _close(connection)


def _may_become_first_line(sent: bytes) -> bool:
    """Whether bytes may be the beginning of a header of the protocol."""
    begun = sent.lower()
    return len(sent) < LONGEST_FIRST_LINE_BYTES and any(
        name.startswith(begun) or (begun.startswith(name) and b"\n" not in begun) for name in _BEGINNINGS
    )


def _close(connection: object) -> None:
    assert isinstance(connection, socket.socket), "nothing else is registered"
    with suppress(OSError):
        connection.close()
