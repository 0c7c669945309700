"""Open documents: opened, changed, saved, closed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from lsprotocol import types as lsp

from posse_checks.document import Document
from posse_checks.text import Text
from posse_server.features import configuration_document, workspace_diagnostics
from posse_server.protocol import Encoding, position_from, take_changes
from posse_server.server import Server

LOG = logging.getLogger(__name__)

LANGUAGE = "python"
LINES_OF_AN_EDIT = 40
"""As how many lines of a text an edit of it counts, by what it costs."""


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
    document = _edited(snapshot.document, params.content_changes, server.session.client.encoding)
    server.session.change(uri, params.text_document.version, document)
    server.schedule.soon(uri)


def _edited(document: Document, changes: Sequence[lsp.TextDocumentContentChangeEvent], encoding: Encoding) -> Document:
    """The document after a client's edits, one after the other; its text is the client's, whatever becomes of the rest.

    Each edit costs some lines that are checked again. Where they are many for the lines that they are in, these are
    checked once, when all edits are made.
    """
    before = document
    try:
        if len(changes) == 1:
            return _edited_once(document, changes[0], encoding)
        text = take_changes(document.text, changes, encoding)
        if len(changes) * LINES_OF_AN_EDIT > document.text.splice_to(text).inserted:
            return document.with_text(text)
        for change in changes:
            document = _edited_once(document, change, encoding)
        return document
    except Exception:
        LOG.exception("An edit cannot be followed, which is an error in Posse. The whole text is checked anew.")
        return Document.taken(take_changes(before.text, changes, encoding), before.catalogue)


def _edited_once(document: Document, change: lsp.TextDocumentContentChangeEvent, encoding: Encoding) -> Document:
    if not isinstance(change, lsp.TextDocumentContentChangePartial):
        return document.with_text(Text.of(change.text))
    start = position_from(change.range.start, document, encoding)
    return document.edited(start, position_from(change.range.end, document, encoding), change.text)


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
