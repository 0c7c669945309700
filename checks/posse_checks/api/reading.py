"""Reads the file that a caller names: whatever it is, a read ends and takes bounded memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

FilePath = str | os.PathLike[str]
MAXIMUM_BYTES = 10 << 20
"""Default limit for the size of a file. The syntax tree of one may take a thousand times its size in memory."""
CHUNK_BYTES = 1 << 16
"""Number of bytes to read at a time when a file is longer than its reported size."""
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a pipe must not wait for a writer
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class UnreadableFileError(OSError):
    """A file is not checked because of what it is: a folder, a pipe or a device, or too large."""


class NotRegularError(Exception):
    """A file is a folder, a pipe or a device. The message says what it is."""


class TooLargeError(Exception):
    """A file has more bytes than may be read."""


def name_of(path: FilePath) -> str:
    """The name of a file as text, as the caller gave it."""
    return os.fsdecode(path)


def read_source(path: FilePath, maximum_bytes: int) -> bytes:
    """Reads a source file.

    Raises UnreadableFileError if it is not a regular file or has more than `maximum_bytes`, OSError if the system
    refuses to open it, and ValueError if no file can have the name.
    """
    try:
        return read_regular(path, maximum_bytes)
    except NotRegularError as error:
        raise UnreadableFileError(f"{name_of(path)!r} is {error}") from None
    except TooLargeError:
        raise UnreadableFileError(f"{name_of(path)!r} has more than {maximum_bytes:,} bytes") from None
    except BlockingIOError:
        raise UnreadableFileError(f"{name_of(path)!r} has no content yet") from None


def read_regular(path: FilePath, maximum_bytes: int, require: Callable[[os.stat_result], None] | None = None) -> bytes:
    """Reads a regular file. `require` gets the status of the open file, and raises if it must not be read.

    Raises NotRegularError or TooLargeError, BlockingIOError for a file of the kernel's that has no content yet, OSError
    if the system refuses to open it, and ValueError if no file can have the name.
    """
    _require_regular(os.stat(path))  # opening a device may have effects
    descriptor = os.open(path, FLAGS)
    try:
        status = os.fstat(descriptor)  # of the open file, even if another has replaced it meanwhile
        _require_regular(status)
        if require is not None:
            require(status)
        if status.st_size > maximum_bytes:
            raise TooLargeError
        return _content(descriptor, status.st_size, maximum_bytes)
    finally:
        os.close(descriptor)


def _require_regular(status: os.stat_result) -> None:
    """Raises NotRegularError for anything but a regular file."""
    if not stat.S_ISREG(status.st_mode):
        raise NotRegularError("a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file")


def _content(descriptor: int, size: int, maximum_bytes: int) -> bytes:
    """Reads to the end. Raises TooLargeError past the limit, whatever the reported size."""
    chunks: list[bytes] = []
    left = maximum_bytes + 1
    wanted = size + 1
    while left > 0 and (chunk := os.read(descriptor, min(wanted, left))):
        chunks.append(chunk)
        left -= len(chunk)
        wanted = CHUNK_BYTES
    if left <= 0:
        raise TooLargeError
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
