"""Writing a baseline: in one piece or not at all, by one program at a time, and never over anything else.

A lock file next to it is held from reading to writing. The system takes the lock back from a process that dies, so
that none is ever left behind; the file itself may be, and means nothing.
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

from posse_checks.baseline import Entry, NotABaseline, report_in
from posse_server.baselines import read_report
from posse_server.console import shown, why

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE = 10.0
"""How many seconds another program may take to write."""
PAUSE = 0.01
"""How many seconds pass between two attempts to get the lock."""

_INDENT = re.compile(r"\s*\{\r?\n(?P<indent>[ \t]+)\S")

Change = Callable[[Sequence[Entry]], Sequence[Entry]]
"""From the entries of a baseline to those that it is to have."""


class Refused(Exception):
    """A baseline is not written; the message says why, in one sentence."""

    @classmethod
    def writing(cls, path: Path, reason: str) -> Refused:
        """The refusal to write a file for a reason."""
        return cls(f"The baseline {shown(str(path))} is not written: {reason}.")


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
    if within is not None and not target.is_relative_to(within.resolve()):
        raise Refused.writing(path, f"it lies outside {shown(str(within))}")
    try:
        with _locked(target):
            text = _text(target)
            report = {"results": []} if text is None else report_in(text)
            before = report["results"]
            report["results"] = list(change(before))
            if report["results"] != before:
                _replace(target, _written(report, text))
            return Rewritten(target, len(before), len(report["results"]))
    except NotABaseline as error:
        raise Refused.writing(path, f"it is none, since {error}") from None
    except OSError as error:
        raise Refused.writing(path, why(error)) from None


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
    try:
        with _locked(path):
            if os.path.lexists(path):
                raise Refused.writing(path, "it exists already, and `posse baseline update` adds what is new to it")
            _replace(path, text)
    except OSError as error:
        raise Refused.writing(path, why(error)) from None


def _written(report: dict[str, Any], before: str | None) -> str:
    """A report as text, laid out like the one before it, else like Bandit's."""
    if before is None:
        return json.dumps(report, indent=2) + "\n"
    indented = _INDENT.match(before)
    text = json.dumps(report, indent=indented["indent"] if indented else None)
    if before.endswith("\n"):
        text += "\n"
    return text.replace("\n", "\r\n") if "\r\n" in before else text


def _replace(path: Path, text: str) -> None:
    """Put a file in place of another, or where there was none, at once; the lock is held."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        if path.exists():
            fresh.chmod(stat.S_IMODE(path.stat().st_mode))
        with open(descriptor, "w", encoding="ascii", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep all others from writing a file. Raises Refused where one of them takes too long."""
    lock = path.with_name(f"{path.name}.lock")
    deadline = time.monotonic() + PATIENCE
    while (descriptor := _taken(lock)) is None:
        if time.monotonic() > deadline:
            raise Refused.writing(path, "another program has been writing it all the time")
        time.sleep(PAUSE)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows does not delete what is open
            lock.unlink()
        os.close(descriptor)


def _taken(lock: Path) -> int | None:
    """The descriptor of a lock file that is ours now, None where it is another's."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The one who held it may have deleted the file meanwhile, so that a lock on it excludes nobody.
        if os.path.samestat(os.fstat(descriptor), lock.stat()):
            return descriptor
    except (BlockingIOError, PermissionError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None
