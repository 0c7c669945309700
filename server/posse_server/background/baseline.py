"""Baselines of a whole workspace, checked and written in the process that checks closed files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from posse_checks.baseline.match import KnownFindings
from posse_checks.incremental.document import Document
from posse_checks.python.text import Text
from posse_checks.rule.finding import Finding
from posse_server.background.files import resolver_of
from posse_server.background.main import Order, ServerConnection, Task
from posse_server.baselines.entries import Outcome, WithCode, with_code
from posse_server.baselines.read import BaselineFile
from posse_server.baselines.target import target_of
from posse_server.baselines.write import BaselineWriteError, resolved, rewrite
from posse_server.project.workspace import Workspace
from posse_server.protocol.snapshot import Snapshot
from posse_server.results.check_file import FileChecker
from posse_server.results.excerpt import numbered
from posse_server.results.job import Job


def rewrite_baselines(order: Order, workspace: Workspace, paths: Sequence[Path], server: ServerConnection) -> None:
    """Change the baselines of these files as an order asks, and report the result for each.

    An open document is checked with its text in the editor, any other file as it is on the disk. Entries for files that
    are left out stay, because nothing is known about these. Baselines are written only after every file has been
    checked.
    """
    outcomes: dict[BaselineFile, Outcome] = {}
    job = Job(resolver_of(workspace))
    checker = FileChecker(job)
    try:
        for path in paths:
            server.send("at", str(path))
            config = workspace.resolve(path)
            target = target_of(config)
            outcome = outcomes.setdefault(target, Outcome.of(target))
            text = order.texts.get(path)
            if text is not None:
                document = Document.opened_safely(Text.of(text), config.catalogue)
                snapshot = Snapshot("", 0, document, config, KnownFindings())
                take_snapshot(outcome, snapshot, snapshot.findings)
                continue
            checked = checker.check_file(str(path))
            if checked.skipped is None:
                found = [
                    WithCode(result, numbered(checked.code, job.shown_lines(result.line, result.line_range)))
                    for result in checked.results
                ]
                outcome.take(str(path), found, config)
        server.send("all")
        for target, outcome in outcomes.items():
            if resolved(target.path) in order.unsaved:
                raise BaselineWriteError.unsaved(target.path)
            change = outcome.added if order.task is Task.ADD_TO_BASELINE else outcome.pruned
            with server.heartbeats():
                done = rewrite(target.path, change, within=target.root)
            server.send("wrote", done.before, done.after)
    except BaselineWriteError as refused:
        server.send("refused", str(refused))


def take_snapshot(outcome: Outcome, snapshot: Snapshot, findings: Iterable[Finding]) -> None:
    """Add findings of an open document to the outcome for its baseline."""
    name = str(snapshot.config.location)
    found = with_code(name, findings, snapshot.document.text.lines)
    outcome.take(name, found, snapshot.config, is_whole=not snapshot.document.broken)
