"""A pygls server that keeps the text as pygls does and finds nothing: the lower bound for servers on pygls."""

from __future__ import annotations

import sys

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

LINE = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 5))


def make_server(diagnostics: int) -> LanguageServer:
    """A server that publishes this many identical diagnostics for any text."""
    server = LanguageServer("null", "1")
    something = lsp.Diagnostic(LINE, "x" * 60, lsp.DiagnosticSeverity.Warning, code="B101", source="null")

    def publish(document: lsp.TextDocumentItem | lsp.VersionedTextDocumentIdentifier) -> None:
        params = lsp.PublishDiagnosticsParams(document.uri, [something] * diagnostics, document.version)
        server.text_document_publish_diagnostics(params)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: lsp.DidOpenTextDocumentParams) -> None:
        publish(params.text_document)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: lsp.DidChangeTextDocumentParams) -> None:
        publish(params.text_document)

    return server


if __name__ == "__main__":
    make_server(int(sys.argv[1]) if len(sys.argv) > 1 else 1).start_io()
