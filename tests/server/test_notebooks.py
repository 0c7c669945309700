"""Notebooks: their cells form one program, and each cell has diagnostics in its own coordinates."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.server.clients import recorded
from tests.server.conftest import Connect
from tests.server.notebook import CODE, PROSE, CellBuffer, OpenNotebook
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

IMPORT = "import subprocess as s"
RUN = "s.run(a, shell=True)"
IMPORT_MARKS = [("B404", "subprocess as s")]
RUN_MARKS = [("B602", "shell=True")]
UNKNOWN_MARKS = [("B604", "shell=True")]
"""Code in which the meaning of `s` is unknown."""


async def test_notebooks_are_asked_for_where_the_client_has_them(editor: Editor) -> None:
    has_them = recorded(editor.client, editor.root).capabilities.notebook_document is not None
    assert (editor.server.notebook_document_sync is not None) is has_them


async def test_an_import_in_one_cell_gives_names_to_later_ones(editor: Editor) -> None:
    notebook = editor.open_notebook(RUN, IMPORT, f"'🔑'; {RUN}")
    assert await notebook.marks() == [UNKNOWN_MARKS, IMPORT_MARKS, RUN_MARKS]


async def test_magics_cost_their_own_lines_and_other_languages_their_cells(editor: Editor) -> None:
    notebook = editor.open_notebook(
        "%matplotlib inline\nimport subprocess as s\n!ls -la \\\n  /tmp\nassert a",
        "%%bash\nassert b",
        f"%%time\nx = !cat /tmp/x\ny = %time f()\nif a:\n    %cd /tmp\n{RUN}",
        "?s\ns.run?\nz = '''\n%s\n?'''\nassert z",
    )
    asserts = [[("B101", text)] for text in ("assert a", "assert z")]
    assert await notebook.marks() == [IMPORT_MARKS + asserts[0], [], RUN_MARKS, asserts[1]]


async def test_a_broken_cell_costs_its_own_findings_only(editor: Editor) -> None:
    notebook = editor.open_notebook("assert a\nf('''", "'''x'''\nassert b", "if a:", "assert c")
    assert await notebook.marks() == [[("B101", "assert a")], [("B101", "assert b")], [], [("B101", "assert c")]]
    [note] = [one for one in await notebook.cells[2].standing() if not one.code]
    assert note.range.start.line == 0


async def test_an_edit_of_one_cell_shows_in_others(editor: Editor) -> None:
    notebook = editor.open_notebook(IMPORT, "assert a", RUN)
    assert await notebook.marks() == [IMPORT_MARKS, [("B101", "assert a")], RUN_MARKS]
    first = notebook.cells[0]
    first.change((len(IMPORT) - 1, len(IMPORT), "t"))
    assert (await notebook.marks())[2] == UNKNOWN_MARKS
    first.change((len(IMPORT) - 1, len(IMPORT), ""), (len(IMPORT) - 1, len(IMPORT) - 1, "s"))
    assert (await notebook.marks())[2] == RUN_MARKS


async def test_a_client_that_pulls_is_told_that_other_cells_have_changed(connect: Connect, tmp_path: Path) -> None:
    editor = await connect("neovim-0.12.4", tmp_path)
    notebook = editor.open_notebook(IMPORT, RUN)
    assert editor.pulls
    await notebook.marks()
    editor.news.clear()
    notebook.cells[0].rewrite("")
    await notebook.cells[1].shows("B604")


async def test_cells_come_go_and_move(editor: Editor) -> None:
    notebook = editor.open_notebook()
    assert await notebook.marks() == []
    notebook.splice(0, 0, notebook.new(RUN), notebook.new(IMPORT))
    assert await notebook.marks() == [UNKNOWN_MARKS, IMPORT_MARKS]
    run, import_ = notebook.cells
    notebook.splice(0, 2, import_, run)
    assert await notebook.marks() == [IMPORT_MARKS, RUN_MARKS]
    notebook.splice(1, 0, notebook.new("import x as s"))
    assert (await notebook.marks())[2] == UNKNOWN_MARKS
    gone = notebook.cells[1]
    notebook.splice(1, 1)
    assert await notebook.marks() == [IMPORT_MARKS, RUN_MARKS]
    assert await gone.standing() == []


async def test_cells_of_prose_and_of_other_languages_are_left_alone(editor: Editor) -> None:
    notebook = editor.open_notebook("assert a")
    prose, other = notebook.new("assert b"), notebook.new("assert c")
    prose.kind, prose.language, other.language = PROSE, "markdown", "julia"
    notebook.splice(1, 0, prose, other)
    assert await notebook.marks() == [[("B101", "assert a")], [], []]


async def test_the_kind_of_a_cell_can_change(editor: Editor) -> None:
    notebook = editor.open_notebook(IMPORT, RUN)
    first = notebook.cells[0]
    first.kind = PROSE
    notebook.send(lsp.NotebookDocumentCellChanges(data=[first.cell]))
    assert await notebook.marks() == [[], UNKNOWN_MARKS]
    first.kind = CODE
    notebook.send(lsp.NotebookDocumentCellChanges(data=[first.cell]))
    assert await notebook.marks() == [IMPORT_MARKS, RUN_MARKS]


async def test_the_language_of_a_cell_can_change(editor: Editor) -> None:
    notebook = editor.open_notebook("assert a", "assert b")
    cell = notebook.cells[0]
    cell.language, cell.version = "sql", 1
    array = lsp.NotebookCellArrayChange(0, 1, [cell.cell])
    structure = lsp.NotebookDocumentCellChangeStructure(array, [cell.item], [cell.identifier])
    notebook.send(lsp.NotebookDocumentCellChanges(structure=structure))
    assert await notebook.marks() == [[], [("B101", "assert b")]]


async def test_a_cell_magic_that_is_typed_takes_its_cell_out_and_in(editor: Editor) -> None:
    notebook = editor.open_notebook("import subprocess as s\n", RUN)
    first = notebook.cells[0]
    first.change((0, 0, "%%tim\n"))
    assert await notebook.marks() == [[], UNKNOWN_MARKS]
    first.change((5, 5, "e"))
    assert await notebook.marks() == [IMPORT_MARKS, RUN_MARKS]


async def test_one_notification_can_hold_everything(editor: Editor) -> None:
    notebook = editor.open_notebook("assert a", "x = 1")
    added, last = notebook.new("assert b"), notebook.cells[1]
    notebook.cells.insert(1, added)
    whole, at_start = (
        lsp.TextDocumentContentChangeWholeDocument("assert c"),
        lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)),
    )
    notebook.send(
        lsp.NotebookDocumentCellChanges(
            structure=lsp.NotebookDocumentCellChangeStructure(
                lsp.NotebookCellArrayChange(1, 0, [added.cell]), [added.item]
            ),
            data=[last.cell],
            text_content=[
                last.content(whole, lsp.TextDocumentContentChangePartial(at_start, "\n\n")),
                added.content(lsp.TextDocumentContentChangePartial(at_start, "\n")),
            ],
        )
    )
    last.text, added.text = "\n\nassert c", "\nassert b"
    assert await notebook.marks() == [[("B101", f"assert {name}")] for name in "abc"]


async def test_diagnostics_carry_the_version_of_their_cell(editor: Editor) -> None:
    notebook = editor.open_notebook("assert a", "assert b")
    for _ in range(3):
        notebook.cells[1].insert("# ")
    notebook.cells[0].insert("\n", before="assert")
    assert [len(await cell.diagnostics()) for cell in notebook.cells] == [1, 1]


async def test_the_findings_of_a_closed_notebook_go(editor: Editor) -> None:
    notebook = editor.open_notebook("assert a", "assert b")
    await notebook.marks()
    notebook.close()
    assert await notebook.marks() == [[], []]


async def test_a_hover_explains_a_finding_of_its_cell(editor: Editor) -> None:
    notebook = editor.open_notebook("x = 1\n", f"{IMPORT}\n'🔑'; {RUN}")
    cell = notebook.cells[1]
    hover = await cell.hover(cell.at("shell=True"))
    assert hover is not None
    assert hover.range is not None
    assert cell.marked(hover.range) == "shell=True"
    assert await notebook.cells[0].hover(0) is None


ENVIRONMENT = "Read the secret from the environment (B105, review)"
SUPPRESS = "Suppress B101 with # nosec"
ACTIONS = {
    "a suppression": (
        ["x = 1\r\n", "'🔑'\r\nassert a\r\nassert b", "assert c"],
        (1, "assert a", SUPPRESS),
        ["x = 1\r\n", "'🔑'\r\nassert a  # nosec B101\r\nassert b", "assert c"],
    ),
    "an import that another cell has": (
        ["import os", "x = 1", "'🔑'; password = 'hunter2'"],
        (2, "'hunter2'", ENVIRONMENT),
        ["import os", "x = 1", "'🔑'; password = os.environ['PASSWORD']"],
    ),
    "an import behind others, at the end of their cell": (
        ["x = '🔑'", "import abc\r\nimport json", "password = 'hunter2'"],
        (2, "'hunter2'", ENVIRONMENT),
        ["x = '🔑'", "import abc\r\nimport json\r\nimport os", "password = os.environ['PASSWORD']"],
    ),
    "an import where there is none yet, below a magic": (
        ["%%bash\nls", "%%time\n%matplotlib inline\nx = 1", "password = 'hunter2'"],
        (2, "'hunter2'", ENVIRONMENT),
        ["%%bash\nls", "%%time\nimport os\n\n%matplotlib inline\nx = 1", "password = os.environ['PASSWORD']"],
    ),
    "all alike": (
        ["import yaml\nyaml.load(f)", "!ls", "yaml.load(g)\n!ls\nyaml.load(h)"],
        (2, "yaml.load(g)", "Fix all B506 in this file: Use yaml.safe_load (safe)"),
        ["import yaml\nyaml.safe_load(f)", "!ls", "yaml.safe_load(g)\n!ls\nyaml.safe_load(h)"],
    ),
    "all suppressed": (
        ["assert a", "%%html\n<p>", "%ls\n\nassert b"],
        (2, "assert b", "Suppress all findings in this file with # nosec"),
        ["assert a  # nosec B101", "%%html\n<p>", "%ls\n\nassert b  # nosec B101"],
    ),
}


@pytest.mark.parametrize(("before", "where", "after"), ACTIONS.values(), ids=ACTIONS)
async def test_actions_edit_the_cells_that_they_must(
    editor: Editor, before: list[str], where: tuple[int, str, str], after: list[str]
) -> None:
    notebook = editor.open_notebook(*before)
    index, part, title = where
    cell = notebook.cells[index]
    at = cell.at(part)
    [action] = [one for one in await cell.actions(cell.range(at, at + 1)) if one.title == title]
    assert notebook.applied(await cell.chosen(action)) == after
    assert all(cell.marked(one.range).startswith(part.split("(")[0]) for one in action.diagnostics or ())


async def test_a_comment_that_suppresses_nothing_is_corrected_in_its_cell(editor: Editor) -> None:
    notebook = editor.open_notebook("x = 1", "y = '🔑'\nz = 3  # nosec B101")
    cell = notebook.cells[1]
    [remark] = await cell.standing()
    assert (remark.code, cell.marked(remark.range)) == ("nosec-unused", "# nosec B101")
    [action] = [one for one in await cell.actions(remark.range) if one.edit]
    assert notebook.applied(action.edit) == ["x = 1", "y = '🔑'\nz = 3"]


@pytest.mark.parametrize("kind", ["notebook.source.fixAll", "notebook.source.fixAll.posse", "source.fixAll"])
async def test_all_that_is_safe_is_fixed_in_the_whole_notebook(editor: Editor, kind: str) -> None:
    notebook = editor.open_notebook("import yaml\nyaml.load(f)", "yaml.load(g)")
    [action] = await notebook.cells[0].actions(notebook.cells[0].range(0, 0), [kind])
    assert action.kind == ("source.fixAll.posse" if kind == "source.fixAll" else "notebook.source.fixAll.posse")
    assert notebook.applied(action.edit) == ["import yaml\nyaml.safe_load(f)", "yaml.safe_load(g)"]


async def test_saving_does_not_fix_the_whole_notebook_once_for_each_cell(editor: Editor) -> None:
    notebook = editor.open_notebook("import yaml\nyaml.load(f)", "yaml.load(g)")
    context = lsp.CodeActionContext([], ["source.fixAll"], lsp.CodeActionTriggerKind.Automatic)
    cell = notebook.cells[0]
    params = lsp.CodeActionParams(cell.identifier, cell.range(0, 0), context)
    assert not await editor.text_document_code_action_async(params)


async def test_the_configuration_is_that_of_the_notebooks_path(editor: Editor) -> None:
    editor.write(
        editor.configuration, "exclude_dirs: ['*/old.ipynb']\nposse: {per_file_ignores: {'*.ipynb': [B101]}}\n"
    )
    old = editor.open_notebook("eval(a)", path=editor.root / "old.ipynb")
    new = editor.open_notebook("eval(a)\nassert a", path=editor.root / "new.ipynb")
    assert (await old.marks(), await new.marks()) == ([[]], [[("B307", "eval")]])
    editor.write(editor.configuration, None)
    await new.cells[0].shows("B307", "B101")


async def test_what_the_baseline_knows_is_hidden_once_in_the_notebook(editor: Editor) -> None:
    notebook = editor.open_notebook("assert a", "assert a", "assert a")
    cell = notebook.cells[1]
    [action] = [
        one for one in await cell.actions(cell.range(0, 1)) if one.title == "Ignore this B101 for now (add to baseline)"
    ]
    assert action.command is not None
    assert await editor.run(action.command.command, *(action.command.arguments or ())) == 1
    assert f'"filename": "./{notebook.uri.rpartition("/")[2]}"' in editor.baseline.read_text()
    assert [len(marks) for marks in await notebook.marks()] == [0, 1, 1]
    notebook.cells[0].rewrite("")
    assert [len(marks) for marks in await notebook.marks()] == [0, 0, 1]
    notebook.splice(1, 0, notebook.new("assert a"))
    assert [len(marks) for marks in await notebook.marks()] == [0, 0, 1, 1]


async def test_commands_know_cells(editor: Editor) -> None:
    notebook = editor.open_notebook("x = 1", "assert a  # nosec")
    [hidden] = await editor.run("posse.showSuppressed", notebook.cells[1].uri)
    assert (hidden["line"], hidden["code"]) == (1, "B101")
    assert ".ipynb" in await editor.run("posse.showConfiguration", notebook.cells[0].uri)


async def test_with_run_on_save_a_notebook_waits_until_it_is_saved(editor: Editor) -> None:
    editor.write(editor.configuration, "posse: {run: on_save}\n")
    notebook = editor.open_notebook("x = 1")
    await notebook.marks()
    notebook.cells[0].rewrite("assert a")
    if not editor.pulls:
        assert await notebook.marks() == [[]]
    notebook.save()
    await notebook.cells[0].shows("B101")


async def test_a_cell_opened_as_a_plain_document_is_checked_on_its_own(editor: Editor) -> None:
    uri = "vscode-notebook-cell:/work/a.ipynb#W0sZmlsZQ%3D%3D"
    buffer = editor.open("%matplotlib inline\nassert a\n", uri)
    assert await buffer.marks() == [("B101", "assert a")]
    buffer.insert("assert b")
    assert await buffer.codes() == ["B101", "B101"]


async def test_a_cell_that_is_opened_as_a_plain_document_too_stays_with_its_notebook(editor: Editor) -> None:
    notebook = editor.open_notebook(IMPORT, RUN)
    plain = editor.open(RUN, notebook.cells[1].uri)
    plain.rewrite("")
    plain.save()
    plain.close()
    assert await notebook.marks() == [IMPORT_MARKS, RUN_MARKS]


async def test_changes_of_what_is_not_open_are_ignored(editor: Editor) -> None:
    notebook = editor.open_notebook("assert a")
    lost = CellBuffer(editor, "vscode-notebook-cell:/nowhere#1", "")
    notebook.send(lsp.NotebookDocumentCellChanges(data=[lost.cell], text_content=[lost.content()]))
    array = lsp.NotebookCellArrayChange(7, 9, [lost.cell])
    notebook.send(lsp.NotebookDocumentCellChanges(structure=lsp.NotebookDocumentCellChangeStructure(array)))
    notebook.send(None)
    assert (await notebook.marks())[0] == [("B101", "assert a")]
    notebook.close()
    notebook.send(lsp.NotebookDocumentCellChanges(data=[lost.cell]))
    assert await notebook.marks() == [[]]


PIECES = [
    IMPORT,
    RUN,
    "assert a",
    "%%time\n",
    "%%bash\n",
    "!ls",
    "f(",
    ")",
    "'''",
    "\n",
    "🔑 = 1",
    "  ",
    "\r\n",
    "x?",
    "\\",
]


@pytest.mark.parametrize("seed", range(3))
async def test_a_notebook_after_random_edits_shows_what_it_shows_freshly_opened(editor: Editor, seed: int) -> None:
    chance = random.Random(f"{editor.client} {seed}")
    notebook = editor.open_notebook(IMPORT, RUN)
    for _ in range(25):
        edit_somewhere(notebook, chance)
    fresh = editor.open_notebook(*[cell.text for cell in notebook.cells])
    await fresh.marks()
    assert [await cell.standing() for cell in notebook.cells] == [await cell.standing() for cell in fresh.cells]


def edit_somewhere(notebook: OpenNotebook, chance: random.Random) -> None:
    """Insert, remove or move cells, or edit the text of one."""
    cells, at = notebook.cells, chance.randrange(len(notebook.cells) + 1)
    what = chance.random()
    if what < 0.15 or not cells:
        notebook.splice(at, 0, notebook.new("".join(chance.choices(PIECES, k=3))))
    elif what < 0.2:
        notebook.splice(at, 1)
    elif what < 0.3:
        notebook.splice(0, len(cells), *chance.sample(cells, len(cells)))
    else:
        cell = chance.choice(cells)
        places = [place for place in range(len(cell.text) + 1) if cell.text[place - 1 : place + 1] != "\r\n"]
        start, end = sorted(chance.choices(places, k=2))
        end = min(end, start + 12) if min(end, start + 12) in places else start
        cell.change((start, end, chance.choice(PIECES)))
