"""`posse bandit-baseline` and Bandit's own command, on the same repository."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bandit.processes import Ended, stable
from tests.repository import SETTINGS, Repository

pytestmark = pytest.mark.skipif(os.name != "posix", reason="runs scripts on the path")

BIN = Path(sys.executable).parent
CODE = "import subprocess\nsubprocess.run(x, shell=True)\n"
Compare = Callable[..., tuple[Ended, Ended]]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with three commits: the second adds a finding, the third does not."""
    top = tmp_path / "project"
    top.mkdir()
    repository = Repository(top)
    for name, text in (("a.py", CODE), ("b.py", CODE), ("c.py", "x = 1\n")):
        (top / name).write_text(text)
        repository.commit()
    return repository


@pytest.fixture
def both(tmp_path: Path) -> Compare:
    """Run both commands, each on the folder as it is. Returns what Bandit's left, then what Posse's left."""

    def run(*words: str, path: str = "") -> tuple[Ended, Ended]:
        top, kept = tmp_path / "project", tmp_path / "kept"
        found = []
        for command in (["bandit-baseline"], [str(BIN / "posse"), "bandit-baseline"]):
            shutil.copytree(top, kept, symlinks=True)
            found.append(_ended([*command, *words], top, path or f"{BIN}{os.pathsep}{os.environ['PATH']}"))
            shutil.rmtree(top)
            kept.rename(top)
        return found[0], found[1]

    return run


def _ended(command: list[str], top: Path, path: str) -> Ended:
    environment = {**os.environ, **SETTINGS, "PATH": path, "COLUMNS": "100", "PYTHONHASHSEED": "0"}
    before = set(top.iterdir())
    program = str(BIN / command[0]) if "/" not in command[0] else command[0]
    done = subprocess.run([program, *command[1:]], cwd=top, env=environment, capture_output=True, check=False)
    files = {path.name: stable(path.read_text()) for path in set(top.iterdir()) - before if path.is_file()}
    return Ended(done.returncode, _text(done.stdout), _text(done.stderr), files)


def _text(output: bytes) -> str:
    """Returns what a command printed, without names of temporary folders.

    Bandit prints a report with findings as a literal of bytes: it is text in both.
    """
    text = output.decode()
    text = re.sub(
        r"(?:^|(?<=Output: ))b'.*'$", lambda match: ast.literal_eval(match[0]).decode(), text, flags=re.MULTILINE
    )
    return re.sub(r"/\S*/_bandit_baseline_run", "TEMPORARY/_bandit_baseline_run", stable(text))


@pytest.mark.parametrize(
    ("commit", "words"),
    [
        *(("HEAD~1", words) for words in ("-r .", "-r . -f txt", "-r . -f json", "-r . -f html")),
        *(("HEAD", words) for words in ("-r . -f json", "nowhere.py -t B404")),
    ],
)
def test_the_same_for_a_commit(commit: str, words: str, repository: Repository, both: Compare) -> None:
    repository.git("reset", "--quiet", "--hard", commit)
    theirs, ours = both(*words.split())
    assert ours == theirs
    assert repository.git("status", "--porcelain") == ""


@pytest.mark.parametrize("words", ["", "-h", "-r . -f yaml", "-r . -o x", "-r . -c no.yaml"])
def test_the_same_for_wrong_words(words: str, repository: Repository, both: Compare) -> None:
    theirs, ours = both(*words.split())
    assert ours == theirs


def _dirty(repository: Repository) -> None:
    (repository.top / "a.py").write_text("y = 1\n")


def _existing(name: str) -> Callable[[Repository], None]:
    def write(repository: Repository) -> None:
        (repository.top / name).write_text("old")

    return write


def _first(repository: Repository) -> None:
    repository.git("reset", "--quiet", "--hard", "HEAD~2")


def _no_repository(repository: Repository) -> None:
    shutil.rmtree(repository.top / ".git")


def _damaged(repository: Repository) -> None:
    (repository.top / ".git" / "HEAD").write_text("nonsense")


STATES = {
    "dirty": _dirty,
    "untracked": _existing("new.py"),
    "a report": _existing("bandit_baseline_result.json"),
    "a temporary file": _existing("_bandit_baseline_run.json_"),
    "first": _first,
    "none": _no_repository,
    "damaged": _damaged,
}


@pytest.mark.parametrize("state", STATES)
def test_the_same_for_a_state(state: str, repository: Repository, both: Compare) -> None:
    STATES[state](repository)
    theirs, ours = both("-r", ".", "-f", "json")
    assert ours == theirs
