"""`# nosec` comments: the findings that they suppress, and remarks on them. Also lists all suppressed findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lsprotocol import types as lsp

from posse_checks.analysis.registry import all_rules, ids_by_name
from posse_checks.baseline.hidden import hidden_in
from posse_checks.nosec.lint import correction_of
from posse_checks.python.text import Position
from posse_checks.rule.documentation import documentation_of
from posse_checks.rule.finding import Finding
from posse_server.lsp.server import Server
from posse_server.lsp.session import Snapshot
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.convert import (
    markup,
    position_from,
    range_between,
    range_of,
    remark_diagnostic,
    workspace_edit,
)
from posse_server.protocol.markup import escaped
from posse_server.system.console import printable

_WORD = re.compile(r"\w+")


def corrections(range: lsp.Range, snapshot: Snapshot, client: Client) -> Iterator[lsp.CodeAction]:
    """Yields the corrections of the remarks that a range touches."""
    document, encoding = snapshot.document, client.encoding
    for remark in snapshot.remarks:
        there = range_of(remark.span, document, encoding)
        if not (there.start <= range.end and range.start <= there.end):
            continue
        correction = correction_of(document, remark)
        if correction is not None:
            lines, policy = document.text.lines, snapshot.config.configuration.policy.nosec
            yield lsp.CodeAction(
                title=correction.title,
                kind=lsp.CodeActionKind.QuickFix,
                diagnostics=[remark_diagnostic(remark, policy, document, encoding)],
                edit=workspace_edit(snapshot.uri, snapshot.version, [correction.edit], lines, client),
            )


def hover(snapshot: Snapshot, position: lsp.Position, client: Client) -> lsp.Hover | None:
    """Returns the findings that the comment under the cursor suppresses, and the rule of an ID in it, as a hover."""
    document, lines = snapshot.document, snapshot.document.text.lines
    at = position_from(position, document, client.encoding)
    nosec = document.nosecs.get(at.line + 1)
    if snapshot.excluded or nosec is None or not lines[at.line].startswith(nosec.text, nosec.column):
        return None
    column, end = at.column - nosec.column, nosec.column + len(nosec.text)
    if column < 0 or at.column > end:
        return None
    suppressed = document.suppressed.get(at.line + 1, ())
    text = "\n".join(_suppressed_lines(suppressed))
    word = next((word[0] for word in _WORD.finditer(nosec.text) if word.start() <= column <= word.end()), None)
    rule = all_rules().get(ids_by_name().get(word, "")) if word else None
    if rule is not None:
        why = documentation_of(rule.docstring).why
        text = f"**{rule.id}** `{rule.name}`\n\n{why}\n\n[Documentation]({rule.link})\n\n---\n\n{text}"
    where = range_between(Position(at.line, nosec.column), Position(at.line, end), lines, client.encoding)
    return lsp.Hover(contents=markup(text, client), range=where)


def _suppressed_lines(suppressed: Sequence[Finding]) -> Iterator[str]:
    """Yields the findings that a comment suppresses, as lines of Markdown."""
    if not suppressed:
        yield "This comment suppresses nothing."
        return
    yield "This comment suppresses:\n"
    for finding in suppressed:
        yield f"- **{finding.rule.id}** on line {finding.line}: {escaped(finding.message)}"


def show_suppressed(server: Server, uri: str) -> list[dict[str, object]] | None:
    """Returns the findings of an open document or cell that are not shown. Returns None if it is not open.

    Each has its line, from 1, its ID and message, the cause, and an explanation of the cause.
    """
    snapshot = server.session.part(uri)
    if snapshot is None:
        return None
    config = snapshot.config
    return [
        {
            "line": item.finding.line,
            "code": item.finding.rule.id,
            "message": printable(item.finding.message),
            "cause": item.by.value,
            "why": printable(item.why),
        }
        for item in hidden_in(snapshot.document, config.configuration, config.path, snapshot.known)
    ]
