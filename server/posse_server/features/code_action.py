"""Code actions: what can be done about the findings in a range. Each is worked out anew, from nothing but the text."""

from __future__ import annotations

from lsprotocol import types as lsp

from posse_checks.finding import Finding
from posse_checks.silence import silencing_edit
from posse_server.protocol import Client, diagnostic, range_between, range_of, workspace_edit
from posse_server.server import Server
from posse_server.session import Snapshot

KINDS = [lsp.CodeActionKind.QuickFix]


def code_action(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """Offer to silence each finding that the range touches."""
    snapshot, client = server.session.snapshot(params.text_document.uri), server.session.client
    if snapshot is None or not client.takes_action_literals or not _wanted(params.context.only):
        return []
    near = snapshot.findings_near(params.range.start.line, params.range.end.line)
    touched = [finding for finding in near if _touches(finding, params.range, snapshot, client)]
    actions = (_silence(finding, snapshot, client) for finding in touched)
    return [action for action in actions if action is not None]


def _wanted(only: object) -> bool:
    kinds = only if isinstance(only, (list, tuple)) else None
    return not kinds or any(lsp.CodeActionKind.QuickFix == kind or kind == "" for kind in kinds)


def _touches(finding: Finding, range: lsp.Range, snapshot: Snapshot, client: Client) -> bool:
    span = range_of(finding.span, snapshot.document, client.encoding)
    return span.start <= range.end and range.start <= span.end


def _silence(finding: Finding, snapshot: Snapshot, client: Client) -> lsp.CodeAction | None:
    edit = silencing_edit(snapshot.document, finding)
    if edit is None:
        return None
    place = range_between(edit.start, edit.end, snapshot.document.text.lines, client.encoding)
    text_edit = lsp.TextEdit(range=place, new_text=edit.new)
    return lsp.CodeAction(
        title=f"Suppress {finding.rule.id} with # nosec",
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(finding, snapshot.document, client.encoding)],
        edit=workspace_edit(snapshot.uri, snapshot.version, [text_edit], client),
    )
