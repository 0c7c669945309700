"""Fixes of the project's own checks in Python, which only their own process can compute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lsprotocol import types as lsp

from posse_checks.python.text import Position, Replacement
from posse_checks.rule.declaration import Origin
from posse_checks.rule.finding import Finding
from posse_checks.rule.hosted import is_hosted
from posse_server.lsp.features.findings_in_range import diagnostic_of, findings_in_range
from posse_server.lsp.server import Server
from posse_server.lsp.session import Snapshot
from posse_server.plugins.question import Part, ProposedEdits
from posse_server.protocol.convert import workspace_edit
from posse_server.results.plugin_findings import question_for

MOST_FINDINGS = 3
"""Number of findings in a range whose fixes are asked for."""


async def fixes_in(server: Server, range: lsp.Range, snapshot: Snapshot) -> list[lsp.CodeAction]:
    """Returns the fixes of findings of the project's own checks in a range."""
    root, client = snapshot.config.root, server.session.client
    plugins = None if root is None else server.plugins.get(root)
    if plugins is None or not plugins.is_running or snapshot.cells is not None:
        return []
    touched = (one for one in findings_in_range(range, snapshot, client) if _is_own(one))
    actions: list[lsp.CodeAction] = []
    for finding in islice(touched, MOST_FINDINGS):
        question = question_for(snapshot.config, snapshot.config.path, [Part("".join(snapshot.document.program))])
        proposed = await plugins.fixes_of(question, finding.rule.id, finding.line, finding.message)
        actions += _actions(server, snapshot, finding, proposed)
    return actions


def _is_own(finding: Finding) -> bool:
    return is_hosted(finding.rule) and finding.rule.origin is Origin.PROJECT


def _actions(
    server: Server, snapshot: Snapshot, finding: Finding, proposed: Sequence[ProposedEdits]
) -> Iterator[lsp.CodeAction]:
    """Yields the fixes that are edits of the document and leave it as parseable as it is."""
    document, client = snapshot.document, server.session.client
    lines = document.text.lines
    for fix in proposed:
        edits = [Replacement(Position(a, b), Position(c, d), new) for a, b, c, d, new in fix.edits]
        ends = [position for edit in edits for position in (edit.start, edit.end)]
        is_inside = all(one.line < len(lines) and one.column <= len(lines[one.line]) for one in ends)
        if (
            not edits
            or not is_inside
            or any((e.end.line, e.end.column) < (e.start.line, e.start.column) for e in edits)
        ):
            continue
        if len(document.replaced(edits).broken) > len(document.broken):
            continue
        yield lsp.CodeAction(
            title=f"{fix.title} ({finding.rule.id}, {fix.safety})",
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[diagnostic_of(finding, snapshot, client)],
            edit=workspace_edit(snapshot.uri, snapshot.version, edits, lines, client),
        )
