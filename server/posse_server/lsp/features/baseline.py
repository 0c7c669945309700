"""Commands that add findings to the baseline and remove stale entries, and the code actions that offer them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from posse_checks.rule.finding import Finding
from posse_server.lsp.change import Change, Source, did_modify
from posse_server.lsp.features.findings_in_range import diagnostic_of
from posse_server.lsp.features.progress import progress_of, token_of_ours
from posse_server.lsp.offered import ADD_FILE, ADD_FINDING, ADD_WORKSPACE, BASELINE_ACTIONS, PRUNE
from posse_server.lsp.server import Server
from posse_server.lsp.session import Snapshot
from posse_server.protocol.client_capabilities import Client

if TYPE_CHECKING:
    from posse_server.background.main import Task

TITLE = "Checking the workspace for the baseline"

Work = Callable[[Server], Coroutine[Any, Any, int]]


def quick_fixes(touched: Sequence[Finding], snapshot: Snapshot, client: Client) -> Iterator[lsp.CodeAction]:
    """Yields actions that add each of these findings, or all findings in the file, to the baseline."""
    if not touched or snapshot.config.root is None:
        return
    kind = lsp.CodeActionKind.QuickFix
    for finding in touched:
        title = f"Ignore this {finding.rule.id} for now (add to baseline)"
        action = _action(title, kind, ADD_FINDING, snapshot.uri, finding.rule.id, finding.line, finding.column)
        action.diagnostics = [diagnostic_of(finding, snapshot, client)]
        yield action
    yield _action("Add all findings in this file to the baseline", kind, ADD_FILE, snapshot.uri)


def source_actions() -> Iterator[lsp.CodeAction]:
    """Yields the actions for the whole workspace."""
    yield _action("Add all findings in the workspace to the baseline", BASELINE_ACTIONS, ADD_WORKSPACE)
    yield _action("Remove stale entries from the baseline", BASELINE_ACTIONS, PRUNE)


async def add_finding(server: Server, uri: str, id: str, line: int, column: int) -> int | None:
    """Add a rule's finding at a position to the baseline. Lines count from 1, columns are UTF-8 bytes from 0.

    Returns the number of entries added. Like all these commands, returns None if nothing was done; the user has been
    told why.
    """

    async def work(server: Server) -> int:
        from posse_server.baselines.write import BaselineWriteError
        from posse_server.lsp.baseline_update import in_document, with_equal_ones_before, write

        snapshot = _snapshot(server, uri)
        for finding in snapshot.findings:
            if (finding.rule.id, finding.line, finding.column) == (id, line, column):
                target, outcome = in_document(snapshot, with_equal_ones_before(snapshot, finding))
                return await write(server.session, target, outcome.added)
        raise BaselineWriteError(f"Cannot add {id} on line {line} to the baseline: it is no longer there.")

    return await _done(server, work)


async def add_file(server: Server, uri: str) -> int | None:
    """Add all findings in a document to the baseline. Returns the number of entries added."""

    async def work(server: Server) -> int:
        from posse_server.lsp.baseline_update import in_document, write

        snapshot = _snapshot(server, uri)
        target, outcome = in_document(snapshot, [*snapshot.hidden, *snapshot.findings])
        return await write(server.session, target, outcome.added)

    return await _done(server, work)


async def add_workspace(server: Server) -> int | None:
    """Add all findings in the workspace to the baseline. Returns the number of entries added."""
    from posse_server.background.main import Task

    return await _done(server, lambda server: _in_workspace(server, Task.ADD_TO_BASELINE))


async def prune(server: Server) -> int | None:
    """Remove the entries that no finding in the workspace needs. Returns how many."""
    from posse_server.background.main import Task

    growth = await _done(server, lambda server: _in_workspace(server, Task.PRUNE_BASELINE))
    return None if growth is None else -growth


async def _in_workspace(server: Server, task: Task) -> int:
    """Change the baselines of all files. Returns by how many entries they grew. Raises BaselineWriteError."""
    from posse_server.background.client import ScanError
    from posse_server.baselines.write import BaselineWriteError
    from posse_server.lsp.baseline_update import in_workspace

    async with progress_of(server, TITLE, await token_of_ours(server)) as progress:
        work = asyncio.ensure_future(in_workspace(server.session, task, progress.report, server.warn))
        try:
            if not await progress.until_ended(work):
                raise BaselineWriteError(
                    "Nothing was written to the baseline: the check of the workspace was canceled."
                )
        except ScanError as failure:
            raise BaselineWriteError(f"{failure} Nothing was written to the baseline.") from None
        return work.result()


async def _done(server: Server, work: Work) -> int | None:
    """Run a command. Returns its count, or None if it was refused, after showing the user why."""
    from posse_server.baselines.write import BaselineWriteError

    try:
        count = await work(server)
    except BaselineWriteError as refused:
        server.warn(str(refused))
        return None
    did_modify(server, Change(Source.BASELINES))
    return count


def _snapshot(server: Server, uri: str) -> Snapshot:
    """Returns an open document. Raises BaselineWriteError if it is not open."""
    from posse_server.baselines.write import BaselineWriteError

    snapshot = server.session.snapshot(uri)
    if snapshot is None:
        raise BaselineWriteError("Cannot add findings of this file to the baseline: it is not open. Open it first.")
    return snapshot


def _action(title: str, kind: lsp.CodeActionKind | str, command: str, *arguments: object) -> lsp.CodeAction:
    return lsp.CodeAction(title=title, kind=kind, command=lsp.Command(title, command, arguments=list(arguments)))
