"""Bad input: whatever a client sends, the server answers as well as it can and continues."""

from __future__ import annotations

from functools import cache

import pytest
from lsprotocol import types as lsp

from tests.server.raw import EXIT, INITIALIZE, INITIALIZED, SHUTDOWN, Ended, Message, framed_bytes, run
from tests.server.session import Editor
from tests.server.waiting import within

asynchronous = pytest.mark.asyncio(loop_scope="session")
HOVER: Message = {
    "id": 2,
    "method": "textDocument/hover",
    "params": {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}},
}
INVALID_PARAMS, METHOD_NOT_FOUND = -32602, -32601
BAD_REQUESTS = {
    "no parameters": 10,
    "empty parameters": 11,
    "a list of parameters": 12,
    "a line that is no number": 13,
    "values of other types": 14,
    "unknown request": 15,
}
"""The kinds of message below that are requests, with their IDs."""
BAD_MESSAGES = {
    "no JSON": b"{oops",
    "empty": b"",
    "no UTF-8": b"\xff\xfe",
    "a list": b"[]",
    "a number": b"1",
    "no message": b"{}",
    "another version": b'{"jsonrpc": "1.0"}',
    "no method": b'{"jsonrpc": "2.0"}',
    "no parameters": b'{"jsonrpc": "2.0", "id": 10, "method": "textDocument/hover"}',
    "empty parameters": b'{"jsonrpc": "2.0", "id": 11, "method": "textDocument/hover", "params": {}}',
    "a list of parameters": b'{"jsonrpc": "2.0", "id": 12, "method": "textDocument/hover", "params": []}',
    "a line that is no number": b'{"jsonrpc": "2.0", "id": 13, "method": "textDocument/hover", "params":'
    b' {"textDocument": {"uri": "file:///a.py"}, "position": {"line": "one", "character": 0}}}',
    "values of other types": b'{"jsonrpc": "2.0", "id": 14, "method": "textDocument/hover", "params":'
    b' {"textDocument": {"uri": 1}, "position": {"line": "zero", "character": 0}}}',
    "unknown request": b'{"jsonrpc": "2.0", "id": 15, "method": "posse/unknown", "params": {}}',
    "unknown notification": b'{"jsonrpc": "2.0", "method": "posse/unknown", "params": {}}',
    "an opening of nothing": b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"no": 1}}',
    "a change of nothing": b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"no": 1}}',
}
NOWHERE = lsp.TextDocumentIdentifier("file:///never/opened.py")
START = lsp.Position(0, 0)
FAR = 2**31 - 1


@asynchronous
async def test_a_hover_over_an_unknown_document_is_empty(editor: Editor) -> None:
    assert await within(editor.text_document_hover_async(lsp.HoverParams(NOWHERE, START))) is None


@asynchronous
async def test_an_unknown_document_has_no_actions(editor: Editor) -> None:
    params = lsp.CodeActionParams(NOWHERE, lsp.Range(START, START), lsp.CodeActionContext([]))
    assert not await within(editor.text_document_code_action_async(params))


@asynchronous
async def test_an_unknown_document_has_no_diagnostics(editor: Editor) -> None:
    report = await within(editor.text_document_diagnostic_async(lsp.DocumentDiagnosticParams(NOWHERE)))
    assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
    assert list(report.items) == []


@asynchronous
async def test_a_hover_over_a_closed_document_is_empty(editor: Editor) -> None:
    buffer = editor.open("exec(code)\n")
    buffer.close()
    assert await buffer.hover(0) is None


@asynchronous
async def test_notifications_about_documents_that_are_not_open_change_nothing(editor: Editor) -> None:
    buffer = editor.open("exec(code)\n")
    buffer.close()
    buffer.change((0, 0, "exec(code)\n"))
    buffer.save()
    buffer.close()
    assert await buffer.standing() == []


@asynchronous
async def test_a_document_that_is_opened_twice_has_its_second_text(editor: Editor) -> None:
    path = editor.root / "twice.py"
    editor.open("assert a\n", path)
    assert await editor.open("exec(code)\n", path).codes() == ["B102"]


@asynchronous
@pytest.mark.parametrize("place", [lsp.Position(FAR, 0), lsp.Position(0, FAR), lsp.Position(FAR, FAR)])
async def test_a_hover_out_of_the_text_is_empty(editor: Editor, place: lsp.Position) -> None:
    buffer = editor.open("𝛼 = 1; exec(code)\n")
    assert await within(editor.text_document_hover_async(lsp.HoverParams(buffer.identifier, place))) is None


@asynchronous
@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (lsp.Position(FAR, FAR), lsp.Position(FAR, FAR), "password = 'a'\nassert a\n"),
        (lsp.Position(0, FAR), lsp.Position(0, FAR), "password = 'a'assert a\n\n"),
        (START, lsp.Position(FAR, 0), "assert a\n"),
        (lsp.Position(0, 14), lsp.Position(0, 11), "password = assert a\n\n"),
    ],
    ids=["past the text", "past a line", "to past the text", "backwards"],
)
async def test_an_edit_out_of_the_text_goes_to_the_nearest_place(
    editor: Editor, start: lsp.Position, end: lsp.Position, text: str
) -> None:
    buffer = editor.open("password = 'a'\n")
    buffer.send(lsp.TextDocumentContentChangePartial(lsp.Range(start, end), "assert a\n"))
    buffer.text = text
    fresh = editor.open(text)
    assert await buffer.marks() == await fresh.marks()


@asynchronous
@pytest.mark.parametrize("character", ["\ud835", "\x00", "\ufeff", "\x1a", "\uffff"])
@pytest.mark.parametrize("place", ["x = '{}'\n", "x = {}\n", "# {}\n"], ids=["string", "code", "comment"])
async def test_an_odd_character_costs_no_more_than_its_statement(editor: Editor, character: str, place: str) -> None:
    buffer = editor.open(f"assert a\ny = 1\n{place.format(character)}assert b\n")
    assert await buffer.marks() == [("B101", "assert a"), ("B101", "assert b")]


@asynchronous
async def test_an_odd_character_may_come_and_go(editor: Editor) -> None:
    buffer = editor.open("x = 1; exec(code)\n")
    buffer.insert("'\ud835\x00'; ", before="exec")
    await buffer.diagnostics()
    buffer.change((7, 13, ""))
    assert await buffer.marks() == [("B102", "exec")]


@asynchronous
async def test_deep_nesting_costs_no_more_than_its_statement(editor: Editor) -> None:
    buffer = editor.open(f"assert a\nx = {'(' * 5000}{')' * 5000}\ny = {'-' * 20_000}1\nassert b\n")
    assert await buffer.marks() == [("B101", "assert a"), ("B101", "assert b")]


@cache
def after_bad_messages() -> Ended:
    """A session with all of the bad messages, each followed by a hover with its number."""
    session: list[Message | bytes] = [INITIALIZE, INITIALIZED]
    for number, bad in enumerate(BAD_MESSAGES.values()):
        session += [framed_bytes(bad), {**HOVER, "id": 1000 + number}]
    return run([*session, SHUTDOWN, EXIT])


@pytest.mark.parametrize("kind", BAD_MESSAGES)
def test_a_bad_message_leaves_the_server_serving(kind: str) -> None:
    assert after_bad_messages().answer(1000 + list(BAD_MESSAGES).index(kind))["result"] is None


def test_after_bad_messages_the_server_ends_in_good_order() -> None:
    assert after_bad_messages().status == 0


@pytest.mark.parametrize(("kind", "id"), BAD_REQUESTS.items())
def test_a_bad_request_is_answered_with_an_error(kind: str, id: int) -> None:
    error = METHOD_NOT_FOUND if kind == "unknown request" else INVALID_PARAMS
    assert after_bad_messages().answer(id)["error"]["code"] == error


def test_changes_out_of_order_are_told_of() -> None:
    """As Helix 25.01 sends edits of keys in quick succession; the resulting text may differ from its user's."""
    document: Message = {"uri": "file:///a.py", "languageId": "python", "version": 12, "text": "x = 1\n"}
    session = [INITIALIZE, INITIALIZED, {"method": "textDocument/didOpen", "params": {"textDocument": document}}]
    for version in (14, 13, 15):
        params = {"textDocument": {"uri": "file:///a.py", "version": version}, "contentChanges": [{"text": "x = 2\n"}]}
        session.append({"method": "textDocument/didChange", "params": params})
    ended = run([*session, SHUTDOWN, EXIT])
    told = [line for line in ended.log.splitlines() if "version" in line]
    assert len(told) == 1
    assert "file:///a.py: version 13 came after version 14" in told[0]


def test_a_request_before_initialisation_leaves_the_server_serving() -> None:
    ended = run([HOVER, INITIALIZE, INITIALIZED, {**HOVER, "id": 3}, SHUTDOWN, EXIT])
    assert ended.answer(3)["result"] is None
