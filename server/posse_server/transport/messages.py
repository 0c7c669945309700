"""The fields read from each message of a client. All others are ignored, whatever they contain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types as lsp

from posse_server.transport.shapes import (
    MalformedError,
    Read,
    anything,
    count,
    each,
    flag,
    integer,
    mapped,
    one_of,
    optional,
    readable,
    shape,
    text,
    token,
)

_POSITION = shape(lsp.Position, line=count, character=count)
_RANGE = shape(lsp.Range, start=_POSITION, end=_POSITION)
_DOCUMENT = shape(lsp.TextDocumentIdentifier, uri=text)
_VERSIONED = shape(lsp.VersionedTextDocumentIdentifier, uri=text, version=optional(integer))
_ITEM = shape(lsp.TextDocumentItem, uri=text, language_id=optional(text, ""), version=optional(integer, 0), text=text)


def _made(make: Any, **constants: Any) -> Read:
    """Reads any value that is present as an object with these constants."""
    return optional(shape(lambda: make(**constants)))


# -- client capabilities

_REFRESHED = optional(shape(lsp.CodeLensWorkspaceClientCapabilities, refresh_support=flag))
_RESOLVED = shape(lsp.ClientCodeActionResolveOptions, properties=readable(text))
_TEXT_DOCUMENT = shape(
    lsp.TextDocumentClientCapabilities,
    hover=optional(shape(lsp.HoverClientCapabilities, content_format=readable(text))),
    completion=optional(
        shape(
            lsp.CompletionClientCapabilities,
            completion_item=optional(shape(lsp.ClientCompletionItemOptions, label_details_support=flag)),
        )
    ),
    publish_diagnostics=optional(
        shape(lsp.PublishDiagnosticsClientCapabilities, related_information=flag, data_support=flag)
    ),
    code_action=optional(
        shape(
            lsp.CodeActionClientCapabilities,
            code_action_literal_support=_made(lsp.ClientCodeActionLiteralOptions, code_action_kind=None),
            data_support=flag,
            disabled_support=flag,
            resolve_support=optional(_RESOLVED),
        )
    ),
    code_lens=_made(lsp.CodeLensClientCapabilities),
    diagnostic=_made(lsp.DiagnosticClientCapabilities),
)
_WORKSPACE = shape(
    lsp.WorkspaceClientCapabilities,
    configuration=flag,
    workspace_edit=optional(
        shape(lsp.WorkspaceEditClientCapabilities, document_changes=flag, resource_operations=readable(text))
    ),
    did_change_configuration=optional(shape(lsp.DidChangeConfigurationClientCapabilities, dynamic_registration=flag)),
    did_change_watched_files=optional(shape(lsp.DidChangeWatchedFilesClientCapabilities, dynamic_registration=flag)),
    code_lens=_REFRESHED,
    diagnostics=optional(shape(lsp.DiagnosticWorkspaceClientCapabilities, refresh_support=flag)),
    file_operations=optional(shape(lsp.FileOperationClientCapabilities, did_rename=flag, did_delete=flag)),
)
CAPABILITIES = shape(
    lsp.ClientCapabilities,
    general=optional(shape(lsp.GeneralClientCapabilities, position_encodings=readable(text))),
    text_document=optional(_TEXT_DOCUMENT),
    workspace=optional(_WORKSPACE),
    window=optional(
        shape(
            lsp.WindowClientCapabilities,
            work_done_progress=flag,
            show_document=optional(shape(lsp.ShowDocumentClientCapabilities, support=flag)),
        )
    ),
    notebook_document=_made(lsp.NotebookDocumentClientCapabilities, synchronization=None),
)
TRUST_CHANGED = "posse/workspaceTrustChanged"
"""The notification by which an editor that decides says whether the workspace is trusted."""

_FOLDER = shape(lsp.WorkspaceFolder, uri=text, name=optional(text, ""))
_INITIALIZE = shape(
    lsp.InitializeParams,
    process_id=optional(integer),
    client_info=optional(shape(lsp.ClientInfo, name=text, version=optional(text))),
    root_path=optional(text),
    root_uri=optional(text),
    capabilities=optional(CAPABILITIES, lsp.ClientCapabilities()),
    initialization_options=anything,
    workspace_folders=optional(readable(_FOLDER)),
)

# -- documents

_PARTIAL = shape(lsp.TextDocumentContentChangePartial, range=_RANGE, text=text)
_WHOLE = shape(lsp.TextDocumentContentChangeWholeDocument, text=text)


def _change(value: Any) -> lsp.TextDocumentContentChangeEvent:
    is_whole = isinstance(value, dict) and value.get("range") is None
    change: lsp.TextDocumentContentChangeEvent = _WHOLE(value) if is_whole else _PARTIAL(value)
    return change


def _changes(value: Any) -> list[lsp.TextDocumentContentChangeEvent]:
    """Returns the edits from the last whole text on; those before it have no effect."""
    if not isinstance(value, list):
        raise MalformedError("a list")
    whole = [at for at, change in enumerate(value) if isinstance(change, dict) and change.get("range") is None]
    return [_change(change) for change in value[whole[-1] if whole else 0 :]]


_NOTEBOOK = shape(lsp.NotebookDocumentIdentifier, uri=text)
_CELL = shape(
    lsp.NotebookCell,
    kind=optional(one_of(lsp.NotebookCellKind), lsp.NotebookCellKind.Markup),
    document=text,
)
_STRUCTURE = shape(
    lsp.NotebookDocumentCellChangeStructure,
    array=shape(lsp.NotebookCellArrayChange, start=count, delete_count=count, cells=optional(each(_CELL))),
    did_open=readable(_ITEM),
)
_CELL_TEXT = shape(lsp.NotebookDocumentCellContentChanges, document=_VERSIONED, changes=_changes)


def _must_be_readable_if_there(read: Read) -> Read:
    """Reads a field that may be missing, but must not be malformed."""
    return lambda value: None if value is None else read(value)


_CELLS = shape(
    lsp.NotebookDocumentCellChanges,
    structure=_must_be_readable_if_there(_STRUCTURE),
    data=readable(_CELL),
    text_content=_must_be_readable_if_there(each(_CELL_TEXT)),
)

# -- code actions, which come back to be resolved

_EDIT = shape(lsp.TextEdit, range=_RANGE, new_text=text)
_DOCUMENT_EDIT = shape(
    lsp.TextDocumentEdit,
    text_document=shape(lsp.OptionalVersionedTextDocumentIdentifier, uri=text, version=optional(integer)),
    edits=each(_EDIT),
)
_CREATION = shape(lsp.CreateFile, uri=text)


def _document_change(value: Any) -> lsp.TextDocumentEdit | lsp.CreateFile:
    is_creation = isinstance(value, dict) and value.get("kind") == "create"
    change: lsp.TextDocumentEdit | lsp.CreateFile = _CREATION(value) if is_creation else _DOCUMENT_EDIT(value)
    return change


_DIAGNOSTIC = shape(
    lsp.Diagnostic,
    range=_RANGE,
    message=text,
    severity=optional(one_of(lsp.DiagnosticSeverity)),
    code=optional(token),
    code_description=optional(shape(lsp.CodeDescription, href=text)),
    source=optional(text),
    tags=optional(readable(one_of(lsp.DiagnosticTag))),
    data=anything,
)
_ACTION = shape(
    lsp.CodeAction,
    title=optional(text, ""),
    kind=optional(text),
    diagnostics=optional(readable(_DIAGNOSTIC)),
    is_preferred=optional(anything),
    disabled=optional(shape(lsp.CodeActionDisabled, reason=text)),
    edit=_must_be_readable_if_there(
        shape(
            lsp.WorkspaceEdit,
            changes=optional(mapped(each(_EDIT))),
            document_changes=optional(each(_document_change)),
        )
    ),
    command=optional(shape(lsp.Command, title=optional(text, ""), command=text, arguments=optional(each(anything)))),
    data=anything,
)
_CONTEXT = shape(
    lsp.CodeActionContext,
    {"diagnostics": []},  # they may come from any server; Posse finds its own findings by the range
    only=optional(readable(text)),
    trigger_kind=optional(one_of(lsp.CodeActionTriggerKind)),
)

READ: Mapping[str, Read] = {
    lsp.INITIALIZE: optional(_INITIALIZE, lsp.InitializeParams(lsp.ClientCapabilities())),
    lsp.INITIALIZED: lambda _: lsp.InitializedParams(),
    lsp.SHUTDOWN: anything,
    lsp.EXIT: anything,
    lsp.CANCEL_REQUEST: shape(lsp.CancelParams, id=token),
    lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL: shape(lsp.WorkDoneProgressCancelParams, token=token),
    lsp.WORKSPACE_EXECUTE_COMMAND: shape(
        lsp.ExecuteCommandParams, command=text, arguments=optional(each(anything)), work_done_token=optional(token)
    ),
    lsp.TEXT_DOCUMENT_DID_OPEN: shape(lsp.DidOpenTextDocumentParams, text_document=_ITEM),
    lsp.TEXT_DOCUMENT_DID_CHANGE: shape(
        lsp.DidChangeTextDocumentParams, text_document=_VERSIONED, content_changes=_changes
    ),
    lsp.TEXT_DOCUMENT_DID_SAVE: shape(lsp.DidSaveTextDocumentParams, text_document=_DOCUMENT),
    lsp.TEXT_DOCUMENT_DID_CLOSE: shape(lsp.DidCloseTextDocumentParams, text_document=_DOCUMENT),
    lsp.TEXT_DOCUMENT_DIAGNOSTIC: shape(
        lsp.DocumentDiagnosticParams, text_document=_DOCUMENT, previous_result_id=optional(text)
    ),
    lsp.WORKSPACE_DIAGNOSTIC: shape(
        lsp.WorkspaceDiagnosticParams,
        previous_result_ids=readable(shape(lsp.PreviousResultId, uri=text, value=text)),
        work_done_token=optional(token),
        partial_result_token=optional(token),
    ),
    lsp.TEXT_DOCUMENT_HOVER: shape(lsp.HoverParams, text_document=_DOCUMENT, position=_POSITION),
    lsp.TEXT_DOCUMENT_COMPLETION: shape(lsp.CompletionParams, text_document=_DOCUMENT, position=_POSITION),
    lsp.TEXT_DOCUMENT_CODE_ACTION: shape(
        lsp.CodeActionParams,
        text_document=_DOCUMENT,
        range=_RANGE,
        context=optional(_CONTEXT, lsp.CodeActionContext([])),
    ),
    lsp.CODE_ACTION_RESOLVE: _ACTION,
    lsp.TEXT_DOCUMENT_CODE_LENS: shape(lsp.CodeLensParams, text_document=_DOCUMENT),
    lsp.NOTEBOOK_DOCUMENT_DID_OPEN: shape(
        lsp.DidOpenNotebookDocumentParams,
        notebook_document=shape(
            lsp.NotebookDocument,
            uri=text,
            notebook_type=optional(text, ""),
            version=optional(integer, 0),
            cells=each(_CELL),
        ),
        cell_text_documents=readable(_ITEM),
    ),
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE: shape(
        lsp.DidChangeNotebookDocumentParams,
        notebook_document=shape(lsp.VersionedNotebookDocumentIdentifier, uri=text, version=optional(integer)),
        change=shape(lsp.NotebookDocumentChangeEvent, cells=_must_be_readable_if_there(_CELLS)),
    ),
    lsp.NOTEBOOK_DOCUMENT_DID_SAVE: shape(lsp.DidSaveNotebookDocumentParams, notebook_document=_NOTEBOOK),
    lsp.NOTEBOOK_DOCUMENT_DID_CLOSE: shape(
        lsp.DidCloseNotebookDocumentParams, {"cell_text_documents": []}, notebook_document=_NOTEBOOK
    ),
    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES: shape(
        lsp.DidChangeWatchedFilesParams,
        changes=readable(shape(lsp.FileEvent, {"type": lsp.FileChangeType.Changed}, uri=text)),
    ),
    TRUST_CHANGED: anything,
    lsp.WORKSPACE_DID_CHANGE_CONFIGURATION: shape(lsp.DidChangeConfigurationParams, settings=anything),
    lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: shape(
        lsp.DidChangeWorkspaceFoldersParams,
        event=shape(lsp.WorkspaceFoldersChangeEvent, added=readable(_FOLDER), removed=readable(_FOLDER)),
    ),
    lsp.WORKSPACE_DID_RENAME_FILES: shape(
        lsp.RenameFilesParams, files=readable(shape(lsp.FileRename, old_uri=text, new_uri=text))
    ),
    lsp.WORKSPACE_DID_DELETE_FILES: shape(lsp.DeleteFilesParams, files=readable(shape(lsp.FileDelete, uri=text))),
}
"""How to read the parameters of each message that is handled. Raises MalformedError."""
