"""The editor's settings: requested at the start, and again after each change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_server.lsp.change import Change, Source, did_modify
from posse_server.lsp.features import workspace_diagnostics
from posse_server.lsp.server import Server
from posse_server.project.editor_settings import EditorSettings, read_editor_settings
from posse_server.project.switches import SETTINGS_SECTION

LOG = logging.getLogger(__name__)


SETTINGS_ANSWER_SECONDS = 2.0
"""Time to wait for the client's settings before the initial ones are used."""


async def follow(server: Server) -> None:
    """Request the settings, and register for changes to them."""
    if server.session.client.registers_settings:
        server.in_background(_register(server))
    await ask(server)


async def _register(server: Server) -> None:
    options = lsp.DidChangeConfigurationRegistrationOptions(section=SETTINGS_SECTION)
    registration = lsp.Registration("settings", lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
    try:
        await server.client_register_capability_async(lsp.RegistrationParams([registration]))
    except JsonRpcException as error:
        LOG.info("The client does not report changes to settings: %s", error)


def did_change_configuration(server: Server, params: lsp.DidChangeConfigurationParams) -> None:
    """Apply new settings, or request them from a client that expects that."""
    if server.session.client.has_settings:
        server.in_background(ask(server))
    elif isinstance(params.settings, dict) and SETTINGS_SECTION in params.settings:
        settings = read_editor_settings(params.settings)
        _take(server, dict.fromkeys(_roots(server), settings))


async def ask(server: Server) -> None:
    """Request the settings of each workspace folder, and those for all other files.

    A client without settings keeps its initial ones. If there is no answer after `SETTINGS_ANSWER_SECONDS`, the server
    goes on with these. A later answer is still applied, unless the settings have been requested again.
    """
    if not server.session.client.has_settings:
        _take(server, {})
        return
    server.asked_settings += 1
    number, roots = server.asked_settings, _roots(server)
    answer = asyncio.ensure_future(_answered(server, roots))
    await asyncio.wait([answer], timeout=SETTINGS_ANSWER_SECONDS)
    if not answer.done():
        LOG.info("The client has not sent its settings yet; its initial ones apply.")
        _take(server, {})
    given = await answer
    if number == server.asked_settings:
        _take(server, given)


async def _answered(server: Server, roots: Sequence[Path | None]) -> Mapping[Path | None, EditorSettings]:
    """Returns the client's settings by folder, without those of folders for which its answer is unusable."""
    uri_of = server.session.identities.folder_uri
    items = [lsp.ConfigurationItem(uri_of(root) if root else None, SETTINGS_SECTION) for root in roots]
    try:
        answers: object = await server.workspace_configuration_async(lsp.ConfigurationParams(items))
    except JsonRpcException as error:
        LOG.info("The client does not send its settings: %s", error)
        return {}
    if not isinstance(answers, list):
        LOG.info("The client did not answer with a list of settings; its initial ones apply.")
        return {}
    said = [(root, answer) for root, answer in zip(roots, answers, strict=False) if isinstance(answer, dict) and answer]
    return {root: read_editor_settings(answer) for root, answer in said}


def _take(server: Server, given: Mapping[Path | None, EditorSettings]) -> None:
    stale = server.session.take_settings(given)
    server.warn_of_mistakes()
    did_modify(server, Change(Source.SETTINGS, stale))
    workspace_diagnostics.take_switch(server)


def _roots(server: Server) -> list[Path | None]:
    """The workspace folders, and None for all other files: the order in which settings are requested."""
    return [*(folder.root for folder in server.session.workspace.folders), None]
