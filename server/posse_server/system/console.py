"""Output of commands: results to standard output or a file, everything else line by line to standard error.

All output goes through here, and its control characters are shown as escapes. A caller cannot bypass that: text to be
colored is passed as `Painted`.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import logging
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from posse_server.system.writing import UnwritableError, check_target, descriptor_of, write_named

INTERRUPTED_STATUS = 130
"""Exit status after Ctrl+C, as in shells."""

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
"""Control characters except tabs and line feeds: C0, C1, line separators, and those that change the direction."""
_UNPRINTABLE = re.compile(rf"[{_CONTROLS}\n]")
_UNPRINTABLE_IN_TEXT = re.compile(rf"[{_CONTROLS}]")
_COMMAND = re.compile(r"^(?P<before>\s*):(?=:)|#(?=#(?:\[|vso\[|teamcity\[))")
"""Text in a line of output that a build service takes for a command."""


class CommandError(Exception):
    """A command cannot be carried out. The message gives the reason, on one line."""


@dataclass(frozen=True, slots=True)
class Painted:
    """A line of output between two control sequences of the terminal."""

    text: str
    before: str = ""
    after: str = ""


Line = str | Painted
"""A line of output, without its line end."""


@dataclass(frozen=True, slots=True)
class Output:
    """The destination of a result."""

    _write: Callable[[Iterable[str]], None]

    def lines(self, lines: Iterable[Line]) -> None:
        """Write lines. No text in them can end a line, move the cursor or act as a command to a build service."""
        self._write(map(_ended, lines))

    def document(self, pieces: Iterable[str]) -> None:
        """Write the pieces of a text that has its own line ends, such as JSON."""
        self._write(_UNPRINTABLE_IN_TEXT.sub(_escape, piece) for piece in pieces)

    def rows(self, rows: Iterable[Iterable[object]]) -> None:
        r"""Write rows as CSV, which end in `\r\n`."""
        self._write(map(_row, rows))


def printable(text: str) -> str:
    r"""Returns any text on one line, with control characters except tabs as escapes such as `\x1b`."""
    return text if text.isprintable() else _UNPRINTABLE.sub(_escape, text)


def shown(name: str) -> str:
    """Returns a file's name as it can be shown in a line, whatever bytes it contains."""
    return name if name.isprintable() else printable(name).replace("\t", r"\t")


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _row(values: Iterable[object]) -> str:
    """Returns values as a row of CSV, with control characters as escapes."""
    row = io.StringIO(newline="")
    csv.writer(row).writerow([_UNPRINTABLE_IN_TEXT.sub(_escape, str(value)) for value in values])
    return row.getvalue()


def _line(text: str) -> str:
    """Returns a text as one line that is printable and not a command to a build service."""
    text = printable(text)
    return _COMMAND.sub(_disarmed, text) if "::" in text or "##" in text else text


def _disarmed(match: re.Match[str]) -> str:
    return rf"{match['before'] or ''}\x{ord(match[0][-1]):02x}"


def _ended(line: Line) -> str:
    if isinstance(line, str):
        return f"{_line(line)}\n"
    return f"{line.before}{_line(line.text)}{line.after}\n"


def tell(message: str) -> None:
    """Print a message to standard error. Does nothing if that is closed."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"posse: {_line(message)}\n")


def tell_lines(lines: Iterable[str]) -> None:
    """Print lines to standard error as they are, but for control characters. Does nothing if that is closed."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.writelines(map(_ended, lines))


def why(error: OSError | ValueError) -> str:
    """Returns the reason why a file operation failed, in the system's words."""
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


class LogFormatter(logging.Formatter):
    """Formats log records for a terminal, line by line."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns a record as text with control characters as escapes."""
        return "\n".join(map(_line, super().format(record).split("\n")))


def log_to_stderr(level: int | str, format: str) -> None:
    """Log records of at least a level to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogFormatter(format))
    logging.basicConfig(level=level, handlers=[handler])


class Parser(argparse.ArgumentParser):
    """A parser of command lines whose messages can safely quote any argument."""

    def error(self, message: str) -> None:  # type: ignore[override]  # as in argparse, it does not return
        """Print the usage and the message, and exit with status 2."""
        super().error(_line(message))

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print a message, if anybody reads it; before Python 3.11, argparse fails otherwise."""
        with contextlib.suppress(OSError):
            super()._print_message(message, file)


def finished(work: Callable[[], int]) -> int:
    """Run a command, and end cleanly even after Ctrl+C or if its output is not read. Returns its exit status."""
    try:
        try:
            return work()
        finally:
            _flush_stdout()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second Ctrl+C ends the process without a traceback
        tell("interrupted")
        return INTERRUPTED_STATUS


def _flush_stdout() -> None:
    with contextlib.suppress(ValueError):
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except OSError:
            _drop_stdout()


def _drop_stdout() -> None:
    """Discard buffered output that cannot be written, so that Python does not try again at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def opened(path: str | None) -> Output:
    """Returns the output that the user named: a file, which is replaced in one step, or standard output for None.

    Raises CommandError if the file cannot be written. The output's methods raise it, too.
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
    """Whether the name of an output is a file's, rather than a descriptor's such as `/dev/stdout`."""
    return descriptor_of(path) is None


@contextlib.contextmanager
def _stopping(path: str) -> Iterator[None]:
    """Turn UnwritableError into CommandError."""
    try:
        yield
    except UnwritableError as error:
        raise CommandError(f"cannot write {shown(path)}: {error}") from None


def _to_stdout(pieces: Iterable[str]) -> None:
    """Write to standard output. A closed pipe is ignored. Raises CommandError for other errors."""
    stream = sys.stdout
    if stream is None:
        raise CommandError("standard output is closed")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    try:
        stream.writelines(pieces)
        stream.flush()
    except OSError as error:
        _drop_stdout()
        if not isinstance(error, BrokenPipeError):
            raise CommandError(f"cannot write the report: {why(error)}") from None
