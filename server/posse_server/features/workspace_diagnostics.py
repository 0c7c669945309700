"""The findings of a whole workspace: pulled by clients that were asked to show them, or pushed by a command."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_server.closed_files import Report
from posse_server.rendering import Json
from posse_server.server import Server

LOG = logging.getLogger(__name__)

TITLE = "Checking the workspace"
FILES = "**/*.py"
"""The files that are checked, as a client that watches them knows them."""
PATIENCE = 30.0
"""The seconds after which an answer without news is given: files may change without anybody telling."""
INTERVAL = 0.1
"""The seconds between two parts of an answer, and two looks of a progress bar."""


async def pull(server: Server, params: lsp.WorkspaceDiagnosticParams) -> Json:
    """Answer with the diagnostics of all files, in parts where the client takes these, once any of them is news.

    A file that the client knows of and that is not checked any more gets an empty report.
    """
    from posse_server.workspace_files import files_in

    told = {one.uri: one.value for one in params.previous_result_ids}
    while True:
        server.session.closed.news.clear()
        answer = _Answer(server, params.partial_result_token, told)
        async with _progress(server, params.work_done_token, TITLE) as progress:
            async for path in files_in(server.session.workspace):
                answer.take(await server.session.report(path))
                progress.count()
        answer.close()
        if answer.has_news:
            return answer.rest()
        try:
            await asyncio.wait_for(server.session.closed.news.wait(), PATIENCE)
        except asyncio.TimeoutError:
            return answer.rest()


async def scan(server: Server) -> dict[str, int] | None:
    """Show the findings of all files, and keep them up to date; the number of files and of findings, None if cancelled.

    A client that can be told of progress can cancel; what is shown by then stays.
    """
    session = server.session
    token = str(uuid4()) if session.client.shows_progress else None
    if token is not None:
        try:
            await server.work_done_progress.create_async(token)
        except JsonRpcException:
            token = None
    if not session.closed.is_followed:
        session.closed.is_followed = True
        server.in_background(_follow(server))
    async with _progress(server, token, TITLE, cancellable=True) as progress:
        return await _round(server, progress)


def did_open(server: Server, uri: str) -> None:
    """Take back what was pushed about a file that is open from now on, and whose diagnostics will be pulled."""
    pushed = server.session.closed.pushed
    if uri in pushed and server.session.client.pulls:
        _push(server, uri, "")
    pushed.discard(uri)


def did_move_files(server: Server, params: lsp.RenameFilesParams | lsp.DeleteFilesParams) -> None:
    """Look again where files have been renamed or deleted."""
    server.session.closed.note_changes()


async def watch(server: Server) -> None:
    """Have the client tell when files change that are not open, if it can."""
    if not server.session.client.watches_files:
        return
    options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(glob_pattern=FILES)])
    registration = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    try:
        await server.client_register_capability_async(lsp.RegistrationParams([registration]))
    except JsonRpcException as error:
        LOG.info("the client does not watch Python files: %s", error)


async def _follow(server: Server) -> None:
    """Keep what was pushed up to date."""
    await watch(server)
    changes = server.session.closed.changes
    while True:
        await changes.wait()
        changes.clear()
        await _round(server, _Progress(server, None))


async def _round(server: Server, progress: _Progress) -> dict[str, int] | None:
    from posse_server.workspace_files import files_in

    session = server.session
    files = findings = 0
    seen = set[str]()
    async for path in files_in(session.workspace):
        if progress.is_cancelled:
            return None
        report = await session.report(path)
        _show(server, report)
        seen.add(report.uri)
        files, findings = files + 1, findings + report.findings
        progress.count()
    for uri in session.closed.pushed - seen:
        _push(server, uri, "")
    return {"files": files, "findings": findings}


def _show(server: Server, report: Report) -> None:
    """Push the diagnostics of a file that is not open, where there are any or were."""
    pushed = server.session.closed.pushed
    if report.version is None and (report.items or report.uri in pushed):
        _push(server, report.uri, report.items)


def _push(server: Server, uri: str, items: str) -> None:
    pushed = server.session.closed.pushed
    (pushed.add if items else pushed.discard)(uri)
    params = f'{{"uri":{json.dumps(uri)},"diagnostics":[{items}]}}'
    server.protocol.send_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


class _Answer:
    """An answer to one pull, which is sent in parts to a client that gave a token for them."""

    def __init__(self, server: Server, token: lsp.ProgressToken | None, told: dict[str, str]) -> None:
        self._server, self._token = server, token
        self._told, self._gone = told, set(told)
        self._parts: list[str] = []
        self._sent = time.monotonic()
        self.has_news = False
        """Whether anything in it is other than what the client was told."""

    def take(self, report: Report) -> None:
        """Add a file."""
        self._gone.discard(report.uri)
        is_news = self._told.get(report.uri) != report.result
        kind = f'"full","items":[{report.items}]' if is_news else '"unchanged"'
        self._add(report.uri, report.version, f'{kind},"resultId":{json.dumps(report.result)}', is_news=is_news)

    def close(self) -> None:
        """Add what the client knows of and is not there any more."""
        for uri in sorted(self._gone):
            self._add(uri, None, '"full","items":[]', is_news=True)

    def rest(self) -> Json:
        """What has not been sent."""
        if self._token is not None:
            self._send()
        items, self._parts = ",".join(self._parts), []
        return Json(f'{{"items":[{items}]}}')

    def _add(self, uri: str, version: int | None, report: str, *, is_news: bool) -> None:
        number = "null" if version is None else str(version)
        self._parts.append(f'{{"uri":{json.dumps(uri)},"version":{number},"kind":{report}}}')
        self.has_news |= is_news
        if self._token is not None and self.has_news and time.monotonic() - self._sent > INTERVAL:
            self._send()

    def _send(self) -> None:
        value = f'{{"items":[{",".join(self._parts)}]}}'
        params = f'{{"token":{json.dumps(self._token)},"value":{value}}}'
        self._server.protocol.send_notification(lsp.PROGRESS, params)
        self._parts, self._sent = [], time.monotonic()


class _Progress:
    """A progress bar of the client's, or none."""

    def __init__(self, server: Server, token: lsp.ProgressToken | None) -> None:
        self._bar, self._token = server.work_done_progress, token
        self._done, self._shown = 0, time.monotonic()

    @property
    def is_cancelled(self) -> bool:
        """Whether the user has had enough."""
        return self._token is not None and self._bar.tokens[self._token].cancelled()

    def count(self) -> None:
        """Note that one more file is done."""
        self._done += 1
        if self._token is not None and time.monotonic() - self._shown > INTERVAL:
            self._shown = time.monotonic()
            self._bar.report(self._token, lsp.WorkDoneProgressReport(message=f"{self._done} files"))


@asynccontextmanager
async def _progress(
    server: Server, token: lsp.ProgressToken | None, title: str, *, cancellable: bool = False
) -> AsyncIterator[_Progress]:
    bar = server.work_done_progress
    if token is not None:
        bar.begin(token, lsp.WorkDoneProgressBegin(title, cancellable=cancellable))
    try:
        yield _Progress(server, token)
    finally:
        if token is not None:
            bar.end(token, lsp.WorkDoneProgressEnd())
            bar.tokens.pop(token, None)
