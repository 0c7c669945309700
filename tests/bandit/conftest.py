"""Bandit's commands and Posse's, run on the same folder with the same words."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bandit.processes import Ended, ended, stable, started

Run = Callable[..., Ended]


@pytest.fixture(scope="session")
def processes() -> Iterator[Mapping[str, subprocess.Popen[str]]]:
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(started(name)) for name in ("bandit", "bandit-config-generator", "posse")}


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
    done = ended(process, words, folder, stdin)
    written = {name: text for name, text in _files(folder).items() if before.get(name) != text}
    shutil.rmtree(folder)
    kept.rename(folder)
    return replace(done, files={name: stable(text.decode(errors="backslashreplace")) for name, text in written.items()})


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
