"""How far a long work is, for clients that show it; they let the user end it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_server.lsp.server import Server

ANSWER_SECONDS = 2.0
"""How long to wait for the client to make a progress bar."""


class Progress:
    """A progress bar, or nothing where the client has none."""

    def __init__(self, server: Server, token: lsp.ProgressToken | None) -> None:
        self._server = server
        self._token = token
        self._percentage = -1
        self.total = 0
        """How many files there are."""
        self.summary = ""
        """What to say at the end."""

    def tell(self, done: int, total: int) -> None:
        """Tell how many of all files are done, where that is another percentage."""
        self.total = total
        percentage = 100 * done // max(total, 1)
        if self._token is not None and percentage != self._percentage:
            self._percentage = percentage
            value = lsp.WorkDoneProgressReport(message=f"{done}/{total} files", percentage=percentage)
            self._server.work_done_progress.report(self._token, value)

    async def until_ended(self, work: Awaitable[object]) -> bool:
        """Do something; whether it was done before the user ended it."""
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
    """A progress bar that the client makes for us; None where it shows none, or takes long to make one."""
    if not server.session.client.shows_progress:
        return None
    token = str(uuid.uuid4())
    try:
        await asyncio.wait_for(server.work_done_progress.create_async(token), ANSWER_SECONDS)
    except (JsonRpcException, asyncio.TimeoutError):
        return None
    return token


@asynccontextmanager
async def progress_of(server: Server, title: str, token: lsp.ProgressToken | None) -> AsyncIterator[Progress]:
    """A progress bar with this title, for as long as the work takes."""
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
