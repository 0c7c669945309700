"""Shells complete the command line, and the man page has all of it."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from posse_server.cli import COMMANDS, main, parser_for
from posse_server.commands.completion import SHELLS

ROOT = Path(__file__).parents[2]


def options() -> Iterator[str]:
    """The long options of all subcommands."""
    (commands,) = [one for one in parser_for(COMMANDS)._actions if isinstance(one, argparse._SubParsersAction)]
    for command in commands.choices.values():
        for action in command._actions:
            if action.help is not argparse.SUPPRESS:
                yield from (option for option in action.option_strings if option.startswith("--"))


@pytest.mark.parametrize("shell", SHELLS)
def test_script_has_every_command_and_option(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in [*COMMANDS, *options()]:
        assert word.removeprefix("--") in script


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["posse", "sc"], ["scan"]),
        (["posse", "scan", "--no-i"], ["--no-ignore"]),
        (["posse", "completion", "z"], ["zsh"]),
    ],
)
def test_bash_completes(words: list[str], completed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])
    script = capsys.readouterr().out
    quoted = " ".join(f"'{word}'" for word in words)
    run = (
        f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; COMP_LINE='{' '.join(words)}'; COMP_POINT=${{#COMP_LINE}}"
    )
    ask = f'{script}\n{run}\n_shtab_posse "posse" "{words[-1]}" "{words[-2]}"\nprintf "%s\\n" "${{COMPREPLY[@]}}"\n'
    done = subprocess.run(["bash", "--norc", "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.split() == completed, done.stderr


def test_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 2
    assert "pip install 'posse-lsp[completion]'" in capsys.readouterr().err


def test_man_page_has_every_option_and_no_unknown_macro(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "packaging" / "man_page.py")]
    page = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    plain = page.replace("\\-", "-").replace("\\&", "")
    for option in set(options()) - {"--help"}:
        assert option in plain
    assert ".svn" in plain
    macros = {line.split()[0] for line in page.splitlines() if line.startswith(".")}
    assert macros <= {".TH", ".SH", ".SS", ".B", ".TP", ".PP", ".br", ".RS", ".RE", ".nf", ".fi"}
    if shutil.which("man"):
        (tmp_path / "posse.1").write_text(page)
        shown = subprocess.run(
            ["man", "--warnings", "-l", tmp_path / "posse.1"],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"MANWIDTH": "120"},
        )
        assert shown.stderr == "" and "posse scan" in shown.stdout
