"""Writing a baseline: in one piece or not at all, by one program at a time, and never over anything else.

A lock file beside it, `.NAME.posse-lock`, is held from reading to writing. The system takes the lock back from a
process that dies. The file itself may be left behind; it says which temporary file the process was writing, so that the
next one removes that. Any other file with such a name is left alone.
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

from posse_checks.baseline.match import Entry, NotABaseline, report_in
from posse_checks.config.baseline_file import misplacement
from posse_server.baselines.read import read_report
from posse_server.system.console import shown, why
from posse_server.system.writing import Unwritable, is_temporary_name, refuse_to_leave, replace_file

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE = 10.0
"""How many seconds another program may take to write."""
PAUSE = 0.01
"""How many seconds pass between two attempts to get the lock."""

_LOCK = b"posse lock\n"
"""How a lock file of Posse's begins, unless it is empty."""
_SAFELY: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_INDENT = re.compile(r"\s*\{\r?\n(?P<indent>[ \t]+)\S")

Change = Callable[[Sequence[Entry]], Sequence[Entry]]
"""From the entries of a baseline to those that it is to have."""


class Refused(Exception):
    """A baseline is not written; the message says why, in one sentence."""

    @classmethod
    def writing(cls, path: Path, reason: str) -> Refused:
        """The refusal to write a file for a reason."""
        return cls(f"The baseline {shown(str(path))} is not written: {reason}.")

    @classmethod
    def unsaved(cls, path: Path) -> Refused:
        """The refusal to write a file that an editor has open with other text."""
        return cls.writing(path, "it is open with changes that are not saved")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of a baseline."""

    path: Path
    before: int
    after: int
    """The number of entries."""


def rewrite(path: Path, change: Change, *, within: Path | None = None) -> Rewritten:
    """Give a baseline other entries; where there is none yet, it is created unless it would be empty.

    What else it says is kept, and so is its layout. Raises Refused, with nothing written, where the file is no
    baseline, cannot be written, or lies outside the folder `within`.
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
    except NotABaseline as error:
        raise Refused.writing(path, f"it is none, since {error}") from None
    except OSError as error:
        raise Refused.writing(path, why(error)) from None


def _check(path: Path, target: Path, within: Path | None) -> None:
    """Raise Refused for a path where no baseline may be; one that the user named may lie anywhere but behind a link."""
    reason = misplacement(str(path)) or misplacement(str(target))
    if reason is None and within is not None and not target.is_relative_to(within.resolve()):
        reason = f"it lies outside {shown(str(within))}"
    try:
        if reason is None and within is None:
            refuse_to_leave(str(path))
    except Unwritable as error:
        reason = str(error)
    if reason is not None:
        raise Refused.writing(path, reason.removesuffix("."))


def resolved(path: Path) -> Path:
    """A baseline's path without links. Raises Refused where they lead nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links is a RuntimeError up to Python 3.12
        reason = why(error) if isinstance(error, (OSError, ValueError)) else "its links lead in a circle"
        raise Refused.writing(path, reason) from None


def _text(path: Path) -> str | None:
    """What a baseline says, None where there is no file. What cannot be reached must not pass for missing."""
    try:
        return read_report(path)
    except FileNotFoundError:
        return None


def create(path: Path, text: str) -> None:
    """Write a baseline where there is no file yet. Raises Refused where there is one, or none can be written."""
    _check(path, path, None)
    try:
        with _locked(path) as lock:
            if os.path.lexists(path):
                raise Refused.writing(path, "it exists already, and `posse baseline update` adds what is new to it")
            replace_file(path, [text], encoding="ascii", announce=lock.announce)
    except OSError as error:
        raise Refused.writing(path, why(error)) from None


def _encoded(report: dict[str, Any], indent: int | str | None) -> str:
    """A report as JSON, made piece by piece: `json.dumps` lets no other thread go on before it is done."""
    return "".join(json.JSONEncoder(indent=indent).iterencode(report))


def _written(report: dict[str, Any], before: str | None) -> str:
    """A report as text, laid out like the one before it, else like Bandit's."""
    if before is None:
        return _encoded(report, 2) + "\n"
    indented = _INDENT.match(before)
    text = _encoded(report, indented["indent"] if indented else None)
    if before.endswith("\n"):
        text += "\n"
    return text.replace("\n", "\r\n") if "\r\n" in before else text


@dataclass(frozen=True, slots=True)
class _Lock:
    """A lock that this process holds: an open file, in which stands what is written under it."""

    path: Path
    target: Path
    descriptor: int

    def clear(self) -> None:
        """Remove the temporary file of a process that died while it held the lock.

        Raises Refused if the lock is not a file of Posse's.
        """
        content = os.read(self.descriptor, 1024)
        status = os.fstat(self.descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1 or (content and not content.startswith(_LOCK)):
            raise Refused.writing(
                self.target, f"{shown(self.path.name)} beside it is not a lock of Posse's; move it away"
            )
        name = content.removeprefix(_LOCK).decode("utf-8", "surrogateescape").strip("\n")
        if is_temporary_name(name, self.target.name):
            with contextlib.suppress(OSError):
                self.target.with_name(name).unlink()

    def announce(self, name: str) -> None:
        """Write down which temporary file is about to be made."""
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        os.ftruncate(self.descriptor, 0)
        os.write(self.descriptor, _LOCK + name.encode("utf-8", "surrogateescape") + b"\n")

    def release(self) -> None:
        """Delete the file, unless another stands in its place, and give the lock up."""
        with contextlib.suppress(OSError):  # Windows does not delete what is open
            if os.path.samestat(os.fstat(self.descriptor), self.path.lstat()):
                self.path.unlink()
        os.close(self.descriptor)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[_Lock]:
    """Keep all others from writing a file. Raises Refused where one of them takes too long."""
    lock = path.with_name(f".{path.name}.posse-lock")
    deadline = time.monotonic() + PATIENCE
    while (descriptor := _taken(lock)) is None:
        if time.monotonic() > deadline:
            raise Refused.writing(path, "another program has been writing it all the time")
        time.sleep(PAUSE)
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
    """The descriptor of a lock file that is ours now, None where it is another's."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | _SAFELY, 0o666)
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The one who held it may have deleted the file meanwhile, so that a lock on it excludes nobody.
        if os.path.samestat(os.fstat(descriptor), lock.lstat()):
            return descriptor
    except (BlockingIOError, PermissionError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None
