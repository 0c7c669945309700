"""An editor as its users have it: configured as its page in `docs/editors` says, driven by keys, seen on its screen."""

from __future__ import annotations

import os
import re
import signal
import sysconfig
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from tests.editors.terminal import COLUMNS, PATIENCE, ROWS, Terminal, environment

PROJECT = Path(__file__).parents[2]
PAGES = PROJECT / "docs" / "editors"
INSTALLED = PROJECT / ".editors" / "terminal"
SCRIPTS = Path(sysconfig.get_paths()["scripts"])
FILE_ON_PAGE = re.compile(r"`~/(?P<path>[^`]+)`[^\n]*:\n\n```\w+\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)
"""Matches a sentence that ends in a colon and names a file in the home, and the code block with its content."""


def files_on(page: str) -> dict[str, str]:
    """Returns the files that a page tells its readers to write: paths relative to the home, and their texts."""
    text = (PAGES / page).read_text(encoding="utf-8")
    found = [(match["path"], match["text"]) for match in FILE_ON_PAGE.finditer(text)]
    assert len(dict(found)) == len(found), f"{page} gives a file twice"
    return dict(found)


class Editor(ABC):
    """A running editor with an open file."""

    page: ClassVar[str]
    """Name of the page with its setup."""
    needs: ClassVar[str] = "terminal"
    """The argument of `needs` for its tests."""

    def __init__(self, file: Path, home: Path, size: tuple[int, int] = (COLUMNS, ROWS)) -> None:
        for path, text in files_on(self.page).items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_text(text, encoding="utf-8")
        program, *options = self.command()
        assert Path(program).exists(), f"{program} is missing: run `make editors`"
        self.terminal = Terminal([program, *options, file.name], file.parent, environment(home, SCRIPTS), size)
        self.file = file

    @classmethod
    @abstractmethod
    def command(cls) -> list[str]:
        """The program, with its options."""

    @abstractmethod
    def add_line(self, text: str) -> None:
        """Type a line at the end of the file, indented like the one above, and keep the cursor there."""

    @abstractmethod
    def stop_typing(self) -> None:
        """Stop typing."""

    @abstractmethod
    def go_to(self, word: str) -> None:
        """Move the cursor to the last occurrence of a word."""

    @abstractmethod
    def hover(self) -> None:
        """Show the hover at the cursor."""

    @abstractmethod
    def act(self, title: str) -> None:
        """Apply one of the code actions at the cursor."""

    @abstractmethod
    def save(self) -> None:
        """Save the file, and wait until it is saved."""

    @abstractmethod
    def open(self, name: str) -> None:
        """Open another file of the workspace."""

    @abstractmethod
    def restart_server(self) -> None:
        """Do what the page advises after a crash of the language server."""

    @abstractmethod
    def quit(self) -> None:
        """Quit the editor."""

    def server(self) -> int:
        """Process ID of the language server."""
        running = self.terminal.descendants().items()
        [pid] = [pid for pid, command in running if command.endswith("posse\0server\0")]
        return pid

    def kill_server(self) -> None:
        """Kill the language server, as in a crash."""
        os.kill(self.server(), signal.SIGKILL)


def wait_for_end(pid: int) -> None:
    """Wait until a process, which need not be a child, has ended."""
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < deadline, f"process {pid} has not ended"
        time.sleep(0.01)  # the end of somebody else's process is announced to nobody
