"""Evidence on findings, with each recorded client: after the findings themselves, and again after edits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.clients import CLIENTS, clients_that, recorded
from tests.server.session import Editor
from tests.server.waiting import within

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDE = "'é€𝛼👩‍💻'; "
TEXT = f"""\
import os
import flask
app = flask.Flask(__name__)

@app.get("/")
def view():
    {WIDE}name = flask.request.args["name"]
    {WIDE}os.system("ls " + name)
    os.system("ls " + str(len(name)))
    return ""
"""
TAINTED = f"""\
def helper(a):
    {WIDE}os.system("ls " + a)

helper("x")
"""


def shows_related(editor: Editor) -> bool:
    """Whether the client supports related information."""
    return CLIENTS[editor.client].related


def steps_of(diagnostic: lsp.Diagnostic) -> list[str]:
    """The messages in the related information of a diagnostic, without those on imports."""
    return [item.message for item in diagnostic.related_information or [] if item.message.startswith("Step")]


async def shown_once(buffer: Buffer, condition: Callable[[Sequence[lsp.Diagnostic]], bool]) -> Sequence[lsp.Diagnostic]:
    """The diagnostics of a buffer as soon as they meet a condition; the editor pulls only when it is asked to."""
    editor = buffer.editor
    while True:
        seen = editor.refreshes, len(editor.pushed[buffer.uri])
        diagnostics = await buffer.findings()
        if condition(diagnostics):
            return diagnostics
        await editor.until(lambda seen=seen: (editor.refreshes, len(editor.pushed[buffer.uri])) != seen)  # type: ignore[misc]


async def hovered(buffer: Buffer, offset: int, part: str) -> str:
    """The text of a hover as soon as it contains a part."""

    async def ask() -> str:
        while True:
            hover = await buffer.hover(offset)
            assert hover is not None and isinstance(hover.contents, lsp.MarkupContent)
            if part in hover.contents.value:
                return hover.contents.value.replace("`", "")

    return await within(ask())


def has_steps(diagnostics: Sequence[lsp.Diagnostic]) -> bool:
    return any(map(steps_of, diagnostics))


@clients_that(lambda client: not client.related)
async def test_a_client_that_shows_no_steps_gets_none(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    await hovered(buffer, buffer.at('system("ls " + name'), "Reached")
    assert not has_steps(await buffer.findings())


def keeps_data(editor: Editor) -> bool:
    """Whether the client says that it sends the data of a diagnostic back."""
    document = recorded(editor.client, editor.root).capabilities.text_document
    assert document is not None and document.publish_diagnostics is not None
    return bool(document.publish_diagnostics.data_support)


@clients_that(lambda client: client.related)
async def test_steps_lead_from_where_data_enters_to_the_finding(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    diagnostics = await shown_once(buffer, has_steps)
    [reached] = [item for item in diagnostics if steps_of(item)]
    assert (reached.code, reached.range.start.line) == ("B605", 7)
    assert reached.data == ({"evidence": "shown"} if keeps_data(editor) else None)
    steps = [item for item in reached.related_information or [] if item.message.startswith("Step")]
    assert steps[0].message == f"Step 1 of {len(steps)}: `request.args`"
    assert {item.location.uri for item in steps} == {buffer.uri}
    start = steps[0].location.range.start
    assert buffer.marked(lsp.Range(start, lsp.Position(start.line + 1, 0))).startswith("flask.request.args")


async def test_hover_says_how_data_gets_there_or_why_it_is_harmless(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    reached = await hovered(buffer, buffer.at('system("ls " + name'), "Reached")
    assert "request.args" in reached and "line 7" in reached and "line 8" in reached
    harmless = await hovered(buffer, buffer.at('system("ls " + str'), "Harmless here")
    assert "every part is a constant, a number or chosen from constants" in harmless


async def test_evidence_follows_edits(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    await hovered(buffer, buffer.at('system("ls " + name'), "Reached")
    buffer.insert("# a line more\n", before="import flask\n")
    buffer.insert("    name = 'x'\n", before="    os.system(")
    buffer.insert("    name = 'x'\n", before=f'    {WIDE}os.system("ls " + name')
    assert "constant" in await hovered(buffer, buffer.at('system("ls " + name'), "Harmless here")
    buffer.change((buffer.at("    name = 'x'\n    'é"), buffer.at("    name = 'x'\n    'é") + 15, ""))
    reached = await hovered(buffer, buffer.at('system("ls " + name'), "Reached")
    assert "line 8" in reached and "line 9" in reached


async def test_what_another_function_does_counts(editor: Editor) -> None:
    buffer = editor.open(TEXT + TAINTED)
    hover = await buffer.hover(buffer.at('system("ls " + a'))
    assert hover is not None
    buffer.insert("    helper(name)\n", before='    return ""')
    reached = await hovered(buffer, buffer.at('system("ls " + a'), "Reached")
    assert "a of helper()" in reached


async def test_a_broken_line_claims_nothing(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    await hovered(buffer, buffer.at('system("ls " + str'), "Harmless here")
    buffer.insert("    name = (\n", before="    os.system(")

    async def ask() -> None:
        while True:
            hover = await buffer.hover(buffer.at('system("ls " + str'))
            assert hover is not None and isinstance(hover.contents, lsp.MarkupContent)
            if "Harmless here" not in hover.contents.value:
                return

    await within(ask())


async def test_a_keystroke_that_changes_no_evidence_is_shown_once(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    if shows_related(editor):
        await shown_once(buffer, has_steps)
    else:
        await hovered(buffer, buffer.at('system("ls " + name'), "Reached")
    await editor.settled()
    refreshes, pushes = editor.refreshes, len(editor.pushed[buffer.uri])
    buffer.insert("  # c")
    diagnostics = await buffer.findings()
    other = editor.open("import os\nos.system('ls')\n")
    await hovered(other, other.at("system"), "Harmless here")  # the other has idled longer by now
    await editor.settled()
    assert len(editor.pushed[buffer.uri]) - pushes == (0 if editor.pulls else 1)
    assert editor.refreshes - refreshes <= 1  # for the other document
    assert has_steps(diagnostics) == shows_related(editor)


async def test_harmless_findings_become_hints(editor: Editor) -> None:
    editor.write(editor.configuration, "posse: {evidence_severity: hint_when_none}\n")
    buffer = editor.open(TEXT)
    hint = lsp.DiagnosticSeverity.Hint

    def has_hint(diagnostics: Sequence[lsp.Diagnostic]) -> bool:
        return any(item.severity is hint for item in diagnostics)

    diagnostics = await shown_once(buffer, has_hint)
    hints = [item for item in diagnostics if item.severity is hint]
    assert [(item.code, item.range.start.line) for item in hints] == [("B605", 8)]


SQL = f"""\
import flask
app = flask.Flask(__name__)

@app.get("/")
def view(db):
    {WIDE}name = flask.request.args["name"]
    {WIDE}db.execute(name)
    return ""
"""


async def test_findings_on_flows_follow_edits(editor: Editor) -> None:
    editor.write(editor.configuration, "posse: {flow: true}\n")
    buffer = editor.open(SQL)

    def lines(diagnostics: Sequence[lsp.Diagnostic]) -> list[int]:
        return [item.range.start.line for item in diagnostics if item.code == "P101"]

    [found] = [item for item in await shown_once(buffer, lambda items: bool(lines(items))) if item.code == "P101"]
    assert buffer.marked(found.range) == "db.execute(name)"
    assert has_steps([found]) == shows_related(editor)
    assert "request.args" in await hovered(buffer, buffer.at("execute"), "Reached")
    titles = [action.title for action in await buffer.actions(found.range)]
    assert not [title for title in titles if "P101" in title and "nosec" in title]
    buffer.insert("# a line more\n", before="app = ")
    assert lines(await shown_once(buffer, lambda items: lines(items) == [7])) == [7]
    buffer.insert("    name = 'x'\n", before=f"    {WIDE}db.")
    assert not lines(await shown_once(buffer, lambda items: not lines(items)))


async def test_rows_of_the_configuration_are_followed(editor: Editor) -> None:
    editor.write(editor.configuration, "posse: {flow_model: {sources: [acme.queue.receive]}}\n")
    buffer = editor.open("import os\nfrom acme import queue\nbody = queue.receive()\nos.system('ls ' + body)\n")
    await hovered(buffer, buffer.at("system('ls ' + body"), "acme.queue.receive")


async def test_flow_can_be_switched_off(editor: Editor) -> None:
    editor.write(editor.configuration, "posse: {flow: false}\n")
    buffer = editor.open(TEXT)
    other = editor.open("x = 1\n")
    await other.findings()
    assert not has_steps(await buffer.findings())
    hover = await buffer.hover(buffer.at('system("ls " + name'))
    assert hover is not None and isinstance(hover.contents, lsp.MarkupContent)
    assert "Reached" not in hover.contents.value


@clients_that(lambda client: client.related)
async def test_a_notebook_is_followed_over_its_cells(editor: Editor) -> None:
    notebook = editor.open_notebook("import os, sys\nname = sys.argv[1]", "os.system('ls ' + name)")
    second = notebook.cells[1]
    hover = await hovered(second, second.at("system"), "Reached")
    assert "line 2" in hover and "line 1" in hover


async def test_a_finding_on_a_flow_has_a_fix_that_ends_it(editor: Editor) -> None:
    buffer = editor.open(TEXT.replace('    return ""', "    return '<p>' + name"))

    def is_there(diagnostics: Sequence[lsp.Diagnostic]) -> bool:
        return any(item.code == "P105" for item in diagnostics)

    [found] = [item for item in await shown_once(buffer, is_there) if item.code == "P105"]
    [action] = [item for item in await buffer.actions(found.range) if item.title.startswith("Escape the values")]
    assert action.title == "Escape the values with html.escape (P105, review)"
    buffer.apply(action.edit)
    assert "return '<p>' + html.escape(name)\n" in buffer.text
    assert not is_there(await shown_once(buffer, lambda diagnostics: not is_there(diagnostics)))
