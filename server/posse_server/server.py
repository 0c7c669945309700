"""The language server object: the session, the schedule, and what more than one feature tells the client."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import logging
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from posse_checks import __version__
from posse_checks.config_file.problem import Problem
from posse_server.baselines import Key
from posse_server.console import LogFormatter, printable
from posse_server.editor_settings import EditorSettings, Switch
from posse_server.holding_files import HoldingFiles
from posse_server.protocol import CONVERTER, configuration_diagnostic
from posse_server.rendering import Json
from posse_server.schedule import Schedule
from posse_server.session import Session, Snapshot

LOG = logging.getLogger(__name__)

STATUS_DELAY = 0.2
"""The seconds after which the numbers of a document are told, so that typing does not wait for them to be counted."""
GATHERING = 0.02
"""Seconds in which reasons to pull again are gathered, to ask the client once for all of them."""
PAUSE = 0.003
"""The seconds between two slices of work, for messages to be read, which takes a turn of the loop for each line."""


NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    [
        lsp.NotebookDocumentFilterWithNotebook(kind, [lsp.NotebookCellLanguage("python")])
        for kind in ("jupyter-notebook", "*")
    ],
    save=True,
)
"""Which notebooks the client tells of, and which of their cells."""


class Protocol(LanguageServerProtocol):
    """The protocol's rules, where pygls leaves something to say."""

    _server: Server

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """Offer diagnostics for pulling only to clients that will pull them; the others get them pushed."""
        result = yield from super().lsp_initialize(params)
        session, offered = self._server.session, result.capabilities.diagnostic_provider
        if not session.client.pulls:
            result.capabilities.diagnostic_provider = None
        if not session.client.has_lenses:
            result.capabilities.code_lens_provider = None
        elif offered is not None:
            offered.workspace_diagnostics = session.shows_workspace
        return result

    @property
    def exit_status(self) -> int:
        """The status to end the process with: zero where the client asked for that before it left."""
        return 0 if self._shutdown else 1

    def send_notification(self, method: str, params: str) -> None:
        """Send a notification, the parameters of which are JSON already."""
        self._send_json(f'{{"jsonrpc":"2.0","method":"{method}","params":{params}}}')

    def _send_response(self, msg_id: str | int, result: Any = None, error: Any = None) -> None:
        """Send a result that is JSON already as it is."""
        if isinstance(result, Json):
            self._send_json(f'{{"jsonrpc":"2.0","id":{json.dumps(msg_id)},"result":{result}}}')
        else:
            super()._send_response(msg_id, result, error)

    def _send_json(self, message: str) -> None:
        assert self.writer is not None, "there is a connection once messages are answered"
        body = message.encode()
        written = self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        if inspect.isawaitable(written):
            self._server.in_background(written)

    def structure_message(self, data: dict[str, Any]) -> object:
        """Answer a request of the wrong form with an error: pygls only shows it to the user, and the client waits."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise


class Server(LanguageServer):
    """A language server with Posse's state."""

    protocol: Protocol

    def __init__(self, publish: Callable[[Server, str], None], tell_numbers: Callable[[Server, str], None]) -> None:
        super().__init__(
            "posse",
            __version__,
            text_document_sync_kind=lsp.TextDocumentSyncKind.Incremental,
            notebook_document_sync=NOTEBOOKS,
            protocol_cls=Protocol,
            converter_factory=lambda: CONVERTER,
        )
        self.session = Session()
        self.schedule = Schedule(self._show)
        self._refreshes = Schedule(self._refresh, GATHERING)
        self._publish_findings = publish
        self._numbers = Schedule(functools.partial(tell_numbers, self), STATUS_DELAY)
        self.configurations = HoldingFiles(self.session, self._publish_problems, self.warn)
        self._told: set[str] = set()
        self._background: set[asyncio.Future[None]] = set()
        self._settling: set[str] = set()

    def _show(self, uri: str) -> None:
        """Tell the client of a document's newest version, and go on with what is not settled in it.

        The problems of configuration files are pushed to all clients.
        """
        configuration, snapshot = self.session.configuration(uri), self.session.snapshot(uri)
        if configuration is not None:
            self._publish_problems(uri, configuration.problems, configuration.text.lines, configuration.version)
        if snapshot is None:
            return
        if snapshot.cells is not None:
            self._show_cells(snapshot)
        elif not self.session.client.pulls and not snapshot.waits:
            self._publish_findings(self, uri)
        if self.session.workspace.wants(Switch.STATUS) and not snapshot.awaits_baseline:
            self._numbers.soon(uri)
        if not snapshot.is_settled and uri not in self._settling:
            self._settling.add(uri)
            self.in_background(self._settle(uri))

    def _show_cells(self, notebook: Snapshot) -> None:
        """Show those cells of a notebook that an edit changed; it may have been in another one."""
        if notebook.waits:
            return
        changed = self.session.cells.changed(notebook)
        if not self.session.client.pulls:
            for part, _ in changed:
                self._publish_findings(self, part.uri)
        elif any(is_unknown for _, is_unknown in changed):
            self.refresh_all()

    async def _settle(self, uri: str) -> None:
        """Settle a document slice by slice, with whatever edits come between, and show it again."""
        while self.session.settle_further(uri):
            await asyncio.sleep(PAUSE)
        self._settling.discard(uri)
        self.refresh_all()
        if not self.session.client.pulls:
            self.schedule.soon(uri)

    def in_background(self, work: Awaitable[None]) -> None:
        """Run something until it or the server ends."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def shutdown(self) -> None:
        """Hang up too: since Python 3.12, asyncio's TCP server does not end before its connections are closed."""
        if isinstance(self.protocol.writer, asyncio.StreamWriter):
            self.protocol.writer.close()
        super().shutdown()  # type: ignore[no-untyped-call]  # pygls declares no types here

    def read_configurations(self) -> None:
        """Read the configurations that have changed, say what is wrong with them, and refresh all diagnostics."""
        changed = self.session.reconfigure()
        if self.configurations.take(self.session.configuration_files()) or changed:
            self.note_all_files()
        self.tell_baseline_news()
        if changed:
            self.refresh_diagnostics(self.session.open_uris)

    def look_for_configuration(self, uri: str) -> None:
        """Read the configuration for a document that is about to be opened; others are read only if it has changed."""
        file, is_news = self.session.look_again(uri)
        if is_news or self.configurations.is_outdated(self.session.identities.location(uri), file):
            self.read_configurations()
        else:
            self.configurations.add(file)

    def read_baselines(self) -> None:
        """Read the baselines that have changed, and refresh all diagnostics."""
        if self.session.read_baselines():
            self.refresh_diagnostics(self.session.open_uris)
        self.tell_baseline_news()

    def tell_baseline_news(self) -> None:
        """Say what has become of baselines, where the user should hear of it."""
        for news in self.session.baselines.take_news():
            self.warn(news)
        for key in self.session.baselines.take_wanted():
            self.in_background(self._read_baseline(key))

    async def _read_baseline(self, key: Key) -> None:
        """Read a large baseline in a thread. Until then the last one counts, or nothing is shown if there is none."""
        read = await asyncio.to_thread(self.session.baselines.read, key)
        if self.session.baselines.put(key, read) and self.session.apply_baselines():
            self.refresh_diagnostics(self.session.open_uris)
        self.tell_baseline_news()

    def warn(self, text: str) -> None:
        """Show the user a message."""
        self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, printable(text)))

    def take_settings(self, settings: Mapping[Path | None, EditorSettings]) -> None:
        """Take the editor's settings, and say what is wrong with them."""
        if self.session.take_settings(settings):
            self.note_all_files()
            self.refresh_lenses()
        mistakes = [mistake for mistake in self.session.workspace.mistakes if mistake not in self._told]
        if mistakes:
            self._told.update(mistakes)
            text = f"Settings of Posse: {' '.join(mistakes)} All else in them holds."
            self.warn(text)
        self.read_configurations()

    def note_all_files(self) -> None:
        """Have all files looked at again that are shown and not open; a client that pulls theirs pulls them anew."""
        self.session.closed.note_all()
        if self.session.shows_workspace:
            self.refresh_all()

    def refresh_diagnostics(self, uris: Iterable[str]) -> None:
        """Show the diagnostics of documents anew; a client that pulls them pulls those of all."""
        self.refresh_all()
        self.refresh_lenses()
        for uri in uris:
            self.schedule.soon(uri)

    def refresh_all(self) -> None:
        """Have a client that pulls diagnostics pull them all again: once for whatever happens within a moment."""
        if self.session.client.pulls:
            self._refreshes.soon(lsp.WORKSPACE_DIAGNOSTIC_REFRESH)

    def _refresh(self, method: str) -> None:
        if method == lsp.WORKSPACE_DIAGNOSTIC_REFRESH:
            self.workspace_diagnostic_refresh(None)
        else:
            self.workspace_code_lens_refresh(None)

    def refresh_lenses(self) -> None:
        """Have the client ask for code lenses anew, where it can."""
        if self.session.client.refreshes_lenses:
            self._refreshes.soon(lsp.WORKSPACE_CODE_LENS_REFRESH)

    def _publish_problems(
        self, uri: str, problems: Sequence[Problem], lines: Sequence[str], version: int | None = None
    ) -> None:
        encoding = self.session.client.encoding
        diagnostics = [configuration_diagnostic(problem, lines, encoding) for problem in problems]
        params = lsp.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics, version=version)
        self.text_document_publish_diagnostics(params)


class ClientLog(logging.Handler):
    """Passes log records on to the client as `window/logMessage`."""

    TYPES: ClassVar = {
        logging.DEBUG: lsp.MessageType.Log,
        logging.INFO: lsp.MessageType.Info,
        logging.WARNING: lsp.MessageType.Warning,
    }

    def __init__(self, server: Server) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(LogFormatter())
        self._server = server

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        kind = self.TYPES.get(record.levelno, lsp.MessageType.Error)
        self._server.window_log_message(lsp.LogMessageParams(kind, self.format(record)))
