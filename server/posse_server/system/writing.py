"""Writes files: a new file replaces the old one in one step, and no link leads elsewhere.

If anything fails on the way, for instance because the disk is full, the old file stays as it was.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

READER_WAIT_SECONDS = 10.0
"""Time, in seconds, to wait for a reader of a named pipe."""
READER_PAUSE_SECONDS = 0.01
"""Time, in seconds, between two attempts to open a named pipe."""

_DESCRIPTOR = re.compile(r"/dev/(?:fd/(?P<fd>\d+)|(?P<stream>stdout|stderr))|/proc/self/fd/(?P<proc>\d+)")
_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_CLOEXEC: int = getattr(os, "O_CLOEXEC", 0)
_BINARY: int = getattr(os, "O_BINARY", 0)


class UnwritableError(Exception):
    """A file is not written. The message gives the reason, in a few words."""


def descriptor_of(path: str) -> int | None:
    """Returns the descriptor for a name such as `/dev/stdout` or `/dev/fd/3`. None for any other name."""
    match = _DESCRIPTOR.fullmatch(path) if os.name == "posix" else None
    if match is None:
        return None
    return {"stdout": 1, "stderr": 2}.get(match["stream"]) or int(match["fd"] or match["proc"])


def check_target(path: str) -> None:
    """Check that a file that the user named can be written later. Raises UnwritableError."""
    if descriptor_of(path) is not None:
        return
    with _explained():
        folder, name = os.path.split(path)
        if not name or "\0" in path:
            raise UnwritableError("this is not a valid file name")
        old = _status(path)
        if old is not None:
            _check_kind(old.st_mode)
        os.stat(folder or ".")
        refuse_to_leave(folder or ".")


def refuse_to_leave(path: str) -> None:
    """Raises UnwritableError if a link makes a path in the working folder lead out of it."""
    here = Path.cwd()
    try:
        real = Path(path).resolve()
    except RuntimeError:  # before Python 3.13
        raise UnwritableError("its links form a loop") from None
    if Path(os.path.abspath(path)).is_relative_to(here) and not real.is_relative_to(here.resolve()):
        raise UnwritableError("a link leads out of the working folder; to write there, name the file without the link")


def write_named(path: str, pieces: Iterable[str]) -> None:
    """Write a file that the user named, in UTF-8; unencodable characters become escapes. Raises UnwritableError.

    Descriptors, devices and named pipes are written to; a file or a link is replaced.
    """
    check_target(path)
    with _explained():
        descriptor = descriptor_of(path)
        old = None if descriptor is not None else _status(path)
        if descriptor is not None:
            opened = os.dup(descriptor)
        elif old is not None and stat.S_ISFIFO(old.st_mode):
            opened = _opened_pipe(path)
        elif old is not None and stat.S_ISCHR(old.st_mode):
            opened = os.open(path, os.O_WRONLY | os.O_NOCTTY | _NOFOLLOW | _CLOEXEC)
        else:
            replace_file(Path(path), pieces, encoding="utf-8", newline=None)
            return
        with open(opened, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(pieces)


def replace_file(
    path: Path,
    pieces: Iterable[str],
    *,
    encoding: str,
    newline: str | None = "",
    announce: Callable[[str], None] = lambda name: None,
) -> None:
    """Replace a file or a link by a new file, or create it, in one step. Raises OSError.

    The new file keeps the mode of the old one. `announce` is called with the name of the temporary file before that is
    created.
    """
    name = temporary_name(path.name)
    announce(name)
    fresh = path.with_name(name)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _CLOEXEC | _BINARY, 0o666)
    try:
        with open(descriptor, "w", encoding=encoding, errors="backslashreplace", newline=newline) as file:
            old = _status(str(path))
            if old is not None and stat.S_ISREG(old.st_mode):
                fresh.chmod(stat.S_IMODE(old.st_mode) & 0o777)
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY | _CLOEXEC)
        try:
            with contextlib.suppress(OSError):  # some file systems cannot
                os.fsync(folder)
        finally:
            os.close(folder)


def temporary_name(name: str) -> str:
    """Returns a new name for a temporary file of Posse's, in the same folder as the file with this name."""
    return f".{name[:50]}.{os.urandom(8).hex()}.posse-new"


def is_temporary_name(candidate: str, name: str) -> bool:
    """Whether a name could come from `temporary_name` for the file with this name."""
    return re.fullmatch(rf"\.{re.escape(name[:50])}\.[0-9a-f]{{16}}\.posse-new", candidate) is not None


def _status(path: str) -> os.stat_result | None:
    """Returns the status of a path without following links; None if nothing is there."""
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def _check_kind(mode: int) -> None:
    """Raises UnwritableError for anything that is not a file, a link, a named pipe or a character device."""
    if stat.S_ISDIR(mode):
        raise UnwritableError("it is a folder")
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode) or stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        raise UnwritableError("it is not a regular file")


def _opened_pipe(path: str) -> int:
    """Open a named pipe once it has a reader. Raises UnwritableError if none comes."""
    deadline = time.monotonic() + READER_WAIT_SECONDS
    while (descriptor := _opened_if_read(path)) is None:
        if time.monotonic() > deadline:
            raise UnwritableError("no program reads from this pipe")
        time.sleep(READER_PAUSE_SECONDS)
    os.set_blocking(descriptor, True)
    return descriptor


def _opened_if_read(path: str) -> int | None:
    """Open a named pipe. Returns None if it has no reader."""
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK | _NOFOLLOW | _CLOEXEC)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return None


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn OSError into UnwritableError."""
    try:
        yield
    except OSError as error:
        raise UnwritableError(error.strerror or str(error)) from None
