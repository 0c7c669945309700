"""Remarks on `# nosec` comments in the editor, their quick fixes, and the hovers of comments."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

RUN = "import subprocess  # nosec B404\nsubprocess.run('ls', shell=True)"


async def remarks(buffer: Buffer) -> list[tuple[int | str | None, str]]:
    """The remarks that are shown, each with the marked text."""
    return [
        (diagnostic.code, buffer.marked(diagnostic.range))
        for diagnostic in await buffer.diagnostics()
        if str(diagnostic.code).startswith("nosec")
    ]


@pytest.mark.parametrize(
    ("comment", "code", "marked", "title", "after"),
    [
        ("# nosec B9999", "nosec-unknown-id", "B9999", "Name the suppressed IDs: B602, B607", "# nosec B602, B607"),
        ("# nosec B602,B607", "nosec-lost-id", "B602,B607", "Write B602, B607", "# nosec B602, B607"),
        ("# 𝛼é # nosec B101", "nosec-unused", "# nosec B101", "Remove the # nosec comment", "# 𝛼é"),
        ("# nosec B602 # nosec B607", "nosec-repeated", "# nosec B607", "Merge the comments", "# nosec B602, B607"),
    ],
)
async def test_a_remark_is_a_hint_with_a_quick_fix(
    editor: Editor, comment: str, code: str, marked: str, title: str, after: str
) -> None:
    buffer = editor.open(f"{RUN}  {comment}\n")
    assert await remarks(buffer) == [(code, marked)]
    [remark] = [diagnostic for diagnostic in await buffer.diagnostics() if diagnostic.code == code]
    assert remark.severity == lsp.DiagnosticSeverity.Hint
    is_faded = lsp.DiagnosticTag.Unnecessary in (remark.tags or [])
    assert is_faded is (code in ("nosec-unused", "nosec-repeated"))
    [action] = [action for action in await buffer.actions(remark.range) if action.title == title]
    assert list(action.diagnostics or []) == [remark]
    buffer.apply(action.edit)
    assert buffer.text == f"{RUN}  {after}\n"
    assert await remarks(buffer) == []


async def test_a_remark_comes_and_goes_with_what_the_comment_suppresses(editor: Editor) -> None:
    buffer = editor.open("x = 1\nassert a  # nosec\ny = 2\n")
    assert await remarks(buffer) == []
    start = buffer.at("assert a")
    buffer.change((start, start + len("assert a"), "pass"))
    assert await remarks(buffer) == [("nosec-unused", "# nosec")]
    buffer.insert("\n\n", before="x = 1")
    assert await remarks(buffer) == [("nosec-unused", "# nosec")]
    start = buffer.at("pass")
    buffer.change((start, start + len("pass"), "assert b"))
    assert await remarks(buffer) == []


async def test_the_configuration_says_what_is_shown_and_how(editor: Editor) -> None:
    editor.write(
        editor.configuration,
        "posse:\n  nosec: {report_unused: off, report_mistakes: error, require_ids: warning, require_reason: hint}\n",
    )
    buffer = editor.open("x = 1  # nosec\nassert a  # nosec\nexec(b)  # nosec B9999 ours\n")
    shown = [
        (diagnostic.range.start.line, diagnostic.code, diagnostic.severity) for diagnostic in await buffer.diagnostics()
    ]
    warning, error, hint = lsp.DiagnosticSeverity.Warning, lsp.DiagnosticSeverity.Error, lsp.DiagnosticSeverity.Hint
    assert sorted(shown) == [
        (0, "nosec-blanket", warning),
        (0, "nosec-no-reason", hint),
        (1, "nosec-blanket", warning),
        (1, "nosec-no-reason", hint),
        (2, "nosec-blanket", warning),
        (2, "nosec-unknown-id", error),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("assert a; exec(b)  # nosec\n", ["B101** on line 1", "B102** on line 1"]),
        ("exec(\n    b,\n)  # nosec B102\n", ["B102** on line 1"]),
        ("x = 1  # nosec\n", ["This comment suppresses nothing."]),
    ],
)
async def test_a_comment_tells_what_it_suppresses(editor: Editor, text: str, told: list[str]) -> None:
    buffer = editor.open(text)
    answer = await buffer.hover(buffer.at("nosec"))
    assert answer is not None and isinstance(answer.contents, lsp.MarkupContent)
    for part in told:
        if answer.contents.kind is lsp.MarkupKind.PlainText:
            part = part.replace("**", "")
        assert part in answer.contents.value
    assert answer.range is not None
    assert buffer.marked(answer.range) == text[text.index("#") :].rstrip()


@pytest.mark.parametrize("name", ["B102", "exec_used"])
async def test_an_id_in_a_comment_is_explained(editor: Editor, name: str) -> None:
    buffer = editor.open(f"'𝛼'; exec(b)  # nosec {name}\n")
    answer = await buffer.hover(buffer.at(name) + 2)
    assert answer is not None and isinstance(answer.contents, lsp.MarkupContent)
    assert "exec_used" in answer.contents.value
    assert "bandit.readthedocs.io" in answer.contents.value


async def test_other_comments_tell_nothing(editor: Editor) -> None:
    buffer = editor.open("x = 1  # a comment\n'# nosec'\n")
    assert await buffer.hover(buffer.at("comment")) is None
    assert await buffer.hover(buffer.at("nosec")) is None


async def test_what_is_not_shown_is_known_with_why(editor: Editor) -> None:
    editor.write(
        editor.configuration,
        "skips: [B404]\nposse: {minimum_severity: medium, per_file_ignores: {'*.py': [B307]}}\n",
    )
    buffer = editor.open("import subprocess\neval(a)\nexec(b)  # nosec\nassert c\nexec(d)\n")
    await editor.run("posse.addFileToBaseline", buffer.uri)
    await buffer.shows()
    suppressed = await editor.run("posse.showSuppressed", buffer.uri)
    assert [(item["line"], item["code"], item["cause"], item["why"]) for item in suppressed] == [
        (1, "B404", "configuration", "`skips` contains B404"),
        (2, "B307", "configuration", "`per_file_ignores` contains it for `*.py`"),
        (3, "B102", "nosec", "`# nosec` on line 3"),
        (4, "B101", "configuration", "below `minimum_severity`"),
        (5, "B102", "baseline", "in the baseline"),
    ]


async def test_in_an_excluded_file_the_pattern_is_the_reason(editor: Editor) -> None:
    editor.write(editor.configuration, "exclude_dirs: [generated]\n")
    buffer = editor.open("exec(a)\nassert b  # nosec\n", editor.root / "generated" / "a.py")
    assert await buffer.standing() == []
    suppressed = await editor.run("posse.showSuppressed", buffer.uri)
    assert [(item["line"], item["why"]) for item in suppressed] == [
        (1, "the file is excluded by `generated`"),
        (2, "the file is excluded by `generated`"),
    ]
