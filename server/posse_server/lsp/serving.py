"""A session from its connection to the end of the process, which is not delayed by work in progress."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from posse_server.lsp.rpc import Protocol
from posse_server.lsp.sending import Phase
from posse_server.transport.connection import Incoming, Outgoing
from posse_server.transport.framing import Frame
from posse_server.transport.streams import Stream

if TYPE_CHECKING:
    from posse_server.lsp.server import Server

GRACE_SECONDS = 0.1
"""Time that canceled work has to end, and a client to go on reading."""
DEAF_SECONDS = 1.0
"""Time that a client that has stopped reading has to send `exit`."""
STUCK_SECONDS = 10.0
"""Longest time that the handling of one message may delay the end."""
_WORKER = "posse-work"


def serve(server: Server, stream: Stream) -> int:
    """Serve a client until it leaves. Returns the exit status: 0 if the client has sent `shutdown`, else 1."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    with suppress(KeyboardInterrupt):
        loop.run_until_complete(_session(server, stream))
    return server.protocol.exit_status


async def _session(server: Server, stream: Stream) -> None:
    """Connect the stream to the protocol, and run the event loop until the session has ended."""
    loop, ended, protocol = asyncio.get_running_loop(), asyncio.Event(), server.protocol

    def soon(call: Callable[..., object], *arguments: object) -> None:
        """Call a function in the event loop, from any thread. Does nothing after the loop has ended."""
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(call, *arguments)

    def take(frame: Frame | None) -> None:
        """Serve a frame; None means that the client has disconnected."""
        if ended.is_set():
            return
        if frame is None:
            protocol.leave()
        else:
            protocol.take_frame(frame)

    def insist() -> None:
        """Make sure that the process ends even if a message is never done. Called from any thread."""
        threading.Thread(target=_insist, args=(incoming, protocol), daemon=True).start()

    def leave() -> None:
        """End the session as if the client had disconnected. Called from any thread."""
        insist()
        soon(ended.set)

    loop.set_exception_handler(lambda _, context: protocol.note(context))
    loop.set_default_executor(pool := ThreadPoolExecutor(thread_name_prefix=_WORKER))
    output = Outgoing(stream, lambda: soon(incoming.resume), lambda: soon(loop.call_later, DEAF_SECONDS, ended.set))
    protocol.connect(output, ended.set)
    server.leave = leave
    incoming = Incoming(stream, take, lambda: output.is_full, insist)
    incoming.start()
    await ended.wait()
    protocol.phase = Phase.OVER
    await _stopped(pool)
    output.flush(GRACE_SECONDS)


async def _stopped(pool: ThreadPoolExecutor) -> None:
    """Cancel all tasks, which kills the processes that they started.

    Waits up to `GRACE_SECONDS` for the tasks to end, then as long for threads that are still working.
    """
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=GRACE_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    end = time.monotonic() + GRACE_SECONDS  # for a file that a thread is writing
    while time.monotonic() < end and any(thread.name.startswith(_WORKER) for thread in threading.enumerate()):
        await asyncio.sleep(GRACE_SECONDS / 10)


def _insist(incoming: Incoming, protocol: Protocol) -> None:
    """End the process if the handling of one message takes longer than `STUCK_SECONDS`. Runs in a thread."""
    handled = -1
    while handled != incoming.handled:
        handled = incoming.handled
        time.sleep(STUCK_SECONDS)
    os._exit(protocol.exit_status)
