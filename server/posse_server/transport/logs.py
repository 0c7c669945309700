"""The log, which never waits for its reader, and does not repeat messages."""

from __future__ import annotations

import atexit
import logging
import os
import queue
import select
import threading
import time
from collections import OrderedDict, deque

from posse_server.system.console import LogFormatter

MOST_RECORDS = 1000
"""Limit for the records that wait to be written to standard error. Later ones are dropped."""
LONGEST_RECORD_CHARACTERS = 16 << 10
"""Limit for the length of a record, in characters. The middle of a longer one is left out."""
END_SECONDS = 0.1
"""Time that the end of the process waits for standard error if it is not read."""
LONGEST_END_SECONDS = 2.0
"""Time that the end of the process waits for standard error if it is read."""
QUIET_SECONDS = 10.0
"""Time in which an equal record is not logged again."""
MOST_IN_QUIET_SECONDS = 100
"""Limit for different records in `QUIET_SECONDS`. Later ones are dropped."""
_STANDARD_ERROR = 2


class BoundedFormatter(LogFormatter):
    """Formats log records for a terminal, without the middle of long ones."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns a record as text."""
        text = super().format(record)
        half = LONGEST_RECORD_CHARACTERS // 2
        return text if len(text) <= LONGEST_RECORD_CHARACTERS else f"{text[:half]}\n[...]\n{text[-half:]}"


class RepetitionFilter(logging.Filter):
    """Drops records equal to a recent one, and those that follow many others in a short time."""

    def __init__(self) -> None:
        super().__init__()
        self._said: OrderedDict[tuple[str, int, str], float] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Returns whether to keep a record."""
        now, key = time.monotonic(), (record.name, record.levelno, record.getMessage()[:LONGEST_RECORD_CHARACTERS])
        while self._said and next(iter(self._said.values())) < now - QUIET_SECONDS:
            self._said.popitem(last=False)
        if key in self._said or len(self._said) >= MOST_IN_QUIET_SECONDS:
            return False
        self._said[key] = now
        return True


class StandardError(logging.Handler):
    """Writes to standard error in a thread. If it is not read, records are dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(BoundedFormatter("%(levelname)s %(name)s: %(message)s"))
        self._lines: queue.Queue[bytes] = queue.Queue(MOST_RECORDS)
        self._is_started = False

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record for writing. Drops it if too many wait."""
        try:
            line = self.format(record).encode(errors="backslashreplace") + b"\n"
            self._lines.put_nowait(line)
        except queue.Full:
            return
        except Exception:
            self.handleError(record)
        if not self._is_started:
            self._is_started = True
            threading.Thread(target=self._write, name="posse-log", daemon=True).start()

    def finish(self) -> None:
        """Wait until everything is written, or standard error is no longer read."""
        end = time.monotonic() + LONGEST_END_SECONDS
        with self._lines.all_tasks_done:
            while self._lines.unfinished_tasks and time.monotonic() < end:
                self._lines.all_tasks_done.wait(END_SECONDS)
                if not _takes_more():
                    return

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Drop a record that cannot be formatted: there is nowhere to report that."""

    def _write(self) -> None:
        """Write queued records until the process ends. Runs in the thread."""
        while True:
            data = memoryview(self._lines.get())
            try:
                while data:
                    data = data[os.write(_STANDARD_ERROR, data) :]
            except BlockingIOError:  # the pipe is shared, and was made non-blocking
                time.sleep(0.01)
            except OSError:
                pass
            self._lines.task_done()


def _takes_more() -> bool:
    """Whether standard error accepts more data, as far as the system can tell."""
    try:
        return bool(select.select([], [_STANDARD_ERROR], [], 0)[1])
    except (OSError, ValueError):
        return False


def log_to_standard_error(level: str) -> StandardError:
    """Log records of at least a level to standard error. Returns the handler.

    A caller that ends the process with `os._exit` must call `finish` on the handler first.
    """
    handler = StandardError()
    if level != "DEBUG":
        handler.addFilter(RepetitionFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.raiseExceptions = False
    atexit.register(handler.finish)
    return handler


class FailureLog:
    """Logs exceptions that should not happen: the first of each kind with its traceback, others at debug level."""

    MOST_KINDS = 100
    """Number of kinds that are remembered."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._known: deque[tuple[object, ...]] = deque(maxlen=self.MOST_KINDS)

    def log(self, error: BaseException, during: str) -> None:
        """Log an exception, with the step in which it happened."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = (trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace else ()
        kind = (type(error), where)
        is_new = kind not in self._known
        if is_new:
            self._known.append(kind)
        self._log.log(
            logging.ERROR if is_new else logging.DEBUG,
            "An internal error cost %s: %s: %s",
            *(during, type(error).__name__, str(error)[:500]),
            exc_info=error if is_new else None,
        )
