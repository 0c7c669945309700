"""Open notebooks: opened, changed, saved, closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types as lsp

from posse_checks.python.text import Text
from posse_server.lsp.change import Change, Source, Stale, did_modify
from posse_server.lsp.features.documents import is_python
from posse_server.lsp.server import Server
from posse_server.notebook.notebook import Cell, Notebook
from posse_server.protocol.convert import position_from, take_changes


def did_open(server: Server, params: lsp.DidOpenNotebookDocumentParams) -> None:
    """Check the cells of a notebook that the client opened. One that is open already is replaced."""
    notebook = params.notebook_document
    cells = _cells(notebook.cells, params.cell_text_documents, known=())
    _withdraw(server, server.session.open_notebook(notebook.uri, notebook.version, cells))
    did_modify(server, Change(Source.OPEN, Stale((notebook.uri,)), notebook.uri))


def did_change(server: Server, params: lsp.DidChangeNotebookDocumentParams) -> None:
    """Apply the client's edits: first added, removed and moved cells, then their kinds, then their texts."""
    server.number(params.notebook_document)
    uri, cells = params.notebook_document.uri, params.change.cells
    snapshot = server.session.snapshot(uri)
    if snapshot is None or cells is None:
        return
    notebook = snapshot.notebook
    if cells.structure is not None:
        array, opened = cells.structure.array, cells.structure.did_open or ()
        notebook = notebook.spliced(
            array.start, array.delete_count, _cells(array.cells or (), opened, known=notebook.cells)
        )
    for data in cells.data or ():
        cell = notebook.cell(data.document)
        if cell is not None:
            notebook = notebook.changed(cell, cell.of_kind(is_code=data.kind is lsp.NotebookCellKind.Code))
    for content in cells.text_content or ():
        notebook = _edited(notebook, content, server)
    gone = server.session.change_notebook(uri, params.notebook_document.version, notebook)
    _withdraw(server, gone)
    did_modify(server, Change(Source.EDIT, Stale((uri,)), uri))


def did_save(server: Server, params: lsp.DidSaveNotebookDocumentParams) -> None:
    """Show diagnostics that waited for this, and check for changed configuration: not every client watches files."""
    uri = params.notebook_document.uri
    did_modify(server, Change(Source.SAVE, server.session.save(uri), uri))


def did_close(server: Server, params: lsp.DidCloseNotebookDocumentParams) -> None:
    """Remove a notebook, and withdraw the diagnostics of its cells."""
    server.schedule.drop(params.notebook_document.uri)
    _withdraw(server, server.session.close(params.notebook_document.uri))


def _cells(
    cells: Iterable[lsp.NotebookCell], opened: Iterable[lsp.TextDocumentItem], *, known: Iterable[Cell]
) -> Sequence[Cell]:
    """Returns cells with their texts: opened together with them, or known already, as of a cell that was moved."""
    texts = {cell.uri: cell for cell in known}
    for item in opened:
        texts[item.uri] = Cell.of(item.uri, item.version, Text.of(item.text), is_python=is_python(item.language_id))
    return [
        (texts.get(cell.document) or Cell.of(cell.document, 0, Text.of(""), is_python=True)).of_kind(
            is_code=cell.kind is lsp.NotebookCellKind.Code
        )
        for cell in cells
    ]


def _edited(notebook: Notebook, content: lsp.NotebookDocumentCellContentChanges, server: Server) -> Notebook:
    """Returns the notebook after edits of one cell, made one after the other; several are checked together."""
    uri, changes, encoding = content.document.uri, content.changes, server.session.client.encoding
    cell = notebook.cell(uri)
    if cell is None or not changes:
        return notebook.at_version(uri, content.document.version)
    first = changes[0]
    if len(changes) == 1 and isinstance(first, lsp.TextDocumentContentChangePartial):
        start = position_from(first.range.start, cell, encoding)
        end = position_from(first.range.end, cell, encoding)
        notebook = notebook.edited(cell, start, end, first.text)
    else:
        notebook = notebook.changed(cell, cell.with_text(take_changes(cell.text, changes, encoding)))
    return notebook.at_version(uri, content.document.version)


def _withdraw(server: Server, uris: Iterable[str]) -> None:
    """Withdraw the diagnostics of cells, if they were pushed."""
    for uri in () if server.session.client.pulls else uris:
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri=uri, diagnostics=[]))
