"""Progress of long work, for clients that show it. They also let the user cancel the work."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_server.lsp.server import Server

PROGRESS_ANSWER_SECONDS = 2.0
"""Time to wait for the client to create a progress bar."""


class Progress:
    """A progress bar; does nothing if the client shows none."""

    def __init__(self, server: Server, token: lsp.ProgressToken | None) -> None:
        self._server = server
        self._token = token
        self._percentage = -1
        self.total = 0
        """Number of files."""
        self.summary = ""
        """Message to show at the end."""

    def report(self, done: int, total: int) -> None:
        """Report how many of all files are done, if the percentage has changed."""
        self.total = total
        percentage = 100 * done // max(total, 1)
        if self._token is not None and percentage != self._percentage:
            self._percentage = percentage
            value = lsp.WorkDoneProgressReport(message=f"{done}/{total} files", percentage=percentage)
            self._server.work_done_progress.report(self._token, value)

    async def until_ended(self, work: Awaitable[object]) -> bool:
        """Do some work. Returns whether it was done, rather than canceled by the user."""
        task = asyncio.ensure_future(work)
        ended = self._server.work_done_progress.tokens.get(self._token) if self._token is not None else None
        if ended is not None:
            ended.add_done_callback(lambda _: task.cancel())
        try:
            await task
        except asyncio.CancelledError:
            if ended is None or not ended.cancelled():
                task.cancel()
                raise
            return False
        return True


async def token_of_ours(server: Server) -> lsp.ProgressToken | None:
    """Returns the token of a progress bar that the client creates. None if it shows none or answers too late."""
    if not server.session.client.shows_progress:
        return None
    token = str(uuid.uuid4())
    try:
        await asyncio.wait_for(server.work_done_progress.create_async(token), PROGRESS_ANSWER_SECONDS)
    except (JsonRpcException, asyncio.TimeoutError):
        return None
    return token


@asynccontextmanager
async def progress_of(server: Server, title: str, token: lsp.ProgressToken | None) -> AsyncIterator[Progress]:
    """Show a progress bar with this title while the work goes on."""
    progress = Progress(server, token)
    if token is None:
        yield progress
        return
    begin = lsp.WorkDoneProgressBegin(title, cancellable=True, percentage=0)
    server.work_done_progress.begin(token, begin)
    try:
        yield progress
    finally:
        server.work_done_progress.end(token, lsp.WorkDoneProgressEnd(message=progress.summary))
        server.work_done_progress.tokens.pop(token, None)
