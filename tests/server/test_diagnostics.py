"""Diagnostics: which findings an editor shows, at which range, and when."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.clients import clients_that, recorded
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHELL = "import subprocess\nsubprocess.run(command, shell=True)\n"
SHELL_MARKS = [("B404", "subprocess"), ("B602", "shell=True")]


async def test_findings_appear_on_opening_under_the_very_thing_that_is_wrong(editor: Editor) -> None:
    assert await editor.open(SHELL).marks() == SHELL_MARKS


def shows_related(client: str) -> bool:
    document = recorded(client, Path("/")).capabilities.text_document
    published = document and document.publish_diagnostics
    return bool(published and published.related_information)


async def test_a_finding_is_related_to_the_import_behind_the_name_in_it(editor: Editor) -> None:
    buffer = editor.open("'😀'\r\n\r\n'😀'; import os; import yaml as y\r\n'😀'; y.load(f)\r\nyaml.load(f)\r\n")
    for _ in range(2):  # once more after an edit that moves the import and not the finding
        renamed, by_its_name = await buffer.findings()
        related = renamed.related_information or ()
        told = [(buffer.uri, "yaml as y", "y is yaml, imported here.")] if shows_related(editor.client) else []
        assert [(one.location.uri, buffer.marked(one.location.range), one.message) for one in related] == told
        assert by_its_name.related_information is None
        at = buffer.at("'😀'; y")
        buffer.change((at, at, "\r\n"), (0, len("'😀'\r\n"), ""))


async def test_a_document_without_findings_shows_none(editor: Editor) -> None:
    assert await editor.open("import json\n").marks() == []


async def test_an_untitled_document_is_checked(editor: Editor) -> None:
    assert await editor.open(SHELL, "untitled:Untitled-1").marks() == SHELL_MARKS


async def test_a_finding_appears_with_the_character_that_completes_it(editor: Editor) -> None:
    typed = "subprocess.run(command, shell=True)"
    buffer = editor.open("import subprocess\n\nprint(1)\n")
    at = buffer.at("\nprint")
    seen = []
    for character in typed:
        buffer.change((at, at, character))
        at += 1
        seen.append(await buffer.marks())
    assert seen == [SHELL_MARKS[:1]] * (len(typed) - 1) + [SHELL_MARKS]


async def test_a_finding_goes_when_its_cause_does(editor: Editor) -> None:
    buffer = editor.open(SHELL)
    at = buffer.at(", shell=True")
    buffer.change((at, at + len(", shell=True"), ""))
    assert "B602" not in await buffer.codes()


async def test_broken_text_keeps_the_findings_of_its_other_statements_at_their_lines(editor: Editor) -> None:
    buffer = editor.open("assert a\n\nassert b\n")
    buffer.insert("def f(:\n    '''\n'''\n", before="\nassert b")
    assert [d.range.start.line for d in await buffer.findings()] == [0, 5]
    assert await buffer.marks() == [("B101", "assert a"), ("B101", "assert b")]


async def test_one_note_says_where_checking_stopped_and_why_until_it_is_mended(editor: Editor) -> None:
    buffer = editor.open("assert a\nx = = 1\ny = = 2\n")
    [note] = [diagnostic for diagnostic in await buffer.diagnostics() if not diagnostic.code]
    assert (note.range.start.line, note.severity, note.source) == (1, lsp.DiagnosticSeverity.Information, "posse")
    assert "invalid syntax" in note.message
    buffer.change((buffer.at("= 1"), buffer.at("= 1") + 2, ""))
    [note] = [diagnostic for diagnostic in await buffer.diagnostics() if not diagnostic.code]
    assert note.range.start.line == 2
    buffer.change((buffer.at("= 2"), buffer.at("= 2") + 2, ""))
    assert await buffer.diagnostics() == await buffer.findings()


async def test_an_import_edited_above_thousands_of_readers_shows_in_the_last_of_them(editor: Editor) -> None:
    buffer = editor.open("import os as s\n" + "def f(a):\n    s.popen(a)\n\n\n" * 1500)
    assert len(await buffer.findings()) == 1500
    buffer.change((7, 9, "re"))
    await buffer.shows()
    buffer.change((7, 9, "o"), (8, 8, "s"))
    await buffer.shows(*["B605"] * 1500)


async def test_an_unclosed_bracket_keeps_the_findings_before_it(editor: Editor) -> None:
    buffer = editor.open("assert a\nx = 1\n")
    buffer.insert("call(", before="x = 1")
    assert await buffer.marks() == [("B101", "assert a")]


async def test_a_repaired_text_shows_what_the_same_text_freshly_opened_shows(editor: Editor) -> None:
    buffer = editor.open(SHELL)
    buffer.insert('"""', before="subprocess.run")
    await buffer.diagnostics()
    at = buffer.at('"""')
    buffer.change((at, at + 3, ""))
    assert await buffer.diagnostics() == await editor.open(SHELL).diagnostics()


async def test_several_edits_in_one_notification_apply_in_order(editor: Editor) -> None:
    buffer = editor.open("a\n")
    buffer.change((0, 1, "assert b"), (0, 0, "\n\n"), (9, 10, "c"))
    assert buffer.text == "\n\nassert c\n"
    assert await buffer.marks() == [("B101", "assert c")]


async def test_a_whole_new_text_replaces_the_old_one(editor: Editor) -> None:
    buffer = editor.open("assert a\nassert b\n")
    buffer.rewrite("\nexec(code)\n")
    assert await buffer.marks() == [("B102", "exec")]


async def test_an_edit_after_a_whole_new_text_counts_in_that(editor: Editor) -> None:
    buffer = editor.open("x\n")
    whole = lsp.TextDocumentContentChangeWholeDocument("assert a\nassert b\n")
    buffer.send(whole, lsp.TextDocumentContentChangePartial(lsp.Range(lsp.Position(0, 0), lsp.Position(1, 0)), ""))
    buffer.text = "assert b\n"
    assert await buffer.marks() == [("B101", "assert b")]


async def test_a_version_is_never_followed_by_the_diagnostics_of_an_older_one(editor: Editor) -> None:
    buffer = editor.open("")
    for _ in range(20):
        buffer.insert("assert a\n")
    assert len(await buffer.diagnostics()) == 20
    versions = [push.version or 0 for push in editor.pushed[buffer.uri]]
    assert versions == sorted(versions)


async def test_diagnostics_are_either_pushed_or_pulled(editor: Editor) -> None:
    buffer = editor.open("assert a\n")
    await buffer.diagnostics()
    assert bool(editor.pushed[buffer.uri]) is not editor.pulls


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        ("import subprocess\n", "B404", lsp.DiagnosticSeverity.Hint),
        ("assert x\n", "B101", lsp.DiagnosticSeverity.Information),
        ("exec(code)\n", "B102", lsp.DiagnosticSeverity.Warning),
        ("import subprocess as s  # nosec\ns.call(c, shell=True)\n", "B602", lsp.DiagnosticSeverity.Error),
    ],
    ids=["reminder", "low", "medium", "high"],
)
async def test_a_diagnostic_says_what_the_finding_is(
    editor: Editor, text: str, code: str, severity: lsp.DiagnosticSeverity
) -> None:
    [diagnostic] = await editor.open(text).diagnostics()
    assert (diagnostic.code, diagnostic.severity, diagnostic.source) == (code, severity, "posse")
    assert diagnostic.message


async def test_a_diagnostic_links_to_the_page_of_its_rule(editor: Editor) -> None:
    [diagnostic] = await editor.open("exec(code)\n").diagnostics()
    link = "https://bandit.readthedocs.io/en/1.9.4/plugins/b102_exec_used.html"
    assert diagnostic.code_description == lsp.CodeDescription(link)


async def test_a_comment_suppresses(editor: Editor) -> None:
    buffer = editor.open("assert a\nassert b  # nosec B101\nassert c  # nosec B102\n")
    findings = [mark for mark in await buffer.marks() if mark[0] == "B101"]
    assert findings == [("B101", "assert a"), ("B101", "assert c")]


async def test_a_closed_document_shows_nothing(editor: Editor) -> None:
    buffer = editor.open("assert a\n")
    await buffer.diagnostics()
    buffer.close()
    assert await buffer.standing() == []


async def test_a_document_closed_at_once_shows_nothing(editor: Editor) -> None:
    buffer = editor.open("assert a\n")
    buffer.close()
    assert await buffer.standing() == []


async def test_a_document_opened_again_shows_its_new_text(editor: Editor) -> None:
    path = editor.root / "again.py"
    editor.open("assert a\n", path).close()
    assert await editor.open("exec(code)\n", path).codes() == ["B102"]


async def test_a_document_in_another_language_is_left_alone(editor: Editor) -> None:
    buffer = editor.open("assert a\n", editor.root / "notes.txt", language="plaintext")
    buffer.insert("assert b\n")
    assert await buffer.standing() == []


@clients_that(lambda client: client.pulls)
async def test_a_pull_for_what_the_client_has_is_answered_with_unchanged(editor: Editor) -> None:
    buffer = editor.open(SHELL)
    first = await pull(editor, buffer)
    assert isinstance(first, lsp.RelatedFullDocumentDiagnosticReport)
    assert first.result_id
    buffer.insert("# why", before="\nsubprocess.run")
    same = await pull(editor, buffer, first.result_id)
    assert isinstance(same, lsp.RelatedUnchangedDocumentDiagnosticReport)
    assert same.result_id == first.result_id
    buffer.insert("\n", before="subprocess.run")
    moved = await pull(editor, buffer, first.result_id)
    assert isinstance(moved, lsp.RelatedFullDocumentDiagnosticReport)
    assert moved.result_id != first.result_id
    assert [item.range.start.line for item in moved.items] == [0, 2]


async def pull(editor: Editor, buffer: Buffer, previous: str | None = None) -> lsp.DocumentDiagnosticReport:
    return await editor.text_document_diagnostic_async(
        lsp.DocumentDiagnosticParams(buffer.identifier, previous_result_id=previous)
    )
