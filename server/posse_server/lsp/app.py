"""The table of features: which function of which module in `features` answers which message."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from lsprotocol import types as lsp

from posse_server.lsp import offered
from posse_server.lsp.client_log import ClientLog
from posse_server.lsp.server import Server
from posse_server.transport.messages import TRUST_CHANGED


@functools.cache
def function_named(name: str) -> Callable[..., Any]:
    """Returns the function of a module in `features`, such as `hover.hover`. Loads the module."""
    module, _, function = name.partition(".")
    found: Callable[..., Any] = getattr(import_module(f"posse_server.lsp.features.{module}"), function)
    return found


class Handler:
    """A function of a module in `features`, called with the server. The module is loaded by the first call.

    Loading all of them takes as long as most of what happens before the response to `initialize`.
    """

    def __init__(self, server: Server, name: str) -> None:
        self._server, self._name = server, name

    @property
    def func(self) -> Callable[..., Any]:
        """The function; pygls reads from it which arguments a command takes."""
        return function_named(self._name)

    def __call__(self, *arguments: Any) -> Any:
        """Call the function."""
        return self.func(self._server, *arguments)


FILES_AND_FOLDERS = lsp.FileOperationRegistrationOptions(
    [lsp.FileOperationFilter(lsp.FileOperationPattern(glob), "file") for glob in (offered.FILES, "**/")]
)

FEATURES: Mapping[str, tuple[str, object]] = {
    lsp.INITIALIZE: ("beginning.initialize", None),
    lsp.INITIALIZED: ("configuration.initialized", None),
    lsp.TEXT_DOCUMENT_DID_OPEN: ("documents.did_open", None),
    lsp.TEXT_DOCUMENT_DID_CHANGE: ("documents.did_change", None),
    lsp.TEXT_DOCUMENT_DID_SAVE: ("documents.did_save", None),
    lsp.TEXT_DOCUMENT_DID_CLOSE: ("documents.did_close", None),
    lsp.TEXT_DOCUMENT_DIAGNOSTIC: (
        "diagnostics.pull",
        lsp.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=False, identifier="posse"),
    ),
    lsp.WORKSPACE_DIAGNOSTIC: ("workspace_diagnostics.pull", None),
    lsp.TEXT_DOCUMENT_HOVER: ("hover.hover", None),
    lsp.TEXT_DOCUMENT_COMPLETION: (
        "completion.completion",
        lsp.CompletionOptions(trigger_characters=offered.TRIGGER_CHARACTERS),
    ),
    lsp.TEXT_DOCUMENT_CODE_ACTION: (
        "notebook_actions.code_action",
        lsp.CodeActionOptions(code_action_kinds=offered.CODE_ACTION_KINDS, resolve_provider=True),
    ),
    lsp.TEXT_DOCUMENT_CODE_LENS: ("code_lens.code_lens", None),
    lsp.CODE_ACTION_RESOLVE: ("notebook_actions.resolve", None),
    lsp.NOTEBOOK_DOCUMENT_DID_OPEN: ("notebooks.did_open", None),
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE: ("notebooks.did_change", None),
    lsp.NOTEBOOK_DOCUMENT_DID_SAVE: ("notebooks.did_save", None),
    lsp.NOTEBOOK_DOCUMENT_DID_CLOSE: ("notebooks.did_close", None),
    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES: ("configuration.did_change_watched_files", None),
    TRUST_CHANGED: ("project_code.did_change_trust", None),
    lsp.WORKSPACE_DID_CHANGE_CONFIGURATION: ("settings.did_change_configuration", None),
    lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: ("configuration.did_change_workspace_folders", None),
    lsp.WORKSPACE_DID_RENAME_FILES: ("workspace_diagnostics.did_move_files", FILES_AND_FOLDERS),
    lsp.WORKSPACE_DID_DELETE_FILES: ("workspace_diagnostics.did_move_files", FILES_AND_FOLDERS),
}

COMMANDS: Mapping[str, str] = {
    "posse.showConfiguration": "configuration.show",
    "posse.showRule": "rules.show",
    "posse.doctor": "doctor.report",
    offered.EXPLAIN: "rules.explain",
    "posse.scanWorkspace": "workspace_diagnostics.scan",
    "posse.showSuppressed": "nosec.show_suppressed",
    offered.TELL_SUPPRESSED: "code_lens.tell_suppressed",
    offered.ADD_FINDING: "baseline.add_finding",
    offered.ADD_FILE: "baseline.add_file",
    offered.ADD_WORKSPACE: "baseline.add_workspace",
    offered.PRUNE: "baseline.prune",
    offered.TRUST: "project_code.trust",
}
"""Handlers of `workspace/executeCommand`. Each takes its arguments as a list."""

NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    [
        lsp.NotebookDocumentFilterWithNotebook(kind, [lsp.NotebookCellLanguage("python")])
        for kind in ("jupyter-notebook", "*")
    ],
    save=True,
)
"""Notebooks that the client synchronizes, and which of their cells."""

NOT_FOR_PYGLS = (
    lsp.TEXT_DOCUMENT_DID_OPEN,
    lsp.TEXT_DOCUMENT_DID_CHANGE,
    lsp.TEXT_DOCUMENT_DID_CLOSE,
    lsp.NOTEBOOK_DOCUMENT_DID_OPEN,
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE,
    lsp.NOTEBOOK_DOCUMENT_DID_CLOSE,
    lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
)
"""Messages that pygls would also handle, with its own copy of each text.

It copies the whole text on each edit, and splits lines where neither Python nor the protocol does.
"""


def make_server(
    *, is_editor_near: bool = True, client_decides_on_trust: bool = False, project_python: str | None = None
) -> Server:
    """Returns a server with all features registered, ready to be started on a transport.

    `is_editor_near` is whether the editor runs on this machine, so that its process ID is meaningful.
    `client_decides_on_trust` is whether the editor says if the workspace is trusted: see `ProjectTrust`.
    `project_python` is the Python that plug-ins are installed in; by default, it is looked for.
    """
    server = Server(
        functools.partial(_call, "diagnostics.publish"),
        functools.partial(_call, "code_lens.publish_counts"),
        NOTEBOOKS,
        is_editor_near=is_editor_near,
    )
    server.trust.client_decides = client_decides_on_trust
    server.project_python = project_python
    for method in NOT_FOR_PYGLS:
        server.protocol.fm.builtin_features.pop(method)
    for method, (handler, options) in FEATURES.items():
        server.feature(method, options)(Handler(server, handler))
    for name, handler in COMMANDS.items():
        server.command(name)(Handler(server, handler))
    logging.getLogger("posse_server").addHandler(ClientLog(server))
    logging.getLogger("posse_checks").addHandler(ClientLog(server))
    return server


def _call(name: str, server: Server, uri: str) -> None:
    """Call the function of this name with the server and the URI of a document."""
    function_named(name)(server, uri)
