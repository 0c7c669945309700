"""Diagnostics of files that are not open: pulled by clients that can, else pushed after a scan was requested."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Set
from contextlib import aclosing
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_server.background.results import FileDiagnostics
from posse_server.lsp.features.progress import progress_of, token_of_ours
from posse_server.lsp.offered import FILES
from posse_server.lsp.server import Server
from posse_server.project.switches import Switch
from posse_server.protocol.json_text import Json

LOG = logging.getLogger(__name__)

TITLE = "Scanning the workspace"
RECHECK_DELAY_SECONDS = 0.1
"""Time, in seconds, that changed files are collected before they are checked together."""

OnFound = Callable[[Path], None]


async def pull(server: Server, params: lsp.WorkspaceDiagnosticParams) -> Json:
    """Answer a client that asks for the diagnostics of all files, and which of those that it has are still current.

    A client that accepts partial results gets them as they come, and no response before something has changed.
    """
    client, files, token = server.session.client, server.session.closed, params.partial_result_token
    identities = server.session.identities
    has = {path: id.value for id in params.previous_result_ids if (path := identities.location(id.uri))}
    sent: set[Path] = set()

    def send(path: Path) -> None:
        shown = files.shown.get(path)
        if token is not None and shown is not None:
            sent.add(path)
            _send_part(server, token, [_report(identities.spelled(path), shown)])

    if not client.watches_files:
        files.mark_all_due()
    while True:
        async with progress_of(server, TITLE, params.work_done_token) as progress:
            await _update(server, send, progress.report)
        reports, is_news = _reports(server, has, sent)
        if token is None:
            return Json(f'{{"items":[{",".join(reports)}]}}')
        if is_news or sent:
            _send_part(server, token, reports)
            return Json('{"items":[]}')
        params.work_done_token = None  # it has ended
        await files.changed()


def _reports(server: Server, has: Mapping[Path, str], sent: Set[Path]) -> tuple[list[str], bool]:
    """Returns reports on all files except those in `sent`, for a client that has the results in `has`.

    Also returns whether the diagnostics of a file that is not open have changed.
    """
    session, reports, is_news = server.session, [], False
    snapshots = session.snapshots
    for snapshot in snapshots:
        if snapshot.cells is None and not snapshot.waits:  # clients pull a notebook's cells one by one
            diagnostics, result = session.published.rendered(snapshot, session.client)
            old = has.get(snapshot.config.location) if snapshot.config.location else None
            reports.append(_report(snapshot.uri, FileDiagnostics(diagnostics, 0, result), old, snapshot.version))
    is_wanted = session.workspace.wants(Switch.WORKSPACE_DIAGNOSTICS)
    closed = session.closed.shown if is_wanted else {}
    opened = {snapshot.config.location for snapshot in snapshots}
    for path, shown in closed.items():
        if path not in opened and path not in sent:
            is_news = is_news or has.get(path) != shown.result
            reports.append(_report(session.identities.spelled(path), shown, has.get(path)))
    gone = [path for path in has if path not in closed and path not in opened]
    reports += [_report(session.identities.spelled(path), FileDiagnostics("", 0, ""), None) for path in gone]
    return reports, is_news or bool(gone)


async def scan(server: Server) -> dict[str, int] | None:
    """Check all files of the workspace and show their diagnostics, from then on also whenever they change.

    Returns the number of files and of their findings; None if the user has canceled the scan, or if it failed and the
    user has been told why.
    """
    session, files = server.session, server.session.closed
    if not files.is_checking_all:
        files.mark_all_due()
    if session.shows_workspace:
        server.refresh_all()
    elif not files.is_pushed:
        _start_pushing(server, by_setting=False)
    async with progress_of(server, TITLE, await token_of_ours(server)) as progress:
        work = asyncio.ensure_future(_update(server, lambda path: _show(server, path), progress.report, is_asked=True))
        if not await progress.until_ended(work):
            files.take_due()
            progress.summary = "The scan was canceled."
            return None
        if not work.result():
            progress.summary = "The scan did not finish."
            return None
        inside = [snapshot for snapshot in session.snapshots if snapshot.config.root and snapshot.cells is None]
        findings = sum(len(snapshot.displayed) for snapshot in inside)
        findings += sum(shown.findings for shown in files.shown.values())
        progress.summary = f"{findings} findings in {files.total} files"
        return {"files": files.total, "findings": findings}


def take_switch(server: Server) -> None:
    """Start or stop showing the diagnostics of files that are not open, as the settings have it."""
    files, wanted = server.session.closed, server.session.workspace.wants(Switch.WORKSPACE_DIAGNOSTICS)
    if server.session.shows_workspace:
        _watch_soon(server)
        return
    if wanted is files.is_pushed_by_setting:
        return
    if wanted:
        _start_pushing(server, by_setting=True)
        server.in_background(_scanned(server))
    else:
        for path in files.stop_pushing():
            _push(server, path)
        files.mark_all_due()


def _start_pushing(server: Server, *, by_setting: bool) -> None:
    """Push the diagnostics of files that are not open, from now on also whenever they change."""
    if server.session.closed.start_pushing(by_setting=by_setting):
        server.in_background(_follow(server))


async def _scanned(server: Server) -> None:
    """Scan the workspace, without a result."""
    await scan(server)


def will_open(server: Server, uri: str) -> None:
    """Withdraw the diagnostics of a file that is about to be opened, if the open document's do not replace them."""
    path = server.session.identities.location(uri)
    if path and server.session.closed.forget(path):
        spelled = server.session.identities.spelled(path)
        if server.session.client.pulls or spelled != uri:
            _push(server, path, spelled)


def did_close(server: Server, uri: str) -> None:
    """Have a file checked that is no longer open."""
    path = server.session.identities.location(uri)
    if path:
        server.session.closed.mark_due([path])


def did_move_files(server: Server, params: lsp.RenameFilesParams | lsp.DeleteFilesParams) -> None:
    """Have files, or folders, checked that were renamed or deleted."""
    uris: list[str] = []
    for file in params.files:
        uris += [file.old_uri, file.new_uri] if isinstance(file, lsp.FileRename) else [file.uri]
    server.session.closed.mark_due([path for uri in uris if (path := server.session.identities.location(uri))])


async def _follow(server: Server) -> None:
    """Check changed files again for as long as diagnostics are pushed."""
    files = server.session.closed
    while files.is_pushed:
        await files.changed()
        await asyncio.sleep(RECHECK_DELAY_SECONDS)
        if files.is_pushed and not files.updating.locked():  # else another task is checking what is due
            await _update(server, lambda path: _show(server, path))
    files.note_task_ended()


async def _update(
    server: Server, on_found: OnFound, on_progress: Callable[[int, int], None] | None = None, *, is_asked: bool = False
) -> bool:
    """Check all files that are due, and call `on_found` for each whose diagnostics changed.

    Returns whether they were checked. If not, the user has been told why, and they stay due. Files on which earlier
    processes failed are tried again if the user has asked for the scan. At most one update runs at a time.
    """
    from posse_server.background.client import FileLeftOut, Progressed, ScanError, messages
    from posse_server.background.main import FileChecked, Order

    session, files = server.session, server.session.closed
    async with files.updating:
        due = files.take_due()
        if due is not None and not due:
            return True
        _watch_soon(server)
        folders = [(folder.root, folder.settings) for folder in session.workspace.folders if folder.root]
        left_out = frozenset[Path]() if is_asked else files.left_out
        order = Order(folders, session.client.encoding, due, left_out=left_out)
        seen: set[Path] = set()
        files.is_checking_all = due is None
        files.total = 0 if due is None else files.total
        try:
            async with aclosing(messages(order, server.warn)) as received:
                async for message in received:
                    match message:
                        case FileChecked():
                            seen.add(message.path)
                            if not session.open_at(message.path) and files.store(
                                message.path, message.diagnostics, message.findings, message.stamp
                            ):
                                on_found(message.path)
                        case FileLeftOut():
                            files.leave_out(message.path)
                        case Progressed():
                            if due is None:
                                files.total = message.total
                            if on_progress is not None:
                                on_progress(message.done, message.total)
        except ScanError as failure:
            files.put_back(due)
            server.warn(str(failure))
            return False
        except asyncio.CancelledError:
            files.mark_all_due() if due is None else files.mark_due(due)
            raise
        finally:
            files.is_checking_all = False
        for path in files.drop_missing(due, seen):
            on_found(path)
        return True


def _watch_soon(server: Server) -> None:
    """Have the client watch files from now on, if it can and was not asked before."""
    files = server.session.closed
    if server.session.client.watches_files and not files.is_watched:
        files.is_watched = True
        server.in_background(_watch(server))


async def _watch(server: Server) -> None:
    """Ask the client to report changed files."""
    options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(FILES)])
    registration = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    try:
        await server.client_register_capability_async(lsp.RegistrationParams([registration]))
    except JsonRpcException as error:
        LOG.info("The client does not watch files: %s", error)


def _show(server: Server, path: Path) -> None:
    """Push the diagnostics of a file, unless the client pulls them or the file is open."""
    if server.session.closed.is_pushed and server.session.open_at(path) is None:
        _push(server, path)


def _push(server: Server, path: Path, uri: str | None = None) -> None:
    """Push the diagnostics of a closed file; none if it has none."""
    shown, uri = server.session.closed.shown.get(path), uri or server.session.identities.spelled(path)
    params = f'{{"uri":{json.dumps(uri)},"diagnostics":[{shown.diagnostics if shown else ""}]}}'
    server.protocol.send_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


def _send_part(server: Server, token: lsp.ProgressToken, reports: list[str]) -> None:
    """Send reports to the client as a partial result."""
    value = f'{{"items":[{",".join(reports)}]}}'
    server.protocol.send_notification(lsp.PROGRESS, f'{{"token":{json.dumps(token)},"value":{value}}}')


def _report(uri: str, shown: FileDiagnostics, old: str | None = None, version: int | None = None) -> str:
    """Returns the report on a file as JSON, for a client that has the result `old`."""
    about = f'"uri":{json.dumps(uri)},"version":{json.dumps(version)}'
    result = f',"resultId":{json.dumps(shown.result)}' if shown.result else ""
    if shown.result == old:
        return f'{{"kind":"unchanged",{about}{result}}}'
    return f'{{"kind":"full",{about}{result},"items":[{shown.diagnostics}]}}'
