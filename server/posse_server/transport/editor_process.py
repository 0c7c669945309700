"""The editor's process, which `initialize` names: when it has ended, so does the server.

Standard input says so too, unless another process that the editor started holds the pipe open.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

POLL_SECONDS = 1.0
"""How often to look."""
GREATEST = 2**31 - 1
"""No system has process IDs beyond this."""

ENDED = "ended"
"""In place of the time at which a process was started."""

IsRunning = Callable[[], bool]


def watch(pid: int | None, on_end: Callable[[], None]) -> None:
    """Call a function, in a thread, once a process has ended; never where it cannot be watched."""
    is_running = watched(pid)
    if is_running is None:
        return

    def look() -> None:
        while is_running():
            time.sleep(POLL_SECONDS)
        on_end()

    threading.Thread(target=look, name="posse-editor", daemon=True).start()


def watched(pid: int | None) -> IsRunning | None:
    """How to find out whether a process is running; None where that cannot be known."""
    if pid is None or not 0 < pid <= GREATEST:
        return None
    return _on_windows(pid) if sys.platform == "win32" else _on_posix(pid)


def _on_posix(pid: int) -> IsRunning:
    is_parent, started = os.getppid() == pid, _started(pid)

    def is_running() -> bool:
        if is_parent and os.getppid() != pid:
            return False  # also where the parent of the parent has not noticed yet
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:  # it is another user's
            pass
        return _started(pid) == started != ENDED

    return is_running


def _started(pid: int) -> str | None:
    """When a process was started; ENDED for one whose parent has not noticed yet. None if the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    if len(fields) < 20:
        return None
    return ENDED if fields[0] in "ZX" else fields[19]


def _on_windows(pid: int) -> IsRunning | None:
    import ctypes

    synchronize, denied, signaled = 0x100000, 5, 0
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = ctypes.c_void_p
    kernel.WaitForSingleObject.argtypes = ctypes.c_void_p, ctypes.c_uint32
    process = kernel.OpenProcess(synchronize, False, pid)  # as long as it is open, no other process gets the ID
    if not process:
        is_denied = ctypes.get_last_error() == denied  # type: ignore[attr-defined,unused-ignore]
        return None if is_denied else lambda: False
    return lambda: bool(kernel.WaitForSingleObject(process, 0) != signaled)
