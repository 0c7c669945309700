"""Edits of any kind leave the server with the editor's text, or with none at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types as lsp

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.incremental.document import Document
from posse_checks.python.text import Position, Text
from posse_server.lsp.features.documents import LINES_OF_AN_EDIT, apply_edits
from posse_server.notebook.notebook import Cell, Notebook
from posse_server.protocol.convert import Encoding, take_changes
from tests.engine.edits import BLOCKS, CATALOGUE, FRAGMENTS, place, same
from tests.server.raw import EXIT, INITIALIZE, INITIALIZED, SHUTDOWN, Message, run

URI = "file:///a.py"
BAD = "assert a\nexec(b)\n"
SOURCES = st.lists(st.sampled_from(["\ufeff", *FRAGMENTS, *BLOCKS]), max_size=20).map("".join)
EDITS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 30), SOURCES), min_size=1, max_size=8)


# -- the engine


@settings(max_examples=200, deadline=None)
@given(SOURCES, SOURCES)
def test_another_text_is_as_fresh(source: str, other: str) -> None:
    document = Document.opened(source, CATALOGUE).with_text(Text.of(other))
    same(document.up_to_date(), Document.opened(other, CATALOGUE))


@settings(max_examples=200, deadline=None)
@given(SOURCES, EDITS)
def test_edits_at_once_make_the_text_that_edits_one_by_one_make(
    source: str, edits: Sequence[tuple[int, int, str]]
) -> None:
    text, changes = Text.of(source), list[lsp.TextDocumentContentChangeEvent]()
    for start, length, new in edits:
        whole = str(text)
        begin, end = place(whole, min(start, len(whole))), place(whole, min(start + length, len(whole)))
        range = lsp.Range(lsp.Position(begin.line, begin.column), lsp.Position(end.line, end.column))
        changes.append(lsp.TextDocumentContentChangePartial(range, new))
        text, _ = text.edited(begin, end, new)
    assert take_changes(Text.of(source), changes, Encoding.UTF32).lines == text.lines


@settings(max_examples=200, deadline=None)
@given(SOURCES, EDITS)
def test_a_text_with_a_byte_order_mark_is_as_fresh_after_edits(
    source: str, edits: Sequence[tuple[int, int, str]]
) -> None:
    document = Document.opened(f"\ufeff{source}", CATALOGUE)
    for start, length, new in edits:
        text = str(document.text)
        begin, end = place(text, min(start, len(text))), place(text, min(start + length, len(text)))
        document = document.edited(begin, end, new)
        same(document.up_to_date(), Document.opened(str(document.text), CATALOGUE))


@pytest.mark.parametrize("source", BLOCKS)
def test_a_byte_order_mark_changes_nothing_but_columns_of_the_first_line(source: str) -> None:
    marked, plain = (Document.opened(mark + source, CATALOGUE) for mark in ("\ufeff", ""))
    assert [(f.rule.id, f.line) for f in marked.findings()] == [(f.rule.id, f.line) for f in plain.findings()]
    for one, other in zip(marked.findings(), plain.findings(), strict=True):
        assert one.span.column - other.span.column == (3 if one.span.line == 1 else 0)


class Failing(Catalogue):
    """A catalogue that raises on every use."""

    fails = True

    def __getattribute__(self, name: str) -> Any:
        if name == "kinds" and type(self).fails:
            raise LookupError(name)
        return super().__getattribute__(name)


def test_a_text_that_cannot_be_checked_is_kept_and_nothing_is_claimed_of_it() -> None:
    failing = Failing(bandit_rules().values())
    document = Document.opened_safely(Text.of(BAD), failing)
    assert str(document.text) == BAD
    assert not document.findings()
    assert [broken.message for broken in document.broken] == ["internal error in Posse"]


def test_a_notebook_that_cannot_be_checked_keeps_its_cells_and_is_whole_again_later() -> None:
    failing = Failing(bandit_rules().values())
    cells = [Cell.of(name, 1, Text.of(BAD), is_python=True) for name in ("one", "two")]
    notebook = Notebook.opened(cells, failing).edited(cells[0], Position(0, 0), Position(0, 0), "x; ")
    assert [str(cell.text) for cell in notebook.cells] == [f"x; {BAD}", BAD]
    assert not notebook.document.findings()
    failing_no_more = type("Working", (Failing,), {"fails": False})(bandit_rules().values())
    notebook = Notebook(
        notebook.cells,
        Document.opened_safely(notebook.document.text, failing_no_more, notebook.document.cell_boundaries),
    )
    assert [finding.rule.id for finding in notebook.document.findings()] == ["B101", "B102"] * 2


@pytest.mark.parametrize("number", [1, 2, 2 * LINES_OF_AN_EDIT])
def test_an_edit_that_cannot_be_checked_makes_the_text_of_the_client(number: int) -> None:
    document = Document.opened_safely(Text.of(BAD), Failing(bandit_rules().values()))
    changes = [lsp.TextDocumentContentChangePartial(lsp.Range(*[lsp.Position(1, 0)] * 2), "eval(a)\n")] * number
    edited = apply_edits(document, changes, Encoding.UTF16)
    assert str(edited.text) == "assert a\n" + "eval(a)\n" * number + "exec(b)\n"
    assert not edited.findings()


# -- the server


def edit(version: int, *changes: object) -> Message:
    document = {"uri": URI, "version": version}
    return {"method": "textDocument/didChange", "params": {"textDocument": document, "contentChanges": list(changes)}}


def partial(text: object, start: tuple[Any, Any] = (0, 0), end: tuple[Any, Any] = (0, 0)) -> Message:
    places = ({"line": line, "character": character} for line, character in (start, end))
    return {"range": dict(zip(("start", "end"), places, strict=True)), "text": text}


def shown_after(*messages: Message, source: str = BAD) -> list[list[str]]:
    """The codes, or messages without a code, shown after each message, without duplicates."""
    item = {"uri": URI, "languageId": "python", "version": 1, "text": source}
    opened = {"method": "textDocument/didOpen", "params": {"textDocument": item}}
    ended = run([INITIALIZE, INITIALIZED, opened, *messages, SHUTDOWN, EXIT])
    assert ended.status == 0
    assert not [message for message in ended.messages if message.get("method") == "window/showMessage"]
    published = [
        message["params"]
        for message in ended.messages
        if message.get("method") == lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS
    ]
    return [
        [one.get("code", one["message"]) for one in each["diagnostics"]] for each in published if each["uri"] == URI
    ]


@pytest.mark.parametrize(
    "change",
    [partial(5), partial("x", ("one", 0)), {"text": None}, {"range": 1, "text": "x"}, "x"],
    ids=["text", "place", "whole", "range", "kind"],
)
def test_after_an_edit_that_cannot_be_read_nothing_is_claimed_until_the_whole_text_comes(change: object) -> None:
    lost = shown_after(edit(2, change), edit(3, partial("exec(a)\n")))[-1]
    assert len(lost) == 1
    assert "unknown" in lost[0]
    again = shown_after(edit(2, change), edit(3, partial("exec(a)\n")), edit(4, {"text": "assert a\n"}, partial("\n")))
    assert again[-1] == ["B101"]


@pytest.mark.parametrize(
    ("start", "end", "ids"),
    [
        ((0, 0), (2**31, 0), ["B102"]),
        ((0, 0), (2**40, 2**40), ["B102"]),
        ((1, 0), (1, 2**63), ["B101", "B102"]),
        ((-1, -5), (1, 0), ["B102", "B102"]),
        ((0, None), (1, None), ["B102", "B102"]),
        ((2**31, 0), (0, 0), ["B102"]),
    ],
)
def test_an_edit_may_begin_and_end_anywhere(start: tuple[Any, Any], end: tuple[Any, Any], ids: list[str]) -> None:
    assert shown_after(edit(2, partial("exec(c)\n", start, end)))[-1] == ids


def test_many_edits_in_one_message_are_shown_as_the_text_that_they_make() -> None:
    lines = 50 * LINES_OF_AN_EDIT
    few = [partial("exec(a)\n", (line, 0), (line, 0)) for line in (lines, 7, 0)]
    many = [partial("assert ", (line, 0), (line, 0)) for line in reversed(range(lines))]
    source = "a\n" * lines
    assert shown_after(edit(2, *few), source=source)[-1] == ["B102"] * 3
    assert shown_after(edit(2, *many), source=source)[-1] == ["B101"] * lines
