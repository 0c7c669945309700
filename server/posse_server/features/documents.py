"""Open documents: opened, changed, saved, closed."""

from __future__ import annotations

import logging

from lsprotocol import types as lsp

from posse_server.features import configuration_document, workspace_diagnostics
from posse_server.protocol import position_from
from posse_server.server import Server

LOG = logging.getLogger(__name__)

LANGUAGE = "python"


def did_open(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    """Check a document that the client opened, if it is Python."""
    item = params.text_document
    if server.session.is_configuration(item.uri):
        configuration_document.did_open(server, item)
    elif item.language_id == LANGUAGE and server.session.notebook_of(item.uri) is None:
        server.read_configurations()
        server.session.open(item.uri, item.version, item.text)
        workspace_diagnostics.did_open(server, item.uri)
        server.tell_baseline_news()
        server.schedule.soon(item.uri)


def did_change(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    """Apply the client's edits, one after the other, to the document."""
    uri = params.text_document.uri
    configuration = server.session.configuration(uri)
    if configuration is not None:
        configuration_document.did_change(server, configuration, params)
        return
    snapshot = server.session.snapshot(uri)
    if snapshot is None:
        server.session.note_unsaved(uri)
        return
    if params.text_document.version < snapshot.version:  # its edits are of another text
        LOG.warning(
            "%s: version %d came after version %d. If findings are in wrong places, close the file and open it again.",
            *(uri, params.text_document.version, snapshot.version),
        )
    document, encoding = snapshot.document, server.session.client.encoding
    for change in params.content_changes:
        if isinstance(change, lsp.TextDocumentContentChangePartial):
            start = position_from(change.range.start, document, encoding)
            end = position_from(change.range.end, document, encoding)
            document = document.edited(start, end, change.text)
        else:
            document = document.opened(change.text, document.catalogue)
    server.session.change(uri, params.text_document.version, document)
    server.schedule.soon(uri)


def did_save(server: Server, params: lsp.DidSaveTextDocumentParams) -> None:
    """Show what has waited for it, and look whether the configuration is another.

    It may be what was saved, and not every client watches files.
    """
    if server.session.save(params.text_document.uri):
        server.refresh_diagnostics([params.text_document.uri])
    server.read_configurations()


def did_close(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    """Forget a document, and take its diagnostics back."""
    uri = params.text_document.uri
    if server.session.notebook_of(uri) is not None:
        return  # it goes with its notebook
    server.schedule.drop(uri)
    if server.session.configuration(uri) is not None:
        server.session.close(uri)
        server.publish_problems_on_disk(uri)
        return
    is_shown = server.session.snapshot(uri) is not None
    server.session.close(uri)
    workspace_diagnostics.did_close(server, uri)
    if is_shown and not server.session.client.pulls:
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri=uri, diagnostics=[]))
