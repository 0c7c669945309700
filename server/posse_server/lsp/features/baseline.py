"""The baseline: findings are added to it, stale entries removed from it, by commands that code actions offer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from posse_checks.rule.finding import Finding
from posse_server.baselines.write import Refused
from posse_server.lsp.features.progress import progress_of, token_of_ours
from posse_server.lsp.server import Server
from posse_server.lsp.session import Snapshot
from posse_server.protocol.convert import Client, diagnostic

if TYPE_CHECKING:
    from posse_server.background.main import Task

ADD_FINDING = "posse.addFindingToBaseline"
ADD_FILE = "posse.addFileToBaseline"
ADD_WORKSPACE = "posse.addWorkspaceToBaseline"
PRUNE = "posse.pruneBaseline"
TITLE = "Checking the workspace for the baseline"
KIND = "source.posse.baseline"
"""The kind of the actions that are not about a place in the text."""

Work = Callable[[Server], Coroutine[Any, Any, int]]


def quick_fixes(touched: Sequence[Finding], snapshot: Snapshot, client: Client) -> Iterator[lsp.CodeAction]:
    """Offer to add each of these findings, and all in the file."""
    if not touched or snapshot.place.root is None:
        return
    kind = lsp.CodeActionKind.QuickFix
    for finding in touched:
        title = f"Add this {finding.rule.id} to the baseline"
        action = _action(title, kind, ADD_FINDING, snapshot.uri, finding.rule.id, finding.line, finding.column)
        action.diagnostics = [diagnostic(finding, snapshot.document, client.encoding)]
        yield action
    yield _action("Add all findings in this file to the baseline", kind, ADD_FILE, snapshot.uri)


def source_actions() -> Iterator[lsp.CodeAction]:
    """Offer what is about the whole workspace."""
    yield _action("Add all findings in the workspace to the baseline", KIND, ADD_WORKSPACE)
    yield _action("Remove stale entries from the baseline", KIND, PRUNE)


async def add_finding(server: Server, uri: str, id: str, line: int, column: int) -> int | None:
    """Add the finding of a rule whose place counts from line 1 and column 0, in UTF-8 bytes.

    Returns how many entries were added; None, as all these commands do, where the user was told why nothing was.
    """

    async def work(server: Server) -> int:
        from posse_server.lsp.baseline_update import in_document, known_up_to, write

        snapshot = _snapshot(server, uri)
        for finding in snapshot.findings:
            if (finding.rule.id, finding.line, finding.column) == (id, line, column):
                target, outcome = in_document(snapshot, known_up_to(snapshot, finding))
                return await write(server.session, target, outcome.added)
        raise Refused(f"There is no {id} in line {line} any more, so it is not added to the baseline.")

    return await _done(server, work)


async def add_file(server: Server, uri: str) -> int | None:
    """Add all findings in a document."""

    async def work(server: Server) -> int:
        from posse_server.lsp.baseline_update import in_document, write

        snapshot = _snapshot(server, uri)
        target, outcome = in_document(snapshot, [*snapshot.hidden, *snapshot.findings])
        return await write(server.session, target, outcome.added)

    return await _done(server, work)


async def add_workspace(server: Server) -> int | None:
    """Add all findings in the workspace."""
    from posse_server.background.main import Task

    return await _done(server, lambda server: _in_workspace(server, Task.ADD_TO_BASELINE))


async def prune(server: Server) -> int | None:
    """Remove the entries that no finding in the workspace needs any more; returns how many."""
    from posse_server.background.main import Task

    growth = await _done(server, lambda server: _in_workspace(server, Task.PRUNE_BASELINE))
    return None if growth is None else -growth


async def _in_workspace(server: Server, task: Task) -> int:
    from posse_server.background.client import ScanFailed
    from posse_server.lsp.baseline_update import in_workspace

    async with progress_of(server, TITLE, await token_of_ours(server)) as progress:
        work = asyncio.ensure_future(in_workspace(server.session, task, progress.tell, server.warn))
        try:
            if not await progress.until_ended(work):
                raise Refused("The check of the workspace was ended, so nothing was written to the baseline.")
        except ScanFailed as failure:
            raise Refused(f"{failure} Nothing was written to the baseline.") from None
        return work.result()


async def _done(server: Server, work: Work) -> int | None:
    try:
        count = await work(server)
    except Refused as refused:
        server.warn(str(refused))
        return None
    server.read_baselines()
    return count


def _snapshot(server: Server, uri: str) -> Snapshot:
    snapshot = server.session.snapshot(uri)
    if snapshot is None:
        raise Refused("The document is not open, so nothing of it is added to the baseline.")
    return snapshot


def _action(title: str, kind: lsp.CodeActionKind | str, command: str, *arguments: object) -> lsp.CodeAction:
    return lsp.CodeAction(title=title, kind=kind, command=lsp.Command(title, command, arguments=list(arguments)))
