"""Open configuration files: their problems as the user types, explanations, completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from posse_checks.analysis.registry import all_rules
from posse_checks.python.text import Position
from posse_server.lsp.change import Change, Source, Stale, did_modify
from posse_server.lsp.configuration_document import ConfigurationDocument
from posse_server.lsp.server import Server
from posse_server.protocol.convert import markup, position_from, range_between, take_changes

if TYPE_CHECKING:
    from posse_checks.config.cursor import Cursor


def did_open(server: Server, item: lsp.TextDocumentItem) -> None:
    """Show the problems in a configuration file that the client opened."""
    server.configurations.will_open(item.uri)
    stale = server.session.open_configuration(item.uri, item.version, item.text)
    did_modify(server, Change(Source.OPEN, stale, item.uri))


def did_change(server: Server, document: ConfigurationDocument, params: lsp.DidChangeTextDocumentParams) -> None:
    """Apply the client's edits, and show the problems after them."""
    text = take_changes(document.text, params.content_changes, server.session.client.encoding)
    server.session.configurations.change(document.uri, params.text_document.version, text)
    did_modify(server, Change(Source.EDIT, Stale((document.uri,)), document.uri))


def hover(server: Server, document: ConfigurationDocument, params: lsp.HoverParams) -> lsp.Hover | None:
    """Explain the rule, or the key, under the cursor."""
    cursor, client = _cursor(server, document, params.position), server.session.client
    if cursor is None:
        return None
    from posse_checks.config.cursor import documentation_at
    from posse_checks.rule.documentation import documentation_of

    text = "".join(documentation_at(cursor))
    if not text and cursor.rule is not None:
        documentation = documentation_of(cursor.rule.docstring)
        text = f"**{cursor.rule.id}** `{cursor.rule.name}`\n\n{documentation.summary}\n\n{documentation.why}"
        text += f"\n\n[Documentation]({cursor.rule.link})"
    if not text:
        return None
    return lsp.Hover(contents=markup(text, client), range=_range(server, document, cursor, params.position.line))


def completion(
    server: Server, document: ConfigurationDocument, params: lsp.CompletionParams
) -> list[lsp.CompletionItem] | None:
    """Returns the IDs, names and keys that are valid at a position."""
    cursor = _cursor(server, document, params.position)
    if cursor is None:
        return None
    range = _range(server, document, cursor, params.position.line)
    kind = lsp.CompletionItemKind.Property if cursor.is_key else lsp.CompletionItemKind.EnumMember
    in_row = server.session.client.shows_label_details
    return [
        lsp.CompletionItem(
            label=word,
            label_details=_details(word, detail) if in_row and not cursor.is_key else None,
            kind=kind,
            detail=detail,
            filter_text=f"{word} {detail}" if word[:1] == "B" else word,
            text_edit=lsp.TextEdit(range, word),
        )
        for word, detail in cursor.choices.items()
    ]


def _details(word: str, detail: str) -> lsp.CompletionItemLabelDetails:
    """Returns the notes on a value: its description, and the severity of a rule."""
    rule = all_rules().get(word)
    severity = None if rule is None else rule.severity.name.lower()
    return lsp.CompletionItemLabelDetails(f" {detail}" if detail else None, severity)


def _cursor(server: Server, document: ConfigurationDocument, position: lsp.Position) -> Cursor | None:
    at = position_from(position, document, server.session.client.encoding)
    from posse_checks.config.cursor import cursor_at  # loaded with the first request

    return cursor_at(document.text.lines, at, document.name, holds_checks=document.holds_checks)


def _range(server: Server, document: ConfigurationDocument, cursor: Cursor, line: int) -> lsp.Range:
    start, end = Position(line, cursor.word.start), Position(line, cursor.word.end)
    return range_between(start, end, document.text.lines, server.session.client.encoding)
