from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from posse_server.cli import main
from tests.scan import tree


@dataclass(frozen=True)
class Outcome:
    """The result of running a command: its exit status and its output."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def bandit_process() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.scan.bandit_server"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def bandit(bandit_process: subprocess.Popen[str], tmp_path: Path) -> Run:
    """Run Bandit's command line in the test's folder."""

    def run(*arguments: str, stdin: bytes = b"") -> Outcome:
        request = {"arguments": arguments, "folder": str(tmp_path), "stdin": stdin.decode("latin-1")}
        assert bandit_process.stdin is not None and bandit_process.stdout is not None
        bandit_process.stdin.write(json.dumps(request) + "\n")
        bandit_process.stdin.flush()
        return Outcome(**json.loads(bandit_process.stdout.readline()))

    return run


@pytest.fixture
def posse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `posse scan`, or another command, in this process and in the test's folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: bytes = b"", command: str = "scan") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        try:
            status = main([command, *arguments])
        except SystemExit as error:
            status = int(error.code or 0)
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with files of all kinds in the test's folder."""
    tree.write(tmp_path)
    return tmp_path
