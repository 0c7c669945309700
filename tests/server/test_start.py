"""What is loaded when: little before the response to `initialize`, and no more than the first diagnostics need."""

from __future__ import annotations

import json
import subprocess
import sys

SESSION = '''
import json, sys, threading
from posse_server.lsp.app import make_server
from posse_server.lsp.serving import serve


class Recorded:
    """A client that sends each message after the response to the one before, and notes what is loaded by then."""

    is_patient = False

    def __init__(self, messages):
        self.messages, self.ready, self.loaded, self.seen = iter(messages), threading.Semaphore(1), [], b""

    def read(self):
        self.ready.acquire()
        message = next(self.messages, None)
        return b"" if message is None else message

    def write(self, data):
        self.seen += bytes(data)
        if any(mark in self.seen for mark in (b'"capabilities"', b"publishDiagnostics")):
            self.loaded.append(sorted(sys.modules))
            self.seen = b""
            self.ready.release()
        return len(data)

    def wait(self):
        pass


def frame(**message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\\r\\n\\r\\n%b" % (len(body), body)


item = {"uri": "file:///nowhere/a.py", "languageId": "python", "version": 1, "text": "import os\\nassert os\\n"}
client = Recorded([
    frame(id=1, method="initialize", params={"processId": None, "rootUri": None, "capabilities": {}}),
    frame(method="initialized", params={}) + frame(method="textDocument/didOpen", params={"textDocument": item}),
])
server = make_server(is_editor_near=False)
server.protocol.fm.features["initialize"].func  # all that the response takes
client.loaded.append(sorted(sys.modules))
serve(server, client)
print(json.dumps(client.loaded))
'''
NOT_BEFORE_THE_RESPONSE = ("posse_checks.", "posse_server.lsp.features.", "posse_server.lsp.session", "yaml")
LIGHT = {"posse_server.lsp.features.beginning"}
NOT_BEFORE_DIAGNOSTICS = (
    "posse_checks.fixes.apply",
    "posse_checks.flow",
    "posse_checks.nosec.write",
    "posse_checks.nosec.complete",
    "posse_checks.config.cursor",
    "posse_checks.config.edit",
    "posse_checks.rule.pages",
    "posse_server.lsp.features.hover",
    "posse_server.lsp.features.code_action",
    "posse_server.lsp.features.completion",
    "posse_server.notebook.edits",
    "posse_server.background.client",
    "posse_server.background.main",
    "posse_server.scan",
    "difflib",
    "multiprocessing",
)


def test_modules_are_loaded_when_they_are_needed() -> None:
    done = subprocess.run([sys.executable, "-c", SESSION], capture_output=True, text=True, timeout=60, check=True)
    ready, _, diagnosed = json.loads(done.stdout)
    early = [name for name in ready if name.startswith(NOT_BEFORE_THE_RESPONSE) and name not in LIGHT]
    assert early == []
    needless = [name for name in diagnosed if f"{name}.".startswith(tuple(f"{one}." for one in NOT_BEFORE_DIAGNOSTICS))]
    assert needless == []
    assert "posse_checks.incremental.document" in diagnosed and "posse_server.lsp.features.documents" in diagnosed
