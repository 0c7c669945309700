"""A connection to a language server for measurements: it waits for one thing at a time, on the same thread."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench import ENVIRONMENT

Message = dict[str, Any]

CAPABILITIES: Message = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {"publishDiagnostics": {"versionSupport": True}, "hover": {"contentFormat": ["markdown"]}},
    "workspace": {"workspaceFolders": True, "configuration": True},
}
PULLING: Message = {
    **CAPABILITIES,
    "textDocument": {**CAPABILITIES["textDocument"], "diagnostic": {}},
    "workspace": {**CAPABILITIES["workspace"], "diagnostics": {"refreshSupport": True}},
}
RELATED: Message = {
    **CAPABILITIES,
    "textDocument": {
        **CAPABILITIES["textDocument"],
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
    },
}


class Connection:
    """A server running in a folder, initialized. Times are in seconds."""

    def __init__(self, command: Sequence[str], root: Path, *, pulls: bool = False, related: bool = False) -> None:
        began = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=root,
            env=ENVIRONMENT,
        )
        self._last_id = 0
        self._pushed: deque[Message] = deque()
        self.pulls = pulls
        folder = {"uri": root.as_uri(), "name": root.name}
        self.request(
            "initialize",
            processId=os.getpid(),
            rootUri=root.as_uri(),
            workspaceFolders=[folder],
            capabilities=PULLING if pulls else RELATED if related else CAPABILITIES,
        )
        self.started_in = time.perf_counter() - began
        self._send({"method": "initialized", "params": {}})

    def notify(self, method: str, **params: Any) -> None:
        """Send a notification."""
        self._send(message_of(method, params))

    def request(self, method: str, **params: Any) -> Any:
        """Send a request and wait for its result."""
        return self.result_of(self.ask(method, **params))

    def ask(self, method: str, **params: Any) -> int:
        """Send a request. Returns its ID, for waiting for the result."""
        self._last_id += 1
        self._send({"id": self._last_id, **message_of(method, params)})
        return self._last_id

    def result_of(self, id: int) -> Any:
        """Wait for the result of a request."""
        while True:
            message = self._receive()
            if message.get("id") == id and "method" not in message:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message["result"]
            if message.get("method") == "textDocument/publishDiagnostics":
                self._pushed.append(message["params"])

    def diagnostics(self, uri: str, version: int) -> list[Message]:
        """Wait for the diagnostics of a document's version. The clock stops before they are decoded."""
        if self.pulls:
            report: Message = self.request("textDocument/diagnostic", textDocument={"uri": uri})
            return list(report["items"])
        return self.next_diagnostics(uri, version)

    def next_diagnostics(self, uri: str, version: int = 0) -> list[Message]:
        """Wait for pushed diagnostics of a document, of this version or a later one."""
        while True:
            params = self._pushed.popleft() if self._pushed else self._receive().get("params") or {}
            if params.get("uri") == uri and params.get("version", version) >= version and "diagnostics" in params:
                return list(params["diagnostics"])

    @property
    def memory(self) -> float:
        """Resident memory of the server, in MiB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def worked(self) -> int:
        """Processor time of the server, in ticks."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def idle(self) -> None:
        """Wait until the server is idle."""
        before = -1
        while self.worked != before:
            before = self.worked
            time.sleep(0.3)

    def close(self) -> None:
        """Stop the server."""
        self.request("shutdown")
        self.notify("exit")
        self._process.communicate(timeout=10)

    def _send(self, message: Message) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> Message:
        """Returns the next message. Requests of the server are answered and skipped."""
        assert self._process.stdout is not None
        while True:
            length = 0
            while line := self._process.stdout.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                raise RuntimeError("the server has ended")
            body = self._process.stdout.read(length)
            self.received_at = time.perf_counter()
            message: Message = json.loads(body)
            if "method" not in message or "id" not in message:
                return message
            asked = (message.get("params") or {}).get("items")
            self._send({"id": message["id"], "result": [{} for _ in asked] if asked else None})


def message_of(method: str, params: Message) -> Message:
    """Returns a message. One without parameters has no `params`, as Ruff requires."""
    return {"method": method, "params": params} if params else {"method": method}
