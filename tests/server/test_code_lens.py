"""Number of hidden findings of a file: the code lens, and the notification for a status bar."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.clients import CLIENTS
from tests.server.conftest import Connect
from tests.server.session import Editor
from tests.server.test_evidence import SQL, WIDE
from tests.server.waiting import within

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "# 🦊\r\nassert '🦊', a  # nosec B101\r\nassert b\r\nexec(c)\r\n"
WITH_LENSES = [client for client in CLIENTS if client.startswith(("neovim-0.11", "neovim-0.12", "vscode"))]


async def lenses(buffer: Buffer) -> list[lsp.Command]:
    answer = await within(buffer.editor.text_document_code_lens_async(lsp.CodeLensParams(buffer.identifier)))
    assert all(lens.range.start == lsp.Position(0, 0) for lens in answer or [])
    return [lens.command for lens in answer or [] if lens.command]


async def test_lenses_are_offered_to_clients_that_have_them(editor: Editor) -> None:
    assert (editor.server.code_lens_provider is not None) is (editor.client in WITH_LENSES)


@pytest.mark.parametrize("client", WITH_LENSES)
async def test_a_lens_says_how_many_findings_are_not_shown_and_lists_them(
    connect: Connect, tmp_path: Path, client: str
) -> None:
    editor = await connect(client, tmp_path, options={"codeLens": True})
    buffer = editor.open(TEXT)
    await editor.run("posse.addFindingToBaseline", buffer.uri, "B102", 4, 0)
    [command] = await lenses(buffer)
    assert command.title == "Posse: 1 finding, 1 suppressed, 1 in the baseline"
    await editor.run(command.command, *(command.arguments or []))
    await editor.until(lambda: bool(editor.messages))
    first, second = editor.messages[0].message.splitlines()
    assert first.startswith("line 2: B101")
    assert second.startswith("line 4: B102")
    buffer.rewrite("exec(c)\n")
    assert [lens.title for lens in await lenses(buffer)] == ["Posse: no findings, 1 in the baseline"]
    buffer.rewrite("assert a\n")
    assert await lenses(buffer) == []


async def test_there_is_no_lens_unless_the_settings_want_it(connect: Connect, tmp_path: Path) -> None:
    editor = await connect("vscode-1.139.1", tmp_path)
    buffer = editor.open(TEXT)
    assert await lenses(buffer) == []
    editor.set_configuration({"codeLens": True}, section="posse")
    editor.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings=None))
    while not await lenses(buffer):
        editor.news.clear()
        await within(editor.news.wait())


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_numbers_are_told_to_a_client_that_asks_for_them(
    connect: Connect, tmp_path: Path, client: str
) -> None:
    editor = await connect(client, tmp_path, options={"statusNotifications": True})
    buffer = editor.open(TEXT)
    await editor.until(lambda: bool(editor.statuses))
    first = {**editor.statuses[0], "evidence": None}  # which comes later, or already has
    assert first == {
        "uri": buffer.uri,
        "version": 1,
        "findings": 2,
        "suppressed": 1,
        "baselined": 0,
        "evidence": None,
    }
    buffer.insert("assert d\n")
    buffer.insert("assert e\n")
    await editor.until(lambda: editor.statuses[-1]["version"] == 3)
    assert editor.statuses[-1]["findings"] == 4


@pytest.mark.parametrize("client", CLIENTS)
async def test_evidence_is_counted_once_it_is_known(connect: Connect, tmp_path: Path, client: str) -> None:
    editor = await connect(client, tmp_path, options={"statusNotifications": True})
    buffer = editor.open(SQL + "import os\nos.system('ls')\nos.system(db)\n")
    await editor.until(lambda: bool(editor.statuses) and "evidence" in editor.statuses[-1])
    assert (editor.statuses[-1]["findings"], tuple(editor.statuses[-1]["evidence"])) == (4, (1, 2, 1))
    column = 4 + len(WIDE.encode())
    await editor.run("posse.addFindingToBaseline", buffer.uri, "P101", 7, column)
    await editor.until(lambda: editor.statuses[-1]["baselined"] == 1)
    assert tuple(editor.statuses[-1]["evidence"]) == (0, 2, 1)
    buffer.insert("  # posse: ignore[P101]", before="\n    return")
    await editor.until(lambda: editor.statuses[-1]["suppressed"] == 1 and "evidence" in editor.statuses[-1])
    assert tuple(editor.statuses[-1]["evidence"]) == (0, 2, 1)
