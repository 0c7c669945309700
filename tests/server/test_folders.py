"""Documents without a file, in one of several folders, or outside all of them; and their moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.server.conftest import Connect
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

EMOJI = "import yaml\r\nname = '🦊'; yaml.load(name)\r\n"
TEXT = "assert a\nexec(a)\n"


def folders(root: Path, **configurations: str) -> list[Path]:
    """Folders of these names, each with a configuration."""
    made = [root / name for name in configurations]
    for folder, text in zip(made, configurations.values(), strict=True):
        folder.mkdir()
        (folder / "bandit.yaml").write_text(text)
    return made


async def test_an_untitled_document_has_findings_hovers_and_fixes(editor: Editor) -> None:
    buffer = editor.open(EMOJI, "untitled:Untitled-1")
    assert await buffer.marks() == [("B506", "yaml.load")]
    assert await buffer.hover(buffer.at("load(")) is not None
    [finding] = await buffer.findings()
    offered = await buffer.actions(finding.range)
    assert not [action for action in offered if "baseline" in action.title], "only files are in a baseline"
    fix = next(action for action in offered if "safe_load" in action.title)
    buffer.apply(await buffer.chosen(fix))
    assert buffer.text == "import yaml\r\nname = '🦊'; yaml.safe_load(name)\r\n"
    assert await buffer.findings() == []


async def test_an_untitled_document_has_the_configuration_of_the_only_folder(connect: Connect, tmp_path: Path) -> None:
    one, two = folders(tmp_path, one="skips: [B101]", two="skips: [B102]")
    editor = await connect("vscode-1.139.1", one)
    buffer = editor.open(TEXT, "untitled:Untitled-1")
    await buffer.shows("B102")
    added = lsp.WorkspaceFoldersChangeEvent([lsp.WorkspaceFolder(two.as_uri(), "two")], [])
    editor.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(added))
    await buffer.shows("B101", "B102")


@pytest.mark.parametrize("client", ["neovim-0.11.4", "vscode-1.139.1"])
async def test_each_folder_has_its_configuration_as_long_as_it_is_open(
    connect: Connect, tmp_path: Path, client: str
) -> None:
    one, two = folders(tmp_path, one="skips: [B101]", two="skips: [B102]")
    editor = await connect(client, one, two)
    buffers = [editor.open(TEXT, folder / "a.py") for folder in (one, two)]
    outside = editor.open(TEXT, tmp_path / "outside.py")
    await buffers[0].shows("B102")
    await buffers[1].shows("B101")
    await outside.shows("B101", "B102")
    removed = lsp.WorkspaceFoldersChangeEvent([], [lsp.WorkspaceFolder(two.as_uri(), "two")])
    editor.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(removed))
    await buffers[1].shows("B101", "B102")
    await buffers[0].shows("B102")


async def test_clients_that_can_are_asked_to_tell_of_moved_files(editor: Editor) -> None:
    operations = editor.server.workspace.file_operations if editor.server.workspace else None
    asked = operations is not None and operations.did_rename is not None
    assert asked is editor.client.startswith(("helix", "vscode"))


async def test_findings_move_with_a_file_that_the_editor_renames(connect: Connect, tmp_path: Path) -> None:
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    old.write_text("assert a\n")
    editor = await connect("helix-25.07.1", tmp_path)
    await editor.run("posse.scanWorkspace")
    old.rename(new)
    editor.workspace_did_rename_files(lsp.RenameFilesParams([lsp.FileRename(old.as_uri(), new.as_uri())]))
    await editor.until(lambda: not editor.problems(old.as_uri()) and len(editor.problems(new.as_uri())) == 1)


async def test_a_renamed_document_gets_the_configuration_of_its_new_place(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text("exclude_dirs: [./tests/*]\n")
    editor = await connect("neovim-0.11.4", tmp_path)
    buffer = editor.open(TEXT, tmp_path / "tests" / "a.py")
    await buffer.shows()
    buffer.close()
    await editor.open(TEXT, tmp_path / "a.py").shows("B101", "B102")
