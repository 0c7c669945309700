"""Code actions on cells: computed for the program of the whole notebook, then converted to edits of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lsprotocol import types as lsp

from posse_checks.python.text import Replacement
from posse_server.lsp.features import code_action as code_actions
from posse_server.lsp.features import code_action_resolve, project_code
from posse_server.lsp.offered import FIX_ALL, NOTEBOOK, NOTEBOOK_FIX_ALL
from posse_server.lsp.server import Server
from posse_server.lsp.session import Snapshot
from posse_server.notebook.notebook import Cell
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.convert import position_from, range_between, range_moved

Change = lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile


class EditsOfCell(NamedTuple):
    """A cell that an edit of the program changes, with what is to be changed in it."""

    cell: Cell
    edits: list[lsp.TextEdit]


async def code_action(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """Returns the code actions for a document; for a cell, their edits may extend to other cells."""
    snapshot = server.session.notebook_of(params.text_document.uri)
    if snapshot is None:
        return [*project_code.actions(server, params), *await code_actions.code_action(server, params)]
    begin = snapshot.notebook.begin(params.text_document.uri)
    if begin is None:
        return []
    wanted = [str(getattr(kind, "value", kind)) for kind in params.context.only or []]
    params.context.only = [kind.removeprefix(NOTEBOOK) for kind in wanted]
    params.text_document.uri, params.range = snapshot.uri, range_moved(params.range, begin)
    actions: list[lsp.CodeAction] = []
    for action in await code_actions.code_action(server, params):
        if action.kind == FIX_ALL:
            if any(kind.startswith(NOTEBOOK) for kind in wanted):
                action.kind = NOTEBOOK_FIX_ALL
            elif params.context.trigger_kind is lsp.CodeActionTriggerKind.Automatic:
                continue  # on save, all cells are asked at once, and the same edits would be made for each
        actions += _in_cells(action, snapshot, -begin, server)
    return actions


async def resolve(server: Server, action: lsp.CodeAction) -> lsp.CodeAction:
    """Add the edit to a code action."""
    data = action.data if isinstance(action.data, dict) else {}
    has_edit = action.edit is not None
    action = await code_action_resolve.resolve(server, action)
    snapshot = server.session.snapshot(str(data.get("uri")))
    if snapshot is None or snapshot.cells is None or has_edit:
        return action
    return next(_in_cells(action, snapshot, 0, server), lsp.CodeAction(action.title, kind=action.kind))


def _in_cells(action: lsp.CodeAction, snapshot: Snapshot, lines: int, server: Server) -> Iterator[lsp.CodeAction]:
    """Yields an action on the program as one on the cells, unless it would rewrite lines that only IPython reads."""
    from posse_server.notebook.edits import InexpressibleEditError

    for item in action.diagnostics or ():
        item.range = range_moved(item.range, lines)
    if action.edit is not None:
        try:
            action.edit = _spread(action.edit, snapshot, server.session.client)
        except InexpressibleEditError:
            return
    yield action


def _spread(edit: lsp.WorkspaceEdit, snapshot: Snapshot, client: Client) -> lsp.WorkspaceEdit:
    """Returns an edit with the part in the program converted to edits of cells. Edits of other files stay."""
    if edit.changes is not None:
        changes = {uri: list(edits) for uri, edits in edit.changes.items() if uri != snapshot.uri}
        for cell, edits in _by_cell(edit.changes.get(snapshot.uri, ()), snapshot, client):
            changes[cell.uri] = edits
        edit.changes = changes
    if edit.document_changes is not None:
        edit.document_changes = [part for one in edit.document_changes for part in _parts(one, snapshot, client)]
    return edit


def _parts(change: Change, snapshot: Snapshot, client: Client) -> Iterator[Change]:
    """Yields an edit of the program as edits of its cells, and any other change as it is."""
    if not isinstance(change, lsp.TextDocumentEdit) or change.text_document.uri != snapshot.uri:
        yield change
        return
    plain = [edit for edit in change.edits if isinstance(edit, lsp.TextEdit)]
    for cell, edits in _by_cell(plain, snapshot, client):
        yield lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(cell.uri, cell.version), edits)


def _by_cell(edits: Sequence[lsp.TextEdit], snapshot: Snapshot, client: Client) -> Iterator[EditsOfCell]:
    """Yields each cell that edits of the program change, with its edits. Raises InexpressibleEditError."""
    from posse_server.notebook.edits import in_cell, refined

    encoding, found = client.encoding, dict[str, EditsOfCell]()
    for edit in edits:
        start = position_from(edit.range.start, snapshot.document, encoding)
        end = position_from(edit.range.end, snapshot.document, encoding)
        for part in refined(Replacement(start, end, edit.new_text), snapshot.document.text):
            cell, here = in_cell(snapshot.notebook, part)
            range = range_between(here.start, here.end, cell.text.lines, encoding)
            found.setdefault(cell.uri, EditsOfCell(cell, [])).edits.append(lsp.TextEdit(range, here.new))
    yield from found.values()
