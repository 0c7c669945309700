"""Many open documents, many findings at one position: the cost of one does not depend on the others."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.fixes.budget import within_budget
from posse_checks.incremental.document import Document
from posse_server.lsp.features.findings_in_range import MOST_PARSED_CHARACTERS
from tests.server.conftest import Connect
from tests.server.waiting import within

in_loop = pytest.mark.asyncio(loop_scope="session")

BAD = "assert a\nexec(b)\n"
PUSHED, PULLING = "neovim-0.11.4", "vscode-1.139.1"


def processor_time(process: int) -> int:
    """Processor time of a process, in ticks."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@in_loop
@pytest.mark.skipif(sys.platform != "linux", reason="reads processor time from /proc")
@pytest.mark.parametrize("folders", [1, 200])
async def test_to_edit_save_or_open_costs_the_same_however_many_documents_are_open(
    connect: Connect, tmp_path: Path, folders: int
) -> None:
    costs: list[int] = []
    for count in (10, 400):
        root = tmp_path / str(count)
        for number in range(folders):
            (root / f"f{number}").mkdir(parents=True)
        editor = await connect(PUSHED, root)
        buffers = [editor.open(BAD, root / f"f{number % folders}" / f"x{number}.py") for number in range(count)]
        for buffer in buffers:
            await buffer.shows("B101", "B102")
        assert editor._server is not None
        begin = processor_time(editor._server.pid)
        for _ in range(150):
            buffers[0].change((0, 0, "x\n"))
            buffers[0].change((0, 2, ""))
            buffers[0].save()
            editor.open("pass\n", root / "f0" / "other.py").close()
        await editor.settled()
        costs.append(processor_time(editor._server.pid) - begin)
    floor = os.sysconf("SC_CLK_TCK") // 10
    assert costs[1] < 3 * max(costs[0], floor)


@in_loop
async def test_one_saved_configuration_asks_to_pull_once(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B101]\n")
    (tmp_path / "closed.py").write_text(BAD)
    editor = await connect(PULLING, tmp_path, options={"workspaceDiagnostics": True})
    await editor.until(lambda: "**/bandit.yaml" in editor.watched)
    buffers = [editor.open(BAD) for _ in range(5)]
    for buffer in buffers:
        await buffer.shows("B102")
    before = editor.refreshes
    editor.write(tmp_path / "bandit.yaml", "skips: [B102]\n")
    editor.text_document_did_save(
        lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier((tmp_path / "bandit.yaml").as_uri()))
    )
    for buffer in buffers:
        await buffer.shows("B101")  # asks by itself, so that this may be there before the server asks to pull
    await editor.until(lambda: editor.refreshes > before)
    await editor.settled()
    assert editor.refreshes == before + 1


@in_loop
@pytest.mark.parametrize("sign", ["x", "é"])
async def test_actions_on_a_line_of_many_findings_hold_up_no_other_document(
    connect: Connect, tmp_path: Path, sign: str
) -> None:
    editor = await connect(PUSHED, tmp_path)
    other = editor.open(BAD)
    await other.shows("B101", "B102")
    line = f"assert {sign};" * 4000 + "\n"
    buffer = editor.open(line)
    await within(editor.text_document_hover_async(lsp.HoverParams(other.identifier, lsp.Position(0, 1))))
    everything = lsp.Range(lsp.Position(0, 0), lsp.Position(0, len(line)))
    params = lsp.CodeActionParams(buffer.identifier, everything, lsp.CodeActionContext([]))
    actions = asyncio.ensure_future(editor.text_document_code_action_async(params))
    await editor.text_document_hover_async(lsp.HoverParams(other.identifier, lsp.Position(0, 1)))
    assert not actions.done()
    assert await within(actions)


def test_work_on_findings_is_bounded_by_the_text_that_is_parsed_for_it() -> None:
    for length in (10, 1000, 50_000):
        document = Document.opened("assert x;" * length + "\n", Catalogue(bandit_rules().values()))
        findings = document.findings()
        assert len(findings) == length
        tried = within_budget(findings[:20], document, MOST_PARSED_CHARACTERS)
        assert 1 <= len(tried) <= 1 + MOST_PARSED_CHARACTERS // len(document.text.lines[0])
