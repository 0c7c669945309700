"""Configuration: read at the start, and again on each change that the client reports or polling detects."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_server.baselines.read import DEFAULT_NAME
from posse_server.lsp.change import Change, Source, Stale, did_modify
from posse_server.lsp.features import project_code, settings
from posse_server.lsp.server import Server
from posse_server.project.check_files import CHECKS_FOLDER, is_check_file
from posse_server.project.discovery import NAMES
from posse_server.project.editor_settings import read_editor_settings
from posse_server.project.identity import path_of
from posse_server.protocol.client_capabilities import Client
from posse_server.system.console import printable

LOG = logging.getLogger(__name__)

CONFIGURATION_POLL_SECONDS = 1.0
"""Interval of checks for changed configuration files that the client does not watch; each is one `stat` per file."""
_IN_GLOBS = re.compile(r"[*?\[\]{}!]")
"""Characters with a special meaning in the protocol's glob patterns."""


def begin(server: Server, params: lsp.InitializeParams) -> None:
    """Store the client's capabilities, its workspace folders and its first settings."""
    uris = [folder.uri for folder in params.workspace_folders or []] or [params.root_uri or ""]
    folders = [(uri, path) for uri in uris if (path := path_of(uri))]
    if not folders and params.root_path:
        folders = [("", Path(params.root_path))]
    given = read_editor_settings(params.initialization_options)
    server.session.begin(Client.of(params.capabilities, params.client_info), folders, given)
    project_code.take_trust(server, params.initialization_options)


def initialized(server: Server, params: lsp.InitializedParams) -> None:
    """Read the configuration and the settings, and arrange for changes to them to be noticed."""
    did_modify(server, Change(Source.START))
    server.in_background(_watch(server))
    server.in_background(settings.follow(server))
    if server.finds_project_code:
        server.in_background(project_code.follow(server))


def show(server: Server, uri: str, *formats: str) -> str:
    """Returns an explanation of the configuration in effect for a document: the command's result, to be shown.

    It is plain text, unless the format `markdown` is given.
    """
    from posse_server.project.explain import explanation_lines, explanation_of

    notebook = server.session.notebook_of(uri)
    uri = notebook.uri if notebook else uri
    config = server.session.config(uri)
    name = str(config.location) if config.location else uri
    if "markdown" in formats:
        from posse_server.lsp.features.configuration_page import page_of

        return page_of(explanation_of(config, name))
    lines = explanation_lines(config, name)
    return "".join(f"{printable(line)}\n" for line in lines)


async def _watch(server: Server) -> None:
    """Have the client watch the configuration files. If it cannot or will not, check them at an interval.

    Files that settings and configurations name are watched as soon as they are named. Baselines are checked in any
    case: one that could not be read may become readable without a change.
    """
    can_watch, names = server.session.client.watches_files, {*NAMES, DEFAULT_NAME}
    requested: set[str] = set()
    watched: set[str] = set()

    async def register(fresh: set[str], number: int) -> None:
        if await _register(server, sorted(fresh), number):
            watched.update(fresh)

    while True:
        if can_watch and (fresh := names - requested):
            server.in_background(register(fresh, len(requested)))  # the client may never answer
            requested |= fresh
        await asyncio.sleep(CONFIGURATION_POLL_SECONDS)
        server.session.closed.mark_outdated_due()
        names = {path.name for path in server.session.named_files}
        did_modify(server, Change(Source.BASELINES if names <= watched else Source.UNWATCHED_FILES))


async def _register(server: Server, names: Sequence[str], number: int) -> bool:
    """Ask the client to watch files of these names in all folders. Returns whether it does."""
    watchers = [lsp.FileSystemWatcher(f"**/{_IN_GLOBS.sub('?', name)}") for name in names]
    if not number:
        watchers.append(lsp.FileSystemWatcher(f"**/{'/'.join(CHECKS_FOLDER)}/*"))
    options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
    registration = lsp.Registration(f"configuration-{number}", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    try:
        await server.client_register_capability_async(lsp.RegistrationParams([registration]))
    except JsonRpcException as error:
        LOG.info("The client does not watch configuration files: %s", error)
        return False
    return True


def did_change_watched_files(server: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Reload the files that the client reports as changed."""
    paths = [path for event in params.changes if (path := server.session.identities.location(event.uri))]
    server.session.closed.mark_due(paths)
    # a configuration may apply to files of which none is open
    stale = Stale(are_closed_files=any(path.name in (*NAMES, DEFAULT_NAME) or is_check_file(path) for path in paths))
    did_modify(server, Change(Source.WATCHED_FILES, stale))


def did_change_workspace_folders(server: Server, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """Add and remove workspace folders, with their configurations and settings."""
    added = [(folder.uri, path) for folder in params.event.added if (path := path_of(folder.uri))]
    removed = [path for folder in params.event.removed if (path := path_of(folder.uri))]
    did_modify(server, Change(Source.FOLDERS, server.session.change_folders(added, removed)))
    server.in_background(settings.ask(server))
