"""Configuration files in the editor: problems while typing, explanations, completion."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.conftest import Connect
from tests.server.places import within_range
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "assert a\nexec(code)\n"


async def problems(editor: Editor, buffer: Buffer, count: int) -> list[lsp.Diagnostic]:
    """Wait until this many problems are shown for the newest version. Returns them."""

    def shown() -> bool:
        pushes = editor.pushed[buffer.uri]
        return bool(pushes) and pushes[-1].version == buffer.version and len(pushes[-1].diagnostics) == count

    await editor.until(shown)
    return editor.problems(buffer.uri)


@pytest.mark.parametrize(
    ("name", "language", "text", "marked", "message"),
    [
        ("bandit.yaml", "yaml", "skips: [B101, B1O2]\n", "B1O2", "Did you mean B102?"),
        (".bandit.yml", "yaml", "# é𝛼\u2028\nskips: ['B1O2']\n", "'B1O2'", "Did you mean B102?"),
        ("pyproject.toml", "toml", "# é𝛼\n[tool.bandit]\nposse.run = 'on_safe'\n", "'on_safe'", "on_save"),
        (".bandit", "ini", "[bandit]\r\nlevel = 9\r\n", "level = 9", "`level` must be one of"),
        ("bandit.yaml", "yaml", "a: [\n", "", "Invalid YAML"),
    ],
)
async def test_problems_are_shown_in_the_unsaved_text(
    editor: Editor, name: str, language: str, text: str, marked: str, message: str
) -> None:
    buffer = editor.open("", editor.root / name, language)
    buffer.change((0, 0, text))
    [problem] = await problems(editor, buffer, 1)
    assert message in problem.message
    assert within_range(text, problem.range, editor.encoding) == marked


async def test_toml_of_others_has_no_problems_of_ours(editor: Editor) -> None:
    buffer = editor.open("[project]\nskips = 1\n", editor.root / "pyproject.toml", "toml")
    await problems(editor, buffer, 0)


async def test_saving_it_checks_all_open_documents_again(editor: Editor) -> None:
    buffers = [editor.open(TEXT), editor.open(TEXT)]
    configuration = editor.open("skips: [B101]\n", editor.configuration, "yaml")
    for buffer in buffers:
        await buffer.shows("B101", "B102")
    editor.configuration.write_text("skips: [B101]\n")
    configuration.save()
    for buffer in buffers:
        await buffer.shows("B102")


async def test_closing_it_shows_what_is_wrong_on_the_disk(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B999]\n")
    editor = await connect("neovim-0.11.4", tmp_path)
    buffer = editor.open("skips: []\n", editor.configuration, "yaml")
    await problems(editor, buffer, 0)
    buffer.close()
    await editor.until(lambda: len(editor.problems(buffer.uri)) == 1)


HOVERS = [
    ("bandit.yaml", "skips: [B1|01]\n", "statement in code that is not a test"),
    ("bandit.yaml", "posse:\n  per_file_ignores:\n    'tests/*':\n    - B10|2\n", "B102"),
    ("bandit.yaml", "profiles: {a: {include: [exec_us|ed]}}\n", "B102"),
    ("bandit.yaml", "exclude_d|irs: []\n", "Files to exclude"),
    ("bandit.yaml", "posse:\n  nosec:\n    require_i|ds: off\n", "without an ID"),
    ("bandit.yaml", "posse: {nosec: {require_i|ds: true}}\n", "without an ID"),
    ("bandit.yaml", 'posse: {\n  "nosec": {"require_i|ds": \n', "without an ID"),
    ("bandit.yaml", 'posse:\n  per_file_ignores: {"a/**": [B1|01\n', "B101"),
    ("bandit.yaml", "assert|_used:\n  skips: []\n", "Options of B101"),
    ("pyproject.toml", "[tool.bandit]\nskips = [\n  'B1|01',\n]\n", "B101"),
    (".bandit", "[bandit]\nskips = B1|01\n", "B101"),
    (".bandit", "[bandit]\nsk|ips = B101\n", "not to run"),
    ("pyproject.toml", "[tool.other]\nskips = ['B1|01']\n", None),
    ("bandit.yaml", "other: wo|rd\n", None),
]


@pytest.mark.parametrize(("name", "text", "expected"), HOVERS)
async def test_hover_explains_rules_and_keys(editor: Editor, name: str, text: str, expected: str | None) -> None:
    buffer, line, column = opened(editor, name, text)
    hover = await editor.text_document_hover_async(
        lsp.HoverParams(lsp.TextDocumentIdentifier(buffer.uri), lsp.Position(line, column))
    )
    if expected is None:
        assert hover is None
    else:
        assert hover is not None
        assert isinstance(hover.contents, lsp.MarkupContent)
        assert expected in hover.contents.value


COMPLETIONS = [
    ("bandit.yaml", "sk|", {"skips", "posse", "assert_used"}, {"B101"}),
    ("bandit.yaml", "skips: [B1|]\n", {"B101", "B602"}, {"skips"}),
    ("bandit.yaml", "skips:\n- B101\n- |\n", {"B101", "B602"}, {"skips"}),
    ("bandit.yaml", "posse:\n  mi|\n", {"minimum_severity", "run"}, {"skips"}),
    ("bandit.yaml", "posse:\n  run: o|\n", {"on_type", "on_save"}, {"B101"}),
    ("bandit.yaml", "posse: {nosec: {re|}}\n", {"require_ids"}, {"run"}),
    ("bandit.yaml", "posse:\n  severity_map:\n    B1|\n", {"B101", "low"}, {"run"}),
    ("bandit.yaml", "posse: {severity_map: {B101: h|}}\n", {"high"}, {"B101"}),
    ("bandit.yaml", "assert_used:\n  s|\n", {"skips"}, {"tests"}),
    ("bandit.yaml", "skips: []  # B|\n", set(), {"B101"}),
    ("bandit.yaml", "posse: {nosec: {require_ids: true, report_|}}\n", {"report_unused"}, {"run"}),
    ("bandit.yaml", "posse: {'nosec': {\"require_ids\": w|\n", {"warning"}, {"run"}),
    ("bandit.yaml", 'posse:\n  per_file_ignores: {"a/**": [B1|', {"B101"}, {"run"}),
    ("bandit.yaml", 'posse: {per_file_ignores: {"a, {b}/**": [B101, B1|\n', {"B102"}, {"run"}),
    ("bandit.yaml", "posse: {\n  per_file_ignores: {\n    'a/*': [B101,\n      # [\n      B1|\n", {"B102"}, {"run"}),
    ("bandit.yaml", "posse: {\n  run: on_type,\n  nos|\n}\n", {"nosec"}, {"B101"}),
    ("bandit.yaml", "skips: [B101,\n  B|]\ntests: []\n", {"B102"}, {"skips"}),
    ("bandit.yaml", "skips: [B101]\nte|\n", {"tests"}, {"B101"}),
    ("pyproject.toml", '[tool.bandit.posse]\nper_file_ignores = {"a/**" = [\'B1|', {"B101"}, {"run"}),
    ("pyproject.toml", "[tool.bandit]\ns|", {"skips", "posse"}, {"B101"}),
    ("pyproject.toml", "[tool.bandit]\nskips = ['B1|']\n", {"B101"}, {"skips"}),
    ("pyproject.toml", "[tool.bandit]\nskips = [\n  'B101',\n  '|\n", {"B101"}, {"skips"}),
    ("pyproject.toml", "[tool.bandit.posse]\nrun = 'o|'\n", {"on_save"}, {"run"}),
    ("pyproject.toml", "[tool.other]\ns|", set(), {"skips"}),
    (".bandit", "[bandit]\nsk|", {"skips", "level"}, {"B101"}),
    (".bandit", "[bandit]\nskips = B|", {"B101"}, {"level"}),
]


@pytest.mark.parametrize(("name", "text", "offered", "absent"), COMPLETIONS)
async def test_completion_offers_what_may_stand_there(
    editor: Editor, name: str, text: str, offered: set[str], absent: set[str]
) -> None:
    buffer, line, column = opened(editor, name, text)
    answer = await editor.text_document_completion_async(
        lsp.CompletionParams(lsp.TextDocumentIdentifier(buffer.uri), lsp.Position(line, column))
    )
    assert not isinstance(answer, lsp.CompletionList)
    labels = {item.label for item in answer or []}
    assert offered <= labels
    assert not labels & absent


async def test_python_files_get_no_completion(editor: Editor) -> None:
    buffer = editor.open(TEXT)
    params = lsp.CompletionParams(lsp.TextDocumentIdentifier(buffer.uri), lsp.Position(0, 2))
    assert await editor.text_document_completion_async(params) is None


async def test_command_says_what_holds_for_a_document(editor: Editor) -> None:
    editor.write(editor.configuration, "skips: [B101]\n")
    buffer = editor.open(TEXT)
    await buffer.shows("B102")
    params = lsp.ExecuteCommandParams("posse.showConfiguration", [buffer.uri])
    text = await editor.workspace_execute_command_async(params)
    assert isinstance(text, str)
    assert "B101 assert_used: `skips` contains B101" in text
    assert "bandit.yaml:1" in text
    page = await editor.run("posse.showConfiguration", buffer.uri, "markdown")
    assert page.startswith("# ")
    assert "| B101 | assert\\_used | `skips` contains B101 |" in page
    assert [line.count(" | ") for line in page.splitlines() if line.startswith("| skips")] == [2]


def opened(editor: Editor, name: str, text: str) -> tuple[Buffer, int, int]:
    """Open a file whose text contains a cursor. Returns it with the cursor's offset."""
    before, after = text.split("|")
    lines = before.split("\n")
    language = {"bandit.yaml": "yaml", "pyproject.toml": "toml"}.get(name, "ini")
    return editor.open(before + after, editor.root / name, language), len(lines) - 1, len(lines[-1])
