"""An editor as the server sees it: one of the recorded clients, or a plain one without capabilities.

Whether diagnostics are pushed or pulled, and how a changed file is noticed, is decided here, so that a test reads the
same for all of them.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcMethodNotFound
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

from tests.server.buffer import Buffer
from tests.server.clients import CLIENTS, PLAIN, converter, recorded
from tests.server.notebook import OpenNotebook
from tests.server.places import with_edits
from tests.server.waiting import within

SERVER = [str(Path(sys.executable).with_name("posse")), "server"]
"""The command that starts the server installed with this Python."""


class Editor(LanguageClient):
    """An editor with its own server."""

    def __init__(self) -> None:
        super().__init__(converter_factory=converter)
        self.client = PLAIN
        self.refuses = False
        self.root = Path()
        self.server = lsp.ServerCapabilities()
        self.info: lsp.ServerInfo | None = None
        self.pushed: dict[str, list[lsp.PublishDiagnosticsParams]] = defaultdict(list)
        self.watched: list[str] = []
        self.statuses: list[dict[str, Any]] = []
        """The counts of findings that the server has sent."""
        self.is_ending_work = False
        """Whether the user cancels any work as soon as it is reported."""
        self.progressed: list[tuple[lsp.ProgressToken, dict[str, Any]]] = []
        self.refreshes = 0
        """Number of requests of the server to pull diagnostics again."""
        self.news = asyncio.Event()
        self._numbers = count(1)
        self._open: list[Buffer | OpenNotebook] = []
        ours: dict[str, Callable[[Editor, object], None]] = {
            lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: Editor._on_diagnostics,
            lsp.WORKSPACE_DIAGNOSTIC_REFRESH: Editor._on_refresh,
            lsp.CLIENT_REGISTER_CAPABILITY: Editor._on_registration,
            lsp.WINDOW_SHOW_MESSAGE: Editor._on_message,
            lsp.PROGRESS: Editor._on_progress,
            lsp.WORKSPACE_CODE_LENS_REFRESH: Editor._on_news,
            "posse/status": Editor._on_status,
        }
        register_lsp_features(
            self, DEFAULT_CLIENT_FEATURES | {name: partial(method, self) for name, method in ours.items()}
        )

    async def begin(self, client: str, *roots: Path, options: object = None) -> None:
        """Open a workspace of these folders as one of the clients."""
        self.client, self.root = client, (*roots, Path())[0]
        params = recorded(client, *roots)
        if options is not None:
            params.initialization_options = options
        result = await within(self.initialize_session(params))
        self.server, self.info = result.capabilities, result.server_info
        await self.settled()

    async def tidy(self) -> None:
        """Close all documents, delete the configuration, and check that the server has noticed."""
        self.configuration.unlink(missing_ok=True)
        self.baseline.unlink(missing_ok=True)
        for buffer in self._open:
            buffer.save()
            buffer.close()
        self._open.clear()
        await self.settled()
        self.messages.clear()

    async def end(self) -> None:
        """Shut down properly, whatever has happened."""
        try:
            await within(self.shutdown_session())
        finally:
            if self._server and self._server.returncode is None:
                self._server.kill()
            await within(self.stop())  # type: ignore[no-untyped-call]
            if isinstance(self.protocol.writer, asyncio.StreamWriter):
                self.protocol.writer.close()  # which pygls leaves to the garbage collector, if it is a socket's

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Fail the test, unless the server refused on purpose."""
        if not isinstance(error, JsonRpcMethodNotFound):
            super().report_server_error(error, source)

    @property
    def pulls(self) -> bool:
        """Whether it pulls diagnostics; otherwise the server pushes them."""
        return self.server.diagnostic_provider is not None

    @property
    def configuration(self) -> Path:
        """The configuration of the workspace, which may not exist."""
        return self.root / "bandit.yaml"

    @property
    def baseline(self) -> Path:
        """The baseline of the workspace, which may not exist, if no configuration names another."""
        return self.root / ".bandit-baseline.json"

    @property
    def encoding(self) -> str:
        """The units of columns."""
        return str(getattr(self.server.position_encoding, "value", self.server.position_encoding))

    def open(self, text: str, path: Path | str | None = None, language: str = "python") -> Buffer:
        """Open a document: a new one in the workspace, unless a path or URI is given."""
        place = path or self.root / f"module_{next(self._numbers)}.py"
        buffer = Buffer(self, place if isinstance(place, str) else place.as_uri(), text)
        self._open.append(buffer)
        item = lsp.TextDocumentItem(buffer.uri, language, buffer.version, text)
        self.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return buffer

    def open_notebook(self, *sources: str, path: Path | None = None) -> OpenNotebook:
        """Open a notebook of code cells: a new one in the workspace, unless a path is given."""
        place = path or self.root / f"notebook_{next(self._numbers)}.ipynb"
        notebook = OpenNotebook(self, place.as_uri(), sources)
        self._open.append(notebook)
        return notebook

    def write(self, path: Path, text: str | None) -> None:
        """Write or delete a file, as another program would, and notify the server if the editor watches it."""
        existed = path.exists()
        if text is None:
            path.unlink()
            kind = lsp.FileChangeType.Deleted
        else:
            path.write_text(text, encoding="utf-8", newline="")
            kind = lsp.FileChangeType.Changed if existed else lsp.FileChangeType.Created
        if any(path.match(pattern) for pattern in self.watched):
            event = lsp.FileEvent(path.as_uri(), kind)
            self.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))

    def write_edit(self, edit: lsp.WorkspaceEdit | None) -> None:
        """Apply the edits of files that are not open, and save them."""
        assert edit is not None
        for change in edit.document_changes or []:
            if isinstance(change, lsp.CreateFile):
                assert CLIENTS[self.client].creates
                self.write(_path_of(change.uri), "")
            else:
                assert isinstance(change, lsp.TextDocumentEdit)
                assert change.text_document.version is None
                self._write_edits(change.text_document.uri, change.edits)
        for uri, edits in (edit.changes or {}).items():
            self._write_edits(uri, edits)

    def _write_edits(self, uri: str, edits: Sequence[object]) -> None:
        path = _path_of(uri)
        text = path.read_bytes().decode()
        plain = [edit for edit in edits if isinstance(edit, lsp.TextEdit)]
        self.write(path, with_edits(text, plain, self.encoding))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for messages from the server until a condition holds."""

        async def wait() -> None:
            while not condition():
                self.news.clear()
                await self.news.wait()

        await within(wait())

    async def settled(self) -> None:
        """Wait until the server has sent everything that follows from its input."""
        nowhere = lsp.TextDocumentIdentifier("file:///nowhere.py")
        await within(self.text_document_hover_async(lsp.HoverParams(nowhere, lsp.Position(0, 0))))

    async def run(self, command: str, *arguments: Any) -> Any:
        """Run a command on the server. Returns its result."""
        params = lsp.ExecuteCommandParams(command, list(arguments))
        return await within(self.workspace_execute_command_async(params))

    def problems(self, uri: str) -> list[lsp.Diagnostic]:
        """The diagnostics last pushed for a file."""
        pushes = self.pushed[uri]
        return list(pushes[-1].diagnostics) if pushes else []

    @property
    def work(self) -> list[str]:
        """The messages to the progress bar: begin, report, end."""
        return [value["kind"] for _, value in self.progressed if "kind" in value]

    def _on_news(self, _: object) -> None:
        self.news.set()

    def _on_refresh(self, _: object) -> None:
        self.refreshes += 1
        self.news.set()

    def _on_diagnostics(self, params: object) -> None:
        assert isinstance(params, lsp.PublishDiagnosticsParams)
        self.pushed[params.uri].append(params)
        self.news.set()

    def _on_registration(self, params: object) -> None:
        assert isinstance(params, lsp.RegistrationParams)
        if self.refuses:
            raise JsonRpcMethodNotFound
        for registration in params.registrations:
            if registration.method == lsp.WORKSPACE_DID_CHANGE_CONFIGURATION:
                continue
            assert registration.method == lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
            options = converter().structure(registration.register_options, lsp.DidChangeWatchedFilesRegistrationOptions)
            self.watched += [str(watcher.glob_pattern) for watcher in options.watchers]
        self.news.set()

    def _on_status(self, params: Any) -> None:
        self.statuses.append(params._asdict())
        self.news.set()

    def _on_progress(self, params: object) -> None:
        assert isinstance(params, lsp.ProgressParams)
        assert isinstance(params.value, dict)
        self.progressed.append((params.token, params.value))
        if self.is_ending_work and params.value.get("kind") == "begin":
            self.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(params.token))
        self.news.set()

    def _on_message(self, params: object) -> None:
        assert isinstance(params, lsp.ShowMessageParams)
        self.messages.append(params)
        self.news.set()


def _path_of(uri: str) -> Path:
    assert uri.startswith("file://")
    return Path(unquote(uri.removeprefix("file://")))
