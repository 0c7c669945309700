"""Connections and bytes: malformed messages are ignored alone, and nobody but a client is let in."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posse_server.transport import tcp
from posse_server.transport.connection import MOST_WAITING_BYTES, Outgoing
from posse_server.transport.framing import LONGEST_BODY_BYTES, LONGEST_HEADER_BYTES, Frames
from tests.hostile.growth import LIMIT, power
from tests.server.live import CODES, live
from tests.server.raw import EXIT, INITIALIZE, INITIALIZED, SHUTDOWN, framed, framed_bytes, run
from tests.server.session import SERVER
from tests.server.waiting import SECONDS

BODY = b'{"jsonrpc":"2.0","method":"m"}'
LENGTH = len(BODY)
GOOD = framed_bytes(BODY)

HEADERS = {
    "lower case": b"content-length: %d\r\n\r\n",
    "upper case": b"CONTENT-LENGTH: %d\r\n\r\n",
    "no space": b"Content-Length:%d\r\n\r\n",
    "many spaces": b"Content-Length \t:  %d \t\r\n\r\n",
    "line feeds alone": b"Content-Length: %d\n\n",
    "a type before": b"Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: %d\r\n\r\n",
    "a type after": b"Content-Length: %d\r\ncontent-type: application/vscode-jsonrpc; charset=UTF-8\r\n\r\n",
    "unknown names": b"X-Trace: a:b\r\nContent-Length: %d\r\nX_2: \r\n\r\n",
    "said twice": b"Content-Length: %d\r\nContent-Length: %d\r\n\r\n",
    "zeros": b"Content-Length: 000%d\r\n\r\n",
    "blank lines before": b"\r\n\r\nContent-Length: %d\r\n\r\n",
}
BROKEN = {
    "no JSON": framed_bytes(b"{oops"),
    "nothing": framed_bytes(b""),
    "no UTF-8": framed_bytes(b'{"a": "\xff\xfe"}'),
    "a batch": framed_bytes(b"[%b,%b]" % (BODY, BODY)),
    "a text": framed_bytes(b'"text"'),
    "deep nesting": framed_bytes(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "deep lists": framed_bytes(b"[" * 1_000_000),
    "a huge number": framed_bytes(b'{"a": %b}' % (b"9" * 5000)),
    "no length": b"Content-Type: text/plain\r\n\r\n",
    "a negative length": b"Content-Length: -1\r\n\r\n" + BODY,
    "a length in words": b"Content-Length: ten\r\n\r\n" + BODY,
    "an empty length": b"Content-Length:\r\n\r\n" + BODY,
    "two lengths": b"Content-Length: 3\r\nContent-Length: 9\r\n\r\n" + BODY,
    "a length beyond the limit": b"Content-Length: %d\r\n\r\n" % (LONGEST_BODY_BYTES + 1) + BODY,
    "a length beyond all numbers": b"Content-Length: %b\r\n\r\n" % (b"9" * 5000) + BODY,
    "a length that is too small": b"Content-Length: 7\r\n\r\n" + BODY,
    "a length that is too large": b"Content-Length: %d\r\n\r\n" % (LENGTH + 30) + BODY,
    "a line that is no header": b"GET / HTTP/1.1\r\n",
    "bytes": bytes(range(256)) * 40,
    "a long line": b"a" * (LONGEST_HEADER_BYTES * 9) + b"\n",
    "a long header": b"X: y\r\n" * LONGEST_HEADER_BYTES,
    "a text that names a length": framed_bytes(b"{'Content-Length: 5'"),
}


def methods(*pieces: bytes) -> list[object]:
    """The methods of the messages in some bytes; None for malformed ones."""
    frames = Frames()
    return [frame.message and frame.message.get("method") for piece in pieces for frame in frames.feed(piece)]


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_header_may_be_spelled_in_any_way(header: bytes) -> None:
    message = header.replace(b"%d", str(LENGTH).encode()) + BODY
    assert methods(GOOD + message + GOOD) == ["m"] * 3


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_costs_itself(broken: bytes) -> None:
    found = methods(GOOD + broken + GOOD + GOOD)
    assert found[:1] + found[-2:] == ["m"] * 3
    assert 1 <= found.count(None) <= 3


def test_not_a_number_is_nothing() -> None:
    [frame] = Frames().feed(framed_bytes(b'{"a": NaN, "b": [Infinity, -Infinity], "c": "line\n"}'))
    assert frame.message == {"a": None, "b": [None, None], "c": "line\n"}


SHORT = sorted(kind for kind, broken in BROKEN.items() if len(broken) < 500)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(SHORT), max_size=4), st.integers(1, 50))
def test_how_bytes_arrive_does_not_matter(kinds: list[str], size: int) -> None:
    data = b"".join(BROKEN[kind] + GOOD for kind in kinds) + GOOD + GOOD
    whole = methods(data)
    assert methods(*(data[at : at + size] for at in range(0, len(data), size))) == whole
    assert whole[-1] == "m"


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.binary(max_size=300))
def test_messages_are_found_again_after_any_bytes(data: bytes) -> None:
    assert methods(data + b"\n" + GOOD * 20)[-1] == "m"


@pytest.mark.parametrize(
    "unit",
    [
        b"a",
        b"\n",
        b"Content-Length: 1\n",
        b"Content-Length: 99999999\r\n\r\n",
        b"Content-Length: x",
        b"a: b\r\n",
        b"\x00",
    ],
)
def test_garbage_costs_time_in_proportion(unit: bytes) -> None:
    def action(size: int) -> Callable[[], object]:
        data = unit * (size * 64 // len(unit) + 1)
        pieces = [data[at : at + 65536] for at in range(0, len(data), 65536)]
        return lambda: methods(*pieces)

    assert power(action, largest=1 << 18) < LIMIT


class Pipe:
    """A stream that accepts a given number of bytes."""

    is_patient = True

    def __init__(self, room: int = 0) -> None:
        self.room, self.written = room, bytearray()
        self.has_room = threading.Event()

    def read(self) -> bytes:
        raise AssertionError("nothing reads")

    def write(self, data: memoryview) -> int:
        if not self.room:
            raise BlockingIOError
        count = min(self.room, len(data))
        self.written += data[:count]
        self.room -= count
        return count

    def wait(self) -> None:
        self.has_room.wait(SECONDS)
        self.has_room.clear()

    def give(self, room: int) -> None:
        self.room = room
        self.has_room.set()


def sent_by(pipe: Pipe, output: Outgoing) -> list[object]:
    pipe.give(1 << 40)
    output.flush(SECONDS)
    return methods(bytes(pipe.written))


def message(method: str) -> bytes:
    return b'{"method":"%b"}' % method.encode()


def test_a_client_that_does_not_read_gets_the_newest_diagnostics_of_each_document_later() -> None:
    pipe = Pipe(room=5)
    output = Outgoing(pipe, lambda: None, lambda: None)
    output.send(message("first"))
    for number in range(1000):
        output.send(message(f"a {number}"), key="a")
        output.send(message(f"b {number}"), key="b")
    sent = sent_by(pipe, output)
    assert sent[0] == "first"
    assert sent[-2:] == ["a 999", "b 999"]
    assert len(sent) <= 5  # one may have been on its way


def test_what_waits_for_a_client_that_does_not_read_is_bounded() -> None:
    pipe, has_room = Pipe(), threading.Event()
    output = Outgoing(pipe, has_room.set, lambda: None)
    for _ in range(70):
        output.send(b'{"method":"m","x":"%b"}' % (b"x" * (1 << 20)))
    assert output.is_full
    assert sent_by(pipe, output) == ["m"] * 70
    assert has_room.is_set()
    assert not output.is_full
    assert MOST_WAITING_BYTES < 70 << 20


def test_a_server_whose_answers_nobody_reads_still_ends() -> None:
    with live(is_heard=False) as server:
        server.send(INITIALIZE, INITIALIZED)
        for number in range(100):
            server.open(f"file:///{number}.py", "exec(a)\n" * 300)
        server.send(SHUTDOWN, EXIT)
        assert server.status() == 0


def test_a_server_whose_log_nobody_reads_goes_on() -> None:
    with live("--log-level", "debug", stderr=subprocess.PIPE) as server:
        server.begin()
        server.open()
        for number in range(3000):
            server.send({"method": f"$/unknown{number}", "params": {}}, framed_bytes(b"{oops %d" % number))
            server.send({"method": "$/cancelRequest", "params": {"id": number}})
        assert server.codes() == CODES
        server.send(SHUTDOWN, EXIT)
        assert server.status() == 0


# -- TCP


class Connection:
    """A client's end of a connection."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, SECONDS)

    def is_hung_up_on(self) -> bool:
        """Wait for the end."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True

    def is_served(self) -> bool:
        """Whether `initialize` is answered."""
        frames = Frames()
        self.socket.sendall(framed(INITIALIZE))
        while data := self.socket.recv(1 << 16):
            for frame in frames.feed(data):
                if frame.message and "id" in frame.message:
                    return "capabilities" in frame.message["result"]
        return False


class Port:
    """A listening server."""

    def __init__(self, process: subprocess.Popen[bytes], address: tuple[str, int]) -> None:
        self.process, self.address = process, address
        self.connections: list[Connection] = []

    def connect(self) -> Connection:
        """Connect to it."""
        self.connections.append(Connection(self.address))
        return self.connections[-1]

    def log(self) -> str:
        """Wait for its end. Returns its standard error."""
        _, log = self.process.communicate(timeout=SECONDS)
        return log.decode()


@contextmanager
def listening() -> Iterator[Port]:
    process = subprocess.Popen([*SERVER, "--tcp", "0"], stderr=subprocess.PIPE)
    assert process.stderr is not None
    found = re.search(rb"listening on (.+), port (\d+)", process.stderr.readline())
    assert found
    port = Port(process, (found[1].decode(), int(found[2])))
    try:
        yield port
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
        for connection in port.connections:
            connection.socket.close()


def post(method: bytes, body: bytes) -> bytes:
    return method + b" / HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


NO_CLIENTS = {
    "a post": post(b"POST", framed(INITIALIZE)),
    "a post with a message after it": post(b"POST", b"") + framed(INITIALIZE),
    "a method like a header": post(b"content-length", framed(INITIALIZE)),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a blank line": b"\r\n" + framed(INITIALIZE),
    "a message": b'{"jsonrpc": "2.0"}\n' + framed(INITIALIZE),
    "another header": b"Host: a\r\n" + framed(INITIALIZE),
    "a header of another name": b"Content-Lengthy: 5\r\n",
    "a long first line": b"Content-Length: " + b" " * tcp.LONGEST_FIRST_LINE_BYTES + b"5\r\n",
    "zeros": bytes(100),
}


@pytest.mark.parametrize("beginning", NO_CLIENTS.values(), ids=NO_CLIENTS)
def test_what_does_not_begin_as_the_protocol_does_is_hung_up_on(beginning: bytes) -> None:
    with listening() as port:
        other = port.connect()
        other.socket.sendall(beginning)
        assert other.is_hung_up_on()
        assert port.connect().is_served()


@pytest.mark.parametrize("header", [b"Content-Length", b"content-type", b"CONTENT-LENGTH \t"])
def test_a_client_may_say_its_headers_in_its_own_way(header: bytes) -> None:
    with listening() as port:
        client = port.connect()
        value = b"application/vscode-jsonrpc" if b"type" in header else b"2"
        client.socket.sendall(header + b": " + value + b"\r\n\r\n")
        client.socket.sendall(b"{}" if value == b"2" else b"")
        assert client.is_served()


def test_a_client_that_is_slow_is_served_beside_many_that_say_nothing() -> None:
    with listening() as port:
        silent = [port.connect() for _ in range(tcp.MOST_UNDECIDED_CONNECTIONS - 1)]
        slow = port.connect()
        for byte in b"Content-Length: 2\r\n\r\n{}":
            slow.socket.sendall(bytes([byte]))
        assert slow.is_served()
        assert all(other.is_hung_up_on() for other in silent)
        assert port.process.poll() is None


def test_any_number_of_silent_connections_keep_no_client_out() -> None:
    with listening() as port:
        silent = [port.connect() for _ in range(3 * tcp.MOST_UNDECIDED_CONNECTIONS)]
        assert silent[0].is_hung_up_on()
        assert port.connect().is_served()


def test_after_the_client_came_nobody_can_connect() -> None:
    with listening() as port:
        waiting = port.connect()
        client = port.connect()
        assert client.is_served()
        assert waiting.is_hung_up_on()
        with pytest.raises(ConnectionError):
            port.connect()
        client.socket.sendall(framed(SHUTDOWN) + framed(EXIT))
        assert port.process.wait(SECONDS) == 0


def test_a_client_that_resets_its_connection_is_gone() -> None:
    with listening() as port:
        client = port.connect()
        assert client.is_served()
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        client.socket.close()
        assert port.log() == ""
        assert port.process.returncode == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "0", "192.0.2.1"])
def test_where_others_could_connect_is_no_place_to_listen(host: str) -> None:
    ended = run([], "--tcp", f"{host}:0")
    assert ended.status == 2
    assert "--allow-remote" in ended.log


def test_whoever_lets_others_connect_is_warned() -> None:
    process = subprocess.Popen([*SERVER, "--tcp", "0.0.0.0:0", "--allow-remote"], stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        assert b"other machines can connect" in process.stderr.readline()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
def test_this_machine_alone_can_connect_to(host: str) -> None:
    assert tcp.is_loopback(tcp.addresses(host, 0))


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run([], "--tcp", str(port))
    assert ended.status == 2
    assert f"cannot listen on 127.0.0.1, port {port}" in ended.log


def test_the_last_of_a_live_client_is_not_needed() -> None:
    """A connection that closes in the middle of a message ends the server without a trace."""
    with listening() as port:
        client = port.connect()
        assert client.is_served()
        client.socket.sendall(b"Content-Length: 5000\r\n\r\n{")
        client.socket.close()
        assert port.log() == ""
        assert port.process.returncode == 1
