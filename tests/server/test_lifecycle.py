"""Lifecycle: initialization, and how the server ends."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from lsprotocol import types as lsp

from posse_checks import __version__
from tests.server.clients import CLIENTS, FEW, PLAIN, RECORDINGS, Ability
from tests.server.raw import EXIT, INITIALIZE, INITIALIZED, SHUTDOWN, framed, run
from tests.server.session import SERVER, Editor
from tests.server.waiting import within

asynchronous = pytest.mark.asyncio(loop_scope="session")
OPEN = {
    "method": "textDocument/didOpen",
    "params": {
        "textDocument": {"uri": "file:///a.py", "languageId": "python", "version": 1, "text": "exec('print(1)')\n"}
    },
}


def test_there_is_a_recording_of_every_client() -> None:
    assert sorted(path.stem for path in RECORDINGS.glob("*.json")) == sorted(CLIENTS)


def test_the_few_clients_differ_in_everything_that_clients_differ_in() -> None:
    for index, name in enumerate(Ability._fields):
        assert {CLIENTS[client][index] for client in FEW} == {ability[index] for ability in CLIENTS.values()}, name


@asynchronous
async def test_columns_are_counted_in_the_units_that_the_client_likes_best(editor: Editor) -> None:
    assert editor.encoding == CLIENTS[editor.client].encoding


@asynchronous
async def test_diagnostics_are_offered_only_to_clients_that_pull_them(editor: Editor) -> None:
    assert (editor.server.diagnostic_provider is not None) is CLIENTS[editor.client].pulls


@asynchronous
async def test_the_client_is_asked_to_watch_files_if_it_can(editor: Editor) -> None:
    await editor.settled()
    assert ("**/bandit.yaml" in editor.watched) is CLIENTS[editor.client].watches


@asynchronous
async def test_the_server_says_what_it_can_do(editor: Editor) -> None:
    sync = editor.server.text_document_sync
    assert isinstance(sync, lsp.TextDocumentSyncOptions)
    assert (sync.open_close, sync.change) == (True, lsp.TextDocumentSyncKind.Incremental)
    assert editor.server.hover_provider
    assert editor.server.code_action_provider


@asynchronous
async def test_the_server_says_who_it_is(editor: Editor) -> None:
    assert editor.info == lsp.ServerInfo("posse", __version__)


@asynchronous
async def test_a_client_that_says_nothing_gets_the_protocols_defaults(plain: Editor) -> None:
    assert (plain.encoding, plain.pulls, plain.watched) == ("utf-16", False, [])
    assert await plain.open("x = '𝛼'; exec(code)\n").marks() == [("B102", "exec")]


def test_after_a_shutdown_the_exit_status_is_0() -> None:
    assert run([INITIALIZE, INITIALIZED, OPEN, SHUTDOWN, EXIT]).status == 0


def test_without_a_shutdown_the_exit_status_is_1() -> None:
    assert run([INITIALIZE, INITIALIZED, EXIT]).status == 1


@pytest.mark.parametrize(
    "messages",
    [[], [INITIALIZE], [INITIALIZE, INITIALIZED, OPEN], [INITIALIZE, b"Content-Length: 500\r\n\r\n{"]],
    ids=["at once", "while it starts", "later", "in a message"],
)
def test_the_server_ends_when_its_client_vanishes(messages: list[dict[str, object] | bytes]) -> None:
    assert run(messages).status == 1


def test_a_client_that_vanishes_is_no_error_to_log() -> None:
    assert run([INITIALIZE, INITIALIZED, OPEN]).log == ""


@pytest.mark.parametrize("arguments", [["--stdio"], ["--log-level", "debug"], ["--stdio", "--log-level", "info"]])
def test_standard_output_carries_messages_and_nothing_else(arguments: list[str]) -> None:
    ended = run([INITIALIZE, INITIALIZED, OPEN, SHUTDOWN, EXIT], *arguments)
    assert ended.status == 0
    assert ended.answer(1)["result"]["serverInfo"]["name"] == "posse"


def test_the_log_goes_to_standard_error() -> None:
    assert "DEBUG" in run([INITIALIZE, INITIALIZED, OPEN, SHUTDOWN, EXIT], "--log-level", "debug").log


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[asyncio.subprocess.Process, str, int]]:
    """A server waiting for a client on a free port, and its address."""
    command = [*SERVER, "--tcp", "0"]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    try:
        while not (found := re.search(rb"listening on (.+), port (\d+)", await within(process.stderr.readline()))):
            pass
        yield process, found[1].decode(), int(found[2])
    finally:
        if process.returncode is None:
            process.kill()
        await within(process.communicate())


@asynchronous
async def test_over_tcp_the_server_serves_one_client_on_the_loopback_address() -> None:
    async with listening() as (process, host, port):
        assert host == "127.0.0.1"
        editor = Editor()
        await within(editor.start_tcp(host, port))
        await editor.begin(PLAIN)
        assert await editor.open("exec(code)\n", "untitled:a").codes() == ["B102"]
        await editor.end()
        assert await within(process.wait()) == 0


@asynchronous
async def test_over_tcp_the_server_ends_when_its_client_vanishes() -> None:
    async with listening() as (process, host, port):
        _, writer = await within(asyncio.open_connection(host, port))
        writer.write(framed(INITIALIZE))
        writer.close()
        await within(writer.wait_closed())
        assert await within(process.wait()) == 1
