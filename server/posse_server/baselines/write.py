"""Writing a baseline: completely or not at all, by one program at a time, and never over any other file.

A lock file beside it, `.NAME.posse-lock`, is held from reading to writing. If a process dies, the system releases its
lock. The lock file itself may be left behind; it names the temporary file that the process was writing, so that the
next process can delete that. Other files with such a name are not touched.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posse_checks.baseline.match import Entry, NotABaselineError, report_in
from posse_checks.config.baseline_file import misplacement
from posse_server.baselines.read import read_report
from posse_server.system.console import shown, why
from posse_server.system.writing import UnwritableError, is_temporary_name, refuse_to_leave, replace_file

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_WAIT_SECONDS = 10.0
"""Longest time, in seconds, to wait for another program that is writing."""
LOCK_PAUSE_SECONDS = 0.01
"""Time, in seconds, between two attempts to get the lock."""

_LOCK = b"posse lock\n"
"""First line of a lock file of Posse's, unless it is empty."""
_SAFELY: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_INDENT = re.compile(r"\s*\{\r?\n(?P<indent>[ \t]+)\S")

Change = Callable[[Sequence[Entry]], Sequence[Entry]]
"""Computes a baseline's new entries from its present ones."""


class BaselineWriteError(Exception):
    """A baseline is not written. The message says why, in one sentence."""

    @classmethod
    def writing(cls, path: Path, reason: str) -> BaselineWriteError:
        """Returns the refusal to write a file, with the reason."""
        return cls(f"Cannot write the baseline {shown(str(path))}: {reason}.")

    @classmethod
    def unsaved(cls, path: Path) -> BaselineWriteError:
        """Returns the refusal to write a file that is open with unsaved changes."""
        return cls.writing(path, "it has unsaved changes; save it first")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The result of changing a baseline: its numbers of entries before and after."""

    path: Path
    before: int
    after: int


def rewrite(path: Path, change: Change, *, within: Path | None = None) -> Rewritten:
    """Change the entries of a baseline. One that does not exist is created, unless it would be empty.

    Its other content and its layout are kept. Raises BaselineWriteError, with nothing written, if the file is not a
    baseline, cannot be written, or is outside of the folder `within`.
    """
    target = resolved(path)
    _check(path, target, within)
    try:
        with _locked(target) as lock:
            text = _text(target)
            report = {"results": []} if text is None else report_in(text)
            before = report["results"]
            report["results"] = list(change(before))
            if report["results"] != before:
                replace_file(target, [_written(report, text)], encoding="ascii", announce=lock.announce)
            return Rewritten(target, len(before), len(report["results"]))
    except NotABaselineError as error:
        raise BaselineWriteError.writing(path, f"it is not a baseline ({error})") from None
    except OSError as error:
        raise BaselineWriteError.writing(path, why(error)) from None


def _check(path: Path, target: Path, within: Path | None) -> None:
    """Raises BaselineWriteError for a path that is not allowed for a baseline.

    A path that the user named (no `within`) may be anywhere, unless a link leads it out of the working folder.
    """
    reason = misplacement(str(path)) or misplacement(str(target))
    if reason is None and within is not None and not target.is_relative_to(within.resolve()):
        reason = f"it is outside {shown(str(within))}"
    try:
        if reason is None and within is None:
            refuse_to_leave(str(path))
    except UnwritableError as error:
        reason = str(error)
    if reason is not None:
        raise BaselineWriteError.writing(path, reason.removesuffix("."))


def resolved(path: Path) -> Path:
    """Returns a baseline's path with links resolved. Raises BaselineWriteError if they lead nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links is a RuntimeError up to Python 3.12
        reason = why(error) if isinstance(error, (OSError, ValueError)) else "its links form a loop"
        raise BaselineWriteError.writing(path, reason) from None


def _text(path: Path) -> str | None:
    """Returns the text of a baseline, None if it does not exist. Raises for one out of reach: that is not missing."""
    try:
        return read_report(path)
    except FileNotFoundError:
        return None


def create(path: Path, text: str) -> None:
    """Write a new baseline. Raises BaselineWriteError if the file exists, or cannot be written."""
    _check(path, path, None)
    try:
        with _locked(path) as lock:
            if os.path.lexists(path):
                raise BaselineWriteError.writing(
                    path, "it already exists; add new findings with `posse baseline update`"
                )
            replace_file(path, [text], encoding="ascii", announce=lock.announce)
    except OSError as error:
        raise BaselineWriteError.writing(path, why(error)) from None


def _encoded(report: dict[str, Any], indent: int | str | None) -> str:
    """Returns a report as JSON, encoded in pieces: `json.dumps` would block other threads until it is done."""
    return "".join(json.JSONEncoder(indent=indent).iterencode(report))


def _written(report: dict[str, Any], before: str | None) -> str:
    """Returns a report as text in the layout of `before`; without it, in Bandit's."""
    if before is None:
        return _encoded(report, 2) + "\n"
    indented = _INDENT.match(before)
    text = _encoded(report, indented["indent"] if indented else None)
    if before.endswith("\n"):
        text += "\n"
    return text.replace("\n", "\r\n") if "\r\n" in before else text


@dataclass(frozen=True, slots=True)
class _Lock:
    """A lock that this process holds: an open file, with the name of the temporary file that is written under it."""

    path: Path
    target: Path
    descriptor: int

    def clear(self) -> None:
        """Delete the temporary file of a process that died while it held the lock.

        Raises BaselineWriteError if the lock file is not Posse's.
        """
        content = os.read(self.descriptor, 1024)
        status = os.fstat(self.descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1 or (content and not content.startswith(_LOCK)):
            raise BaselineWriteError.writing(
                self.target, f"{shown(self.path.name)} beside it is not Posse's lock file; move that file away"
            )
        name = content.removeprefix(_LOCK).decode("utf-8", "surrogateescape").strip("\n")
        if is_temporary_name(name, self.target.name):
            with contextlib.suppress(OSError):
                self.target.with_name(name).unlink()

    def announce(self, name: str) -> None:
        """Record the name of the temporary file that is about to be created."""
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        os.ftruncate(self.descriptor, 0)
        os.write(self.descriptor, _LOCK + name.encode("utf-8", "surrogateescape") + b"\n")

    def release(self) -> None:
        """Delete the lock file, unless another file has taken its place, and release the lock."""
        with contextlib.suppress(OSError):  # Windows does not delete open files
            if os.path.samestat(os.fstat(self.descriptor), self.path.lstat()):
                self.path.unlink()
        os.close(self.descriptor)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[_Lock]:
    """Keep all other programs from writing a file. Raises BaselineWriteError if one of them takes too long."""
    lock = path.with_name(f".{path.name}.posse-lock")
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while (descriptor := _taken(lock)) is None:
        if time.monotonic() > deadline:
            raise BaselineWriteError.writing(path, "another program keeps writing it; try again later")
        time.sleep(LOCK_PAUSE_SECONDS)
    held = _Lock(lock, path, descriptor)
    try:
        held.clear()
    except BaseException:
        os.close(descriptor)
        raise
    try:
        yield held
    finally:
        held.release()


def _taken(lock: Path) -> int | None:
    """Returns the descriptor of the lock file if the lock is ours now, None if another process has it."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | _SAFELY, 0o666)
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The previous holder may have deleted the file meanwhile; a lock on a deleted file excludes no one.
        if os.path.samestat(os.fstat(descriptor), lock.lstat()):
            return descriptor
    except (BlockingIOError, PermissionError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None
