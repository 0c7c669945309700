"""The table of features: which function answers which message."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from typing import Any

from lsprotocol import types as lsp

from posse_server.lsp.features import (
    baseline,
    code_lens,
    completion,
    configuration,
    diagnostics,
    doctor,
    documents,
    hover,
    nosec,
    notebook_actions,
    notebooks,
    project_code,
    rules,
    settings,
    workspace_diagnostics,
)
from posse_server.lsp.server import ClientLog, Server
from posse_server.transport.messages import TRUST_CHANGED

Handler = Callable[[Server, Any], Any]

FILES_AND_FOLDERS = lsp.FileOperationRegistrationOptions(
    [lsp.FileOperationFilter(lsp.FileOperationPattern(glob), "file") for glob in (workspace_diagnostics.FILES, "**/")]
)

FEATURES: Mapping[str, tuple[Handler, object]] = {
    lsp.INITIALIZE: (configuration.initialize, None),
    lsp.INITIALIZED: (configuration.initialized, None),
    lsp.TEXT_DOCUMENT_DID_OPEN: (documents.did_open, None),
    lsp.TEXT_DOCUMENT_DID_CHANGE: (documents.did_change, None),
    lsp.TEXT_DOCUMENT_DID_SAVE: (documents.did_save, None),
    lsp.TEXT_DOCUMENT_DID_CLOSE: (documents.did_close, None),
    lsp.TEXT_DOCUMENT_DIAGNOSTIC: (
        diagnostics.pull,
        lsp.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=False, identifier="posse"),
    ),
    lsp.WORKSPACE_DIAGNOSTIC: (workspace_diagnostics.pull, None),
    lsp.TEXT_DOCUMENT_HOVER: (hover.hover, None),
    lsp.TEXT_DOCUMENT_COMPLETION: (
        completion.completion,
        lsp.CompletionOptions(trigger_characters=completion.TRIGGER_CHARACTERS),
    ),
    lsp.TEXT_DOCUMENT_CODE_ACTION: (
        notebook_actions.code_action,
        lsp.CodeActionOptions(code_action_kinds=notebook_actions.KINDS, resolve_provider=True),
    ),
    lsp.TEXT_DOCUMENT_CODE_LENS: (code_lens.code_lens, None),
    lsp.CODE_ACTION_RESOLVE: (notebook_actions.resolve, None),
    lsp.NOTEBOOK_DOCUMENT_DID_OPEN: (notebooks.did_open, None),
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE: (notebooks.did_change, None),
    lsp.NOTEBOOK_DOCUMENT_DID_SAVE: (notebooks.did_save, None),
    lsp.NOTEBOOK_DOCUMENT_DID_CLOSE: (notebooks.did_close, None),
    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES: (configuration.did_change_watched_files, None),
    TRUST_CHANGED: (project_code.did_change_trust, None),
    lsp.WORKSPACE_DID_CHANGE_CONFIGURATION: (settings.did_change_configuration, None),
    lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: (configuration.did_change_workspace_folders, None),
    lsp.WORKSPACE_DID_RENAME_FILES: (workspace_diagnostics.did_move_files, FILES_AND_FOLDERS),
    lsp.WORKSPACE_DID_DELETE_FILES: (workspace_diagnostics.did_move_files, FILES_AND_FOLDERS),
}

COMMANDS: Mapping[str, Callable[..., Any]] = {
    "posse.showConfiguration": configuration.show,
    "posse.showRule": rules.show,
    "posse.doctor": doctor.report,
    rules.EXPLAIN: rules.explain,
    "posse.scanWorkspace": workspace_diagnostics.scan,
    "posse.showSuppressed": nosec.show_suppressed,
    code_lens.TELL_SUPPRESSED: code_lens.tell_suppressed,
    baseline.ADD_FINDING: baseline.add_finding,
    baseline.ADD_FILE: baseline.add_file,
    baseline.ADD_WORKSPACE: baseline.add_workspace,
    baseline.PRUNE: baseline.prune,
    project_code.TRUST: project_code.trust,
}
"""Handlers of `workspace/executeCommand`. Each takes its arguments as a list."""

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
    server = Server(diagnostics.publish, code_lens.publish_counts, is_editor_near=is_editor_near)
    server.trust.client_decides = client_decides_on_trust
    server.project_python = project_python
    for method in NOT_FOR_PYGLS:
        server.protocol.fm.builtin_features.pop(method)
    for method, (handler, options) in FEATURES.items():
        server.feature(method, options)(functools.partial(handler, server))
    for name, handler in COMMANDS.items():
        server.command(name)(functools.partial(handler, server))
    logging.getLogger("posse_server").addHandler(ClientLog(server))
    logging.getLogger("posse_checks").addHandler(ClientLog(server))
    return server
