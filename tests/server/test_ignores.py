"""`# posse: ignore[...]` comments in the editor: written, completed, explained, and remarked on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.session import Editor
from tests.server.test_completion import offered
from tests.server.test_evidence import SQL, WIDE, hovered, shown_once
from tests.server.test_fixes import choose
from tests.server.waiting import within

pytestmark = pytest.mark.asyncio(loop_scope="session")

EXECUTE = "db.execute(name)"
OFF = "import ssl\nc = ssl.create_default_context()\n'𝛼'; c.check_hostname = False"


def has(*codes: str) -> Callable[[Sequence[lsp.Diagnostic]], bool]:
    """Whether diagnostics have just these codes."""
    return lambda diagnostics: sorted(str(item.code) for item in diagnostics) == sorted(codes)


async def act(buffer: Buffer, range: lsp.Range, title: str) -> None:
    """Take a code action."""
    await choose(buffer, await buffer.actions(range), title)


async def test_finding_on_flows_is_suppressed_and_the_comment_tells_it(editor: Editor) -> None:
    buffer = editor.open(SQL)
    [found] = await shown_once(buffer, has("P101"))
    assert "Add # posse: ignore[P101] on line 7" in await hovered(buffer, buffer.at("execute"), "When to suppress")
    await act(buffer, found.range, "Suppress P101 with # posse: ignore")
    assert buffer.text == SQL.replace(EXECUTE, f"{EXECUTE}  # posse: ignore[P101]")
    assert await shown_once(buffer, has()) == []
    hover = await hovered(buffer, buffer.at("P101"), "This comment suppresses")
    assert "P101" in hover and "on line 7" in hover and "sql_flow" in hover
    [item] = await editor.run("posse.showSuppressed", buffer.uri)
    assert (item["line"], item["code"], item["cause"]) == (7, "P101", "ignore")
    assert item["why"] == "`# posse: ignore` on line 7"


async def test_finding_on_flows_that_is_not_shown_is_listed_with_the_reason(editor: Editor) -> None:
    buffer = editor.open(SQL)
    await shown_once(buffer, has("P101"))
    await editor.run("posse.addFileToBaseline", buffer.uri)
    await shown_once(buffer, has())
    [item] = await editor.run("posse.showSuppressed", buffer.uri)
    assert (item["line"], item["code"], item["cause"]) == (7, "P101", "baseline")

    async def listed_as(cause: str) -> None:
        while not [item for item in await editor.run("posse.showSuppressed", buffer.uri) if item["cause"] == cause]:
            await asyncio.sleep(0)

    editor.write(editor.configuration, "posse: {severity_map: {P101: low}, minimum_severity: medium}\n")
    await within(listed_as("configuration"))
    [item] = await editor.run("posse.showSuppressed", buffer.uri)
    assert (item["code"], item["why"]) == ("P101", "below `minimum_severity`")


@pytest.mark.parametrize(
    ("comment", "codes", "title", "after"),
    [
        ("# posse: ignore", ["P101", "ignore-no-id"], "Write ignore[P101]", "# posse: ignore[P101]"),
        ("# posse: ignore[P101", ["P101", "ignore-unclosed"], "Close the list", "# posse: ignore[P101]"),
        ("# posse: ignore[P101, P9]", ["ignore-unknown-id"], "Remove P9", "# posse: ignore[P101]"),
        ("# posse: ignore[P101, P102]", ["ignore-unused"], "Remove P102", "# posse: ignore[P101]"),
        ("# posse: ignore[P101, P203]", ["ignore-unused"], "Remove P203", "# posse: ignore[P101]"),
        (
            "# posse: ignore[P101, B102]",
            ["ignore-bandit-id"],
            "Write # nosec B102",
            "# posse: ignore[P101]  # nosec B102",
        ),
        ("# nosec P101", ["nosec-unknown-id"], "Write # posse: ignore[P101]", "# posse: ignore[P101]"),
    ],
)
async def test_flaw_is_a_hint_with_a_quick_fix(
    editor: Editor, comment: str, codes: Sequence[str], title: str, after: str
) -> None:
    buffer = editor.open(SQL.replace(EXECUTE, f"{EXECUTE}  {comment}"))
    diagnostics = await shown_once(buffer, has(*codes))
    [remark] = [item for item in diagnostics if item.code == codes[-1]]
    assert remark.severity is lsp.DiagnosticSeverity.Hint
    assert (lsp.DiagnosticTag.Unnecessary in (remark.tags or [])) is (remark.code == "ignore-unused")
    assert buffer.marked(remark.range) in comment
    await act(buffer, remark.range, title)
    assert buffer.text == SQL.replace(EXECUTE, f"{EXECUTE}  {after}")
    codes_left = ["nosec-unused"] if "nosec" in after else []  # there is nothing for B102 to suppress
    await shown_once(buffer, has(*codes_left))


async def test_comment_is_unused_once_nothing_flows_there(editor: Editor) -> None:
    buffer = editor.open(SQL.replace(EXECUTE, f"{EXECUTE}  # posse: ignore[P101] ours"))
    await hovered(buffer, buffer.at("posse"), "P101")
    buffer.insert("    name = 'x'\n", before=f"    {WIDE}db.")
    [remark] = await shown_once(buffer, has("ignore-unused"))
    assert buffer.marked(remark.range) == "# posse: ignore[P101] ours"
    buffer.insert("\n\n", before="app =")
    [remark] = await buffer.findings()
    assert buffer.marked(remark.range) == "# posse: ignore[P101] ours"
    start = buffer.at("    name = 'x'\n")
    buffer.change((start, start + len("    name = 'x'\n"), ""))
    assert await shown_once(buffer, has()) == []


async def test_nothing_is_unused_while_a_line_is_broken(editor: Editor) -> None:
    buffer = editor.open(SQL.replace(EXECUTE, f"{EXECUTE}  # posse: ignore[P101]"))
    await hovered(buffer, buffer.at("posse"), "P101")
    other = editor.open(SQL)
    buffer.insert("    y = = 1\n", before="app =")
    await shown_once(other, has("P101"))  # by now, the first has been followed, too
    assert not [item for item in await buffer.findings() if item.code == "ignore-unused"]
    start = buffer.at("    y = = 1\n")
    buffer.change((start, start + len("    y = = 1\n"), ""))
    assert await shown_once(buffer, has()) == []


async def test_blanket_nosec_that_suppresses_a_finding_on_flows_is_not_unused(editor: Editor) -> None:
    buffer = editor.open(SQL.replace(EXECUTE, f"{EXECUTE}  # nosec"))
    assert await shown_once(buffer, has()) == []
    assert "P101" in await hovered(buffer, buffer.at("nosec"), "This comment suppresses:")


async def test_ids_of_own_checks_are_completed_in_the_brackets(editor: Editor) -> None:
    buffer = editor.open(f"{OFF}  # posse: ignore[|]\n")
    items = await offered(buffer)
    assert items[0].label == "P203" and items[0].detail == "tls_checks_off (high)"
    assert {item.label[0] for item in items} == {"P"}
    buffer = editor.open(f"{OFF}  # posse: ignore[P203, P1|\n")
    items = await offered(buffer)
    assert "P203" not in [item.label for item in items]
    [item] = [item for item in items if item.label == "P101"]
    assert isinstance(item.text_edit, lsp.TextEdit) and buffer.marked(item.text_edit.range) == "P1"
    buffer = editor.open(f"{OFF}  # posse: ignore|\n")
    assert await offered(buffer) == []


async def test_a_finding_on_flows_is_offered_first(editor: Editor) -> None:
    buffer = editor.open(SQL.replace(EXECUTE, f"{EXECUTE}  # posse: ignore[P203, |] why"))
    await shown_once(buffer, lambda items: "P101" in [item.code for item in items])
    items = await offered(buffer)
    assert items[0].label == "P101" and items[0].documentation != ""
    buffer = editor.open("exec(a)  # nosec |\n")
    assert {item.label[0] for item in await offered(buffer)} == {"B"}  # to Bandit, another ID suppresses everything


async def test_all_findings_of_a_file_are_suppressed_by_both_comments(editor: Editor) -> None:
    buffer = editor.open(SQL + "assert app\n")
    diagnostics = await shown_once(buffer, has("P101", "B101"))
    await act(buffer, diagnostics[0].range, "Suppress all findings in this file with # nosec and # posse: ignore")
    ignored = SQL.replace(EXECUTE, f"{EXECUTE}  # posse: ignore[P101]")
    assert buffer.text == f"{ignored}assert app  # nosec B101\n"
    assert await shown_once(buffer, has()) == []


async def test_the_configuration_says_which_remarks_are_shown(editor: Editor) -> None:
    editor.write(editor.configuration, "posse: {nosec: {report_mistakes: off, require_reason: error}}\n")
    buffer = editor.open(f"{OFF}  # posse: ignore[P203, B101]\nx = 1  # posse: ignore\n")
    [remark] = await buffer.diagnostics()
    assert (remark.code, remark.severity) == ("ignore-no-reason", lsp.DiagnosticSeverity.Error)
    editor.write(editor.configuration, "posse: {flow: false}\n")
    assert await shown_once(buffer, has("ignore-bandit-id", "ignore-no-id"))  # no unused


async def test_comment_in_a_cell_of_a_notebook(editor: Editor) -> None:
    notebook = editor.open_notebook(
        "import flask\napp = flask.Flask(__name__)",
        "@app.get('/')\ndef view(db):\n    db.execute(flask.request.args['a'])",
    )
    cell = notebook.cells[1]
    [found] = await shown_once(cell, has("P101"))
    await act(cell, found.range, "Suppress P101 with # posse: ignore")
    assert cell.text.endswith("['a'])  # posse: ignore[P101]")
    assert await shown_once(cell, has()) == []
    assert "on line 3" in await hovered(cell, cell.at("posse"), "This comment suppresses")
    cell.change((cell.at("P101"), cell.at("P101") + 4, "P102"))
    diagnostics = await shown_once(cell, has("P101", "ignore-unused"))
    [remark] = [item for item in diagnostics if item.code == "ignore-unused"]
    assert cell.marked(remark.range) == "# posse: ignore[P102]"
    await act(cell, remark.range, "Remove the # posse: ignore comment")
    assert cell.text.endswith("['a'])")
