"""Code actions: a `# nosec` is written where Bandit honors it."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from tests.oracle import bandit_rows
from tests.server.buffer import Buffer
from tests.server.clients import CLIENTS
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

SILENCED = {
    "a simple statement": ("exec(code)\n", "exec(code)  # nosec B102\n"),
    "a last line without an end": ("exec(code)", "exec(code)  # nosec B102"),
    "another line end": ("x = 1\r\nexec(code)\r\n", "x = 1\r\nexec(code)  # nosec B102\r\n"),
    "blanks at the end": ("exec(code)  \n", "exec(code)  # nosec B102\n"),
    "wide characters before it": ("x = 'é𝛼\u2028'; exec(code)\n", "x = 'é𝛼\u2028'; exec(code)  # nosec B102\n"),
    "a comment": ("exec(code)  # it's ours\n", "exec(code)  # it's ours  # nosec B102\n"),
    "a `# nosec` with another ID": ("exec(code)  # nosec B101\n", "exec(code)  # nosec B101, B102\n"),
    "a `# nosec` with a reason": ("exec(code)  # nosec B101 why\n", "exec(code)  # nosec B101, B102 why\n"),
    "a backslash": ("exec(\\\n  code)\n", "exec(\\\n  code)  # nosec B102\n"),
    "a string of several lines": ("exec('''\na\n''')\n", "exec('''\na\n''')  # nosec B102\n"),
    "a call of several lines": ("exec(\n    code,\n)\n", "exec(  # nosec B102\n    code,\n)\n"),
    "a block": ("if x:\n    exec(code)\n    y = 1\n", "if x:\n    exec(code)  # nosec B102\n    y = 1\n"),
    "broken text elsewhere": ("def f(:\nexec(code)\n", "def f(:\nexec(code)  # nosec B102\n"),
}


async def suppress(buffer: Buffer, code: str) -> lsp.CodeAction:
    """The action offered on the finding of a rule."""
    [diagnostic] = [diagnostic for diagnostic in await buffer.diagnostics() if diagnostic.code == code]
    [action] = [a for a in await buffer.actions(diagnostic.range) if a.title == f"Suppress {code} with # nosec"]
    return action


@pytest.mark.parametrize(("before", "after"), SILENCED.values(), ids=SILENCED)
async def test_the_comment_is_written_where_it_works(editor: Editor, before: str, after: str) -> None:
    buffer = editor.open(before)
    buffer.apply((await suppress(buffer, "B102")).edit)
    assert buffer.text == after
    assert "B102" not in await buffer.codes()


@pytest.mark.parametrize("text", [after for before, after in SILENCED.values() if "(:" not in before])
async def test_bandit_heeds_the_comment(text: str) -> None:
    assert "B102" not in {row[0] for row in bandit_rows(text)}


async def test_the_edit_comes_in_the_form_that_the_client_takes(editor: Editor) -> None:
    action = await suppress(editor.open("exec(code)\n"), "B102")
    assert action.edit is not None
    versioned = CLIENTS[editor.client].document_changes
    assert (action.edit.document_changes is not None, action.edit.changes is not None) == (versioned, not versioned)


async def test_an_action_says_which_finding_it_is_about(editor: Editor) -> None:
    buffer = editor.open("exec(code)\n")
    action = await suppress(buffer, "B102")
    assert action.kind == lsp.CodeActionKind.QuickFix
    assert list(action.diagnostics or []) == await buffer.diagnostics()


async def test_an_action_fits_the_newest_version(editor: Editor) -> None:
    buffer = editor.open("exec(code)\n")
    await buffer.diagnostics()
    buffer.insert("x = 1\n", before="exec")
    buffer.apply((await suppress(buffer, "B102")).edit)
    assert buffer.text == "x = 1\nexec(code)  # nosec B102\n"


async def test_a_cursor_on_a_finding_is_enough(editor: Editor) -> None:
    buffer = editor.open("exec(code)\n")
    titles = [action.title for action in await buffer.actions(buffer.range(2, 2))]
    assert titles[:2] == ["Explain B102", "Suppress B102 with # nosec"]


async def test_a_finding_is_explained_on_its_page_or_in_a_message(editor: Editor) -> None:
    buffer = editor.open("exec(code)\n")
    [explain] = [action for action in await buffer.actions(buffer.range(0, 4)) if action.title == "Explain B102"]
    assert explain.edit is None and explain.command is not None
    opened, before = len(editor.shown_documents), buffer.text
    await editor.run(explain.command.command, *explain.command.arguments or [])
    await editor.settled()
    if len(editor.shown_documents) > opened:
        page = editor.shown_documents[-1]
        assert page.external and page.uri.endswith("b102_exec_used.html")
    else:
        [told] = editor.messages
        assert told.message.startswith("B102: A call of `exec`") and "b102_exec_used.html" in told.message
    assert buffer.text == before


async def test_each_finding_that_the_range_touches_has_its_action(editor: Editor) -> None:
    buffer = editor.open("exec(code)\nassert a\nx = 1\nassert b\n")
    actions = await buffer.actions(buffer.range(0, buffer.at("x = 1")))
    assert [action.title for action in actions if "#" in action.title] == [
        "Suppress B102 with # nosec",
        "Suppress B101 with # nosec",
        "Suppress all findings in this file with # nosec",
    ]


async def test_other_findings_of_the_line_stay(editor: Editor) -> None:
    buffer = editor.open("password = '/tmp/x'\n")
    buffer.apply((await suppress(buffer, "B108")).edit)
    assert await buffer.codes() == ["B105"]


async def test_findings_of_one_line_are_suppressed_one_after_the_other(editor: Editor) -> None:
    buffer = editor.open("password = '/tmp/x'\n")
    for code in ("B108", "B105"):
        buffer.apply((await suppress(buffer, code)).edit)
    assert buffer.text == "password = '/tmp/x'  # nosec B108, B105\n"
    assert await buffer.codes() == []


async def test_nothing_is_offered_away_from_findings(editor: Editor) -> None:
    buffer = editor.open("x = 1\nexec(code)\n")
    assert await buffer.actions(buffer.range(0, 5)) == []


@pytest.mark.parametrize(("only", "offered"), [("quickfix", 1), ("", 1), ("refactor", 0), ("source.fixAll", 0)])
async def test_only_the_kinds_that_are_asked_for_are_offered(editor: Editor, only: str, offered: int) -> None:
    buffer = editor.open("exec(code)\n")
    titles = [action.title for action in await buffer.actions(buffer.range(0, 4), [only])]
    assert titles.count("Suppress B102 with # nosec") == offered
    assert bool(titles) is bool(offered)


async def test_where_no_comment_can_stand_the_action_says_so(editor: Editor) -> None:
    buffer = editor.open("x = '''\n''' + \\\n '/tmp/x' + '''\n'''\n")
    actions = await buffer.actions(buffer.range(buffer.at("/tmp"), buffer.at("/tmp")))
    disabled = [action for action in actions if action.title == "Suppress B108 with # nosec"]
    assert len(disabled) == CLIENTS[editor.client].disabled
    for action in disabled:
        assert action.edit is None
        assert action.disabled is not None
        assert "ends inside a string or with a backslash" in action.disabled.reason


async def test_nothing_is_offered_for_a_closed_document(editor: Editor) -> None:
    buffer = editor.open("exec(code)\n")
    buffer.close()
    assert await buffer.actions(buffer.range(0, 4)) == []


async def test_a_client_that_cannot_take_actions_gets_none(plain: Editor) -> None:
    buffer = plain.open("exec(code)\n")
    assert await buffer.actions(buffer.range(0, 4)) == []


async def test_a_comment_for_ruff_is_told_of_and_gets_one_for_bandit(editor: Editor) -> None:
    buffer = editor.open("exec(code)  # noqa: S102\n")
    hover = await buffer.hover(2)
    assert hover is not None and isinstance(hover.contents, lsp.MarkupContent)
    assert "Bandit does not read" in hover.contents.value and "noqa: S102" in hover.contents.value
    title = "Suppress B102 with # nosec, as Bandit does not read # noqa: S102"
    [action] = [action for action in await buffer.actions(buffer.range(0, 4)) if action.title == title]
    buffer.apply(action.edit)
    assert buffer.text == "exec(code)  # noqa: S102  # nosec B102\n"
