"""An open notebook in an editor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.places import with_edits

if TYPE_CHECKING:
    from tests.server.session import Editor

CODE, PROSE = lsp.NotebookCellKind.Code, lsp.NotebookCellKind.Markup


class CellBuffer(Buffer):
    """A cell, whose edits are sent as a part of its notebook's."""

    notebook: OpenNotebook
    kind = CODE
    language = "python"

    @property
    def cell(self) -> lsp.NotebookCell:
        """The cell, as its notebook lists it."""
        return lsp.NotebookCell(self.kind, self.uri)

    @property
    def item(self) -> lsp.TextDocumentItem:
        """The text item with which it is opened."""
        return lsp.TextDocumentItem(self.uri, self.language, self.version, self.text)

    def content(self, *changes: lsp.TextDocumentContentChangeEvent) -> lsp.NotebookDocumentCellContentChanges:
        """Edits that make the next version."""
        self.version += 1
        return lsp.NotebookDocumentCellContentChanges(
            lsp.VersionedTextDocumentIdentifier(version=self.version, uri=self.uri), changes
        )

    def send(self, *changes: lsp.TextDocumentContentChangeEvent) -> None:
        """Send the next version to the server, with the text as it is here."""
        self.notebook.send(lsp.NotebookDocumentCellChanges(text_content=[self.content(*changes)]))


class OpenNotebook:
    """An open notebook, with the editor's cells."""

    def __init__(self, editor: Editor, uri: str, sources: Sequence[str]) -> None:
        self.editor = editor
        self.uri = uri
        self.version = 1
        self.cells: list[CellBuffer] = []
        self._count = 0
        self.cells = [self.new(source) for source in sources]
        notebook = lsp.NotebookDocument(uri, "jupyter-notebook", 1, [cell.cell for cell in self.cells])
        items = [cell.item for cell in self.cells]
        editor.notebook_document_did_open(lsp.DidOpenNotebookDocumentParams(notebook, items))

    def new(self, source: str) -> CellBuffer:
        """A cell that is in no notebook yet."""
        self._count += 1
        name = self.uri.removeprefix("file:")
        cell = CellBuffer(self.editor, f"vscode-notebook-cell:{name}#W{self._count}", source)
        cell.notebook = self
        return cell

    def splice(self, start: int, removed: int, *cells: CellBuffer) -> None:
        """Replace cells by others; those that remain in the notebook stay open."""
        before = list(self.cells)
        self.cells[start : start + removed] = cells
        structure = lsp.NotebookDocumentCellChangeStructure(
            lsp.NotebookCellArrayChange(start, removed, [cell.cell for cell in cells]),
            [cell.item for cell in cells if cell not in before],
            [cell.identifier for cell in before if cell not in self.cells],
        )
        self.send(lsp.NotebookDocumentCellChanges(structure=structure))

    def send(self, cells: lsp.NotebookDocumentCellChanges | None) -> None:
        """Send the next version to the server."""
        self.version += 1
        identifier = lsp.VersionedNotebookDocumentIdentifier(self.version, self.uri)
        change = lsp.NotebookDocumentChangeEvent(cells=cells)
        self.editor.notebook_document_did_change(lsp.DidChangeNotebookDocumentParams(identifier, change))

    def save(self) -> None:
        """Report that the notebook was saved."""
        identifier = lsp.NotebookDocumentIdentifier(self.uri)
        self.editor.notebook_document_did_save(lsp.DidSaveNotebookDocumentParams(identifier))

    def close(self) -> None:
        """Close it, with its cells."""
        identifier = lsp.NotebookDocumentIdentifier(self.uri)
        cells = [cell.identifier for cell in self.cells]
        self.editor.notebook_document_did_close(lsp.DidCloseNotebookDocumentParams(identifier, cells))

    async def marks(self) -> list[list[tuple[int | str | None, str]]]:
        """For each cell, the IDs of its findings, each with the underlined text."""
        await self.editor.settled()
        return [[(d.code, cell.marked(d.range)) for d in await cell.standing() if d.code] for cell in self.cells]

    def applied(self, edit: lsp.WorkspaceEdit | None) -> list[str]:
        """The texts of the cells after an edit, which must be for exactly these versions of them."""
        assert edit is not None
        edits = self._edits(edit)
        assert edits.keys() <= {cell.uri for cell in self.cells}
        return [with_edits(cell.text, edits.get(cell.uri, ()), self.editor.encoding) for cell in self.cells]

    def _edits(self, edit: lsp.WorkspaceEdit) -> Mapping[str, Sequence[lsp.TextEdit]]:
        if edit.changes is not None:
            return edit.changes
        versions = {cell.uri: cell.version for cell in self.cells}
        edits: dict[str, list[lsp.TextEdit]] = {}
        for change in edit.document_changes or ():
            assert isinstance(change, lsp.TextDocumentEdit)
            assert change.text_document.version == versions[change.text_document.uri]
            edits[change.text_document.uri] = [edit for edit in change.edits if isinstance(edit, lsp.TextEdit)]
        return edits
