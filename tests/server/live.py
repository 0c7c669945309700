"""The server as a bare process that tests talk to message by message."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from posse_server.transport.framing import Frames
from tests.server.raw import INITIALIZE, INITIALIZED, Message, framed
from tests.server.session import SERVER
from tests.server.waiting import SECONDS

SOURCE = "assert a\nexec(b)\n"
CODES = ["B101", "B102"]


class Live:
    """A running server, and the client's end of its pipes."""

    def __init__(self, *arguments: str, stderr: int = subprocess.DEVNULL, is_heard: bool = True) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([*SERVER, *arguments], stdin=pipe, stdout=pipe, stderr=stderr)
        self.messages: list[Message] = []
        self._news: queue.Queue[Message] = queue.Queue()
        self.replies: dict[str, Callable[[Message], Message | None]] = {}
        """Responses to the server's requests, by their methods; null by default."""
        self._ear = threading.Thread(target=self._hear, daemon=True)
        if is_heard:
            self._ear.start()

    def _hear(self) -> None:
        frames = Frames()
        assert self.process.stdout is not None
        while data := self.process.stdout.read1(1 << 16):  # type: ignore[attr-defined]
            for frame in frames.feed(data):
                assert frame.message is not None, frame.problem
                self._news.put(dict(frame.message))

    def send(self, *messages: Message | bytes) -> None:
        """Send messages, or raw bytes."""
        assert self.process.stdin is not None
        for message in messages:
            self.process.stdin.write(message if isinstance(message, bytes) else framed(message))
        self.process.stdin.flush()

    def begin(self, **params: Any) -> Message:
        """Initialize with these parameters in addition to the usual ones. Returns the response."""
        self.send({**INITIALIZE, "params": {**INITIALIZE["params"], **params}}, INITIALIZED)
        return self.answer(1)

    def until(self, condition: Callable[[Message], bool]) -> Message:
        """Wait for a message; the server's requests are answered meanwhile."""
        for message in self.messages:
            if condition(message):
                return message
        while True:
            message = self._news.get(timeout=SECONDS)
            self.messages.append(message)
            reply = self.replies.get(message.get("method", ""))
            if "id" in message and reply is not None and (said := reply(message)) is not None:
                self.send({"id": message["id"], **said})
            if condition(message):
                return message

    def answer(self, id: object) -> Message:
        """Wait for the response to a request."""
        return self.until(lambda message: message.get("id", self) == id and "method" not in message)

    def open(self, uri: str = "file:///a.py", text: str = SOURCE, version: Any = 1) -> None:
        """Open a Python document."""
        document = {"uri": uri, "languageId": "python", "version": version, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def codes(self, uri: str = "file:///a.py") -> list[str]:
        """The IDs last shown for a document."""
        hover = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
        id = f"hover {len(self.messages)}"
        self.send({"id": id, "method": "textDocument/hover", "params": hover})
        assert "result" in self.answer(id)
        shown = [
            message["params"]["diagnostics"]
            for message in self.messages
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri
        ]
        return [diagnostic["code"] for diagnostic in shown[-1]]

    def told(self) -> list[str]:
        """The messages shown to the user."""
        return [m["params"]["message"] for m in self.messages if m.get("method") == "window/showMessage"]

    def close(self) -> None:
        """Stop it, whatever its state."""
        self.process.kill()
        self.process.wait()
        if self._ear.is_alive():
            self._ear.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def status(self) -> int:
        """Wait for its end."""
        return self.process.wait(SECONDS)


@contextmanager
def live(*arguments: str, stderr: int = subprocess.DEVNULL, is_heard: bool = True) -> Iterator[Live]:
    """A server that is stopped at the end."""
    server = Live(*arguments, stderr=stderr, is_heard=is_heard)
    try:
        yield server
    finally:
        server.close()
