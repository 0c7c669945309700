"""A program in a terminal: its visible screen, and keys."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pexpect
import pyte

COLUMNS, ROWS = 140, 45
PATIENCE = 30.0
"""Timeout of every wait, in seconds."""

FOREIGN = ("XDG_", "NVIM", "VIM", "EMACS", "HELIX")
"""Prefixes of environment variables that lead editors to configuration outside the home."""

ENTER, ESCAPE, DOWN = "\r", "\x1b", "\x1b[B"

ANSWERS = {
    b"\x1b[c": "\x1b[?62c",
    b"\x1b[>0c": "\x1b[>0;115;0c",
    b"\x1b[>c": "\x1b[>0;115;0c",
}
"""Queries of editors to a terminal, and the responses: a VT220, or an xterm too old for further queries.

Real terminals respond; without a response, Emacs and Helix wait for seconds.
"""

Value = TypeVar("Value")


class Screen(pyte.Screen):
    """A terminal's screen that ignores what pyte 0.8 rejects: queries and modes of newer terminals."""

    def report_device_status(self, mode: int = 0, **private: bool) -> None:
        """Ignore the query: editors do without a response."""

    def select_graphic_rendition(self, *attributes: int, **private: bool) -> None:
        """Set the text's attributes, but ignore sequences that set modes of the keyboard."""
        if not private:
            super().select_graphic_rendition(*attributes)


class Terminal:
    """A running program. A thread reads its output, and wakes waiters when the screen changes."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        size: tuple[int, int] = (COLUMNS, ROWS),
    ) -> None:
        self.screen = Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._changed = threading.Condition()
        self._process = pexpect.spawn(
            command[0],
            list(command[1:]),
            dimensions=size[::-1],
            cwd=str(folder),
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with suppress(pexpect.EOF, OSError, ValueError):
            while True:
                output = self._process.read_nonblocking(1 << 16, timeout=None)
                for answer in (answer for question, answer in ANSWERS.items() if question in output):
                    self._process.send(answer)
                with self._changed:
                    self._stream.feed(output)
                    self._changed.notify_all()

    def press(self, keys: str) -> None:
        """Press keys, given as the bytes that a terminal sends for them."""
        self._process.send(keys)

    @property
    def text(self) -> str:
        """The visible text, one line for each row."""
        return "\n".join(row.rstrip() for row in self.screen.display)

    def wait(self, what: str, condition: Callable[[], Value]) -> Value:
        """Wait until a condition on the screen holds. Returns its value."""
        with self._changed:
            if not self._changed.wait_for(condition, PATIENCE):
                raise AssertionError(f"not within {PATIENCE:.0f} s: {what}\n{self.text}")
            return condition()

    def wait_for(self, text: str) -> None:
        """Wait until a text is visible."""
        self.wait(f"{text!r} is seen", lambda: text in self.text)

    def wait_for_no(self, text: str) -> None:
        """Wait until a text is not visible."""
        self.wait(f"{text!r} is not seen", lambda: text not in self.text)

    def place_of(self, text: str) -> tuple[int, int]:
        """Row and column of a text's first occurrence."""
        self.wait_for(text)
        row = [text in line for line in self.screen.display].index(True)
        return row, self.screen.display[row].index(text)

    def descendants(self) -> dict[int, str]:
        """The processes that the program has started, and their descendants.

        Returns their process IDs, and their commands with a null character after each word.
        """
        found: dict[int, str] = {}
        waiting = [self._process.pid]
        while waiting:
            for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
                with suppress(FileNotFoundError, ProcessLookupError):  # it may just have ended
                    for pid in map(int, task.read_text().split()):
                        found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
                        waiting.append(pid)
        return found

    def wait_for_end(self) -> None:
        """Wait until the program exits."""
        self._reader.join(PATIENCE)
        assert not self._reader.is_alive(), f"the editor did not end\n{self.text}"
        self._process.wait()

    def close(self) -> None:
        """Kill the program."""
        if self._process.isalive():
            self._process.kill(signal.SIGKILL)
        self._reader.join(PATIENCE)
        self._process.close()


def environment(home: Path, *programs: Path) -> dict[str, str]:
    """The environment with an empty home, and with these folders first on PATH."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**ours, "HOME": str(home), "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]])}
