"""Comments that suppress findings: what they suppress, and remarks on them. Also lists all suppressed findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lsprotocol import types as lsp

from posse_checks.analysis.assessed import Suppressor
from posse_checks.analysis.ignores import IGNORE
from posse_checks.baseline.hidden import hidden_in
from posse_checks.nosec.remark import correction_of
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
    nosec, ignore = document.nosecs.get(at.line + 1), document.ignores.get(at.line + 1)
    comment = nosec or ignore
    if snapshot.excluded or comment is None or not lines[at.line].startswith(comment.text, comment.column):
        return None
    column, end = at.column - comment.column, comment.column + len(comment.text)
    if column < 0 or at.column > end:
        return None
    is_ignore = nosec is None or any(match.start() <= column < match.end() for match in IGNORE.finditer(comment.text))
    suppressed = [
        item.finding
        for item in snapshot.suppressed.get(at.line + 1, ())
        if (item.suppressor is Suppressor.IGNORE) is is_ignore
    ]
    text = "\n".join(_suppressed_lines(suppressed))
    word = next((word[0] for word in _WORD.finditer(comment.text) if word.start() <= column <= word.end()), None)
    ids = document.catalogue.ids
    named = (ids.in_ignore(word) if is_ignore else ids.in_nosec(word)) if word else None
    rule = snapshot.config.configuration.known_rules.get(named) if named else None
    if rule is not None:
        why = documentation_of(rule.docstring).why
        link = f"[Documentation]({rule.link})\n\n" if rule.link else ""
        text = f"**{rule.id}** `{rule.name}`\n\n{why}\n\n{link}---\n\n{text}"
    where = range_between(Position(at.line, comment.column), Position(at.line, end), lines, client.encoding)
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
    config, on_flows = snapshot.config, list(snapshot.on_flows())
    return [
        {
            "line": item.finding.line,
            "code": item.finding.rule.id,
            "message": printable(item.finding.message),
            "cause": item.by.value,
            "why": printable(item.why),
        }
        for item in hidden_in(snapshot.document, config.configuration, config.path, snapshot.known, on_flows)
    ]
