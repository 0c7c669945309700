"""Open documents: opened, changed, saved, closed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from lsprotocol import types as lsp

from posse_checks.incremental.document import Document
from posse_checks.python.text import Text
from posse_server.lsp.change import Change, Source, did_modify
from posse_server.lsp.features import configuration_document, workspace_diagnostics
from posse_server.lsp.server import Server
from posse_server.protocol.convert import Encoding, position_from, take_changes

LOG = logging.getLogger(__name__)

_LANGUAGES = frozenset({"python", "python3", "py"})
LINES_OF_AN_EDIT = 40
"""Cost of one edit, in lines that are checked again."""


def is_python(language: str) -> bool:
    """Whether a language ID is Python's. Clients use various spellings, such as `python.django`."""
    return language.strip().casefold().partition(".")[0] in _LANGUAGES


def did_open(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    """Check a document that the client opened, if it is Python. One that is open already is replaced."""
    item, session = params.text_document, server.session
    if session.notebook_of(item.uri) is not None:
        return
    if session.is_open(item.uri):
        _forget(server, item.uri)
    if session.is_configuration(item.uri):
        configuration_document.did_open(server, item)
    elif is_python(item.language_id):
        workspace_diagnostics.will_open(server, item.uri)
        stale = session.open(item.uri, item.version, item.text)
        did_modify(server, Change(Source.OPEN, stale, item.uri))


def did_change(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    """Apply the client's edits to the document, one after the other."""
    server.number(params.text_document)
    uri = params.text_document.uri
    configuration = server.session.configurations.get(uri)
    if configuration is not None:
        configuration_document.did_change(server, configuration, params)
        return
    snapshot = server.session.snapshot(uri)
    if snapshot is None:
        server.session.note_unsaved(uri)
        return
    if params.text_document.version < snapshot.version:  # its edits refer to another text
        LOG.warning(
            "%s: version %d came after version %d. If findings are in the wrong places, close and reopen the file.",
            *(uri, params.text_document.version, snapshot.version),
        )
    changes = _from_last_whole_text(params.content_changes) if snapshot.lost else params.content_changes
    if snapshot.lost and not changes:
        return
    document = apply_edits(snapshot.document, changes, server.session.client.encoding)
    stale = server.session.change(uri, params.text_document.version, document)
    did_modify(server, Change(Source.EDIT, stale, uri))


def _from_last_whole_text(
    changes: Sequence[lsp.TextDocumentContentChangeEvent],
) -> Sequence[lsp.TextDocumentContentChangeEvent]:
    """Returns the edits that determine the text without the previous one: the last whole text and those after it."""
    whole = [at for at, change in enumerate(changes) if not isinstance(change, lsp.TextDocumentContentChangePartial)]
    return changes[whole[-1] :] if whole else ()


def apply_edits(
    document: Document, changes: Sequence[lsp.TextDocumentContentChangeEvent], encoding: Encoding
) -> Document:
    """Returns the document after a client's edits, made one after the other.

    Each edit causes about `LINES_OF_AN_EDIT` lines to be checked again. If the edits together would cost more than the
    lines that they change, these are checked once, after all edits. If an edit fails, the whole text is checked, so the
    document's text is the client's in any case.
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
        LOG.exception("Posse failed to apply an edit (a bug) and checks the whole text again. Please report this log.")
        return Document.opened_safely(take_changes(before.text, changes, encoding), before.catalogue)


def _edited_once(document: Document, change: lsp.TextDocumentContentChangeEvent, encoding: Encoding) -> Document:
    if not isinstance(change, lsp.TextDocumentContentChangePartial):
        return document.with_text(Text.of(change.text))
    start = position_from(change.range.start, document, encoding)
    return document.edited(start, position_from(change.range.end, document, encoding), change.text)


def did_save(server: Server, params: lsp.DidSaveTextDocumentParams) -> None:
    """Show diagnostics that waited for this, and check for changed configuration: not every client watches files."""
    uri = params.text_document.uri
    did_modify(server, Change(Source.SAVE, server.session.save(uri), uri))


def did_close(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    """Remove a document, and withdraw its diagnostics."""
    uri = params.text_document.uri
    if server.session.notebook_of(uri) is None:  # a cell is closed with its notebook
        _forget(server, uri)


def _forget(server: Server, uri: str) -> None:
    """Remove a document. Its diagnostics become those of a closed file, if such are shown."""
    server.schedule.drop(uri)
    if server.session.configurations.get(uri) is not None:
        server.session.close(uri)
        server.configurations.did_close(uri)
        return
    is_shown = server.session.snapshot(uri) is not None
    server.session.close(uri)
    workspace_diagnostics.did_close(server, uri)
    if is_shown and not server.session.client.pulls:
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri=uri, diagnostics=[]))
