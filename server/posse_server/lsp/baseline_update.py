"""What an editor has written to the baselines of a workspace, and what is written there for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import aclosing

from posse_checks.baseline.match import finding_key
from posse_checks.rule.finding import Finding
from posse_server.background.baseline import take_snapshot
from posse_server.background.client import Progressed, RefusedThere, Warn, Wrote, messages
from posse_server.background.main import Order, Task
from posse_server.baselines.entries import Outcome
from posse_server.baselines.target import Target
from posse_server.baselines.write import Change, Refused, resolved, rewrite
from posse_server.lsp.session import Session
from posse_server.protocol.snapshot import Snapshot


async def write(session: Session, target: Target, change: Change) -> int:
    """Change a baseline, without keeping others waiting; returns how many entries it gained. Raises Refused."""
    path = resolved(target.path)
    if path in session.unsaved_files:
        raise Refused.unsaved(target.path)
    done = await asyncio.to_thread(rewrite, target.path, change, within=target.root)
    return done.after - done.before


def in_document(snapshot: Snapshot, findings: Iterable[Finding]) -> tuple[Target, Outcome]:
    """Findings of an open document, for its baseline. Raises Refused where there can be none."""
    target = Target.of(snapshot.place)
    outcome = target.outcome()
    take_snapshot(outcome, snapshot, findings)
    return target, outcome


def known_up_to(snapshot: Snapshot, finding: Finding) -> list[Finding]:
    """A finding after those that are the same to a baseline and hidden by it: it takes one entry more than these."""
    key = finding_key(finding)
    return [*(one for one in snapshot.hidden if finding_key(one) == key), finding]


async def in_workspace(session: Session, task: Task, on_told: Callable[[int, int], None], warn: Warn) -> int:
    """Add all findings in the folders of a workspace to their baselines, or remove what none needs any more.

    Another process does that. Returns by how many entries the baselines grew. Raises Refused, and ScanFailed.
    """
    texts = {
        snapshot.place.location: str(snapshot.document.text)
        for snapshot in session.snapshots
        if snapshot.cells is None and snapshot.place.root is not None and snapshot.place.location is not None
    }
    folders = [(folder.root, folder.settings) for folder in session.workspace.folders if folder.root]
    order = Order(folders, session.client.encoding, task=task, texts=texts, unsaved=session.unsaved_files)
    growth = 0
    async with aclosing(messages(order, warn)) as told:
        async for message in told:
            match message:
                case Progressed():
                    on_told(message.done, message.total)
                case Wrote():
                    growth += message.after - message.before
                case RefusedThere():
                    raise Refused(message.why)
    return growth
