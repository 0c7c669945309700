"""Bandit's commands and Posse's, run on the same folder with the same words."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VOLATILE = [
    (re.compile(r"Run started:.*"), "Run started:"),
    (re.compile(r"(generated_at['\"]?: ).*"), r"\1"),
    (re.compile(r'("endTimeUtc": ).*'), r"\1"),
    (re.compile(r"(?<=object) at 0x\w+"), ""),
]
"""What differs between two runs of the same command."""


@dataclass(frozen=True)
class Ended:
    """What a run of a command left."""

    status: int
    out: str
    err: str
    files: Mapping[str, str]
    """The files that it wrote or changed, by path."""


Run = Callable[..., Ended]


@contextlib.contextmanager
def _started(name: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.scan.bandit_server", name]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "COLUMNS": "100"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="session")
def processes() -> Iterator[Mapping[str, subprocess.Popen[str]]]:
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(_started(name)) for name in ("bandit", "bandit-config-generator", "posse")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder in which both run, each on a copy of its own at the same path."""
    path = tmp_path / "project"
    path.mkdir()
    return path


@pytest.fixture
def bandit(processes: Mapping[str, subprocess.Popen[str]], folder: Path) -> Run:
    """Run one of Bandit's own commands."""

    def run(*words: str, stdin: bytes = b"", command: str = "bandit") -> Ended:
        return _run(processes[command], list(words), stdin, folder)

    return run


@pytest.fixture
def posse(processes: Mapping[str, subprocess.Popen[str]], folder: Path) -> Run:
    """Run Posse's command of the same name."""

    def run(*words: str, stdin: bytes = b"", command: str = "bandit") -> Ended:
        return _run(processes["posse"], [command, *words], stdin, folder)

    return run


def _run(process: subprocess.Popen[str], words: list[str], stdin: bytes, folder: Path) -> Ended:
    """Run a command in a folder, and restore the folder."""
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept, symlinks=True)
    before = _files(folder)
    request = {"arguments": words, "folder": str(folder), "stdin": stdin.decode("latin-1")}
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(request) + "\n")
    process.stdin.flush()
    ended = json.loads(process.stdout.readline())
    written = {name: text for name, text in _files(folder).items() if before.get(name) != text}
    shutil.rmtree(folder)
    kept.rename(folder)
    return Ended(
        ended["status"],
        stable(ended["out"]),
        stable(ended["err"]),
        {name: stable(text.decode(errors="backslashreplace")) for name, text in written.items()},
    )


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def stable(text: str) -> str:
    """Returns what a command wrote, without what differs from run to run."""
    for pattern, replacement in VOLATILE:
        text = pattern.sub(replacement, text)
    return text
