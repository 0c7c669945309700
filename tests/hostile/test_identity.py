"""A document with several names, opened twice, named like no Python file, or read-only."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from posse_server.project.identity import is_editable
from tests.hostile.test_uris import FOLDERS, bare
from tests.server.conftest import Connect
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

BAD = "assert a\nexec(b)\n"
PUSHED, PULLING = "neovim-0.11.4", "vscode-1.139.1"


@pytest.mark.parametrize("folder", FOLDERS[:4])
async def test_a_configuration_in_the_editor_is_known_by_the_uri_that_the_editor_uses(
    connect: Connect, tmp_path: Path, folder: str
) -> None:
    root = tmp_path / folder
    root.mkdir()
    (root / "bandit.yaml").write_text("skips: [B999]\n")
    editor = await connect(PUSHED, tmp_path / "elsewhere")
    add_folder(editor, bare(root))
    configuration = editor.open("# 1\n# 2\nskips: [B998]\n", bare(root / "bandit.yaml"), "yaml")
    await editor.open(BAD, bare(root / "x.py")).shows("B101", "B102")
    await editor.until(lambda: bool(editor.problems(configuration.uri)))
    assert ["B998" in problem.message for problem in editor.problems(configuration.uri)] == [True]
    others = [uri for uri in editor.pushed if uri.endswith("bandit.yaml") and uri != configuration.uri]
    assert not any(map(editor.problems, others))


async def test_closed_files_are_told_as_their_folder_is_spelled(connect: Connect, tmp_path: Path) -> None:
    root = tmp_path / "c++ (copy)"
    root.mkdir()
    (root / "x@y.py").write_text(BAD)
    editor = await connect(PUSHED, tmp_path / "elsewhere")
    add_folder(editor, bare(root))
    await editor.run("posse.scanWorkspace")
    assert [uri for uri in editor.pushed if uri.endswith(".py")] == [bare(root / "x@y.py")]


@pytest.mark.parametrize("scheme", ["git", "gitlens", "output", "vscode-vfs", "conflictResolution", "review", "svn"])
async def test_what_cannot_be_edited_is_shown_and_offered_no_edits(
    connect: Connect, tmp_path: Path, scheme: str
) -> None:
    editor = await connect(PUSHED, tmp_path)
    buffer = editor.open(BAD, f"{scheme}:/x.py?ref")
    await buffer.shows("B101", "B102")
    assert not await actions(editor, buffer.uri)
    assert not is_editable(buffer.uri)


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "file:///nowhere/x.py", "vscode-remote://ssh/x.py"])
async def test_what_can_be_edited_is_offered_edits(connect: Connect, tmp_path: Path, uri: str) -> None:
    editor = await connect(PUSHED, tmp_path)
    await editor.open(BAD, uri).shows("B101", "B102")
    assert await actions(editor, uri)


@pytest.mark.parametrize("language", ["Python", "python3", "PYTHON", " python", "python.django", "py"])
async def test_python_by_any_name_is_checked(connect: Connect, tmp_path: Path, language: str) -> None:
    editor = await connect(PUSHED, tmp_path)
    await editor.open(BAD, language=language).shows("B101", "B102")


async def test_a_document_that_is_opened_again_is_replaced(connect: Connect, tmp_path: Path) -> None:
    editor = await connect(PUSHED, tmp_path)
    buffer = editor.open(BAD)
    await buffer.shows("B101", "B102")
    await editor.open("exec(a)\n", buffer.uri).shows("B102")
    editor.open(BAD, buffer.uri, language="plaintext")
    await editor.until(lambda: not editor.problems(buffer.uri))
    for _ in range(2):
        buffer.close()
    await editor.settled()
    assert not editor.problems(buffer.uri)


@pytest.mark.parametrize("uri", ["", "file://", "x", "file:///", "\n"])
async def test_a_document_without_a_name_spoils_no_other(connect: Connect, tmp_path: Path, uri: str) -> None:
    editor = await connect(PUSHED, tmp_path)
    buffer = editor.open(BAD)
    nameless = editor.open("pass\n", uri)
    buffer.change((0, 0, "exec(1)\n"))
    await buffer.shows("B102", "B101", "B102")
    nameless.close()
    await editor.open(BAD).shows("B101", "B102")


async def test_a_notebook_that_is_opened_again_leaves_no_cell_behind(connect: Connect, tmp_path: Path) -> None:
    editor = await connect(PUSHED, tmp_path)
    notebook = editor.open_notebook("exec(a)", "assert b")
    first, second = notebook.cells
    await editor.until(lambda: bool(editor.problems(first.uri)) and bool(editor.problems(second.uri)))
    document = lsp.NotebookDocument(notebook.uri, "jupyter-notebook", 5, [second.cell])
    editor.notebook_document_did_open(lsp.DidOpenNotebookDocumentParams(document, [second.item]))
    await editor.until(lambda: not editor.problems(first.uri))
    await editor.settled()
    assert editor.problems(second.uri)


async def test_a_cell_in_two_notebooks_stays_with_the_one_that_is_open(connect: Connect, tmp_path: Path) -> None:
    editor = await connect(PUSHED, tmp_path)
    one = editor.open_notebook("exec(a)")
    [cell] = one.cells
    await editor.until(lambda: bool(editor.problems(cell.uri)))
    other = lsp.NotebookDocument((tmp_path / "other.ipynb").as_uri(), "jupyter-notebook", 1, [cell.cell])
    editor.notebook_document_did_open(lsp.DidOpenNotebookDocumentParams(other, [cell.item]))
    await editor.settled()
    identifier = lsp.NotebookDocumentIdentifier(one.uri)
    editor.notebook_document_did_close(lsp.DidCloseNotebookDocumentParams(identifier, []))
    await editor.settled()
    assert editor.problems(cell.uri)


async def test_a_result_of_another_server_is_none_of_ours(connect: Connect, tmp_path: Path) -> None:
    earlier = await connect(PULLING, tmp_path)
    uri = (tmp_path / "x.py").as_uri()
    given = await pulled(earlier, earlier.open("pass\n", uri).uri, None)
    later = await connect(PULLING, tmp_path)
    report = await pulled(later, later.open(BAD, uri).uri, given.result_id)
    assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
    assert [item.code for item in report.items] == ["B101", "B102"]
    again = await pulled(later, uri, report.result_id)
    assert isinstance(again, lsp.RelatedUnchangedDocumentDiagnosticReport)


async def test_a_document_that_waits_for_its_save_knows_no_result_of_another_server(
    connect: Connect, tmp_path: Path
) -> None:
    (tmp_path / "bandit.yaml").write_text("posse: {run: on_save}\n")
    editor = await connect(PULLING, tmp_path)
    buffer = editor.open(BAD)
    buffer.change((0, 0, "\n"))
    for result in ("1", "another-1"):
        assert isinstance(await pulled(editor, buffer.uri, result), lsp.RelatedFullDocumentDiagnosticReport)


def add_folder(editor: Editor, uri: str) -> None:
    event = lsp.WorkspaceFoldersChangeEvent([lsp.WorkspaceFolder(uri, "folder")], [])
    editor.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(event))


async def pulled(editor: Editor, uri: str, previous: str | None) -> lsp.DocumentDiagnosticReport:
    params = lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier(uri), previous_result_id=previous)
    return await editor.text_document_diagnostic_async(params)


async def actions(editor: Editor, uri: str) -> object:
    everything = lsp.Range(lsp.Position(0, 0), lsp.Position(9, 0))
    context = lsp.CodeActionContext([])
    params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(uri), everything, context)
    return await editor.text_document_code_action_async(params)
