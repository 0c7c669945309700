"""The server's side of the process that checks the workspace: starts it, reads its messages, and restarts it.

The process may end (killed for its memory use, for instance) or stop answering (a file system that hangs, a file that
takes too long). Then another process continues. A file that ends two processes, or at which one sends nothing for a
minute, is reported and left out.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from posse_server.background.main import LENGTH_BYTES, FileChecked, Order, Task
from posse_server.system.console import shown
from posse_server.system.reading import Stamp

BOOT_CODE = "import sys; sys.path[:] = sys.argv[1:]; from posse_server.background.main import main; main()"
"""Code that the process runs. Its import path is this process's, so nothing is imported from the working folder."""
SILENCE_SECONDS = 60.0
"""Time without a message after which the process counts as hung: the limit for one file."""
MOST_ATTEMPTS = 3
"""Number of processes that may end in a row without finishing a file."""
MOST_DEATHS_AT_A_FILE = 2
"""Number of processes that a file may end before it is left out."""
MOST_DEATHS = 20
"""Limit for the number of processes that may end in one run."""

Warn = Callable[[str], None]
"""Shows the user a warning."""


@dataclass(frozen=True, slots=True)
class Progressed:
    """The process has finished a file."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class FileLeftOut:
    """A file that no process could finish."""

    path: Path


@dataclass(frozen=True, slots=True)
class BaselineWritten:
    """A baseline was written. Has its numbers of entries before and after."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class BaselineNotWritten:
    """A baseline was not written. `why` is a sentence that gives the reason."""

    why: str


Message = FileChecked | Progressed | FileLeftOut | BaselineWritten | BaselineNotWritten


class ScanError(Exception):
    """The process could not be started, or has ended too often. The message says how, in sentences."""


class _ProcessEndedError(Exception):
    """A process ended before it was done. The message says how, as the rest of a sentence."""


async def messages(order: Order, warn: Warn, silence: float | None = None) -> AsyncGenerator[Message, None]:
    """Yield the messages about an order. Closing the generator ends the process. Raises ScanError.

    If a process ends, the next one skips the files that are done. A baseline needs the results of all files in one
    process, so for that the next one starts over. `silence` replaces `SILENCE_SECONDS`.
    """
    silence = SILENCE_SECONDS if silence is None else silence
    deaths = Counter[Path]()
    attempts, done, total = 0, 0, 0
    for _ in range(MOST_DEATHS):
        at: Path | None = None
        try:
            async with aclosing(_messages_of_process(order, silence)) as received:
                async for kind, *fields in received:
                    match kind:
                        case "total":
                            total = done + fields[0]
                        case "at":
                            if at is not None:  # the previous file is done
                                attempts, done = 0, done + 1
                                yield Progressed(done, total)
                            at = Path(fields[0])
                        case "found":
                            found = FileChecked(Path(fields[0]), fields[1], fields[2], _stamp(fields[3]))
                            order = replace(order, left_out=order.left_out | {found.path})
                            attempts, done, at = 0, done + 1, None
                            yield found
                            yield Progressed(done, total)
                        case "all" if at is not None:
                            attempts, done, at = 0, done + 1, None
                            yield Progressed(done, total)
                        case "wrote":
                            yield BaselineWritten(*fields)
                        case "refused":
                            yield BaselineNotWritten(fields[0])
            return
        except (_ProcessEndedError, TimeoutError, asyncio.TimeoutError) as error:
            is_hung = not isinstance(error, _ProcessEndedError)
            how = f"sent nothing for {silence:g} seconds" if is_hung else str(error)
            attempts += 1
            done = 0 if order.task is not Task.CHECK else done
            if at is not None:
                deaths[at] += 1
                if is_hung or deaths[at] >= MOST_DEATHS_AT_A_FILE:
                    attempts, order = 0, replace(order, left_out=order.left_out | {at})
                    warn(f"Skipped {shown(str(at))}: the process that checks the workspace {how} while checking it.")
                    yield FileLeftOut(at)
                    continue
            elif is_hung:
                warn(f"The process that checks the workspace {how}. Posse is restarting it.")
            if attempts >= MOST_ATTEMPTS:
                break
    raise ScanError(f"The check of the workspace did not finish: its process {how}, {MOST_ATTEMPTS} times.")


def _stamp(values: list[int] | None) -> Stamp | None:
    """Returns a stamp from its JSON, which is a list."""
    return None if values is None else Stamp(*values)


async def _messages_of_process(order: Order, silence: float) -> AsyncGenerator[list[Any], None]:
    """Start a process and yield its messages; each is a kind and its fields.

    Raises _ProcessEndedError if it ends before it is done, TimeoutError if it sends nothing for `silence` seconds. The
    process has ended whenever this generator has.
    """
    process = await _started()
    assert process.stdin is not None and process.stdout is not None, "both were asked for"
    try:
        process.stdin.write(pickle.dumps(order))
        process.stdin.close()
        patience = max(silence, SILENCE_SECONDS)  # starting takes a while on a busy machine
        while True:
            body = await asyncio.wait_for(_message(process.stdout), patience)
            patience = silence
            if body is None:
                status = await process.wait()
                raise _ProcessEndedError(
                    f"ended with exit status {status}" if status >= 0 else f"was ended by signal {-status}"
                )
            message = json.loads(body)
            if message == ["done"]:
                return
            yield message
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _started() -> asyncio.subprocess.Process:
    """Start the process. Raises ScanError if that is not possible."""
    flags = ["-I", *["-S"] * sys.flags.no_site, *["-B"] * sys.dont_write_bytecode]
    paths = [path for path in sys.path if path]
    pipe = asyncio.subprocess.PIPE
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable, *flags, "-c", BOOT_CODE, *paths, stdin=pipe, stdout=pipe, limit=1 << 20
        )
    except (OSError, ValueError) as error:
        raise ScanError(f"Cannot check the workspace: Python does not start ({error}).") from None


async def _message(stream: asyncio.StreamReader) -> bytes | None:
    """Returns the next message, which follows its length. Returns None if the stream ends first."""
    try:
        head = await stream.readexactly(LENGTH_BYTES)
        return await stream.readexactly(int.from_bytes(head, "big"))
    except asyncio.IncompleteReadError:
        return None
