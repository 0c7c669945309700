"""The findings in a range, and the limit of what one request can afford to process of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from posse_checks.incremental.document import Document
from posse_checks.rule.evidence import NONE
from posse_checks.rule.finding import Finding
from posse_server.lsp.session import Snapshot
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.convert import diagnostic, position_from

if TYPE_CHECKING:
    from lsprotocol import types as lsp

MOST_PARSED_CHARACTERS = 100_000
"""Limit, in characters, for the statements that one request parses again; it does so for each fix it tries."""


def findings_in_range(range: lsp.Range, snapshot: Snapshot, client: Client) -> Iterator[Finding]:
    """Yields the findings that a range touches. The cost of each does not depend on the length of its line."""
    start, end = _in_bytes(range.start, snapshot.document, client), _in_bytes(range.end, snapshot.document, client)
    for finding in snapshot.findings_near(range.start.line, range.end.line):
        span = finding.span
        if (span.line - 1, span.column) <= end and start <= (span.end_line - 1, span.end_column):
            yield finding


def diagnostic_of(finding: Finding, snapshot: Snapshot, client: Client) -> lsp.Diagnostic:
    """Returns the diagnostic of a finding, for an action on it."""
    is_harmless = snapshot.evidence_on(finding).verdict == NONE
    is_hint = snapshot.config.configuration.policy.is_hint(finding, is_harmless=is_harmless)
    return diagnostic(finding, snapshot.document, client.encoding, is_hint=is_hint)


def _in_bytes(position: lsp.Position, document: Document, client: Client) -> tuple[int, int]:
    """Returns a position as line, from 0, and column in UTF-8 bytes, which is how findings count them."""
    at = position_from(position, document, client.encoding)
    lines = document.text.lines
    line = lines[at.line] if at.line < len(lines) else ""
    return at.line, len(line[: at.column].encode(errors="surrogatepass"))
