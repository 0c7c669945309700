"""Diagnostics: pushed with their version, or pulled by clients that can."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types as lsp

from posse_server.protocol import Client, diagnostic
from posse_server.server import Server
from posse_server.session import Snapshot


def publish(server: Server, uri: str) -> None:
    """Push the diagnostics of a document's newest version, unless it has been closed."""
    snapshot = server.session.snapshot(uri)
    if snapshot is not None:
        server.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(
                uri=uri, version=snapshot.version, diagnostics=_diagnostics(snapshot, server.session.client)
            )
        )


def pull(server: Server, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
    """Answer a client that asks for a document's diagnostics; none for a document that is not open."""
    snapshot = server.session.snapshot(params.text_document.uri)
    items = _diagnostics(snapshot, server.session.client) if snapshot else []
    return lsp.RelatedFullDocumentDiagnosticReport(items=items)


def _diagnostics(snapshot: Snapshot, client: Client) -> Sequence[lsp.Diagnostic]:
    return [diagnostic(finding, snapshot.document, client.encoding) for finding in snapshot.findings]
