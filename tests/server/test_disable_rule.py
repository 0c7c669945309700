"""Code actions that disable a rule in the configuration file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.server.buffer import Buffer
from tests.server.clients import CLIENTS
from tests.server.conftest import Connect
from tests.server.session import Editor

if TYPE_CHECKING:
    from lsprotocol import types as lsp

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONFIGURATION = "# 👩‍💻 ours\r\nposse:\r\n  run: on_type  # é𝛼\r\nskips: []  # 𝛼\r\n"


async def disabling(buffer: Buffer) -> dict[str, lsp.CodeAction]:
    """The actions on the first finding that disable a rule, by their titles."""
    diagnostic = (await buffer.findings())[0]
    actions = await buffer.actions(diagnostic.range)
    return {action.title: action for action in actions if action.title.startswith("Disable")}


@pytest.mark.parametrize(
    ("whom", "written"),
    [
        ("this file", '  per_file_ignores:\r\n    "src/tests/deep/a[[]1].py": [B101]\r\n'),
        ("src/tests/", '  per_file_ignores:\r\n    "src/tests/**": [B101]\r\n'),
        ("the project", None),
    ],
)
async def test_a_rule_is_switched_off_in_the_configuration(editor: Editor, whom: str, written: str | None) -> None:
    editor.write(editor.configuration, CONFIGURATION)
    buffer = editor.open("x = '𝛼'; assert x\r\nexec(x)\r\n", editor.root / "src" / "tests" / "deep" / "a[1].py")
    actions = await disabling(buffer)
    assert list(actions) == [
        f"Disable B101 for {each} in bandit.yaml" for each in ("this file", "src/tests/", "the project")
    ]
    editor.write_edit(await buffer.chosen(actions[f"Disable B101 for {whom} in bandit.yaml"]))
    if written is None:
        expected = CONFIGURATION.replace("[]", "[B101]")
    else:
        expected = CONFIGURATION.replace("# é𝛼\r\n", f"# é𝛼\r\n{written}")
    assert editor.configuration.read_bytes().decode() == expected
    await buffer.shows("B102")


async def test_a_file_at_the_top_is_meant_and_no_other_of_its_name(editor: Editor) -> None:
    editor.write(editor.configuration, "# empty\n")
    buffer = editor.open("assert x\n", editor.root / "same.py")
    other = editor.open("assert x\n", editor.root / "below" / "same.py")
    actions = await disabling(buffer)
    editor.write_edit(await buffer.chosen(actions["Disable B101 for this file in bandit.yaml"]))
    await buffer.shows()
    await other.shows("B101")


async def test_a_configuration_is_created_where_the_client_can(editor: Editor) -> None:
    buffer = editor.open("assert x\n")
    actions = await disabling(buffer)
    assert bool(actions) is CLIENTS[editor.client].creates
    if actions:
        editor.write_edit(await buffer.chosen(actions["Disable B101 for the project in bandit.yaml"]))
        assert editor.configuration.read_text() == "skips: [B101]\n"
        await buffer.shows()


async def test_an_open_configuration_is_edited_as_it_is(editor: Editor) -> None:
    editor.write(editor.configuration, "skips: []\n")
    configuration = editor.open("# é𝛼\nskips: [B102]\n", editor.configuration, language="yaml")
    buffer = editor.open("assert x\n")
    actions = await disabling(buffer)
    configuration.apply(await buffer.chosen(actions["Disable B101 for the project in bandit.yaml"]))
    assert configuration.text == "# é𝛼\nskips: [B102, B101]\n"


async def test_where_it_cannot_be_written_the_user_is_told(editor: Editor) -> None:
    editor.write(editor.configuration, "tests: [B101]\n")
    buffer = editor.open("assert x\n")
    await buffer.shows("B101")
    actions = await disabling(buffer)
    title = "Disable B101 for the project in bandit.yaml"
    assert (title in actions) is CLIENTS[editor.client].resolves
    if title in actions:
        assert await buffer.chosen(actions[title]) is None
        await editor.until(lambda: any("`tests` and `skips`" in message.message for message in editor.messages))


async def test_nothing_is_offered_outside_of_the_workspace(editor: Editor, tmp_path: Path) -> None:
    assert await disabling(editor.open("assert x\n", tmp_path / "a.py")) == {}
    assert await disabling(editor.open("assert x\n", "untitled:a")) == {}


async def test_a_configuration_outside_of_the_workspace_is_not_written(connect: Connect, tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside.yaml"
    root.mkdir()
    outside.write_text("skips: []\n")
    (root / "bandit.yaml").symlink_to(outside)
    editor = await connect("vscode-1.139.1", root)
    buffer = editor.open("assert x\n")
    actions = await disabling(buffer)
    assert await buffer.chosen(actions["Disable B101 for the project in bandit.yaml"]) is None
    assert any("outside of the workspace" in message.message for message in editor.messages)


async def test_a_table_in_toml_is_written_too(editor: Editor) -> None:
    path = editor.root / "toml" / "pyproject.toml"
    path.parent.mkdir(exist_ok=True)
    editor.write(path, "[project]\nname = '𝛼'\n[tool.bandit]\n")
    buffer = editor.open("assert x\n", path.parent / "a.py")
    actions = await disabling(buffer)
    editor.write_edit(await buffer.chosen(actions["Disable B101 for this file in pyproject.toml"]))
    await buffer.shows()
    assert "name = '𝛼'" in path.read_text()
