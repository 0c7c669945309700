"""`posse doctor`: the facts for a bug report, without the user's name."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

import pytest

from posse_checks import __version__
from posse_server.doctor.privacy import hider
from posse_server.doctor.report import LONGEST_LINE, MOST_LINES, Section, report_lines
from tests.scan.conftest import Run


def test_it_says_what_a_maintainer_asks_first(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B101]\ntestz: []\n")
    outcome = posse("pkg/a.py", command="doctor")
    assert outcome.status == 0
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert f"version {__version__}" in lines
    assert any(line.startswith(f"Python {sys.version.split()[0]} ") for line in lines)
    assert any("pygls" in line and "PyYAML" in line for line in lines)
    assert "Configuration: bandit.yaml" in lines
    assert any(line.startswith("line 2: ") and "testz" in line for line in lines), "the mistake in it"
    assert "skips [B101] (bandit.yaml:1)" in lines
    assert not any(line.endswith("(default)") for line in lines)
    assert {"Posse", "Machine", "Configuration", "Code of the project", "Cache"} <= set(lines)


def test_it_does_not_name_the_user(tmp_path: Path, posse: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "homes" / "ada.lovelace"
    home.mkdir(parents=True)
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(home))
    for variable in ("LOGNAME", "USER", "USERNAME"):
        monkeypatch.setenv(variable, "ada.lovelace")
    assert getpass.getuser() == "ada.lovelace"
    monkeypatch.setenv("POSSE_CACHE_DIR", str(home / "cache"))
    (tmp_path / "bandit.yaml").write_text(f"posse: {{baseline: '{(home / 'known.json').as_posix()}'}}\n")
    outcome = posse(command="doctor")
    assert os.path.join("~", "cache") in outcome.out
    assert "lovelace" not in outcome.out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/ada/project/a.py", "~/project/a.py"),
        ("file:///home/ada/a.py", "file://~/a.py"),
        ("in /home/ada, matched", "in ~, matched"),
        ("/home/ada", "~"),
        ("/home/adam/a.py", "/home/adam/a.py"),
        ("/home/ada-2/a.py", "/home/ada-2/a.py"),
        ("/mnt/ada/a.py", "/mnt/USER/a.py"),
        (r"D:\work\ada\a.py", r"D:\work\USER\a.py"),
        ("/srv/nada/a.py", "/srv/nada/a.py"),
        ("ada", "ada"),
    ],
)
def test_the_home_and_the_name_are_hidden_where_they_are_whole(text: str, shown: str) -> None:
    assert hider(("/home/ada",), "ada")(text) == shown


def test_a_home_at_the_root_and_a_user_without_a_name_hide_nothing() -> None:
    assert hider(("/",), "")("/etc/a.py") == "/etc/a.py"


def test_it_stays_on_one_page_and_cannot_forge_a_terminal() -> None:
    many = [f"line {number}" for number in range(1000)]
    lines = report_lines([Section("A", many), Section("B", ["x" * 10_000, "\x1b[31m\nred"])], hide=str)
    assert len(lines) == 1 + MOST_LINES + 1 + 1 + 1 + 2
    assert lines[1 + MOST_LINES] == f"  ... and {1000 - MOST_LINES} more"
    assert max(map(len, lines)) <= LONGEST_LINE + 2
    assert lines[-1] == r"  \x1b[31m\nred"
