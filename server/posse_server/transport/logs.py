"""The log, which never waits for its reader, and says nothing over and over."""

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

MOST_LINES = 1000
"""Number of records that may wait for a reader of standard error; later ones are dropped."""
LONGEST_RECORD = 16 << 10
"""Limit for a record, in characters; its middle is left out."""
END_SECONDS = 0.1
"""How long the end of the process waits for a reader of standard error that reads nothing."""
LONGEST_END_SECONDS = 2.0
"""How long it waits for one that reads."""
QUIET_SECONDS = 10.0
"""For how long a record that has been said is not said again."""
MOST_IN_QUIET_SECONDS = 100
"""Number of different records within that time; later ones are dropped."""
_STANDARD_ERROR = 2


class Bounded(LogFormatter):
    """Formats log records for a terminal, but not the middle of long ones."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as text."""
        text = super().format(record)
        half = LONGEST_RECORD // 2
        return text if len(text) <= LONGEST_RECORD else f"{text[:half]}\n[...]\n{text[-half:]}"


class NotAgain(logging.Filter):
    """Drops a record that has just been said, and whatever comes after many others in a short time."""

    def __init__(self) -> None:
        super().__init__()
        self._said: OrderedDict[tuple[str, int, str], float] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to keep a record."""
        now, key = time.monotonic(), (record.name, record.levelno, record.getMessage()[:LONGEST_RECORD])
        while self._said and next(iter(self._said.values())) < now - QUIET_SECONDS:
            self._said.popitem(last=False)
        if key in self._said or len(self._said) >= MOST_IN_QUIET_SECONDS:
            return False
        self._said[key] = now
        return True


class StandardError(logging.Handler):
    """Writes to standard error in a thread, as far as somebody reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Bounded("%(levelname)s %(name)s: %(message)s"))
        self._lines: queue.Queue[bytes] = queue.Queue(MOST_LINES)
        self._is_started = False

    def emit(self, record: logging.LogRecord) -> None:
        """Have a record written, or drop it if too many wait."""
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
        """Wait until everything is written, as long as somebody reads it."""
        end = time.monotonic() + LONGEST_END_SECONDS
        with self._lines.all_tasks_done:
            while self._lines.unfinished_tasks and time.monotonic() < end:
                self._lines.all_tasks_done.wait(END_SECONDS)
                if not _takes_more():
                    return

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Drop a record that cannot be written: there is nowhere to say so."""

    def _write(self) -> None:
        while True:
            data = memoryview(self._lines.get())
            try:
                while data:
                    data = data[os.write(_STANDARD_ERROR, data) :]
            except BlockingIOError:  # others have made it so
                time.sleep(0.01)
            except OSError:
                pass
            self._lines.task_done()


def _takes_more() -> bool:
    """Whether somebody reads standard error, as far as the system says."""
    try:
        return bool(select.select([], [_STANDARD_ERROR], [], 0)[1])
    except (OSError, ValueError):
        return False


def log_to_standard_error(level: str) -> StandardError:
    """Log records of at least a level to standard error. Whoever ends the process at once calls `finish` before."""
    handler = StandardError()
    if level != "DEBUG":
        handler.addFilter(NotAgain())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.raiseExceptions = False
    atexit.register(handler.finish)
    return handler


class Failures:
    """Logs exceptions that should not happen: the first of each kind with its traceback, others for debugging only."""

    MOST = 100
    """Number of kinds that are told apart."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._known: deque[tuple[object, ...]] = deque(maxlen=self.MOST)

    def tell(self, error: BaseException, during: str) -> None:
        """Log an exception that happened during something."""
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
