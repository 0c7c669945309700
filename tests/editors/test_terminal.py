"""Posse in real terminal editors, configured as their pages say and driven by keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.editor import Editor, wait_for_end
from tests.editors.emacs import Emacs
from tests.editors.helix import Helix
from tests.editors.neovim import Neovim
from tests.editors.vim import Vim

SOURCE = """import os


def greet(name):
    assert name
    print(f"Hello {name}")
"""
ASSERT, EVAL = "Use of assert detected.", "Use of possibly insecure function"
BASELINE = ".bandit-baseline.json"


EDITORS = [
    pytest.param(kind, id=kind.__name__.lower(), marks=pytest.mark.needs(kind.needs))
    for kind in (Neovim, Emacs, Helix, Vim)
]


@pytest.fixture(params=EDITORS)
def editor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Editor]:
    """Each editor in turn, without configuration of the user's, with an open file that has a finding."""
    workspace, home = tmp_path / "workspace", tmp_path / "home"
    workspace.mkdir()
    home.mkdir()
    (workspace / ".git").mkdir()
    (workspace / "bandit.yaml").write_text("skips: [B404]\n")
    file = workspace / "greeting.py"
    file.write_text(SOURCE)
    running: Editor = request.param(file, home)
    try:
        running.terminal.wait_for(ASSERT)
        yield running
    finally:
        running.terminal.close()


def test_findings_are_shown_on_opening(editor: Editor) -> None:
    [line] = [line for line in editor.terminal.text.splitlines() if "assert name" in line]
    assert ASSERT in line
    assert EVAL not in editor.terminal.text


def test_a_finding_appears_while_typing(editor: Editor) -> None:
    editor.add_line("return eval(name)")
    editor.terminal.wait_for(EVAL)
    assert editor.file.read_text() == SOURCE, "the file was saved"


def test_hover_explains_a_finding(editor: Editor) -> None:
    editor.go_to("assert")
    editor.hover()
    editor.terminal.wait_for("(severity LOW, confidence HIGH)")
    editor.terminal.wait_for("Better")


def test_an_action_suppresses_a_finding(editor: Editor) -> None:
    editor.go_to("assert")
    editor.act("Suppress B101 with # nosec")
    editor.terminal.wait_for_no(ASSERT)
    editor.save()
    assert editor.file.read_text() == SOURCE.replace("assert name", "assert name  # nosec B101")


def test_an_action_fixes_a_finding(editor: Editor) -> None:
    editor.add_line("return eval(name)")
    editor.terminal.wait_for(EVAL)
    editor.stop_typing()
    editor.go_to("eval")
    editor.act("Read only literals with ast.literal_eval (B307, review)")
    editor.terminal.wait_for_no(EVAL)
    editor.save()
    assert editor.file.read_text().rstrip("\n") == f"import ast\n{SOURCE}    return ast.literal_eval(name)"


def test_an_action_adds_a_finding_to_the_baseline(editor: Editor) -> None:
    editor.go_to("assert")
    editor.act("Ignore this B101 for now (add to baseline)")
    editor.terminal.wait_for_no(ASSERT)
    [entry] = json.loads((editor.file.parent / BASELINE).read_text())["results"]
    assert (entry["test_id"], entry["filename"]) == ("B101", "./greeting.py")
    assert editor.file.read_text() == SOURCE


def test_the_configuration_counts_once_it_is_saved(editor: Editor) -> None:
    editor.open("bandit.yaml")
    editor.terminal.wait_for("skips: [B404]")
    editor.add_line("posse: {minimum_severity: high}")
    editor.stop_typing()
    editor.save()
    editor.open("greeting.py")
    editor.terminal.wait_for("def greet(name):")
    editor.terminal.wait_for_no(ASSERT)


def test_a_server_that_died_is_started_again(editor: Editor) -> None:
    before = editor.server()
    editor.kill_server()
    wait_for_end(before)
    editor.restart_server()
    editor.add_line("return eval(name)")
    editor.terminal.wait_for(EVAL)
    editor.terminal.wait_for(ASSERT)
    assert editor.server() != before


def test_the_server_ends_with_the_editor(editor: Editor) -> None:
    server = editor.server()
    editor.quit()
    editor.terminal.wait_for_end()
    wait_for_end(server)
