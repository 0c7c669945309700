"""Reads the file that a caller of the library names: whatever it is, a read ends and takes bounded memory."""

from __future__ import annotations

import os
import stat

FilePath = str | os.PathLike[str]
MAXIMUM_BYTES = 10 << 20
"""Default limit for the size of a file. The syntax tree of one may take a thousand times its size in memory."""
CHUNK_BYTES = 1 << 16
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a pipe must not wait for a writer
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class UnreadableFileError(OSError):
    """A file is not checked because of what it is: a folder, a pipe or a device, or too large."""


def name_of(path: FilePath) -> str:
    """The name of a file as text, as the caller gave it."""
    return os.fsdecode(path)


def read_source(path: FilePath, maximum_bytes: int) -> bytes:
    """Reads a regular file.

    Raises UnreadableFileError if it is something else or has more than `maximum_bytes`, OSError if the system refuses
    to open it, and ValueError if no file can have the name.
    """
    _require_regular(path, os.stat(path))  # opening a device may have effects
    descriptor = os.open(path, FLAGS)
    try:
        _require_regular(path, os.fstat(descriptor))  # of the open file, even if another has replaced it meanwhile
        chunks: list[bytes] = []
        left = maximum_bytes + 1
        while left > 0 and (chunk := os.read(descriptor, min(left, CHUNK_BYTES))):
            chunks.append(chunk)
            left -= len(chunk)
    except BlockingIOError:  # some files of /proc are regular and have nothing to read yet
        raise UnreadableFileError(f"{name_of(path)!r} has no content yet") from None
    finally:
        os.close(descriptor)
    if left <= 0:
        raise UnreadableFileError(f"{name_of(path)!r} has more than {maximum_bytes:,} bytes")
    return b"".join(chunks)


def _require_regular(path: FilePath, status: os.stat_result) -> None:
    """Raises UnreadableFileError for anything but a regular file."""
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise UnreadableFileError(f"{name_of(path)!r} is {kind}")
