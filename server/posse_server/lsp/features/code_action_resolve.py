"""The edits of code actions that take time to compute: when an action is chosen, if the client supports that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from posse_checks.rule.fix import UnfixableError
from posse_server.lsp.features import disable_rule, fix_all
from posse_server.lsp.server import Server
from posse_server.lsp.session import Snapshot
from posse_server.project.identity import is_editable

if TYPE_CHECKING:
    from lsprotocol import types as lsp


async def resolve(server: Server, action: lsp.CodeAction) -> lsp.CodeAction:
    """Add the edit to an action, for the newest version. Without data or an open document, nothing is added.

    If the action turns out to have no edit, the user is told why.
    """
    data = action.data if isinstance(action.data, dict) else {}
    uri = str(data.get("uri"))
    snapshot = server.session.snapshot(uri) if action.edit is None and is_editable(uri) else None
    while snapshot is not None:
        try:
            action.edit = await _edit(server, snapshot, data)
        except UnfixableError as error:
            server.warn(f"{action.title}: {error}")
            return action
        newest = server.session.snapshot(uri)
        snapshot = newest if newest is None or newest.version != snapshot.version else None
    return action


async def completed(server: Server, snapshot: Snapshot, action: lsp.CodeAction) -> lsp.CodeAction | None:
    """Returns an action with its edit, if the client will not ask for that. None if it turns out to have none."""
    if action.data is None or server.session.client.resolves_edits:
        return action
    try:
        action.edit, action.data = await _edit(server, snapshot, action.data), None
    except UnfixableError:
        return None
    return action


async def _edit(server: Server, snapshot: Snapshot, data: Mapping[str, object]) -> lsp.WorkspaceEdit | None:
    if data.get("do") == disable_rule.DISABLE:
        return await disable_rule.edit(server, snapshot, data)
    return await fix_all.edit(data, snapshot, server.session.client)
