"""The baseline in the editor: the findings that it hides, when it is written, and when it is not."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.conftest import Connect
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

BANDIT = [sys.executable, "-W", "ignore", "-m", "bandit"]
POLLS, WATCHES = "neovim-0.11.4", "vscode-1.139.1"
BOTH = pytest.mark.parametrize("client", [POLLS, WATCHES])
TEXT = "assert a\nexec(b)\nassert c\n"


def entries(path: Path) -> list[dict[str, Any]]:
    """The entries of a baseline; none if the file does not exist."""
    found: list[dict[str, Any]] = json.loads(path.read_text())["results"] if path.exists() else []
    return found


async def lines(buffer: Buffer) -> list[tuple[int | str | None, int]]:
    """The shown findings, with their lines."""
    return [(diagnostic.code, diagnostic.range.start.line) for diagnostic in await buffer.diagnostics()]


def run(folder: Path, *command: str) -> int:
    """Run a command in a folder. Returns its exit status."""
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


async def act(buffer: Buffer, title: str, at: int, only: str = "") -> Any:
    """Choose an action and run its command."""
    actions = await buffer.actions(buffer.range(at, at), [only] if only else None)
    [action] = [action for action in actions if action.title == title]
    assert action.command is not None
    return await buffer.editor.run(action.command.command, *action.command.arguments or [])


async def test_a_finding_is_added_by_an_action(editor: Editor) -> None:
    buffer = editor.open(TEXT, editor.root / "a.py")
    await buffer.shows("B101", "B102", "B101")
    assert await act(buffer, "Ignore this B102 for now (add to baseline)", at=buffer.at("exec")) == 1
    await buffer.shows("B101", "B101")
    assert await act(buffer, "Add all findings in this file to the baseline", at=0) == 2
    await buffer.shows()
    assert [entry["filename"] for entry in entries(editor.baseline)] == ["./a.py"] * 3


async def test_later_copies_of_a_known_finding_show(editor: Editor) -> None:
    buffer = editor.open("assert a\n")
    await editor.run("posse.addFileToBaseline", buffer.uri)
    await buffer.shows()
    buffer.insert("assert b\n")
    assert await lines(buffer) == [("B101", 1)]
    buffer.insert("assert c\n", before="assert a")
    assert await lines(buffer) == [("B101", 1), ("B101", 2)]
    assert await act(buffer, "Ignore this B101 for now (add to baseline)", at=buffer.at("assert b")) == 1
    await buffer.shows("B101")
    assert len(entries(editor.baseline)) == 2


async def test_hidden_findings_have_neither_hover_nor_actions(editor: Editor) -> None:
    buffer = editor.open("exec(a)\n")
    await editor.run("posse.addFileToBaseline", buffer.uri)
    await buffer.shows()
    assert await buffer.hover(0) is None
    assert await buffer.actions(buffer.range(0, 0)) == []


@BOTH
async def test_a_scan_and_bandit_agree_with_the_editor(connect: Connect, tmp_path: Path, client: str) -> None:
    (tmp_path / "pkg").mkdir()
    for name in ("a.py", "pkg/b.py"):
        (tmp_path / name).write_text(TEXT)
    editor = await connect(client, tmp_path)
    buffer = editor.open(TEXT, tmp_path / "a.py")
    assert await editor.run("posse.addWorkspaceToBaseline") == 6
    await buffer.shows()
    posse = str(Path(sys.executable).with_name("posse"))
    assert run(tmp_path, posse, "scan", "-r", ".") == 0
    assert run(tmp_path, *BANDIT, "-r", ".", "-b", ".bandit-baseline.json") == 0


@BOTH
async def test_a_baseline_of_bandits_holds_from_the_start_and_when_it_changes(
    connect: Connect, tmp_path: Path, client: str
) -> None:
    (tmp_path / "bandit.yaml").write_text("posse: {baseline: known.json, matching: bandit}\n")
    (tmp_path / "a.py").write_text("assert a\n")
    run(tmp_path, *BANDIT, "-r", ".", "-f", "json", "-o", "known.json")
    editor = await connect(client, tmp_path)
    buffer = editor.open(TEXT, tmp_path / "a.py")
    assert await lines(buffer) == [("B102", 1)]
    editor.write(tmp_path / "known.json", None)
    await buffer.shows("B101", "B102", "B101")
    (tmp_path / "a.py").write_text(TEXT)
    run(tmp_path, *BANDIT, "-r", ".", "-f", "json", "-o", "known.json")
    await buffer.shows()


async def test_a_save_is_enough_to_notice_a_change(connect: Connect, tmp_path: Path) -> None:
    editor = await connect(WATCHES, tmp_path)
    buffer = editor.open("exec(a)\n", tmp_path / "a.py")
    await editor.run("posse.addFileToBaseline", buffer.uri)
    await buffer.shows()
    editor.baseline.write_text('{"results": []}')
    buffer.save()
    await buffer.shows("B102")


async def test_entries_that_nothing_needs_are_removed(connect: Connect, tmp_path: Path) -> None:
    for name in ("a.py", "b.py", "broken.py", "gone.py"):
        (tmp_path / name).write_text(TEXT)
    editor = await connect(WATCHES, tmp_path)
    assert await editor.run("posse.addWorkspaceToBaseline") == 12
    (tmp_path / "b.py").write_text("assert a\n")
    (tmp_path / "gone.py").unlink()
    buffer = editor.open("exec(b)\n", tmp_path / "a.py")
    editor.open("def f(:\n", tmp_path / "broken.py")
    action = "Remove stale entries from the baseline"
    assert await act(buffer, action, at=0, only="source.posse.baseline") == 2 + 2 + 3
    left = [(entry["filename"], entry["test_id"]) for entry in entries(editor.baseline)]
    assert left == [
        ("./a.py", "B102"),
        ("./b.py", "B101"),
        *[("./broken.py", id) for id in ("B101", "B102", "B101")],
    ]


async def test_each_folder_has_its_own(connect: Connect, tmp_path: Path) -> None:
    roots = [tmp_path / "one", tmp_path / "one" / "inner"]
    for root in roots:
        root.mkdir()
        (root / "a.py").write_text("exec(a)\n")
    editor = await connect(WATCHES, *roots)
    assert await editor.run("posse.addWorkspaceToBaseline") == 2
    assert [[entry["filename"] for entry in entries(root / editor.baseline.name)] for root in roots] == [["./a.py"]] * 2


async def test_two_servers_that_write_at_once_lose_nothing(connect: Connect, tmp_path: Path) -> None:
    editors = [await connect(client, tmp_path) for client in (POLLS, WATCHES)]
    buffers = [
        editor.open("exec(a)\n", tmp_path / f"{number}_{place}.py")
        for number in range(10)
        for place, editor in enumerate(editors)
    ]
    added = [buffer.editor.run("posse.addFileToBaseline", buffer.uri) for buffer in buffers]
    assert await asyncio.gather(*added) == [1] * len(buffers)
    files = sorted(entry["filename"] for entry in entries(tmp_path / ".bandit-baseline.json"))
    assert files == sorted(f"./{Path(buffer.uri).name}" for buffer in buffers)
    assert [path.name for path in tmp_path.iterdir()] == [".bandit-baseline.json"]
    for buffer in buffers:
        await buffer.shows()


async def test_what_is_no_baseline_is_told_and_never_overwritten(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / ".bandit-baseline.json"
    path.write_bytes(b"{}")
    editor = await connect(WATCHES, tmp_path)
    buffer = editor.open("exec(a)\n", tmp_path / "a.py")
    await buffer.shows("B102")
    for content in (b"{}", b"[1]", b"", b"\xff", b'{"results": [{}]}'):
        path.write_bytes(content)
        buffer.save()
        await editor.until(lambda: any("Cannot read the baseline" in said.message for said in editor.messages))
        editor.messages.clear()
        assert await editor.run("posse.addFileToBaseline", buffer.uri) is None
        await editor.until(lambda: any("it is not a baseline" in said.message for said in editor.messages))
        editor.messages.clear()
        assert path.read_bytes() == content
    assert await buffer.codes() == ["B102"]


async def test_the_last_good_one_stays(connect: Connect, tmp_path: Path) -> None:
    editor = await connect(POLLS, tmp_path)
    buffer = editor.open("exec(a)\n", tmp_path / "a.py")
    await editor.run("posse.addFileToBaseline", buffer.uri)
    await buffer.shows()
    editor.baseline.write_text("{")
    await editor.until(lambda: any("Posse keeps the previous one" in said.message for said in editor.messages))
    assert await buffer.codes() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows wants a privilege for links")
@BOTH
async def test_one_that_cannot_be_reached_is_not_taken_for_one_that_is_gone(
    connect: Connect, tmp_path: Path, client: str
) -> None:
    editor = await connect(client, tmp_path)
    buffer = editor.open("exec(a)\n", tmp_path / "a.py")
    await editor.run("posse.addFileToBaseline", buffer.uri)
    await buffer.shows()
    aside = editor.baseline.rename(tmp_path / "aside.json")
    editor.baseline.symlink_to(editor.baseline.name)  # which no one can read, root neither
    await editor.until(lambda: any("Posse keeps the previous one" in said.message for said in editor.messages))
    assert await buffer.codes() == []
    assert await editor.run("posse.addFileToBaseline", buffer.uri) is None
    assert editor.baseline.is_symlink()
    editor.baseline.unlink()
    await editor.until(lambda: any("was deleted" in said.message for said in editor.messages))
    await buffer.shows("B102")
    aside.rename(editor.baseline)
    await buffer.shows()
    kinds = [said.message.partition(" ")[0] for said in editor.messages]
    assert kinds == ["Cannot", "Cannot", "The"], "what is out of reach is told once"


async def test_it_is_not_written_under_unsaved_changes(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / ".bandit-baseline.json"
    path.write_text('{"results": []}')
    editor = await connect(WATCHES, tmp_path)
    buffer = editor.open("exec(a)\n", tmp_path / "a.py")
    opened = editor.open('{"results": []}', path, language="json")
    opened.insert("\n")
    assert await editor.run("posse.addFileToBaseline", buffer.uri) is None
    await editor.until(lambda: any("unsaved changes" in said.message for said in editor.messages))
    assert path.read_text() == '{"results": []}'
    opened.save()
    assert await editor.run("posse.addFileToBaseline", buffer.uri) == 1


async def test_it_is_not_written_outside_of_the_workspace(connect: Connect, tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root, outside):
        folder.mkdir()
    (root / "link").symlink_to(outside)
    editor = await connect(WATCHES, root)
    buffer = editor.open("exec(a)\n", root / "a.py")
    for named in ("../known.json", "link/known.json"):
        editor.write(editor.configuration, f"posse: {{baseline: {named}}}\n")
        assert await editor.run("posse.addFileToBaseline", buffer.uri) is None
        await editor.until(lambda: any("is outside" in said.message for said in editor.messages))
        editor.messages.clear()
    assert list(tmp_path.rglob("*.json*")) == []


async def test_a_file_outside_of_the_workspace_has_none(connect: Connect, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    editor = await connect(WATCHES, root)
    buffer = editor.open("exec(a)\n", tmp_path / "a.py")
    titles = [action.title for action in await buffer.actions(buffer.range(0, 0))]
    assert not [title for title in titles if "baseline" in title]
    assert await editor.run("posse.addFileToBaseline", buffer.uri) is None
    await editor.until(lambda: any("belongs to a workspace folder" in said.message for said in editor.messages))


@pytest.mark.parametrize(("id", "line", "column"), [("B101", 1, 0), ("B102", 2, 0), ("B102", 1, 1)])
async def test_a_finding_that_is_no_more_is_not_added(editor: Editor, id: str, line: int, column: int) -> None:
    buffer = editor.open("exec(a)\n")
    assert await editor.run("posse.addFindingToBaseline", buffer.uri, id, line, column) is None
    await editor.until(lambda: any("no longer there" in said.message for said in editor.messages))
    assert not editor.baseline.exists()


async def test_only_kinds_that_are_asked_for_are_offered(editor: Editor) -> None:
    buffer = editor.open("exec(a)\n")
    actions = await buffer.actions(buffer.range(0, 0), [lsp.CodeActionKind.Source])
    assert [action.title for action in actions if "baseline" in action.title] == [
        "Add all findings in the workspace to the baseline",
        "Remove stale entries from the baseline",
    ]
