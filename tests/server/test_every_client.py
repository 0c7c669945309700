"""Every feature for editing, with each recorded client: after characters of every width, with CRLF line ends.

Positions are in the client's own encoding, edits are applied by the tests' own buffer, and the resulting texts are
compared.
"""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.clients import CLIENTS
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDE = "'é€𝛼👩‍💻\u2028'; "
TEXT = f"import yaml as y\r\n{WIDE}y.load('👩‍💻')  # 𝛼\r\n{WIDE}assert '𝛼'\r\n{WIDE}eval('[1]')\r\n{WIDE}exec('')\r\n"
LOADED = TEXT.replace("y.load", "y.safe_load")
EVALUATED = f"import ast\r\n\r\n{TEXT}".replace("eval(", "ast.literal_eval(")
ACTIONS = {
    "fix": ("B506", "Use yaml.safe_load (B506, safe)", LOADED),
    "fix with an import": ("B307", "Use ast.literal_eval (B307, safe)", EVALUATED),
    "suppress": ("B102", "Suppress B102 with # nosec", TEXT.replace("exec('')", "exec('')  # nosec B102")),
    "suppress behind a comment": ("B506", "Suppress B506 with # nosec", TEXT.replace("# 𝛼", "# 𝛼  # nosec B506")),
    "suppress all": (
        "B102",
        "Suppress all findings in this file with # nosec",
        TEXT.replace("# 𝛼", "# 𝛼  # nosec B506")
        .replace("assert '𝛼'", "assert '𝛼'  # nosec B101")
        .replace("eval('[1]')", "eval('[1]')  # nosec B307")
        .replace("exec('')", "exec('')  # nosec B102"),
    ),
}


async def taken(buffer: Buffer, code: str, title: str) -> None:
    """Apply the action with this title on the finding of a rule."""
    [diagnostic] = [diagnostic for diagnostic in await buffer.findings() if diagnostic.code == code]
    [action] = [action for action in await buffer.actions(diagnostic.range) if action.title == title]
    buffer.apply(await buffer.chosen(action))


def read(hover: lsp.Hover | None) -> str:
    assert hover is not None and isinstance(hover.contents, lsp.MarkupContent)
    return hover.contents.value


async def test_the_clients_count_in_every_encoding() -> None:
    assert {client.encoding for client in CLIENTS.values()} == {"utf-8", "utf-16", "utf-32"}


async def test_diagnostics(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    marks = [("B506", "y.load"), ("B101", "assert '𝛼'"), ("B307", "eval"), ("B102", "exec")]
    assert await buffer.marks() == marks


async def test_diagnostics_while_typing(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    start = buffer.at("y.load('👩‍💻')")
    buffer.change((start + len("y.load('"), start + len("y.load('👩‍💻"), "𝛼"), (0, 0, "# 👩‍💻\r\n"))
    buffer.insert("'𝛼' + '👩‍💻', ", before="'𝛼')")
    assert (await buffer.marks())[0] == ("B506", "y.load")
    buffer.change((buffer.at("exec"), buffer.at("exec") + 4, "print"))
    assert await buffer.codes() == ["B506", "B101", "B307"]


async def test_hover(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    hover = await buffer.hover(buffer.at("eval"))
    assert "- Use ast.literal_eval (safe)" in read(hover)
    assert hover is not None and hover.range is not None
    assert buffer.marked(hover.range) == "eval"
    assert "yaml" in read(await buffer.hover(buffer.at("y.load")))


async def test_hover_on_a_comment(editor: Editor) -> None:
    buffer = editor.open(TEXT.replace("exec('')", "exec('')  # 👩‍💻 # nosec B102"))
    hover = await buffer.hover(buffer.at("nosec"))
    assert "on line 5: Use of exec detected." in read(hover)
    assert hover is not None and hover.range is not None
    assert buffer.marked(hover.range) == "# 👩‍💻 # nosec B102"


@pytest.mark.parametrize(("code", "title", "after"), ACTIONS.values(), ids=ACTIONS)
async def test_action(editor: Editor, code: str, title: str, after: str) -> None:
    buffer = editor.open(TEXT)
    await taken(buffer, code, title)
    assert buffer.text == after
    assert code not in await buffer.codes()


async def test_fix_all_alike(editor: Editor) -> None:
    buffer = editor.open(f"{TEXT}{WIDE}y.load(y.load('𝛼'))\r\n")
    diagnostic = (await buffer.findings())[0]
    title = "Fix all B506 in this file: Use yaml.safe_load (safe)"
    [action] = [action for action in await buffer.actions(diagnostic.range) if action.title == title]
    buffer.apply(await buffer.chosen(action))
    assert buffer.text == f"{LOADED}{WIDE}y.safe_load(y.safe_load('𝛼'))\r\n"


async def test_fix_all_on_save(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    [action] = await buffer.actions(buffer.range(0, 0), ["source.fixAll.posse"])
    buffer.apply(action.edit)
    assert buffer.text == EVALUATED.replace("y.load", "y.safe_load")


async def test_correction_of_a_comment(editor: Editor) -> None:
    buffer = editor.open(TEXT.replace("exec('')", "exec('')  # 👩‍💻 # nosec B102, B101"))
    await taken(buffer, "nosec-unused", "Remove B101")
    assert buffer.text == TEXT.replace("exec('')", "exec('')  # 👩‍💻 # nosec B102")


async def test_completion_in_a_comment(editor: Editor) -> None:
    buffer = editor.open(TEXT.replace("exec('')", "exec('')  # 👩‍💻 # nosec "))
    items = await buffer.completion(buffer.at("nosec ") + len("nosec "))
    first = min(items, key=lambda item: item.sort_text or "")
    assert isinstance(first.text_edit, lsp.TextEdit)
    buffer.apply(lsp.WorkspaceEdit(changes={buffer.uri: [first.text_edit]}))
    assert buffer.text == TEXT.replace("exec('')", "exec('')  # 👩‍💻 # nosec B102")


async def test_mistakes_and_completion_in_a_configuration(editor: Editor) -> None:
    text = "x-any: '👩‍💻'\r\nskips: [\"B9999\", '👩‍💻', B1]\r\n"
    editor.write(editor.configuration, text)
    buffer = editor.open(text, editor.configuration, language="yaml")
    await editor.until(lambda: bool(editor.problems(buffer.uri)))
    shown = [buffer.marked(diagnostic.range) for diagnostic in editor.problems(buffer.uri)]
    assert shown == ['"B9999"', "'👩‍💻'", "B1"]
    items = await buffer.completion(buffer.at("B1]") + 2)
    [edit] = [item.text_edit for item in items if item.label == "B102"]
    assert isinstance(edit, lsp.TextEdit)
    buffer.apply(lsp.WorkspaceEdit(changes={buffer.uri: [edit]}))
    assert buffer.text == text.replace("B1]", "B102]")
    assert "exec" in read(await buffer.hover(buffer.at("B102")))


async def test_disabling_for_this_file(editor: Editor) -> None:
    editor.write(editor.configuration, "skips: []  # 👩‍💻\r\n")
    buffer = editor.open(TEXT, editor.root / "𝛼é" / "a.py")
    [diagnostic] = [diagnostic for diagnostic in await buffer.findings() if diagnostic.code == "B102"]
    [action] = [action for action in await buffer.actions(diagnostic.range) if "B102 for this file" in action.title]
    editor.write_edit(await buffer.chosen(action))
    written = 'skips: []  # 👩‍💻\r\nposse:\r\n  per_file_ignores:\r\n    "𝛼é/a.py": [B102]\r\n'
    assert editor.configuration.read_bytes().decode() == written
    await buffer.shows("B506", "B101", "B307")


async def test_baseline(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    [diagnostic] = [diagnostic for diagnostic in await buffer.findings() if diagnostic.code == "B102"]
    [action] = [
        a for a in await buffer.actions(diagnostic.range) if a.title == "Ignore this B102 for now (add to baseline)"
    ]
    assert action.command is not None
    assert await editor.run(action.command.command, *(action.command.arguments or [])) == 1
    await buffer.shows("B506", "B101", "B307")
