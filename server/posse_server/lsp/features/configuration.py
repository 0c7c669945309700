"""Configuration: read at the start and whenever it changes, by whatever means the client lets us notice."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_server.baselines.read import DEFAULT_NAME
from posse_server.lsp.features import settings
from posse_server.lsp.server import Server
from posse_server.project.discovery import NAMES
from posse_server.project.editor_settings import read_editor_settings
from posse_server.project.identity import path_of
from posse_server.protocol.convert import Client
from posse_server.system.console import printable
from posse_server.transport import editor_process

LOG = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""How often configuration files are looked at where the client does not watch them; a look is one `stat` each."""
_IN_GLOBS = re.compile(r"[*?\[\]{}!]")
"""What has a meaning of its own in the protocol's patterns of files."""


def initialize(server: Server, params: lsp.InitializeParams) -> None:
    """Note what the client can do, which folders are open, and which settings it starts with."""
    uris = [folder.uri for folder in params.workspace_folders or []] or [params.root_uri or ""]
    folders = [(uri, path) for uri in uris if (path := path_of(uri))]
    if not folders and params.root_path:
        folders = [("", Path(params.root_path))]
    given = read_editor_settings(params.initialization_options)
    server.session.begin(Client.of(params.capabilities), folders, given)
    if server.is_editor_near:
        editor_process.watch(params.process_id, server.leave)
    asyncio.get_running_loop().call_soon(_collect_seldom)  # once the answer is sent, while the client takes it in


def _collect_seldom() -> None:
    """Throw away what loading has left behind, which is megabytes, and spare the garbage collector most of the rest.

    What is loaded never goes, and much is made that holds no cycles, trees above all.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()


def initialized(server: Server, params: lsp.InitializedParams) -> None:
    """Read the configuration and the settings, and see to it that changes to them are noticed."""
    server.read_configurations()
    server.in_background(_watch(server))
    server.in_background(settings.follow(server))


def show(server: Server, uri: str) -> str:
    """What holds for a document, in words: the command's answer, for the client to show."""
    from posse_server.project.explain import explained

    notebook = server.session.notebook_of(uri)
    uri = notebook.uri if notebook else uri
    place = server.session.place(uri)
    lines = explained(place, str(place.location) if place.location else uri)
    return "".join(f"{printable(line)}\n" for line in lines)


async def _watch(server: Server) -> None:
    """Have the client watch the configuration files; where it cannot or will not, look at them now and then.

    Files that settings and configurations name are watched as soon as they are named. Baselines are looked at anyway:
    one that was out of reach may be back without a change.
    """
    can_watch, names = server.session.client.watches_files, {*NAMES, DEFAULT_NAME}
    told: set[str] = set()
    watched: set[str] = set()

    async def register(fresh: set[str], number: int) -> None:
        if await _register(server, sorted(fresh), number):
            watched.update(fresh)

    while True:
        if can_watch and (fresh := names - told):
            server.in_background(register(fresh, len(told)))  # which a client may never answer
            told |= fresh
        await asyncio.sleep(POLL_SECONDS)
        server.session.closed.note_outdated()
        names = {path.name for path in server.session.named_files}
        if names <= watched:
            server.read_baselines()
        else:
            server.read_configurations()


async def _register(server: Server, names: Sequence[str], number: int) -> bool:
    """Have the client watch files of these names, wherever they are; whether it will."""
    watchers = [lsp.FileSystemWatcher(f"**/{_IN_GLOBS.sub('?', name)}") for name in names]
    options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
    registration = lsp.Registration(f"configuration-{number}", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    try:
        await server.client_register_capability_async(lsp.RegistrationParams([registration]))
    except JsonRpcException as error:
        LOG.info("the client does not watch configuration files: %s", error)
        return False
    return True


def did_change_watched_files(server: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Read what the client says has changed."""
    paths = [path for event in params.changes if (path := server.session.identities.location(event.uri))]
    if any(path.name in (*NAMES, DEFAULT_NAME) for path in paths):
        server.note_all_files()  # it may count for files of which none is open
    server.session.closed.note(paths)
    server.read_configurations()


def did_change_workspace_folders(server: Server, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """Take folders in and out, with their configurations and settings."""
    added = [(folder.uri, path) for folder in params.event.added if (path := path_of(folder.uri))]
    removed = [path for folder in params.event.removed if (path := path_of(folder.uri))]
    server.session.change_folders(added, removed)
    server.note_all_files()
    server.read_configurations()
    server.in_background(settings.ask(server))
