"""What a command has to say: its result goes to standard output or a file, all else line by line to standard error."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator

Write = Callable[[Iterable[str]], None]


class Stop(Exception):
    """What was asked for cannot be done; the message says why, in one line."""


def tell(message: str) -> None:
    """Say something on standard error, if that is still there."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"posse: {message}\n")


def shown(name: str) -> str:
    """A file's name as it can stand in a line, whatever bytes it consists of."""
    return name if name.isprintable() else name.encode("unicode_escape").decode()


def why(error: OSError | ValueError) -> str:
    """What went wrong with a file, in the system's words."""
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


@contextlib.contextmanager
def opened(path: str | None) -> Iterator[Write]:
    """Open the file, or standard output where there is none, and hand out what writes to it.

    What the encoding has no bytes for is written as an escape. Raises Stop where the file cannot be written.
    """
    if path is None:
        yield _to_stdout
        return
    unwritable = f"{shown(path)} cannot be written"
    try:
        file = open(path, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115 - `with` below
    except (OSError, ValueError) as error:
        raise Stop(f"{unwritable}: {why(error)}") from None

    def write(pieces: Iterable[str]) -> None:
        try:
            with file:
                file.writelines(pieces)
        except OSError as error:
            raise Stop(f"{unwritable}: {why(error)}") from None

    with file:
        yield write


def _to_stdout(pieces: Iterable[str]) -> None:
    stream = sys.stdout
    if stream is None:
        raise Stop("standard output is closed")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    try:
        stream.writelines(pieces)
        stream.flush()
    except OSError as error:
        # Whatever is still in the buffer has nowhere to go, so that Python need not try again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise Stop(f"the report cannot be written: {why(error)}") from None
