"""Runs Git so that nothing in a repository is executed, and no repository can make it wait, ask or connect.

A repository may come from a stranger. Its configuration can name programs: hooks, a file system monitor, filters,
drivers for differences, a pager, helpers for the network. Each of them is switched off here, for every command.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from posse_server.system.console import printable

TIME_LIMIT_SECONDS = 60.0
"""Limit for the time of one command, in seconds."""
REASON_BYTES = 4096
"""Number of bytes of Git's messages that are read to find the reason of a failure."""
LONGEST_LINE = 1 << 16
"""Limit for the length of a line of output, in bytes; the rest comes as lines of its own."""

MOST_OBJECTS = 500
"""Number of objects that one command reads; their names fit into a pipe at once."""

_OFF = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.askPass": "",
    "core.sshCommand": "false",
    "credential.helper": "",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
"""Settings that could name a program, or have Git take a folder in the project for a repository."""
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_KEPT = frozenset(("GIT_CEILING_DIRECTORIES", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM"))
"""Variables that are the user's own settings. Others belong to the repository that a hook runs in."""
_DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")
"""The command `diff` without programs that compare or convert files, and without looking into other repositories."""
_FILTER_OFF = {"clean": "", "smudge": "", "process": "", "required": "false"}


class GitError(Exception):
    """Git is missing, or has failed. The message gives the reason, as the rest of a sentence."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository's working folder, which contains `.git`."""

    top: Path
    index: str | None = None
    """Path of the index to use; None for the repository's own."""

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """Run a command of Git in the top folder, with `given` as its input. Returns its output. Raises GitError."""
        with _started(self, arguments, is_given=bool(given)) as process:
            output, _ = process.communicate(given or None)
        return output

    def lines(self, *arguments: str) -> Iterator[bytes]:
        """Run a command, and yield its output line by line, as it comes. Raises GitError."""
        with _started(self, arguments) as process:
            assert process.stdout is not None, "it is a pipe"
            yield from iter(lambda: process.stdout.readline(LONGEST_LINE), b"")  # type: ignore[union-attr]

    def contents(self, objects: Sequence[str], limit_bytes: int) -> Iterator[bytes | None]:
        """Yields the contents of objects by their names; None for one that is larger than the limit. Raises GitError.

        Objects that are missing, such as those of a partial clone, are an error.
        """
        for begin in range(0, len(objects), MOST_OBJECTS):
            names = objects[begin : begin + MOST_OBJECTS]
            with _started(self, ("cat-file", "--batch"), is_given=True) as process:
                assert process.stdin is not None and process.stdout is not None, "both are pipes"
                with contextlib.suppress(OSError):  # it has ended, which its status tells
                    process.stdin.write("".join(f"{name}\n" for name in names).encode())
                    process.stdin.close()
                for _ in names:
                    yield _content(process.stdout, limit_bytes)

    def without_filters(self) -> Mapping[str, str]:
        """Returns settings that switch off the programs that the configuration has for the contents of files.

        Raises GitError if there is one that cannot be switched off.
        """
        keys = self.run("config", "--list", "--name-only", "-z").split(b"\0")
        filters = {os.fsdecode(key.rpartition(b".")[0]) for key in keys if key.startswith(b"filter.")}
        if any("=" in name for name in filters):  # which would end the name on Git's command line
            raise GitError("the name of a filter in Git's configuration contains `=`")
        return {f"{name}.{key}": off for name in filters for key, off in _FILTER_OFF.items()}


def repository_of(folder: Path) -> Repository | None:
    """Returns the repository that contains a folder, the innermost if there are several; None if there is none."""
    for one in (folder, *folder.parents):
        if os.path.lexists(one / ".git"):
            return Repository(one)
    return None


def _program() -> str:
    """Returns the path of Git. Relative folders in PATH could be a stranger's. Raises GitError."""
    names = ("git.exe",) if sys.platform == "win32" else ("git",)
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        for name in names if os.path.isabs(folder) else ():
            path = os.path.join(folder, name)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    raise GitError("Git is not installed")


def _environment(repository: Repository) -> dict[str, str]:
    """Returns the environment of a command: the user's, without variables that lead Git elsewhere."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _KEPT}
    index = {} if repository.index is None else {"GIT_INDEX_FILE": repository.index}
    return {**kept, **_ENVIRONMENT, **index}


@contextlib.contextmanager
def _started(
    repository: Repository, arguments: Sequence[str], *, is_given: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command, and end it and what it started when the block does.

    Raises GitError if it cannot be started, fails, or takes too long.
    """
    settings = _OFF
    if arguments[0] == "diff":  # of the commands here, only this one reads contents through filters
        settings, arguments = {**_OFF, **repository.without_filters()}, (*_DIFF, *arguments[1:])
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    command = [_program(), "--no-pager", *options, *arguments]
    stdin = subprocess.PIPE if is_given else subprocess.DEVNULL
    is_late = threading.Event()
    with contextlib.ExitStack() as stack:
        try:
            messages = stack.enter_context(tempfile.TemporaryFile())
            process = subprocess.Popen(
                command,
                cwd=repository.top,
                env=_environment(repository),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=messages,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise GitError(f"Git does not start: {error}") from None
        stack.enter_context(process)

        def stop() -> None:
            is_late.set()
            _kill(process)

        timer = threading.Timer(TIME_LIMIT_SECONDS, stop)
        timer.daemon = True
        timer.start()
        try:
            yield process
            status = process.wait()
        finally:
            timer.cancel()
            _kill(process)
            timer.join()  # a scan may fork next, which is safe only without other threads
        if is_late.is_set():
            raise GitError(f"Git took longer than {TIME_LIMIT_SECONDS:g} s")
        if status != 0:
            messages.seek(0)
            raise GitError(_reason(messages.read(REASON_BYTES), status))


def _content(stream: IO[bytes], limit_bytes: int) -> bytes | None:
    """Read an object that `cat-file --batch` writes. Returns None if it is larger than the limit. Raises GitError."""
    head = stream.readline(LONGEST_LINE).split()
    if len(head) != 3:
        raise GitError("a revision of a file is missing; fetch it first")
    size = int(head[2])
    if size > limit_bytes:
        left = size + 1
        while left and (part := stream.read(min(left, LONGEST_LINE))):
            left -= len(part)
        return None
    return stream.read(size + 1)[:-1]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a command that runs, with everything that it has started."""
    if process.poll() is not None:
        return
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _reason(messages: bytes, status: int) -> str:
    """Returns why Git failed, in its own words, on one line."""
    lines = messages.decode("utf-8", "replace").splitlines()
    said = next((line.partition(": ")[2] for line in lines if line.startswith(("fatal: ", "error: "))), "")
    return f"Git says: {printable(said)}" if said else f"Git failed with status {status}"
