"""The tests that a run excludes, and the summary of these and of failures, in one process or in several."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROCESSES = pytest.mark.parametrize("processes", ["0", "2"], ids=["in one process", "in two"])
EDITORS = """
import pytest

@pytest.mark.needs("terminal")
@pytest.mark.parametrize("number", range(3))
def test_editor(number):
    assert number

@pytest.mark.needs("neovim")
def test_neovim():
    assert True
"""
FAILING = """
def test_failing():
    print("what was printed")
    expected = {"first": list(range(3)), "second": "text"}
    assert {"first": [0, 1], "second": "text"} == expected
"""
MARKED = """
import pytest
from hypothesis import given, strategies as st

def test_plain():
    assert True

@pytest.mark.alone
def test_measuring():
    assert True

@pytest.mark.longest
def test_longest():
    assert True

@given(st.integers())
def test_search(number):
    assert number == number
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose tests are configured as here, on a system that cannot have editors in a terminal."""
    (tmp_path / "tests" / "editors").mkdir(parents=True)
    for name in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py", "tests/editors/conftest.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "tests" / "editors" / "__init__.py").touch()
    (tmp_path / ".editors").mkdir()
    (tmp_path / ".editors" / "terminal.unavailable").write_text("there is no apt-get\n")
    return tmp_path


def run(project: Path, *options: str) -> list[str]:
    """The output of a run of the tests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", "--basetemp=made", *options]
    result = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert result.stderr == ""
    return result.stdout.splitlines()


@PROCESSES
def test_editors_that_a_system_cannot_have_are_listed_at_the_end(project: Path, processes: str) -> None:
    (project / "tests" / "editors" / "test_editors.py").write_text(EDITORS)
    output = run(project, "-n", processes)
    assert "not run: 3 tests of Emacs, Helix and Vim: there is no apt-get" in output[-5:]
    assert re.search(r"\b1 passed\b", output[-1])


@PROCESSES
def test_a_failure_is_shown_whole(project: Path, processes: str) -> None:
    (project / "tests" / "test_failing.py").write_text(FAILING)
    output = run(project, "-n", processes)
    text = "\n".join(output)
    assert "what was printed" in output
    assert "{'first': [0, 1], 'second': 'text'} == {'first': [0, 1, 2], 'second': 'text'}" in text
    assert "tests/test_failing.py:5: AssertionError" in output
    assert "FAILED tests/test_failing.py::test_failing" in text


@pytest.mark.parametrize(
    ("folder", "expression", "names"),
    [
        ("engine", "not slow", ["test_plain"]),
        ("hostile", "not slow", []),
        ("engine", "not longest", ["test_plain", "test_measuring", "test_search"]),
        ("engine", "not alone", ["test_plain", "test_longest", "test_search"]),
        ("engine", "alone", ["test_measuring"]),
        ("editors", "alone", ["test_plain", "test_measuring", "test_longest", "test_search"]),
    ],
)
def test_each_run_leaves_out_what_it_says(project: Path, folder: str, expression: str, names: list[str]) -> None:
    (project / "tests" / folder).mkdir(exist_ok=True)
    (project / "tests" / folder / "test_marked.py").write_text(MARKED)
    output = run(project, "--collect-only", "-q", "-m", expression)
    assert [line.rpartition("::")[2] for line in output if "::" in line] == names
