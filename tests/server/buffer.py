"""An open document in an editor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from tests.server.clients import CLIENTS
from tests.server.places import range_of, with_edits, within_range
from tests.server.waiting import within

if TYPE_CHECKING:
    from tests.server.session import Editor


class Buffer:
    """An open document, with the editor's text. Positions in it are offsets in code points."""

    def __init__(self, editor: Editor, uri: str, text: str) -> None:
        self.editor = editor
        self.uri = uri
        self.text = text
        self.version = 1

    @property
    def identifier(self) -> lsp.TextDocumentIdentifier:
        """The document's identifier in requests."""
        return lsp.TextDocumentIdentifier(self.uri)

    def change(self, *edits: tuple[int, int, str]) -> None:
        """Replace text between two offsets, in one notification; offsets refer to the text after the earlier edits."""
        changes: list[lsp.TextDocumentContentChangeEvent] = []
        for start, end, new in edits:
            changes.append(lsp.TextDocumentContentChangePartial(self.range(start, end), new))
            self.text = self.text[:start] + new + self.text[end:]
        self.send(*changes)

    def rewrite(self, text: str) -> None:
        """Replace the whole text."""
        self.text = text
        self.send(lsp.TextDocumentContentChangeWholeDocument(text))

    def send(self, *changes: lsp.TextDocumentContentChangeEvent) -> None:
        """Send the next version to the server, with the text as it is here."""
        self.version += 1
        identifier = lsp.VersionedTextDocumentIdentifier(version=self.version, uri=self.uri)
        self.editor.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, changes))

    def insert(self, new: str, before: str | None = None) -> None:
        """Insert a text before another that occurs once in the document, or at the end."""
        at = self.at(before) if before else len(self.text)
        self.change((at, at, new))

    def apply(self, edit: lsp.WorkspaceEdit | None) -> None:
        """Apply the edit of a code action."""
        text = with_edits(self.text, self.edits(edit), self.editor.encoding)
        self.rewrite(text)

    def edits(self, edit: lsp.WorkspaceEdit | None) -> list[lsp.TextEdit]:
        """The edits of this version of this document; there must be no others."""
        assert edit is not None
        if edit.changes is not None:
            assert list(edit.changes) == [self.uri]
            return list(edit.changes[self.uri])
        [change] = edit.document_changes or []
        assert isinstance(change, lsp.TextDocumentEdit)
        assert (change.text_document.uri, change.text_document.version) == (self.uri, self.version)
        return [edit for edit in change.edits if isinstance(edit, lsp.TextEdit)]

    def save(self) -> None:
        """Report that the document was saved."""
        self.editor.text_document_did_save(lsp.DidSaveTextDocumentParams(self.identifier))

    def close(self) -> None:
        """Close it."""
        self.editor.text_document_did_close(lsp.DidCloseTextDocumentParams(self.identifier))

    def at(self, part: str) -> int:
        """The offset of a part that occurs once in the text."""
        assert self.text.count(part) == 1, part
        return self.text.index(part)

    def range(self, start: int, end: int) -> lsp.Range:
        """The range between two offsets."""
        return range_of(self.text, start, end, self.editor.encoding)

    def marked(self, range: lsp.Range) -> str:
        """The text that a range covers."""
        return within_range(self.text, range, self.editor.encoding)

    async def diagnostics(self) -> list[lsp.Diagnostic]:
        """The diagnostics of this version, sorted by position."""
        if not self.editor.pulls:
            pushes = self.editor.pushed[self.uri]
            await self.editor.until(lambda: bool(pushes) and pushes[-1].version == self.version)
        return await self.standing()

    async def standing(self) -> list[lsp.Diagnostic]:
        """The diagnostics shown once the server is idle."""
        if self.editor.pulls:
            return await within(self._pull())
        await self.editor.settled()
        return self.editor.problems(self.uri)

    async def shows(self, *codes: str) -> None:
        """Wait until exactly these findings are shown, for whatever reason they change."""

        async def wait() -> None:
            while True:
                self.editor.news.clear()
                if await self.codes() == list(codes):
                    return
                await self.editor.news.wait()

        await within(wait())

    async def findings(self) -> list[lsp.Diagnostic]:
        """The diagnostics of this version that are findings, without the syntax error."""
        return [diagnostic for diagnostic in await self.diagnostics() if diagnostic.code]

    async def codes(self) -> list[int | str | None]:
        """The IDs of the findings in this version."""
        return [diagnostic.code for diagnostic in await self.findings()]

    async def marks(self) -> list[tuple[int | str | None, str]]:
        """The IDs of the findings in this version, each with the underlined text."""
        return [(diagnostic.code, self.marked(diagnostic.range)) for diagnostic in await self.findings()]

    async def hover(self, offset: int) -> lsp.Hover | None:
        """The hover at an offset."""
        position = self.range(offset, offset).start
        return await within(self.editor.text_document_hover_async(lsp.HoverParams(self.identifier, position)))

    async def completion(self, offset: int) -> list[lsp.CompletionItem]:
        """The completions at an offset."""
        params = lsp.CompletionParams(self.identifier, self.range(offset, offset).start)
        answer = await within(self.editor.text_document_completion_async(params))
        return list(answer.items if isinstance(answer, lsp.CompletionList) else answer or [])

    async def actions(
        self, range: lsp.Range, only: Sequence[lsp.CodeActionKind | str] | None = None
    ) -> list[lsp.CodeAction]:
        """The code actions for a range, of these kinds."""
        here = [d for d in await self.standing() if d.range.start <= range.end and range.start <= d.range.end]
        context = lsp.CodeActionContext(here, only)
        params = lsp.CodeActionParams(self.identifier, range, context)
        answer = await within(self.editor.text_document_code_action_async(params))
        assert all(isinstance(action, lsp.CodeAction) for action in answer or [])
        return [action for action in answer or [] if isinstance(action, lsp.CodeAction)]

    async def chosen(self, action: lsp.CodeAction) -> lsp.WorkspaceEdit | None:
        """The edit of the chosen action, resolved if it came without one and the editor can do that."""
        if action.edit is None and CLIENTS[self.editor.client].resolves:
            action = await within(self.editor.code_action_resolve_async(action))
        return action.edit

    async def _pull(self) -> list[lsp.Diagnostic]:
        params = lsp.DocumentDiagnosticParams(self.identifier, "posse")
        report = await self.editor.text_document_diagnostic_async(params)
        assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
        return list(report.items)
