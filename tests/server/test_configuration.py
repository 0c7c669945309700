"""Configuration: the workspace's `bandit.yaml` applies at the start and whenever it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.server.conftest import Connect
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "assert a\nexec(code)\n"
POLLS, WATCHES = "neovim-0.11.4", "vscode-1.139.1"


@pytest.mark.parametrize("client", [POLLS, WATCHES])
async def test_it_holds_from_the_start(connect: Connect, tmp_path: Path, client: str) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B101]\n")
    editor = await connect(client, tmp_path)
    assert await editor.open(TEXT).codes() == ["B102"]


async def test_it_holds_from_the_moment_it_changes_on_disk(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    await buffer.shows("B101", "B102")
    editor.write(editor.configuration, "skips: [B101]\n")
    await buffer.shows("B102")


async def test_without_it_every_rule_runs_with_its_defaults_again(editor: Editor) -> None:
    editor.write(editor.configuration, "skips: [B101]\n")
    buffer = editor.open(TEXT)
    await buffer.shows("B102")
    editor.write(editor.configuration, None)
    buffer.save()
    await buffer.shows("B101", "B102")


async def test_a_save_in_the_editor_is_enough_to_notice_a_change(connect: Connect, tmp_path: Path) -> None:
    editor = await connect(WATCHES, tmp_path)
    buffer = editor.open(TEXT)
    await buffer.shows("B101", "B102")
    editor.configuration.write_text("skips: [B101]\n")
    buffer.save()
    await buffer.shows("B102")


async def test_a_client_that_will_not_watch_after_all_is_no_obstacle(connect: Connect, tmp_path: Path) -> None:
    editor = await connect(WATCHES, tmp_path, refuses=True)
    buffer = editor.open(TEXT)
    await buffer.shows("B101", "B102")
    editor.configuration.write_text("skips: [B101]\n")
    await buffer.shows("B102")


@pytest.mark.parametrize("client", [POLLS, WATCHES])
@pytest.mark.parametrize("by", ["setting", ".bandit"])
async def test_a_file_that_something_names_is_watched_too(
    connect: Connect, tmp_path: Path, client: str, by: str
) -> None:
    named = tmp_path / "ci" / "posse[1].yaml"
    named.parent.mkdir()
    options = {"configurationPath": "ci/posse[1].yaml"} if by == "setting" else None
    (tmp_path / ".bandit").write_text("[bandit]\nconfigfile = ci/posse[1].yaml\n" if by == ".bandit" else "[bandit]\n")
    named.write_text("skips: [B101]\n")
    editor = await connect(client, tmp_path, options=options)
    buffer = editor.open(TEXT)
    await buffer.shows("B102")
    if client == WATCHES:
        await editor.until(lambda: "**/posse?1?.yaml" in editor.watched)
    editor.write(named, "skips: [B102]\n")
    await buffer.shows("B101")


@pytest.mark.parametrize("client", [POLLS, WATCHES])
async def test_problems_of_a_file_that_another_names_are_its_own(connect: Connect, tmp_path: Path, client: str) -> None:
    ini, named = tmp_path / ".bandit", tmp_path / "conf.yaml"
    ini.write_text("[bandit]\nconfigfile = conf.yaml\nlevle = 1\n")
    named.write_text("# ours\nskips: [B9999]\n")
    editor = await connect(client, tmp_path)
    await editor.open(TEXT).shows("B101", "B102")
    shown = {path: [problem.range.start.line for problem in editor.problems(path.as_uri())] for path in (ini, named)}
    assert shown == {ini: [2], named: [1]}
    buffer = editor.open("skips: [B9999]\n", named, "yaml")
    await editor.until(lambda: [problem.range.start.line for problem in editor.problems(buffer.uri)] == [0])


async def test_hover_and_actions_go_by_it_too(editor: Editor) -> None:
    editor.write(editor.configuration, "skips: [B101]\n")
    buffer = editor.open(TEXT)
    assert await buffer.hover(0) is None
    assert [action.title for action in await buffer.actions(buffer.range(0, 12))] == [
        "Explain B102",
        "Suppress B102 with # nosec",
        "Ignore this B102 for now (add to baseline)",
        "Add all findings in this file to the baseline",
        "Disable B102 for this file in bandit.yaml",
        "Disable B102 for the project in bandit.yaml",
    ]


@pytest.mark.parametrize("name", ["bandit.yaml", "bandit.yml", ".bandit.yaml", ".bandit.yml"])
async def test_it_may_have_other_names(editor: Editor, name: str) -> None:
    path = editor.root / name
    editor.write(path, "skips: [B101]\n")
    assert await editor.open(TEXT).codes() == ["B102"]
    editor.write(path, None)
    assert await editor.open(TEXT).codes() == ["B101", "B102"]


async def test_only_the_selected_rules_run(editor: Editor) -> None:
    editor.write(editor.configuration, "tests: [B101]\n")
    assert await editor.open(TEXT).codes() == ["B101"]


async def test_a_rule_takes_its_options(editor: Editor) -> None:
    editor.write(editor.configuration, "hardcoded_tmp_directory: {tmp_dirs: [/scratch]}\n")
    assert await editor.open("a, b = '/scratch/x', '/tmp/x'\n").marks() == [("B108", "'/scratch/x'")]


@pytest.mark.parametrize(
    ("name", "codes"), [("generated/a.py", []), ("a.py", ["B101", "B102"]), (".tox/a.py", []), ("src/generator.py", [])]
)
async def test_excluded_files_are_not_checked(editor: Editor, name: str, codes: list[str]) -> None:
    editor.write(editor.configuration, "exclude_dirs: [generated, '*/generator.py']\n")
    buffer = editor.open(TEXT, editor.root / name)
    assert [diagnostic.code for diagnostic in await buffer.standing()] == codes


@pytest.mark.parametrize(("name", "codes"), [("tests/test_a.py", ["B102"]), ("a.py", ["B101", "B102"])])
async def test_asserts_may_be_allowed_in_some_files(editor: Editor, name: str, codes: list[str]) -> None:
    editor.write(editor.configuration, "assert_used: {skips: ['*/test_*.py']}\n")
    assert await editor.open(TEXT, editor.root / name).codes() == codes


@pytest.mark.parametrize("client", [POLLS, WATCHES])
async def test_each_folder_has_its_own(connect: Connect, tmp_path: Path, client: str) -> None:
    roots = [tmp_path / name for name in ("one", "two", "two/inner")]
    for root, text in zip(roots, ("skips: [B101]\n", "skips: [B102]\n", "skips: []\n"), strict=True):
        root.mkdir()
        (root / "bandit.yaml").write_text(text)
    editor = await connect(client, *roots)
    codes = [await editor.open(TEXT, root / "a.py").codes() for root in (*roots, tmp_path)]
    assert codes == [["B102"], ["B101"], ["B101", "B102"], ["B101", "B102"]]


@pytest.mark.parametrize("client", [POLLS, WATCHES])
async def test_a_folder_that_joins_brings_its_own_and_takes_it_away(
    connect: Connect, tmp_path: Path, client: str
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for root in (first, second):
        root.mkdir()
    (second / "bandit.yaml").write_text("skips: [B101]\n")
    editor = await connect(client, first)
    buffer = editor.open(TEXT, second / "a.py")
    await buffer.shows("B101", "B102")
    folder = lsp.WorkspaceFolder(second.as_uri(), "second")
    change_folders(editor, added=[folder])
    await buffer.shows("B102")
    change_folders(editor, removed=[folder])
    await buffer.shows("B101", "B102")


async def test_a_folder_with_an_odd_name_has_its_own(connect: Connect, tmp_path: Path) -> None:
    root = tmp_path / "a b%20c#é𝛼[x]"
    root.mkdir()
    (root / "bandit.yaml").write_text("skips: [B101]\n")
    editor = await connect(WATCHES, root)
    assert await editor.open(TEXT).codes() == ["B102"]


def change_folders(
    editor: Editor, added: list[lsp.WorkspaceFolder] | None = None, removed: list[lsp.WorkspaceFolder] | None = None
) -> None:
    """Add folders to the editor's workspace, and remove others."""
    event = lsp.WorkspaceFoldersChangeEvent(added or [], removed or [])
    editor.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(event))
