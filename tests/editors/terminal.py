"""A program in a terminal: its screen as it is to be seen, and its keys."""

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
"""Seconds after which what is waited for is taken not to come."""

FOREIGN = ("XDG_", "NVIM", "VIM", "EMACS", "HELIX")
"""How variables begin that lead editors to other places than the home."""

ENTER, ESCAPE, DOWN = "\r", "\x1b", "\x1b[B"

ANSWERS = {
    b"\x1b[c": "\x1b[?62c",
    b"\x1b[>0c": "\x1b[>0;115;0c",
    b"\x1b[>c": "\x1b[>0;115;0c",
}
"""What editors ask a terminal, and what this one says: that it is a VT220, or an xterm too old for more questions.

Real terminals answer, so Emacs and Helix wait for seconds where nothing comes."""

Value = TypeVar("Value")


class Screen(pyte.Screen):
    """A terminal's screen that passes over what pyte 0.8 takes for an error: questions and modes of newer terminals."""

    def report_device_status(self, mode: int = 0, **private: bool) -> None:
        """Answer nothing: editors do without."""

    def select_graphic_rendition(self, *attributes: int, **private: bool) -> None:
        """Change how text looks, but for what is not about that, the modes of the keyboard."""
        if not private:
            super().select_graphic_rendition(*attributes)


class Terminal:
    """One running program, which a thread reads from; whoever waits is woken when the screen changes."""

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
        """Press keys, as the bytes that a terminal sends for them."""
        self._process.send(keys)

    @property
    def text(self) -> str:
        """What is to be seen, a line for each row."""
        return "\n".join(row.rstrip() for row in self.screen.display)

    def wait(self, what: str, condition: Callable[[], Value]) -> Value:
        """Wait until a condition of the screen holds; its value."""
        with self._changed:
            if not self._changed.wait_for(condition, PATIENCE):
                raise AssertionError(f"not within {PATIENCE:.0f} s: {what}\n{self.text}")
            return condition()

    def wait_for(self, text: str) -> None:
        """Wait until a text is to be seen."""
        self.wait(f"{text!r} is seen", lambda: text in self.text)

    def wait_for_no(self, text: str) -> None:
        """Wait until a text is not to be seen."""
        self.wait(f"{text!r} is not seen", lambda: text not in self.text)

    def place_of(self, text: str) -> tuple[int, int]:
        """The row and column where a text is seen first."""
        self.wait_for(text)
        row = [text in line for line in self.screen.display].index(True)
        return row, self.screen.display[row].index(text)

    def descendants(self) -> dict[int, str]:
        """The processes that the program has started, and those that these have started.

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
        """Wait until the program has ended by itself."""
        self._reader.join(PATIENCE)
        assert not self._reader.is_alive(), f"the editor did not end\n{self.text}"
        self._process.wait()

    def close(self) -> None:
        """End the program, whatever it does."""
        if self._process.isalive():
            self._process.kill(signal.SIGKILL)
        self._reader.join(PATIENCE)
        self._process.close()


def environment(home: Path, *programs: Path) -> dict[str, str]:
    """The environment with a home that holds nothing of the user's own, and with these folders of programs first."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**ours, "HOME": str(home), "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]])}
