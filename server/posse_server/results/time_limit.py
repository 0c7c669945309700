"""A limit for the time that one file may take."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
from collections.abc import Iterator


class OutOfTimeError(BaseException):
    """A file exceeded the time limit. A BaseException, so that no handler of errors catches it on the way."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Run the body for at most that many seconds. Raises OutOfTimeError after that.

    In the main thread a signal interrupts Python code and regular expressions, but not Python's parser. In other
    threads, such as those of a cluster's workers, and on Windows, only Python code is interrupted.
    """
    if hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread():
        with _limited_by_signal(seconds):
            yield
    else:
        with _limited_by_thread(seconds):
            yield


@contextlib.contextmanager
def _limited_by_signal(seconds: float) -> Iterator[None]:
    def interrupt(*_: object) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _limited_by_thread(seconds: float) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    is_running, lock = [True], threading.Lock()

    def interrupt() -> None:
        with lock:
            if is_running:
                raise_in(thread, ctypes.py_object(OutOfTimeError))

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            is_running.clear()
        raise_in(thread, None)  # what was sent and has not arrived must not interrupt what comes after the body
