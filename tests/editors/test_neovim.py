"""Posse in a real Neovim, set up as README says and driven by keys as a user drives it."""

from __future__ import annotations

from pathlib import Path

from tests.editors.neovim import Neovim, codes, running

SOURCE = """import os


def greet(name):
    assert name
    print(f"Hello {name}")
"""
ACTION = "Suppress B307 with # nosec"
FIX = "Read literals only, with ast.literal_eval"


def test_a_session(tmp_path: Path) -> None:
    workspace, home = tmp_path / "workspace", tmp_path / "home"
    workspace.mkdir()
    home.mkdir()
    (workspace / "bandit.yaml").write_text("skips: [B404]\n")
    file = workspace / "greeting.py"
    file.write_text(SOURCE)
    with running(file, home) as editor:
        findings_are_shown_on_opening(editor)
        a_finding_appears_while_typing(editor)
        hover_explains_it(editor)
        quick_fix_fixes_it(editor)
        quick_fix_silences_it(editor)
        the_file_is_saved(editor, file)
        a_changed_configuration_counts_at_once(editor, workspace)
        editor.quit()


def findings_are_shown_on_opening(editor: Neovim) -> None:
    editor.wait(codes(of="B101"))
    editor.wait_for_text("Use of assert detected.")
    assert editor.ask(codes()) == ["B101"]


def a_finding_appears_while_typing(editor: Neovim) -> None:
    editor.type("Goreturn eval(name)")  # Neovim indents the new line like the one above
    editor.wait(codes(of="B307"))
    assert editor.mode == "i"
    assert editor.ask(codes()) == ["B101", "B307"]
    assert editor.lines[-1].strip() == "return eval(name)"


def hover_explains_it(editor: Neovim) -> None:
    editor.type("<Esc>/eval<CR>K")
    floating = (
        "vim.iter(vim.api.nvim_list_wins()):find(function(w) return vim.api.nvim_win_get_config(w).relative ~= '' end)"
    )
    window = editor.wait(floating)
    text = "\n".join(editor.ask(f"vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf({window}), 0, -1, false)"))
    assert "B307" in text
    assert "# nosec B307" in text
    assert "```python" in text


def quick_fix_fixes_it(editor: Neovim) -> None:
    lines = editor.lines
    editor.type("<Esc>gra")
    editor.wait_for_text(FIX)
    editor.type("1<CR>")
    editor.wait(f"not {codes(of='B307')}")
    assert editor.lines == ["import ast", *lines[:-1], lines[-1].replace("eval", "ast.literal_eval")]
    editor.type("u")
    editor.wait(codes(of="B307"))
    assert editor.lines == lines


def quick_fix_silences_it(editor: Neovim) -> None:
    editor.type("/eval<CR>gra")
    editor.wait_for_text(ACTION)
    editor.type("2<CR>")
    editor.wait("vim.api.nvim_buf_get_lines(0, -2, -1, false)[1]:find('nosec', 1, true)")
    assert editor.lines[-1].strip() == "return eval(name)  # nosec B307"
    editor.wait(f"not {codes(of='B307')}")
    assert editor.ask(codes()) == ["B101"]


def the_file_is_saved(editor: Neovim, file: Path) -> None:
    editor.type(":w<CR>")
    editor.wait("not vim.bo.modified")
    assert file.read_text().endswith("return eval(name)  # nosec B307\n")


def a_changed_configuration_counts_at_once(editor: Neovim, workspace: Path) -> None:
    (workspace / "bandit.yaml").write_text("skips: [B101, B404]\n")
    editor.wait("#vim.diagnostic.get(0) == 0")
    (workspace / "bandit.yaml").unlink()
    editor.wait(codes(of="B101"))
