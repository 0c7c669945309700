"""Endings: the server exits at once and silently, whatever is in progress and however its client ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from posse_server.transport.editor_process import watched
from posse_server.transport.messages import READ
from tests.server.live import SOURCE, Live, live
from tests.server.raw import EXIT, INITIALIZE, INITIALIZED, SHUTDOWN, Message, run

INVALID_REQUEST, NOT_INITIALIZED, CANCELLED = -32600, -32002, -32800
PATIENCE_SECONDS = 30
HOVER: Message = {
    "id": 2,
    "method": "textDocument/hover",
    "params": {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}},
}
WORKSPACE = {
    "textDocument": {"diagnostic": {}},
    "workspace": {"diagnostics": {"refreshSupport": True}, "configuration": True},
    "window": {"workDoneProgress": True},
}
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="has processes of POSIX")


def project(folder: Path, files: int = 300) -> dict[str, Any]:
    """Parameters for a workspace with many files to check."""
    for number in range(files):
        (folder / f"m{number}.py").write_text("import subprocess\nassert x\n" * 200)
    return {"rootUri": folder.as_uri(), "workspaceFolders": [{"uri": folder.as_uri(), "name": "w"}]}


def ended(server: Live) -> None:
    """The server exits properly: with status 0, and nothing on standard error."""
    server.send(SHUTDOWN)
    assert server.answer(SHUTDOWN["id"])["result"] is None
    count = len(server.messages)
    server.send(EXIT)
    assert server.status() == 0
    assert server.process.stderr is not None
    assert server.process.stderr.read() == b""
    assert len(server.messages) == count


UNDER_WAY: dict[str, Message] = {
    "a pull of the workspace": {
        "id": 2,
        "method": "workspace/diagnostic",
        "params": {"previousResultIds": [], "partialResultToken": "part"},
    },
    "a scan": {
        "id": 2,
        "method": "workspace/executeCommand",
        "params": {"command": "posse.scanWorkspace", "arguments": []},
    },
    "a baseline of the workspace": {
        "id": 2,
        "method": "workspace/executeCommand",
        "params": {"command": "posse.addWorkspaceToBaseline", "arguments": []},
    },
    "all fixes": {
        "id": 2,
        "method": "textDocument/codeAction",
        "params": {
            "textDocument": {"uri": "file:///a.py"},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
            "context": {"diagnostics": [], "only": ["source.fixAll.posse"]},
        },
    },
}


@pytest.mark.parametrize("request_", UNDER_WAY.values(), ids=UNDER_WAY)
def test_whatever_is_under_way_is_given_up(tmp_path: Path, request_: Message) -> None:
    with live(stderr=subprocess.PIPE) as server:
        server.begin(**project(tmp_path), capabilities=WORKSPACE, initializationOptions={"workspaceDiagnostics": True})
        server.open(text="".join(f"import yaml\nyaml.load(a{n})\nassert x\n" for n in range(2000)))
        server.send(request_)
        ended(server)
        answers = [message for message in server.messages if message.get("id") == 2 and "method" not in message]
        assert len(answers) == 1
        assert "result" in answers[0] or answers[0]["error"]["code"] == CANCELLED


def runs(process: int) -> bool:
    """Whether a process exists; one that has ended but was not waited for has no command line."""
    try:
        return bool(Path(f"/proc/{process}/cmdline").read_bytes())
    except OSError:
        return False


@POSIX
def test_the_process_of_a_scan_ends_with_the_server(tmp_path: Path) -> None:
    with live(stderr=subprocess.PIPE) as server:
        server.begin(**project(tmp_path, 1000), capabilities=WORKSPACE)
        server.send(UNDER_WAY["a scan"])
        children: list[int] = []
        while not children:
            found = subprocess.run(
                ["ps", "-o", "pid=", "--ppid", str(server.process.pid)], capture_output=True, check=False
            )
            children = [int(word) for word in found.stdout.split()]
        ended(server)
        end = time.monotonic() + PATIENCE_SECONDS
        while any(runs(child) for child in children):
            assert time.monotonic() < end
            time.sleep(0.01)  # nobody is told when a process of another one ends


@pytest.mark.parametrize("is_asked", [True, False], ids=["shutdown", "exit alone"])
def test_requests_that_the_client_never_answers_hold_nothing_up(tmp_path: Path, *, is_asked: bool) -> None:
    with live(stderr=subprocess.PIPE) as server:
        server.begin(**project(tmp_path, 1), capabilities=WORKSPACE)
        server.send(UNDER_WAY["a scan"])
        server.until(lambda message: message.get("method") == "window/workDoneProgress/create")
        if is_asked:
            ended(server)
        else:
            server.send(EXIT)
            assert server.status() == 1
            assert server.process.stderr is not None
            assert server.process.stderr.read() == b""


def test_after_a_shutdown_requests_are_refused_and_notifications_dropped() -> None:
    opened = {"uri": "file:///a.py", "languageId": "python", "version": 1, "text": SOURCE}
    did_open = {"method": "textDocument/didOpen", "params": {"textDocument": opened}}
    again = {**INITIALIZE, "id": 3}
    done = run(
        [INITIALIZE, INITIALIZED, SHUTDOWN, did_open, HOVER, again, {**SHUTDOWN, "id": 4}, EXIT, {**HOVER, "id": 5}]
    )
    assert [done.answer(id)["error"]["code"] for id in (2, 3, 4)] == [INVALID_REQUEST] * 3
    assert len(done.messages) == 5
    assert (done.status, done.log) == (0, "")


def test_before_initialize_requests_are_refused_and_notifications_dropped() -> None:
    did_open = {"method": "textDocument/didOpen", "params": {"textDocument": {}}}
    done = run([HOVER, {**SHUTDOWN, "id": 3}, {"id": 4, "method": "posse/unknown"}, did_open, INITIALIZED, EXIT])
    assert [done.answer(id)["error"]["code"] for id in (2, 3, 4)] == [NOT_INITIALIZED] * 3
    assert len(done.messages) == 3
    assert (done.status, done.log) == (1, "")


def test_a_second_initialize_is_refused_and_changes_nothing() -> None:
    with live() as server:
        server.begin()
        server.open()
        server.send({**INITIALIZE, "id": 7})
        assert server.answer(7)["error"]["code"] == INVALID_REQUEST
        assert server.codes()


def test_a_client_that_reads_no_more_is_no_error() -> None:
    with live(stderr=subprocess.PIPE, is_heard=False) as server:
        assert server.process.stdout is not None
        assert server.process.stderr is not None
        server.send(INITIALIZE, INITIALIZED)
        assert server.process.stdout.read(1)
        server.process.stdout.close()
        for number in range(20):
            server.open(f"file:///{number}.py")
        server.send(SHUTDOWN, EXIT)
        assert server.status() == 0
        assert server.process.stderr.read() == b""


def test_a_client_that_reads_no_more_and_says_nothing_is_gone() -> None:
    with live(stderr=subprocess.PIPE, is_heard=False) as server:
        assert server.process.stdout is not None
        assert server.process.stderr is not None
        server.send(INITIALIZE, INITIALIZED)
        assert server.process.stdout.read(1)
        server.process.stdout.close()
        server.open()
        assert server.status() == 1
        assert server.process.stderr.read() == b""


# -- the editor's process


@POSIX
@pytest.mark.parametrize("is_waited_for", [True, False], ids=["ended", "not waited for"])
def test_the_server_ends_with_its_editor(*, is_waited_for: bool) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with live(stderr=subprocess.PIPE) as server:
            server.begin(processId=editor.pid)
            server.open()
            assert server.codes()
            assert editor.stdin is not None
            editor.stdin.close()
            if is_waited_for:
                editor.wait()
            assert server.status() == 1
            assert server.process.stderr is not None
            assert server.process.stderr.read() == b""
    finally:
        editor.wait()


ODD_IDS: dict[str, Any] = {
    "none": None,
    "zero": 0,
    "negative": -1,
    "beyond all systems": 2**31,
    "beyond all numbers": 10**30,
    "a fraction": 1.5,
    "a text": "editor",
    "true": True,
    "a list": [1],
    "the system's own": 1,
}


@pytest.mark.parametrize("id", ODD_IDS.values(), ids=ODD_IDS)
def test_an_odd_process_id_is_that_of_no_process_that_has_ended(id: object) -> None:
    params = READ["initialize"]({"processId": id, "capabilities": {}})
    is_running = watched(params.process_id)
    assert is_running is None or is_running()


def test_a_process_that_runs_is_seen_to_run() -> None:
    is_running = watched(os.getpid())
    assert is_running is not None
    assert is_running()


@POSIX
def test_a_process_that_has_ended_is_seen_to_have_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    is_running = watched(process.pid)
    assert is_running is not None
    assert is_running()
    process.communicate()
    assert not is_running()
    ended_before = watched(process.pid)
    assert ended_before is not None
    assert not ended_before()
