"""The server inside another program: the same results as over a stream, without a thread, and nothing makes it fail."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

from posse_server.lsp.embedded import embed

pytestmark = pytest.mark.asyncio

URI = "file:///nowhere/app.py"
SHELL = "import os\n\n\ndef run(name):\n    os.system(name)\n"


@pytest.fixture(autouse=True)
def _validators() -> Iterator[None]:
    """Switch on again what the server switches off for its whole process."""
    yield
    attrs.validators.set_disabled(False)


class Host:
    """A program with the server in it."""

    def __init__(self) -> None:
        self._arrived = asyncio.Event()
        self._messages: list[Any] = []
        self.take: Callable[[str], None] = embed(self._receive)

    def _receive(self, message: str) -> None:
        self._messages.append(json.loads(message))
        self._arrived.set()

    def send(self, method: str, id: int | None = None, **params: Any) -> None:
        self.take(json.dumps({"jsonrpc": "2.0", "method": method, "params": params} | ({"id": id} if id else {})))

    async def until(self, wanted: Callable[[Any], bool]) -> Any:
        """Wait for a message, which is removed with all before it."""
        while True:
            self._arrived.clear()
            for index, message in enumerate(self._messages):
                if wanted(message):
                    del self._messages[: index + 1]
                    return message
            await asyncio.wait_for(self._arrived.wait(), 20)

    async def start(self) -> None:
        self.send("initialize", 1, processId=None, rootUri="file:///nowhere", capabilities={})
        assert (await self.until(lambda message: message.get("id") == 1))["result"]["serverInfo"]["name"] == "posse"
        self.send("initialized")

    async def findings(self, text: str) -> list[Any]:
        self.send("textDocument/didOpen", textDocument={"uri": URI, "languageId": "python", "version": 1, "text": text})
        published = await self.until(lambda message: message.get("method") == "textDocument/publishDiagnostics")
        return [(item["code"], item["range"]["start"]["line"]) for item in published["params"]["diagnostics"]]


async def test_text_is_checked_without_a_thread() -> None:
    host, threads = Host(), threading.active_count()
    await host.start()
    assert await host.findings(SHELL) == [("B605", 4)]
    assert threading.active_count() == threads


async def test_requests_are_answered_in_any_thread_that_there_is() -> None:
    host = Host()
    await host.start()
    await host.findings(SHELL)
    place = {"line": 4, "character": 7}
    host.send("textDocument/hover", 2, textDocument={"uri": URI}, position=place)
    hover = await host.until(lambda message: message.get("id") == 2)
    assert "B605" in str(hover["result"]["contents"])


@pytest.mark.parametrize("sent", ["", "no JSON", "[]", "3", '"\ud800"', "[" * 100_000, '{"method": 3}', '{"id": {}}'])
async def test_broken_message_affects_only_itself(sent: str) -> None:
    host = Host()
    await host.start()
    host.take(sent)
    assert await host.findings(SHELL) == [("B605", 4)]
