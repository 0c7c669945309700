"""A limit for the time that one file may take."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator


class OutOfTimeError(BaseException):
    """A file exceeded the time limit. A BaseException, so that no handler of errors catches it on the way."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Run the body for at most that many seconds. Raises OutOfTimeError after that.

    The timer interrupts Python code and regular expressions, but not Python's parser. There is no limit where the
    signal is not available: on Windows, and outside of the main thread.
    """
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
