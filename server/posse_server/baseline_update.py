"""What an editor has written to the baselines of a workspace, and what is written there for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from posse_checks.baseline import finding_key
from posse_checks.finding import Finding
from posse_checks.policy import Matching
from posse_server.baseline_file import Change, Refused, resolved, rewrite
from posse_server.baselines import Misplaced, baseline_path
from posse_server.scan.changes import Outcome, with_code
from posse_server.scan.check import Checker, Job
from posse_server.scan.report import numbered
from posse_server.session import Session, Snapshot
from posse_server.workspace import Place
from posse_server.workspace_files import WorkspaceSettings, files_in


@dataclass(frozen=True, slots=True)
class Target:
    """A baseline: its file, the folder that it names files from and must lie in, how it hides findings."""

    path: Path
    root: Path
    matching: Matching

    @classmethod
    def of(cls, place: Place) -> Target:
        """The baseline for a file. Raises Refused where it is in no workspace folder, or must not be written."""
        if place.root is None or place.location is None:
            raise Refused("There is no baseline for a file that lies in no folder of the workspace.")
        policy = place.configuration.policy
        try:
            path = baseline_path(policy, place.root)
        except Misplaced as error:
            raise Refused(str(error)) from None
        return cls(path, place.root, policy.matching)

    def outcome(self) -> Outcome:
        """What was found for it; nothing yet."""
        return Outcome(self.root, self.matching)


async def write(session: Session, target: Target, change: Change) -> int:
    """Change a baseline, without keeping others waiting; returns how many entries it gained. Raises Refused."""
    path = resolved(target.path)
    if session.is_unsaved(path):
        raise Refused.writing(target.path, "it is open with changes that are not saved")
    done = await asyncio.to_thread(rewrite, target.path, change, within=target.root)
    return done.after - done.before


def in_document(snapshot: Snapshot, findings: Iterable[Finding]) -> tuple[Target, Outcome]:
    """Findings of an open document, for its baseline. Raises Refused where there can be none."""
    target = Target.of(snapshot.place)
    outcome = target.outcome()
    _take(outcome, snapshot, findings)
    return target, outcome


def known_up_to(snapshot: Snapshot, finding: Finding) -> list[Finding]:
    """A finding after those that are the same to a baseline and hidden by it: it takes one entry more than these."""
    key = finding_key(finding)
    return [*(one for one in snapshot.hidden if finding_key(one) == key), finding]


async def in_workspace(session: Session) -> dict[Target, Outcome]:
    """All findings in the folders of a workspace by baseline: in open documents as they are, else on the disk.

    Between two files, other messages get their turn.
    """
    outcomes: dict[Target, Outcome] = {}
    job = Job(WorkspaceSettings(session.workspace))
    checker = Checker(job)
    async for path in files_in(session.workspace):
        place = session.workspace.place_of(path)
        target = Target.of(place)
        outcome = outcomes.setdefault(target, target.outcome())
        snapshot = session.open_at(path)
        if snapshot is not None:
            _take(outcome, snapshot, [*snapshot.hidden, *snapshot.findings])
            continue
        checked = checker.check_file(str(path))
        if checked.skipped is None:
            found = [
                (result, numbered(checked.code, job.shown_lines(result.line, result.line_range)))
                for result in checked.results
            ]
            outcome.take(str(path), found, place.governed)
    return outcomes


def _take(outcome: Outcome, snapshot: Snapshot, findings: Iterable[Finding]) -> None:
    name = str(snapshot.place.location)
    found = with_code(name, findings, snapshot.document.text.lines)
    outcome.take(name, found, snapshot.place.governed, is_whole=not snapshot.document.broken)
