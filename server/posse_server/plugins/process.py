"""The process that runs the project's own checks, as seen from the server: its pipes, its limits, its end."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import posse_checks
import posse_server

LENGTH_BYTES = 4
LARGEST_ANSWER = 64 << 20
"""Limit for the size of an answer, in bytes."""
MEMORY_LIMIT = 2 << 30
"""Limit for the address space of the process, in bytes, on systems that have such a limit."""
MOST_ERROR_OUTPUT = 2000
"""Number of characters of the process's standard error that are kept, from its end."""

_BOOT_CODE = """
import sys, types
for name, path in zip(("posse_server", "posse_checks"), sys.argv[1:3]):
    sys.modules[name] = package = types.ModuleType(name)
    package.__path__ = [path]
del sys.argv[1:]
import posse_server.plugins.inside.main
"""
"""Code that the process runs: Posse's packages by their paths, and nothing else of the folders that they are in."""


@dataclass(frozen=True, slots=True)
class Order:
    """How to run a project's own checks. To start a process for it means that the user has allowed it."""

    python: str
    """The interpreter in which Bandit and its plug-ins are installed."""
    folder: str
    """The working folder of the checks."""
    has_plugins: bool = True
    """Whether plug-ins of Bandit's are to run."""
    files: tuple[str, ...] = ()
    """The project's files of checks in Python."""
    compiled: str | None = None
    """The folder for compiled modules, so that no compiled file of the project is read or written."""


class ProcessError(Exception):
    """The process has ended, does not answer, or cannot be started. The message says how, as the rest of a sentence."""


class Process:
    """One process. Separate threads read its output, so that waiting for it always ends."""

    def __init__(self, order: Order, memory: int = MEMORY_LIMIT) -> None:
        """Start it. Raises ProcessError."""
        self._order = order
        self._memory = memory
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._error_output: deque[str] = deque(maxlen=MOST_ERROR_OUTPUT)
        self._process = self._started()
        self._threads = [
            threading.Thread(target=self._read_answers, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._read_errors, args=(self._process.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _started(self) -> subprocess.Popen[bytes]:
        flags = ["-I", "-u"]
        if self._order.compiled is not None:
            flags += ["-X", f"pycache_prefix={self._order.compiled}"]
        packages = [str(Path(package.__path__[0]).resolve()) for package in (posse_server, posse_checks)]
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(
                [self._order.python, *flags, "-c", _BOOT_CODE, *packages],
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                cwd=self._order.folder,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError) as error:
            raise ProcessError(f"{self._order.python} does not start: {error}") from None

    def begin(self, without: Sequence[str]) -> None:
        """Send the first request, which names the checks to load."""
        order = self._order
        self.send(
            {
                "memory": self._memory,
                "without": list(without),
                "plugins": order.has_plugins,
                "files": list(order.files),
            }
        )

    def send(self, request: Mapping[str, Any]) -> None:
        """Send a request. If the process has ended, receiving detects it."""
        body = json.dumps(request, default=str).encode()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(len(body).to_bytes(LENGTH_BYTES, "big") + body)
            self._process.stdin.flush()

    def receive(self, seconds: float) -> dict[str, Any]:
        """Returns the next answer. Raises ProcessError if there is none within that time, or if it is malformed."""
        try:
            body = self._frames.get(timeout=seconds)
        except queue.Empty:
            raise ProcessError(f"took longer than {seconds:g} s") from None
        if body is None:
            raise ProcessError(self._how_it_ended())
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise ProcessError("sent something other than an answer")
        return answer

    def _how_it_ended(self) -> str:
        """Returns how the process ended, with the last line of its error output."""
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return "closed its pipe"
        self._threads[1].join(1)
        lines = "".join(self._error_output).strip().splitlines()
        how = f"ended the process with status {status}" if status >= 0 else f"ended the process by {_signal(-status)}"
        return f"{how} ({lines[-1].strip()[:200]})" if lines and status > 0 else how

    def _read_answers(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while len(head := pipe.read(LENGTH_BYTES)) == LENGTH_BYTES:
                length = int.from_bytes(head, "big")
                if length > LARGEST_ANSWER:
                    break
                body = pipe.read(length)
                if len(body) < length:
                    break
                self._frames.put(body)
        self._frames.put(None)

    def _read_errors(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := os.read(pipe.fileno(), 4096):
                self._error_output.extend(data.decode(errors="replace"))

    def kill(self) -> None:
        """End the process, and everything that its checks have started in its session. Called from any thread."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._process.kill()

    def stop(self) -> None:
        """End the process, and free everything."""
        self.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(1)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()


def _signal(number: int) -> str:
    """Returns the name of a signal."""
    if sys.platform == "win32":
        return f"signal {number}"
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
