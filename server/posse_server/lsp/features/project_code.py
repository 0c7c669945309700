"""The project's own code: asking the user whether it may run, running it, and reporting its failures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_checks.config.policy import Policy
from posse_checks.config.problem import Problem
from posse_checks.config.reader import reader_for
from posse_checks.python.text import content_length
from posse_server.lsp.change import CURRENT, Change, Source, did_modify
from posse_server.lsp.offered import TRUST
from posse_server.lsp.project_plugins import ProjectPlugins
from posse_server.lsp.server import Server
from posse_server.plugins.question import Trouble
from posse_server.protocol.convert import configuration_diagnostic
from posse_server.system.console import printable

LOG = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Interval of checks for plug-ins that were installed or removed."""
QUIET_SECONDS = 0.1
"""Time without an edit, in seconds, after which plug-ins check the edited statements."""
IDLE_SECONDS = 1.0
"""Time without an edit, in seconds, after which plug-ins look at the whole text, and at long statements."""
LINES_AT_ONCE = 200
"""Number of lines of statements that plug-ins look at without waiting for longer."""
KEYS = ("posse.plugins", "posse.check_files")
RUN, LEAVE = "Run them", "Do not run them"


def take_trust(server: Server, options: Any) -> None:
    """Store the editor's trust in the workspace at the beginning of the session."""
    given = options if isinstance(options, dict) else {}
    server.trust.take_from_client(given.get("workspaceTrusted"))


def did_change_trust(server: Server, params: Any) -> None:
    """Store the editor's trust in the workspace."""
    server.trust.take_from_client(params.get("workspaceTrusted") if isinstance(params, dict) else None)
    server.project_code_changed.set()


def trust(server: Server, *arguments: Any) -> None:
    """Let the code of a folder run, as it is now. An editor that decides itself has its own way to say so."""
    if server.trust.client_decides:
        server.warn("This editor decides whether code of a workspace runs: trust the workspace there.")
        return
    location = server.session.identities.location(str(arguments[0])) if arguments else None
    roots = [root for root in server.plugins if location is None or location == root or root in location.parents]
    for root in roots:
        _decide(server, server.plugins[root], is_trusted=True)


async def follow(server: Server) -> None:
    """Find plug-ins in each workspace folder, whenever something about them has changed, and run those allowed."""
    server.look_at_plugins = lambda uri: _look_at(server, uri)
    server.notes_on = lambda uri, lines: notes(server, uri, lines)
    while True:
        roots = [folder.root for folder in server.session.workspace.folders if folder.root is not None]
        for gone in server.plugins.keys() - set(roots):
            server.plugins.pop(gone).stop()
        for root in roots:
            plugins = server.plugins.setdefault(root, ProjectPlugins(root))
            policy = server.session.workspace.folder_of(root / "any.py").config_in(None).configuration.policy
            others = policy.plugins, server.trust.client_trusts, server.decisions_made
            if plugins.state(policy.check_files, *others) != plugins.seen:
                await _take(server, plugins, policy)
                plugins.seen = plugins.state(policy.check_files, *others)
        try:
            await asyncio.wait_for(server.project_code_changed.wait(), LOOK_SECONDS)
        except asyncio.TimeoutError:
            continue
        server.project_code_changed.clear()


async def _take(server: Server, plugins: ProjectPlugins, policy: Policy) -> None:
    """Find the plug-ins of a folder, and start or stop them."""
    before = plugins.found
    await plugins.look(server.project_python, policy.check_files, has_plugins=policy.plugins is not False)
    found, workspaces = plugins.found, list(server.plugins)
    plugins.is_allowed = None
    if found is not None:
        plugins.is_allowed = server.trust.decision(plugins.root, found.fingerprint, workspaces)
    if found is None or not plugins.is_allowed:
        plugins.stop()
    else:
        await plugins.start()
        _log(plugins)
    folder = server.session.workspace.folder_of(plugins.root / "any.py")
    if folder.take_plugins(plugins.names, plugins.own_names):
        did_modify(server, Change(Source.PLUGINS))
    if found is None and before is None:
        return
    for snapshot in server.session.snapshots:
        if snapshot.config.root == plugins.root:
            server.session.look_again_with_plugins(snapshot.uri)
            server.schedule.soon(snapshot.uri)
    server.configurations.show_again(plugins.root)
    if found is not None and plugins.is_allowed is None and server.trust.may_ask(plugins.root, found.fingerprint):
        server.in_background(_ask(server, plugins, found.fingerprint))


async def _ask(server: Server, plugins: ProjectPlugins, fingerprint: str) -> None:
    """Ask the user whether the plug-ins of a folder may run. Without an answer they do not."""
    found = plugins.found
    if found is None:
        return
    names = ", ".join(found.names[:5]) + (" and more" if len(found.names) > 5 else "")
    text = (
        f"{plugins.root.name} has checks of its own: {names} (run by {found.environment.python}). They are code, and "
        "can do everything that you can do on this machine. Run them? You are asked again if the files change."
    )
    actions = [lsp.MessageActionItem(RUN), lsp.MessageActionItem(LEAVE)]
    request = lsp.ShowMessageRequestParams(lsp.MessageType.Warning, printable(text), actions)
    try:
        answer: object = await server.window_show_message_request_async(request)
    except JsonRpcException as error:
        LOG.info("The client does not ask the user whether plug-ins may run: %s", error)
        return
    title = answer.get("title") if isinstance(answer, dict) else getattr(answer, "title", None)
    if title in (RUN, LEAVE) and plugins.found is not None and plugins.found.fingerprint == fingerprint:
        _decide(server, plugins, is_trusted=title == RUN)


def _decide(server: Server, plugins: ProjectPlugins, *, is_trusted: bool) -> None:
    """Store the user's decision about the code of a folder as it is now, and act on it."""
    if plugins.found is not None:
        workspaces = list(server.plugins)
        server.trust.decide(plugins.root, plugins.found.fingerprint, workspaces, is_trusted=is_trusted)
        server.decisions_made += 1
        server.project_code_changed.set()


def _look_at(server: Server, uri: str) -> None:
    """Have plug-ins look at a document's newest version."""
    known = server.looking.get(uri)
    if known is not None:
        known.set()
        return
    snapshot = server.session.snapshot(uri)
    plugins = None if snapshot is None or snapshot.config.root is None else server.plugins.get(snapshot.config.root)
    if plugins is not None and plugins.is_running:
        server.looking[uri] = asyncio.Event()
        server.in_background(_looking(server, uri, plugins))


async def _looking(server: Server, uri: str, plugins: ProjectPlugins) -> None:
    """Have plug-ins look at a document, edit after edit, until nobody types and nothing is left."""
    try:
        await _look_until_idle(server, uri, plugins)
    finally:
        edited = server.looking.pop(uri, None)
    if edited is not None and edited.is_set():  # an edit came when the work had ended already
        _look_at(server, uri)


async def _look_until_idle(server: Server, uri: str, plugins: ProjectPlugins) -> None:
    """See `_looking`. While somebody types, nothing is asked, so that a keystroke never competes with plug-ins."""
    is_idle, is_edited, edited = False, False, server.looking[uri]
    while plugins.is_running:
        if is_edited:
            await _quiet(edited, QUIET_SECONDS)
        edited.clear()
        work = server.session.work_for_plugins(uri, is_idle=is_idle)
        if work is None and is_idle:
            return
        if work is None:
            is_edited = await _is_set(edited, IDLE_SECONDS)
            is_idle = not is_edited
            continue
        if is_edited and work.lines > LINES_AT_ONCE and await _is_set(edited, IDLE_SECONDS):
            continue
        is_idle, is_edited = False, False
        answer = await plugins.check(work.question)
        if answer is None:
            _tell_failure(server, plugins)
            return
        is_edited = edited.is_set()
        stale = server.session.take_from_plugins(work, answer.findings, plugins.checks)
        _note(server, plugins, answer.troubles)
        if stale is not CURRENT:
            did_modify(server, Change(Source.PLUGIN_FINDINGS, stale, uri))


def _tell_failure(server: Server, plugins: ProjectPlugins) -> None:
    """Tell why plug-ins cannot run at all, once."""
    trouble = plugins.troubles.get(None)
    if trouble is not None and trouble is not plugins.told:
        plugins.told = trouble
        LOG.warning("%s", _sentence(trouble))
        server.configurations.show_again(plugins.root)


async def _quiet(edited: asyncio.Event, seconds: float) -> None:
    """Wait until there was no edit for some time."""
    edited.clear()
    while await _is_set(edited, seconds):
        edited.clear()


async def _is_set(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event. Returns whether it came within that time."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except asyncio.TimeoutError:
        return False
    return True


def _note(server: Server, plugins: ProjectPlugins, troubles: Sequence[Trouble]) -> None:
    """Tell the first trouble of each plug-in."""
    news = [trouble for trouble in troubles if trouble.name not in plugins.troubles]
    if news:
        plugins.troubles |= {trouble.name: trouble for trouble in news}
        for trouble in news:
            LOG.warning("%s", _sentence(trouble))
        server.configurations.show_again(plugins.root)


def _log(plugins: ProjectPlugins) -> None:
    LOG.info("checks as code in %s: %s", plugins.root, ", ".join(check.id for check in plugins.checks) or "none")
    for trouble in plugins.troubles.values():
        LOG.warning("%s", _sentence(trouble))


def _sentence(trouble: Trouble) -> str:
    who = "The project's checks" if trouble.name is None else f"The check {trouble.name}"
    return printable(f"{who} {trouble.why}.")


def notes(server: Server, uri: str, lines: Sequence[str]) -> Sequence[Problem]:
    """Returns what there is to say about plug-ins at the key of a configuration file that has these lines."""
    location = server.session.identities.location(uri)
    plugins = _plugins_of(server, location)
    if plugins is None or location is None or plugins.found is None:
        return ()
    key_lines = reader_for(location.name)("".join(lines)).key_lines
    line = next((key_lines[key] for key in KEYS if key in key_lines), None)
    if line is None or line >= len(lines):
        return ()
    texts = [_sentence(trouble) for trouble in plugins.troubles.values()]
    if not plugins.is_allowed:
        names = ", ".join(plugins.found.names)
        how = "trust the workspace" if server.trust.client_decides else "choose the action Trust"
        texts = [f"These checks do not run: {names}. They are code of the project. If you trust it, {how}."]
    column, end = len(lines[line]) - len(lines[line].lstrip()), content_length(lines[line])
    return [
        Problem(line, column, line, end, text, fatal=False, is_information=not plugins.is_allowed) for text in texts
    ]


def _plugins_of(server: Server, location: Path | None) -> ProjectPlugins | None:
    """Returns the plug-ins of the folder that a file is in."""
    if location is None:
        return None
    root = server.session.workspace.folder_of(location).root
    return None if root is None else server.plugins.get(root)


def actions(server: Server, params: lsp.CodeActionParams) -> Iterator[lsp.CodeAction]:
    """Yields the action that lets the project's code run, on the line of a configuration that says that it does not."""
    uri = params.text_document.uri
    document = server.session.configurations.get(uri)
    if document is None or server.trust.client_decides:
        return
    lines, encoding = document.text.lines, server.session.client.encoding
    for note in notes(server, uri, lines):
        if note.is_information and params.range.start.line <= note.line <= params.range.end.line:
            yield lsp.CodeAction(
                title="Trust this project's code, and run it",
                kind=lsp.CodeActionKind.QuickFix,
                diagnostics=[configuration_diagnostic(note, lines, encoding)],
                command=lsp.Command("Trust", TRUST, arguments=[uri]),
            )
