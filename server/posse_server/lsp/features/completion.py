"""Completion: IDs in comments that suppress findings, and keys and values in configuration files."""

from __future__ import annotations

from lsprotocol import types as lsp

from posse_checks.nosec.complete import IdCompletion, id_completion_at
from posse_checks.rule.declaration import Rule
from posse_checks.rule.documentation import documentation_of
from posse_server.lsp.features import configuration_document
from posse_server.lsp.server import Server
from posse_server.protocol.convert import position_from, range_between


def completion(server: Server, params: lsp.CompletionParams) -> list[lsp.CompletionItem] | None:
    """Returns completions for a position. In Python, there are none outside of such comments."""
    uri, encoding = params.text_document.uri, server.session.client.encoding
    configuration, snapshot = server.session.configurations.get(uri), server.session.part(uri)
    if configuration is not None:
        return configuration_document.completion(server, configuration, params)
    if snapshot is None or snapshot.excluded:
        return None
    document = snapshot.document
    position = position_from(params.position, document, encoding)
    completion = id_completion_at(document, position, snapshot.on_flows(range(position.line, position.line + 1)))
    if completion is None:
        return None
    word = range_between(completion.start, completion.end, document.text.lines, encoding)
    details = server.session.client.shows_label_details
    return [_item(rule, completion, word, in_row=details) for rule in completion.rules]


def _item(rule: Rule, completion: IdCompletion, word: lsp.Range, *, in_row: bool) -> lsp.CompletionItem:
    """Returns the item for a rule, with its name and severity beside the ID if the client can show them there."""
    finding = completion.found.get(rule)
    severity = (finding or rule).severity.name.lower()
    return lsp.CompletionItem(
        label=rule.id,
        kind=lsp.CompletionItemKind.EnumMember,
        label_details=lsp.CompletionItemLabelDetails(f" {rule.name}", severity) if in_row else None,
        detail=f"{rule.name} ({severity})",
        documentation=finding.message if finding else documentation_of(rule.docstring).summary,
        sort_text=f"{0 if finding else 1} {rule.id}",
        filter_text=f"{rule.id} {rule.name}",
        text_edit=lsp.TextEdit(word, rule.id),
    )
