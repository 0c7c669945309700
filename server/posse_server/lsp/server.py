"""The language server object: the session, the schedule, and notifications that several features send."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.lsp.server import LanguageServer

from posse_checks import __version__
from posse_server.lsp.change import CURRENT, Change, Schedule, Source, Stale, did_modify
from posse_server.lsp.project_trust import ProjectTrust
from posse_server.lsp.rpc import Protocol
from posse_server.project.switches import Switch
from posse_server.protocol.converter import CONVERTER
from posse_server.system.console import printable

if TYPE_CHECKING:  # loaded after the response to `initialize`
    from posse_checks.config.problem import Problem
    from posse_server.baselines.read import BaselineFile
    from posse_server.lsp.active_configurations import ActiveConfigurations
    from posse_server.lsp.project_plugins import ProjectPlugins
    from posse_server.lsp.session import Session, Snapshot

LOG = logging.getLogger(__name__)

COUNTS_DELAY_SECONDS = 0.2
"""Delay, in seconds, before a document's numbers are counted and sent, so that typing does not wait for it."""
BEGIN_DELAY_SECONDS = 0.01
"""Time, in seconds, that the thread which writes has for the response to `initialize` before the session begins."""
REFRESH_DELAY_SECONDS = 0.02
"""Time, in seconds, in which requests to refresh are merged into one."""
SLICE_PAUSE_SECONDS = 0.003
"""Pause between two slices of work, in seconds: the event loop needs one iteration per line to read messages."""
IDLE_SECONDS = 0.01
"""Time without an edit, in seconds, after which data is followed. A client that sends edits back to back waits for none
of it."""

_CHANGED = {
    lsp.TEXT_DOCUMENT_DID_CHANGE: "textDocument",
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE: "notebookDocument",
}
"""Notifications that edit a document, with the parameter that names it."""


class Server(LanguageServer):
    """A language server with Posse's state."""

    protocol: Protocol

    def __init__(
        self,
        publish: Callable[[Server, str], None],
        publish_counts: Callable[[Server, str], None],
        notebooks: lsp.NotebookDocumentSyncOptions,
        *,
        is_editor_near: bool = True,
    ) -> None:
        super().__init__(
            "posse",
            __version__,
            text_document_sync_kind=lsp.TextDocumentSyncKind.Incremental,
            notebook_document_sync=notebooks,
            protocol_cls=Protocol,
            converter_factory=lambda: CONVERTER,
        )
        self._session: Session | None = None
        self._begin: Callable[[], None] | None = None
        self.is_editor_near = is_editor_near
        """Whether the editor is a process on this machine."""
        self.leave: Callable[[], None] = lambda: None
        """Ends the session, from any thread, as if the client had hung up."""
        self.schedule = Schedule(self._show)
        self._refreshes = Schedule(self._refresh, REFRESH_DELAY_SECONDS)
        self._publish_findings = publish
        self._counts = Schedule(functools.partial(publish_counts, self), COUNTS_DELAY_SECONDS)
        self._shown_mistakes: set[str] = set()
        """Mistakes in settings that the user has been shown."""
        self.asked_settings = 0
        """Number of times the client was asked for its settings."""
        self._background: set[asyncio.Future[None]] = set()
        self._rechecking: set[str] = set()
        """URIs of documents with a `_recheck` task; one has at most one."""
        self.trust = ProjectTrust()
        self.finds_project_code = True
        """Whether plug-ins and checks of the project are looked for, which takes threads and processes."""
        self.project_python: str | None = None
        """The project's Python, if the command line names it."""
        self.plugins: dict[Path, ProjectPlugins] = {}
        """The plug-ins of each workspace folder."""
        self.looking: dict[str, asyncio.Event] = {}
        """For each document that plug-ins look at, the event that it was edited."""
        self.decisions_made = 0
        """Number of decisions on trust in this session."""
        self.project_code_changed = asyncio.Event()
        self.look_at_plugins: Callable[[str], None] = lambda uri: None
        """Has plug-ins look at a document. Does not wait for them."""
        self.notes_on: Callable[[str, Sequence[str]], Sequence[Problem]] = lambda uri, lines: ()
        """Returns what there is to say about plug-ins in a configuration file with these lines."""
        self._following: set[str] = set()
        """URIs of documents with a `_follow` task; one has at most one."""

    @property
    def session(self) -> Session:
        """The state between messages, which begins when it is first needed after the response to `initialize`."""
        if self._session is None:
            from posse_server.lsp.session import Session

            self._session = Session()
        if self._begin is not None:
            begin, self._begin = self._begin, None
            begin()
        return self._session

    def begin_with(self, begin: Callable[[], None]) -> None:
        """Have the session begin like that once the response to `initialize` is sent.

        What this loads takes longer than to respond, and the client prepares its next messages meanwhile.
        """
        self._begin = begin
        asyncio.get_running_loop().call_later(BEGIN_DELAY_SECONDS, lambda: self.session)

    @functools.cached_property
    def configurations(self) -> ActiveConfigurations:
        """The configurations in effect."""
        from posse_server.lsp.active_configurations import ActiveConfigurations

        return ActiveConfigurations(self.session, self._publish_problems, self.warn)

    def _show(self, uri: str) -> None:
        """Notify the client of a document's newest version, and recheck what is pending in it.

        Problems in configuration files are pushed to every client, even one that pulls diagnostics.
        """
        configuration, snapshot = self.session.configurations.get(uri), self.session.snapshot(uri)
        if configuration is not None:
            self._publish_problems(uri, configuration.problems, configuration.text.lines, configuration.version)
        if snapshot is None:
            return
        if snapshot.cells is not None:
            self._show_cells(snapshot)
        elif not self.session.client.pulls and not snapshot.waits:
            self._publish_findings(self, uri)
        if self.session.workspace.wants(Switch.STATUS) and not snapshot.awaits_baseline:
            self._counts.soon(uri)
        self.look_at_plugins(uri)
        if not snapshot.is_up_to_date and uri not in self._rechecking:
            self._rechecking.add(uri)
            self.in_background(self._recheck(uri))
        if snapshot.follows_data and uri not in self._following:
            self._following.add(uri)
            self.in_background(self._follow(uri))

    def _show_cells(self, notebook: Snapshot) -> None:
        """Show the cells of a notebook whose diagnostics an edit changed, possibly in another cell."""
        if notebook.waits:
            return
        changed = self.session.cells.changed(notebook)
        if not self.session.client.pulls:
            for cell in changed:
                self._publish_findings(self, cell.snapshot.uri)
        elif any(cell.is_unannounced for cell in changed):
            self.refresh_all()

    async def _recheck(self, uri: str) -> None:
        """Recheck a document slice by slice, edits in between included, and show it again."""
        while self.session.recheck_further(uri):
            await asyncio.sleep(SLICE_PAUSE_SECONDS)
        self._rechecking.discard(uri)
        stale = Stale(() if self.session.client.pulls else (uri,), is_unannounced=True)
        did_modify(self, Change(Source.RECHECK, stale))

    async def _follow(self, uri: str) -> None:
        """Follow the data in a document slice by slice whenever nobody types, and show it again if that shows more."""
        document, is_pending, stale = None, True, CURRENT
        while is_pending:
            snapshot = self.session.snapshot(uri)
            if snapshot is not None and snapshot.document is not document:
                document = snapshot.document
                await asyncio.sleep(IDLE_SECONDS)
                continue
            is_pending, stale = self.session.follow_further(uri)
            await asyncio.sleep(SLICE_PAUSE_SECONDS if is_pending else 0)
        self._following.discard(uri)
        if self.session.workspace.wants(Switch.STATUS):
            self._counts.soon(uri)
        did_modify(self, Change(Source.EVIDENCE, stale, uri))

    def in_background(self, work: Awaitable[None]) -> None:
        """Run a task until it is done or the session ends."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._note_done)

    def _note_done(self, task: asyncio.Future[None]) -> None:
        """Forget a finished task, and log its exception."""
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.protocol.failed(error, "work in the background")

    def stop(self) -> None:
        """Cancel all background tasks, and end the processes that run plug-ins."""
        for task in list(self._background):
            task.cancel()
        for plugins in self.plugins.values():
            plugins.stop()

    def capabilities_for(self, client: lsp.ClientCapabilities) -> lsp.ServerCapabilities:
        """Returns the capabilities that the server offers to a client."""
        features, encoding = self.protocol.fm, ServerCapabilitiesBuilder.choose_position_encoding(client)
        offered: lsp.ServerCapabilities = ServerCapabilitiesBuilder(
            client,
            {*features.features, *features.builtin_features},
            features.feature_options,
            list(features.commands),
            self._text_document_sync_kind,
            self._notebook_document_sync,
            encoding,
        ).build()  # type: ignore[no-untyped-call]  # pygls declares no types here
        return offered

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log an error. It is not shown to the user, who can do nothing about it."""
        self.protocol.failed(error, getattr(source, "__name__", "the server"))

    def lose(self, method: str, params: object) -> None:
        """Treat a document's text as unknown, if the message that failed was an edit of it."""
        document = params.get(_CHANGED[method]) if method in _CHANGED and isinstance(params, dict) else None
        uri = document.get("uri") if isinstance(document, dict) else None
        if isinstance(uri, str):
            LOG.warning("%s: an edit could not be read. Close and reopen the file.", uri)
            stale = self.session.lose(uri)
            did_modify(self, Change(Source.EDIT, stale, uri))
            if stale is CURRENT:
                self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri=uri, diagnostics=[]))

    def number(self, document: lsp.VersionedTextDocumentIdentifier | lsp.VersionedNotebookDocumentIdentifier) -> None:
        """Assign the next version to a document that was edited without one."""
        if document.version is None:
            known = self.session.snapshot(document.uri) or self.session.configurations.get(document.uri)
            document.version = known.version + 1 if known else 0

    def show_baseline_messages(self) -> None:
        """Show the user what changed about baselines, and start to read the large ones."""
        for message in self.session.baselines.take_messages():
            self.warn(message)
        for key in self.session.baselines.take_pending():
            self.in_background(self._read_baseline(key))

    async def _read_baseline(self, key: BaselineFile) -> None:
        """Read a large baseline in a thread. Until then the previous one applies; without one, nothing is shown."""
        read = await asyncio.to_thread(self.session.baselines.read, key)
        stale = self.session.apply_baselines() if self.session.baselines.put(key, read) else CURRENT
        did_modify(self, Change(Source.LARGE_BASELINE, stale))

    def warn(self, text: str) -> None:
        """Show the user a message."""
        self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, printable(text)))

    def warn_of_mistakes(self) -> None:
        """Show the user the mistakes in the editor's settings that were not shown before."""
        mistakes = [mistake for mistake in self.session.workspace.mistakes if mistake not in self._shown_mistakes]
        if mistakes:
            self._shown_mistakes.update(mistakes)
            self.warn(f"Settings of Posse: {' '.join(mistakes)} The other settings apply.")

    def refresh_all(self) -> None:
        """Ask a client that pulls diagnostics to pull all of them again, once for all reasons of a moment."""
        if self.session.client.pulls:
            self._refreshes.soon(lsp.WORKSPACE_DIAGNOSTIC_REFRESH)

    def _refresh(self, method: str) -> None:
        """Send the refresh request of this name; the key in `_refreshes` is its method."""
        if method == lsp.WORKSPACE_DIAGNOSTIC_REFRESH:
            self.workspace_diagnostic_refresh(None)
        else:
            self.workspace_code_lens_refresh(None)

    def refresh_lenses(self) -> None:
        """Ask the client to request code lenses again, if it supports that."""
        if self.session.client.refreshes_lenses:
            self._refreshes.soon(lsp.WORKSPACE_CODE_LENS_REFRESH)

    def _publish_problems(
        self, uri: str, problems: Sequence[Problem], lines: Sequence[str], version: int | None = None
    ) -> None:
        """Push the problems of a configuration file that has these lines."""
        from posse_server.protocol.convert import configuration_diagnostic

        encoding = self.session.client.encoding
        shown = [*problems, *self.notes_on(uri, lines)]
        diagnostics = [configuration_diagnostic(problem, lines, encoding) for problem in shown]
        params = lsp.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics, version=version)
        self.text_document_publish_diagnostics(params)
