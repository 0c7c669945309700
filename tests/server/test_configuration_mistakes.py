"""Mistakes in `bandit.yaml`: shown in the file and in a message; the last valid configuration stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.server.conftest import Connect
from tests.server.places import within_range
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "assert a\nexec(code)\n"
GOOD = "skips: [B101]\n"
UNKNOWN = "skips: [B999]\n"
INVALID = "skips: [B101]]\n"
MISTAKES = {
    "invalid YAML": ("skips: [B101]]\n", "]", "Invalid YAML"),
    "an unclosed list": ("skips: [B101\n", "", "Invalid YAML"),
    "a list where a mapping belongs": ("[B101]\n", "[B101]", "A configuration must be a mapping"),
    "a string where a list belongs": ("skips: B101\n", "B101", "`skips` must be a list of strings"),
    "a number where a string belongs": ("exclude_dirs: [a, 1]\n", "1", "`exclude_dirs` must be a list of strings"),
    "an unknown ID": (UNKNOWN, "B999", "Unknown test ID `B999`."),
    "a misspelt ID": ("skips: [b102]\n", "b102", "Did you mean B102?"),
    "a name for an ID": ("skips: [assert_used]\n", "assert_used", "Use its ID here: B101"),
    "an option of another type": ("assert_used: {skips: x}\n", "x", "`skips` must be a list of strings"),
    "behind wide characters": ("# 𝛼\r\n{'x-é𝛼': 1, skips: [B999]}\n", "B999", "Unknown test ID `B999`."),
}


async def has_problems(editor: Editor, count: int) -> list[lsp.Diagnostic]:
    """Wait until this many mistakes are shown in the configuration. Returns them."""
    uri = editor.configuration.as_uri()
    await editor.until(lambda: bool(editor.pushed[uri]) and len(editor.problems(uri)) == count)
    return editor.problems(uri)


@pytest.mark.parametrize(("text", "marked", "message"), MISTAKES.values(), ids=MISTAKES)
async def test_a_mistake_is_shown_where_it_is(editor: Editor, text: str, marked: str, message: str) -> None:
    editor.write(editor.configuration, text)
    editor.open(TEXT)
    [problem] = await has_problems(editor, 1)
    assert message in problem.message
    assert within_range(text, problem.range, editor.encoding) == marked


@pytest.mark.parametrize(
    ("text", "severity"), [(INVALID, lsp.DiagnosticSeverity.Error), (UNKNOWN, lsp.DiagnosticSeverity.Warning)]
)
async def test_a_mistake_is_an_error_where_nothing_holds_because_of_it(
    editor: Editor, text: str, severity: lsp.DiagnosticSeverity
) -> None:
    editor.write(editor.configuration, text)
    editor.open(TEXT)
    [problem] = await has_problems(editor, 1)
    assert (problem.severity, problem.source) == (severity, "posse")


async def test_every_mistake_is_shown(editor: Editor) -> None:
    editor.write(editor.configuration, "skips: [B998, B999]\ntests: 1\n")
    editor.open(TEXT)
    assert [problem.range.start.line for problem in await has_problems(editor, 3)] == [1, 0, 0]


async def test_the_user_is_told_once_what_is_wrong(editor: Editor) -> None:
    editor.write(editor.configuration, "# skips\nskips: [B998, B999]\n")
    editor.open(TEXT)
    editor.open(TEXT)
    await has_problems(editor, 2)
    await editor.settled()
    [message] = editor.messages
    assert message.type == lsp.MessageType.Warning
    assert message.message.startswith("bandit.yaml, line 2: Unknown test ID `B998`.")


@pytest.mark.parametrize("mistake", ["invalid YAML", "an unclosed list", "a list where a mapping belongs"])
async def test_the_last_good_configuration_stays(editor: Editor, mistake: str) -> None:
    editor.write(editor.configuration, GOOD)
    assert await editor.open(TEXT).codes() == ["B102"]
    editor.write(editor.configuration, MISTAKES[mistake][0])
    assert await editor.open(TEXT).codes() == ["B102"]


async def test_with_a_harmless_mistake_the_rest_holds_as_in_a_scan(editor: Editor) -> None:
    editor.write(editor.configuration, "skips: [B999, B102]\n")
    assert await editor.open(TEXT).codes() == ["B101"]


async def test_a_mistake_that_is_put_right_is_no_longer_shown(editor: Editor) -> None:
    editor.write(editor.configuration, UNKNOWN)
    buffer = editor.open(TEXT)
    await has_problems(editor, 1)
    editor.write(editor.configuration, GOOD)
    buffer.save()
    await has_problems(editor, 0)
    await buffer.shows("B102")


async def test_with_the_file_its_mistakes_go(editor: Editor) -> None:
    editor.write(editor.configuration, UNKNOWN)
    buffer = editor.open(TEXT)
    await has_problems(editor, 1)
    editor.write(editor.configuration, None)
    buffer.save()
    await has_problems(editor, 0)
    await buffer.shows("B101", "B102")


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"skips: [B101] # \xff\n", "not UTF-8"), (b"# large\n" * 200_000, "larger than")],
    ids=["no UTF-8", "large"],
)
async def test_a_file_that_cannot_be_read_is_a_mistake(editor: Editor, content: bytes, message: str) -> None:
    editor.configuration.write_bytes(content)
    editor.open(TEXT)
    [problem] = await has_problems(editor, 1)
    assert message in problem.message


async def test_a_folder_of_that_name_is_a_mistake(editor: Editor) -> None:
    editor.configuration.mkdir()
    try:
        editor.open(TEXT)
        [problem] = await has_problems(editor, 1)
        assert "Cannot read" in problem.message
    finally:
        editor.configuration.rmdir()


async def test_a_mistake_is_shown_at_the_start(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text(UNKNOWN)
    editor = await connect("neovim-0.11.4", tmp_path)
    await has_problems(editor, 1)
    assert await editor.open(TEXT).codes() == ["B101", "B102"]


async def test_with_a_folder_its_mistakes_go(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text(UNKNOWN)
    editor = await connect("vscode-1.139.1", tmp_path)
    await has_problems(editor, 1)
    event = lsp.WorkspaceFoldersChangeEvent([], [lsp.WorkspaceFolder(tmp_path.as_uri(), "gone")])
    editor.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(event))
    await has_problems(editor, 0)
