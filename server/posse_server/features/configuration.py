"""Configuration: read at the start and whenever it changes, by whatever means the client lets us notice."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_server.protocol import Client
from posse_server.server import Server
from posse_server.workspace import CONFIGURATION_FILES, folder_path

LOG = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""How often configuration files are looked at where the client does not watch them; a look is one `stat` each."""


def initialize(server: Server, params: lsp.InitializeParams) -> None:
    """Note what the client can do and which folders are open."""
    uris = [folder.uri for folder in params.workspace_folders or []] or [params.root_uri or ""]
    roots = [path for uri in uris if (path := folder_path(uri))]
    if not roots and params.root_path:
        roots = [Path(params.root_path)]
    server.session.begin(Client.of(params.capabilities), roots)


def initialized(server: Server, params: lsp.InitializedParams) -> None:
    """Read the configuration, and see to it that changes to it are noticed."""
    server.read_configurations()
    server.in_background(_watch(server))


async def _watch(server: Server) -> None:
    """Have the client watch the configuration files; where it cannot or will not, look at them now and then."""
    if server.session.client.watches_files:
        watchers = [lsp.FileSystemWatcher(glob_pattern=f"**/{name}") for name in CONFIGURATION_FILES]
        options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
        registration = lsp.Registration("configuration", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        try:
            await server.client_register_capability_async(lsp.RegistrationParams([registration]))
        except JsonRpcException as error:
            LOG.info("the client does not watch configuration files: %s", error)
        else:
            return
    while True:
        await asyncio.sleep(POLL_SECONDS)
        server.read_configurations()


def did_change_watched_files(server: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Read what the client says has changed."""
    server.read_configurations()


def did_change_workspace_folders(server: Server, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """Take folders in and out, with their configurations."""
    added = [path for folder in params.event.added if (path := folder_path(folder.uri))]
    removed = [path for folder in params.event.removed if (path := folder_path(folder.uri))]
    server.change_folders(added, removed)
