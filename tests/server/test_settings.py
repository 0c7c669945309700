"""The editor's settings: at the start and when they change, together with the project's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.conftest import Connect
from tests.server.session import Editor
from tests.server.waiting import within

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "assert a\nexec(code)\n"
BROKEN = "assert a\ndef f(:\n"
VSCODE, NEOVIM, ALE = "vscode-1.139.1", "neovim-0.11.4", "vim-ale-3.3.0"


def settle(editor: Editor, settings: dict[str, Any]) -> None:
    """Change the settings as a user does."""
    editor.set_configuration(settings, section="posse")
    asked = editor.client != ALE
    params = lsp.DidChangeConfigurationParams(settings=None if asked else {"posse": settings})
    editor.workspace_did_change_configuration(params)


@pytest.mark.parametrize("client", [VSCODE, NEOVIM, ALE])
async def test_they_count_when_they_change(connect: Connect, tmp_path: Path, client: str) -> None:
    editor = await connect(client, tmp_path)
    buffer = editor.open(TEXT)
    await buffer.shows("B101", "B102")
    settle(editor, {"minimum_severity": "medium"})
    await buffer.shows("B102")
    settle(editor, {"severity_map": {"B101": "high"}, "minimum_severity": "medium"})
    await buffer.shows("B101", "B102")


@pytest.mark.parametrize(
    ("preference", "codes"), [("project", ["B101", "B102"]), ("editor", ["B102"]), ("", ["B101", "B102"])]
)
async def test_preference_says_who_wins(connect: Connect, tmp_path: Path, preference: str, codes: list[str]) -> None:
    (tmp_path / "bandit.yaml").write_text("posse: {minimum_severity: low}\n")
    editor = await connect(VSCODE, tmp_path)
    buffer = editor.open(TEXT)
    settings = {
        "configurationPreference": preference,
        "minimum_severity": "medium",
        "per_file_ignores": {"x.py": ["B102"]},
    }
    settle(editor, settings)
    await editor.open(TEXT, tmp_path / "x.py").shows(*(code for code in codes if code != "B102"))
    await buffer.shows(*codes)


async def test_they_name_a_configuration(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B101]\n")
    (tmp_path / "ci").mkdir()
    chosen = tmp_path / "ci" / "strict.yaml"
    chosen.write_text("skips: [B102]\nexclude_dirs: ['./gen/*']\n")
    editor = await connect(NEOVIM, tmp_path)
    buffer = editor.open(TEXT)
    await buffer.shows("B102")
    settle(editor, {"configurationPath": "ci/strict.yaml"})
    await buffer.shows("B101")
    assert await editor.open(TEXT, tmp_path / "gen" / "a.py").standing() == []
    chosen.write_text("skips: [B101, B102]\n")
    await buffer.shows()


async def test_a_configuration_that_is_not_there_is_told(connect: Connect, tmp_path: Path) -> None:
    editor = await connect(NEOVIM, tmp_path)
    settle(editor, {"configurationPath": "nowhere.yaml"})
    await editor.until(lambda: bool(editor.messages))
    assert "nowhere.yaml" in editor.messages[0].message
    assert await editor.open(TEXT).codes() == ["B101", "B102"]


async def test_mistakes_in_them_are_told_once_and_the_rest_holds(connect: Connect, tmp_path: Path) -> None:
    editor = await connect(VSCODE, tmp_path)
    buffer = editor.open(TEXT)
    settle(editor, {"minimum_severity": "medium", "run": "on_safe", "matching": 1})
    await buffer.shows("B102")
    settle(editor, {"minimum_severity": "medium", "run": "on_safe", "matching": 1, "showSyntaxErrors": False})
    await editor.settled()
    [message] = editor.messages
    assert "Did you mean on_save?" in message.message
    assert "`matching` must be one of" in message.message


async def test_they_may_come_with_the_first_message(connect: Connect, tmp_path: Path) -> None:
    editor = await connect(ALE, tmp_path, options={"minimum_severity": "medium"})
    assert await editor.open(TEXT).codes() == ["B102"]


async def test_each_folder_has_its_own(connect: Connect, tmp_path: Path) -> None:
    roots = [tmp_path / "one", tmp_path / "two"]
    for root in roots:
        root.mkdir()
    editor = await connect(VSCODE, *roots)
    editor.set_configuration({"minimum_severity": "medium"}, section="posse", scope_uri=roots[0].as_uri())
    editor.set_configuration({"minimum_severity": "high"}, section="posse", scope_uri=roots[1].as_uri())
    editor.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings=None))
    buffers = [editor.open(TEXT, root / "a.py") for root in roots]
    await buffers[0].shows("B102")
    await buffers[1].shows()


@pytest.mark.parametrize("client", [VSCODE, NEOVIM])
async def test_on_save_shows_what_has_changed_when_it_is_saved(connect: Connect, tmp_path: Path, client: str) -> None:
    (tmp_path / "bandit.yaml").write_text("posse: {run: on_save}\n")
    editor = await connect(client, tmp_path)
    buffer = editor.open(TEXT)
    await buffer.shows("B101", "B102")
    pushes = len(editor.pushed[buffer.uri])
    document, previous = lsp.TextDocumentIdentifier(buffer.uri), None
    if editor.pulls:
        shown = await editor.text_document_diagnostic_async(lsp.DocumentDiagnosticParams(document))
        previous = shown.result_id
    buffer.change((0, len("assert a"), ""))
    if editor.pulls:
        params = lsp.DocumentDiagnosticParams(document, previous_result_id=previous)
        report = await editor.text_document_diagnostic_async(params)
        assert isinstance(report, lsp.RelatedUnchangedDocumentDiagnosticReport)
    else:
        await editor.settled()
        assert len(editor.pushed[buffer.uri]) == pushes
    buffer.save()
    await buffer.shows("B102")


async def shows_syntax_errors(buffer: Buffer, count: int) -> None:
    """Wait until this many syntax errors are shown, for whatever reason they change."""

    async def wait() -> None:
        while True:
            buffer.editor.news.clear()
            if sum(not diagnostic.code for diagnostic in await buffer.standing()) == count:
                return
            await buffer.editor.news.wait()

    await within(wait())


@pytest.mark.parametrize("key", ["show_syntax_errors", "broken"])
@pytest.mark.parametrize(("value", "expected"), [("on", 1), ("off", 0)])
async def test_configuration_says_whether_syntax_errors_are_shown(
    connect: Connect, tmp_path: Path, key: str, value: str, expected: int
) -> None:
    (tmp_path / "bandit.yaml").write_text(f"posse: {{{key}: {value}}}\n")
    editor = await connect(NEOVIM, tmp_path)
    buffer = editor.open(BROKEN)
    await buffer.shows("B101")
    await shows_syntax_errors(buffer, expected)


@pytest.mark.parametrize("client", [VSCODE, ALE])
@pytest.mark.parametrize("name", ["showSyntaxErrors", "show_syntax_errors", "broken"])
async def test_setting_says_whether_syntax_errors_are_shown(
    connect: Connect, tmp_path: Path, client: str, name: str
) -> None:
    editor = await connect(client, tmp_path, options={name: False})
    buffer = editor.open(BROKEN)
    if client == VSCODE:  # it is asked for its settings, whatever came with the first message
        settle(editor, {name: False})
    await shows_syntax_errors(buffer, 0)
    settle(editor, {name: True})
    await shows_syntax_errors(buffer, 1)
    assert await buffer.codes() == ["B101"]


async def test_a_file_on_another_machine_is_not_asked_for(connect: Connect, tmp_path: Path) -> None:
    """On POSIX, `//` before an absolute path is the path: that it does not count shows that it is not read."""
    chosen = tmp_path / "chosen.yaml"
    chosen.write_text("skips: [B101]\n")
    editor = await connect(VSCODE, tmp_path)
    settle(editor, {"configurationPath": f"/{chosen}", "baseline": f"/{chosen}"})
    buffer = editor.open(TEXT)
    await buffer.shows("B101", "B102")
    settle(editor, {"configurationPath": str(chosen)})
    await buffer.shows("B102")
