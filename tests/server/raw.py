"""The server as a bare process: its input and output as bytes, and its exit status."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.server.session import SERVER
from tests.server.waiting import SECONDS

Message = dict[str, Any]

INITIALIZE: Message = {
    "id": 1,
    "method": "initialize",
    "params": {"processId": None, "rootUri": None, "capabilities": {}},
}
INITIALIZED: Message = {"method": "initialized", "params": {}}
SHUTDOWN: Message = {"id": 99, "method": "shutdown"}
EXIT: Message = {"method": "exit"}
HEADER = re.compile(rb"Content-Length: (\d+)\r\n(?:[\w-]+: [^\r\n]*\r\n)*\r\n")


class Ended(NamedTuple):
    """A server that has run to its end."""

    status: int
    messages: list[Message]
    log: str

    def answer(self, id: int) -> Message:
        """The only response to the request with this ID."""
        [answer] = [message for message in self.messages if message.get("id") == id and "method" not in message]
        return answer


def run(messages: Iterable[Message | bytes], *arguments: str) -> Ended:
    """Start the server, send it messages or raw bytes, close its input and wait for its end."""
    given = b"".join(message if isinstance(message, bytes) else framed(message) for message in messages)
    ended = subprocess.run([*SERVER, *arguments], input=given, capture_output=True, timeout=SECONDS, check=False)
    return Ended(ended.returncode, unframed(ended.stdout), ended.stderr.decode())


def framed(message: Message) -> bytes:
    """A message as it is sent."""
    return framed_bytes(json.dumps({"jsonrpc": "2.0", **message}).encode())


def framed_bytes(body: bytes) -> bytes:
    """The body of a message, whatever it is, with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def unframed(output: bytes) -> list[Message]:
    """The messages in the server's output, which must contain nothing else."""
    messages = []
    while output:
        header = HEADER.match(output)
        assert header, f"no message: {output[:200]!r}"
        end = header.end() + int(header[1])
        messages.append(json.loads(output[header.end() : end]))
        output = output[end:]
    return messages
