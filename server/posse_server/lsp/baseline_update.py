"""Baseline entries that are added or removed from the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import aclosing
from typing import NamedTuple

from posse_checks.baseline.match import finding_key
from posse_checks.rule.finding import Finding
from posse_server.background.baseline import take_snapshot
from posse_server.background.client import BaselineNotWritten, BaselineWritten, Progressed, Warn, messages
from posse_server.background.main import Order, Task
from posse_server.baselines.entries import Outcome
from posse_server.baselines.read import BaselineFile
from posse_server.baselines.target import target_of
from posse_server.baselines.write import BaselineWriteError, Change, resolved, rewrite
from posse_server.lsp.session import Session
from posse_server.protocol.snapshot import Snapshot


class UpdateOfDocument(NamedTuple):
    """Findings of an open document as entries, and the baseline that they belong to."""

    target: BaselineFile
    outcome: Outcome


async def write(session: Session, target: BaselineFile, change: Change) -> int:
    """Change a baseline in a thread. Returns the number of entries it gained. Raises BaselineWriteError."""
    path = resolved(target.path)
    if path in session.unsaved_files:
        raise BaselineWriteError.unsaved(target.path)
    done = await asyncio.to_thread(rewrite, target.path, change, within=target.root)
    return done.after - done.before


def in_document(snapshot: Snapshot, findings: Iterable[Finding]) -> UpdateOfDocument:
    """Returns the baseline for an open document, and findings of it as entries.

    Raises BaselineWriteError if it has none.
    """
    target = target_of(snapshot.config)
    outcome = Outcome.of(target)
    take_snapshot(outcome, snapshot, findings)
    return UpdateOfDocument(target, outcome)


def with_equal_ones_before(snapshot: Snapshot, finding: Finding) -> list[Finding]:
    """Returns a finding after the equal ones that the baseline hides already.

    Of equal findings a baseline hides the first, so this many entries make it hide this one too.
    """
    key = finding_key(finding)
    return [*(one for one in snapshot.hidden if finding_key(one) == key), finding]


async def in_workspace(session: Session, task: Task, on_progress: Callable[[int, int], None], warn: Warn) -> int:
    """Add all findings in the workspace to their baselines, or remove the entries that no finding needs.

    Another process does the work. Returns by how many entries the baselines grew. Raises BaselineWriteError and
    ScanError.
    """
    texts = {
        snapshot.config.location: str(snapshot.document.text)
        for snapshot in session.snapshots
        if snapshot.cells is None and snapshot.config.root is not None and snapshot.config.location is not None
    }
    folders = [(folder.root, folder.settings) for folder in session.workspace.folders if folder.root]
    order = Order(folders, session.client.encoding, task=task, texts=texts, unsaved=session.unsaved_files)
    growth = 0
    async with aclosing(messages(order, warn)) as received:
        async for message in received:
            match message:
                case Progressed():
                    on_progress(message.done, message.total)
                case BaselineWritten():
                    growth += message.after - message.before
                case BaselineNotWritten():
                    raise BaselineWriteError(message.why)
    return growth
