"""The editor's process, which `initialize` names: the server ends when it has ended.

Standard input also ends then, unless another process that the editor started holds the pipe open.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

PROCESS_POLL_SECONDS = 1.0
"""Interval of checks."""
LARGEST_PID = 2**31 - 1
"""Largest process ID on any system."""

ENDED = "ended"
"""Stands for the start time of a process that has ended."""

IsRunning = Callable[[], bool]
"""Tells whether a process is running."""


def watch(pid: int | None, on_end: Callable[[], None]) -> None:
    """Call `on_end`, in a thread, once a process has ended. Never calls it if the process cannot be watched."""
    is_running = watched(pid)
    if is_running is None:
        return

    def look() -> None:
        while is_running():
            time.sleep(PROCESS_POLL_SECONDS)
        on_end()

    threading.Thread(target=look, name="posse-editor", daemon=True).start()


def watched(pid: int | None) -> IsRunning | None:
    """Returns a function that checks whether a process is running. None if that cannot be determined."""
    if pid is None or not 0 < pid <= LARGEST_PID:
        return None
    return _on_windows(pid) if sys.platform == "win32" else _on_posix(pid)


def _on_posix(pid: int) -> IsRunning:
    """Returns the check on POSIX. A process with the same ID and another start time is another process."""
    is_parent, started = os.getppid() == pid, _started(pid)

    def is_running() -> bool:
        if is_parent and os.getppid() != pid:
            return False  # even if it is a zombie that its own parent has not reaped
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:  # it belongs to another user
            pass
        return _started(pid) == started != ENDED

    return is_running


def _started(pid: int) -> str | None:
    """Returns when a process was started, or ENDED for a zombie. None if the system does not provide it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    if len(fields) < 20:
        return None
    return ENDED if fields[0] in "ZX" else fields[19]


def _on_windows(pid: int) -> IsRunning | None:
    """Returns the check on Windows. None if access to the process is denied."""
    import ctypes

    synchronize, denied, signaled = 0x100000, 5, 0
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = ctypes.c_void_p
    kernel.WaitForSingleObject.argtypes = ctypes.c_void_p, ctypes.c_uint32
    process = kernel.OpenProcess(synchronize, False, pid)  # while the handle is open, the ID is not reused
    if not process:
        is_denied = ctypes.get_last_error() == denied  # type: ignore[attr-defined,unused-ignore]
        return None if is_denied else lambda: False
    return lambda: bool(kernel.WaitForSingleObject(process, 0) != signaled)
