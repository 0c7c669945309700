"""Completion in Python files: IDs in `# nosec` comments, and nothing elsewhere."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def choose(buffer: Buffer, id: str) -> None:
    """Accept one of the completions at the end of the marked position."""
    [item] = [item for item in await offered(buffer) if item.label == id]
    assert isinstance(item.text_edit, lsp.TextEdit)
    buffer.apply(lsp.WorkspaceEdit(changes={buffer.uri: [item.text_edit]}))


async def offered(buffer: Buffer) -> list[lsp.CompletionItem]:
    """The completions at the `|` in the text, which is removed first."""
    at = buffer.at("|")
    buffer.change((at, at + 1, ""))
    return sorted(await buffer.completion(at), key=lambda item: item.sort_text or "")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("'é𝛼'; exec(a)  # nosec |\n", "'é𝛼'; exec(a)  # nosec B102\n"),
        ("'é𝛼'; exec(a)  # nosec B|\r\n", "'é𝛼'; exec(a)  # nosec B102\r\n"),
        ("exec(a)  # nosec: B1|01\n", "exec(a)  # nosec: B102\n"),
        ("exec(a)  # 👩‍💻 # nosec B101, |\n", "exec(a)  # 👩‍💻 # nosec B101, B102\n"),
        ("exec(a)  # nosec B101,|\n", "exec(a)  # nosec B101,B102\n"),
        ("exec(a)  # nosec |, B101 why\n", "exec(a)  # nosec B102, B101 why\n"),
        ("exec(a  # nosec |\n", "exec(a  # nosec B102\n"),
    ],
)
async def test_the_id_replaces_the_word_that_is_being_typed(editor: Editor, text: str, after: str) -> None:
    buffer = editor.open(text)
    await choose(buffer, "B102")
    assert buffer.text == after


async def test_what_is_found_in_the_line_comes_first(editor: Editor) -> None:
    buffer = editor.open("assert x\nexec(\n    '/tmp/𝛼',\n)  # nosec |\neval(a)\n")
    assert [item.label for item in await offered(buffer)][:4] == ["B102", "B108", "B101", "B103"]


async def test_what_stands_there_already_is_not_offered_again(editor: Editor) -> None:
    buffer = editor.open("exec('/tmp/𝛼')  # nosec B102, |\n")
    labels = [item.label for item in await offered(buffer)]
    assert labels[0] == "B108"
    assert "B102" not in labels


async def test_an_id_comes_with_its_name_and_severity(editor: Editor) -> None:
    buffer = editor.open("exec(a)  # nosec |\n")
    [first, *others] = await offered(buffer)
    assert (first.label, first.detail, first.filter_text) == ("B102", "exec_used (medium)", "B102 exec_used")
    assert first.documentation == "Use of exec detected."
    assert all(item.detail and item.documentation for item in others)


async def test_rules_that_do_not_run_are_not_offered(editor: Editor) -> None:
    editor.write(editor.configuration, "skips: [B101]\n")
    buffer = editor.open("exec(a)  # nosec |\n")
    await buffer.shows()
    assert "B101" not in [item.label for item in await offered(buffer)]


@pytest.mark.parametrize(
    "text",
    [
        "x = '# nosec |'\n",
        "'''\n# nosec |\n'''\n",
        "x = 1  # |\n",
        "x = 1  # nosec B101 |\n",
        "x = 1  # nosec B101 because B|\n",
        "x = |\n",
        "|",
    ],
)
async def test_nothing_is_offered_elsewhere(editor: Editor, text: str) -> None:
    assert await offered(editor.open(text)) == []
