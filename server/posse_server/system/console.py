"""What commands print: results to standard output or a file, everything else line by line to standard error.

Everything printed passes through here, and control characters in it are shown as escapes. A caller cannot forget that:
what it wants colored, it says with `Painted`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from posse_server.system.writing import Unwritable, check_target, descriptor_of, write_named

INTERRUPTED = 130
"""The exit status after Ctrl+C, as shells have it."""

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
"""Control characters but tabs and line feeds: C0, C1, separators of lines, and those that change the direction."""
_UNPRINTABLE = re.compile(rf"[{_CONTROLS}\n]")
_UNPRINTABLE_IN_TEXT = re.compile(rf"[{_CONTROLS}]")
_COMMAND = re.compile(r"^(?P<before>\s*):(?=:)|#(?=#(?:\[|vso\[|teamcity\[))")
"""What a service that runs builds takes for a command to itself when it reads a line of output."""


class Stop(Exception):
    """What was asked for cannot be done; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Painted:
    """A line of output between two of the terminal's control sequences."""

    text: str
    before: str = ""
    after: str = ""


Line = str | Painted
"""A line of output, without its end."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where a result goes."""

    _write: Callable[[Iterable[str]], None]

    def lines(self, lines: Iterable[Line]) -> None:
        """Write lines. No text in them can end one, move the cursor or be taken for a command by a build service."""
        self._write(map(_ended, lines))

    def document(self, pieces: Iterable[str]) -> None:
        """Write the pieces of a text that has its own line ends, such as JSON."""
        self._write(_UNPRINTABLE_IN_TEXT.sub(_escape, piece) for piece in pieces)


def printable(text: str) -> str:
    r"""Any text as one line that shows all of it: control characters are escapes such as `\x1b`, but for tabs."""
    return text if text.isprintable() else _UNPRINTABLE.sub(_escape, text)


def shown(name: str) -> str:
    """A file's name as it can stand in a line, whatever bytes it consists of."""
    return name if name.isprintable() else printable(name).replace("\t", r"\t")


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _line(text: str) -> str:
    text = printable(text)
    return _COMMAND.sub(_disarmed, text) if "::" in text or "##" in text else text


def _disarmed(match: re.Match[str]) -> str:
    return rf"{match['before'] or ''}\x{ord(match[0][-1]):02x}"


def _ended(line: Line) -> str:
    if isinstance(line, str):
        return f"{_line(line)}\n"
    return f"{line.before}{_line(line.text)}{line.after}\n"


def tell(message: str) -> None:
    """Say something on standard error, if that is still there."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"posse: {_line(message)}\n")


def why(error: OSError | ValueError) -> str:
    """What went wrong with a file, in the system's words."""
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


class LogFormatter(logging.Formatter):
    """Formats log records for a terminal, line by line."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as text whose control characters are escapes."""
        return "\n".join(map(_line, super().format(record).split("\n")))


def log_to_stderr(level: int | str, format: str) -> None:
    """Send the log to standard error, from a level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogFormatter(format))
    logging.basicConfig(level=level, handlers=[handler])


class Parser(argparse.ArgumentParser):
    """A parser of command lines; its messages may quote any argument."""

    def error(self, message: str) -> None:  # type: ignore[override]  # as in argparse, it does not return
        """Print how to call the command and what is wrong, and exit with status 2."""
        super().error(_line(message))


def finished(work: Callable[[], int]) -> int:
    """Do a command's work to a clean end, also after Ctrl+C and where nobody reads its output; returns its status."""
    try:
        try:
            return work()
        finally:
            _flush_stdout()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # pressed again, it ends the process without a traceback
        tell("interrupted")
        return INTERRUPTED


def _flush_stdout() -> None:
    with contextlib.suppress(ValueError):
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except OSError:
            _drop_stdout()


def _drop_stdout() -> None:
    """Throw away whatever is still in the buffer and has nowhere to go, so that Python does not try again at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def opened(path: str | None) -> Output:
    """The output that a user named: a file, which is replaced in one step, or standard output if there is no name.

    Raises Stop if the file cannot be written, now or when it is written.
    """
    if path is None or descriptor_of(path) == 1:
        return Output(_to_stdout)

    def write(pieces: Iterable[str]) -> None:
        with _stopping(path):
            write_named(path, pieces)

    with _stopping(path):
        check_target(path)
    return Output(write)


def is_file(path: str) -> bool:
    """Whether an output's name is that of a file, not of a descriptor such as `/dev/stdout`."""
    return descriptor_of(path) is None


@contextlib.contextmanager
def _stopping(path: str) -> Iterator[None]:
    try:
        yield
    except Unwritable as error:
        raise Stop(f"{shown(path)} cannot be written: {error}") from None


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
        _drop_stdout()
        if not isinstance(error, BrokenPipeError):
            raise Stop(f"the report cannot be written: {why(error)}") from None
