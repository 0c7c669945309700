"""The editor's settings: asked for at the start, and again when they have changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_server.editor_settings import SECTION, EditorSettings, read_editor_settings
from posse_server.features import workspace_diagnostics
from posse_server.server import Server

LOG = logging.getLogger(__name__)


async def follow(server: Server) -> None:
    """Ask for the settings, and to be told when they change."""
    if server.session.client.tells_settings:
        options = lsp.DidChangeConfigurationRegistrationOptions(section=SECTION)
        registration = lsp.Registration("settings", lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
        try:
            await server.client_register_capability_async(lsp.RegistrationParams([registration]))
        except JsonRpcException as error:
            LOG.info("the client does not tell when settings change: %s", error)
    await ask(server)


def did_change_configuration(server: Server, params: lsp.DidChangeConfigurationParams) -> None:
    """Take the new settings, or ask for them where the client expects that."""
    if server.session.client.has_settings:
        server.in_background(ask(server))
    elif isinstance(params.settings, dict) and SECTION in params.settings:
        settings = read_editor_settings(params.settings)
        _take(server, dict.fromkeys(_roots(server), settings))


async def ask(server: Server) -> None:
    """Ask for the settings of each folder, and for those of all else; a client that has none keeps its first ones."""
    if not server.session.client.has_settings:
        _take(server, {})
        return
    roots = _roots(server)
    uri_of = server.session.identities.folder_uri
    items = [lsp.ConfigurationItem(uri_of(root) if root else None, SECTION) for root in roots]
    try:
        answers = await server.workspace_configuration_async(lsp.ConfigurationParams(items))
    except JsonRpcException as error:
        LOG.info("the client does not tell its settings: %s", error)
        answers = []
    given: dict[Path | None, EditorSettings] = {
        root: read_editor_settings(answer) for root, answer in zip(roots, answers, strict=False) if answer
    }
    _take(server, given)


def _take(server: Server, given: Mapping[Path | None, EditorSettings]) -> None:
    server.take_settings(given)
    workspace_diagnostics.take_switch(server)


def _roots(server: Server) -> list[Path | None]:
    return [*(folder.root for folder in server.session.workspace.folders), None]
