"""Every conversion between the engine's values and the protocol's.

The engine counts lines from 1 and columns in UTF-8 bytes; for edits, lines from 0 and columns in code points. A client
counts lines from 0 and columns in the units that were agreed on. Those units begin and end here.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from typing import Protocol

from lsprotocol import types as lsp

from posse_checks.config.policy import Display, NosecPolicy
from posse_checks.config.problem import Problem
from posse_checks.incremental.document import Document
from posse_checks.nosec.remark import Flaw, Remark
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Draft, Position, Replacement, Text, clamped
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Finding, Level, Span
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.converter import CONVERTER
from posse_server.protocol.encoding import Encoding as Encoding
from posse_server.protocol.encoding import ruler
from posse_server.protocol.markup import plain
from posse_server.system.console import printable

DIAGNOSTIC_SOURCE = "posse"
"""Turns protocol values into JSON."""


class Texted(Protocol):
    """An object that has a text."""

    @property
    def text(self) -> Text:
        """The text."""


_SEVERITY = {
    Level.HIGH: lsp.DiagnosticSeverity.Error,
    Level.MEDIUM: lsp.DiagnosticSeverity.Warning,
    Level.LOW: lsp.DiagnosticSeverity.Information,
    Level.UNDEFINED: lsp.DiagnosticSeverity.Information,
}

_DISPLAY = {
    Display.HINT: lsp.DiagnosticSeverity.Hint,
    Display.INFORMATION: lsp.DiagnosticSeverity.Information,
    Display.WARNING: lsp.DiagnosticSeverity.Warning,
    Display.ERROR: lsp.DiagnosticSeverity.Error,
}


def position_from(position: lsp.Position, document: Texted, encoding: Encoding) -> Position:
    """Returns a client's position as the engine's. One past a line or past the text becomes its end."""
    return _code_points(position, document.text.lines, encoding)


def _code_points(position: lsp.Position, lines: Sequence[str], encoding: Encoding) -> Position:
    is_there = 0 <= position.line < len(lines)
    column = encoding.code_points(lines[position.line], position.character) if is_there else 0
    return clamped(lines, position.line, column)


def take_changes(text: Text, changes: Sequence[lsp.TextDocumentContentChangeEvent], encoding: Encoding) -> Text:
    """Applies a client's edits to a text, one after the other. Returns the new text."""
    draft = Draft(text)
    for change in changes:
        if isinstance(change, lsp.TextDocumentContentChangePartial):
            start = _code_points(change.range.start, draft.lines, encoding)
            end = _code_points(change.range.end, draft.lines, encoding)
            draft.edit(start, end, change.text)
        else:
            draft = Draft(Text.of(change.text))
    return draft.text()


def range_of(span: Span, document: Document, encoding: Encoding) -> lsp.Range:
    """A span as the client's range."""
    return lsp.Range(
        _position(span.line, span.column, document, encoding),
        _position(span.end_line, span.end_column, document, encoding),
    )


def _position(line: int, column: int, document: Document, encoding: Encoding) -> lsp.Position:
    return lsp.Position(line - 1, column_of(document.text.lines[line - 1], column, encoding))


def column_of(line: str, column: int, encoding: Encoding) -> int:
    """Returns a column in UTF-8 bytes as a column in the client's units."""
    if line.isascii() or encoding is Encoding.UTF8:
        return column
    return ruler(line, encoding).units(column)


def range_between(start: Position, end: Position, lines: Sequence[str], encoding: Encoding) -> lsp.Range:
    """The client's range between two of the engine's positions in a text of these lines."""
    return lsp.Range(_position_at(start, lines, encoding), _position_at(end, lines, encoding))


def _position_at(position: Position, lines: Sequence[str], encoding: Encoding) -> lsp.Position:
    line = lines[position.line] if position.line < len(lines) else ""
    return lsp.Position(position.line, encoding.units(line[: position.column]))


def range_moved(range: lsp.Range, lines: int) -> lsp.Range:
    """Returns a range moved down by a number of lines."""
    start, end = range.start, range.end
    return lsp.Range(lsp.Position(start.line + lines, start.character), lsp.Position(end.line + lines, end.character))


def diagnostic(finding: Finding, document: Document, encoding: Encoding, *, is_hint: bool = False) -> lsp.Diagnostic:
    """A finding as a diagnostic."""
    range = range_of(finding.span, document, encoding)
    return diagnostic_at(range, finding.rule, finding.message, finding.severity, is_hint=is_hint)


def diagnostic_at(
    range: lsp.Range, rule: Rule, message: str, severity: Level, *, is_hint: bool = False
) -> lsp.Diagnostic:
    """Returns the diagnostic of a finding with this message at this range, as a hint whatever its severity if asked."""
    return lsp.Diagnostic(
        range=range,
        message=printable(message),
        severity=lsp.DiagnosticSeverity.Hint if is_hint else _SEVERITY[severity],
        code=rule.id,
        code_description=lsp.CodeDescription(href=rule.link) if rule.link else None,
        source=DIAGNOSTIC_SOURCE,
    )


def broken_diagnostic(broken: Broken, lines: Sequence[str]) -> lsp.Diagnostic:
    """Returns the diagnostic for a statement that is not checked because it does not parse.

    Its range is empty, at the start of the statement's first line.
    """
    is_cell = lines[-1].endswith("\n")  # the blank line after a cell is not in the client's text
    line = min(broken.line, len(lines) - is_cell) - 1
    return lsp.Diagnostic(
        range=lsp.Range(lsp.Position(line, 0), lsp.Position(line, 0)),
        message=printable(f"Not checked: {broken.message}."),
        severity=lsp.DiagnosticSeverity.Information,
        source=DIAGNOSTIC_SOURCE,
    )


def broken_json(broken: Broken, lines: Sequence[str]) -> str:
    """Returns the diagnostic of `broken_diagnostic` as JSON."""
    return json.dumps(CONVERTER.unstructure(broken_diagnostic(broken, lines)), separators=(",", ":"))


def remark_diagnostic(remark: Remark, policy: NosecPolicy, document: Document, encoding: Encoding) -> lsp.Diagnostic:
    """Returns a remark on a comment as a diagnostic."""
    return _remark_at(range_of(remark.span, document, encoding), remark.flaw, remark.message, policy)


def _remark_at(range: lsp.Range, flaw: Flaw, message: str, policy: NosecPolicy) -> lsp.Diagnostic:
    return lsp.Diagnostic(
        range=range,
        message=printable(message),
        severity=_DISPLAY[flaw.display(policy)],
        code=flaw.value,
        source=DIAGNOSTIC_SOURCE,
        tags=[lsp.DiagnosticTag.Unnecessary] if flaw.is_unnecessary else None,
    )


_NOWHERE = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))


@functools.lru_cache(maxsize=4096)
def json_behind_range(rule: Rule, message: str, severity: Level, *, is_hint: bool = False) -> str:
    """Returns the JSON of a finding's diagnostic after its `range` member, as a hint whatever its severity if asked."""
    return _behind_range(diagnostic_at(_NOWHERE, rule, message, severity, is_hint=is_hint))


@functools.lru_cache(maxsize=4096)
def remark_json_behind_range(flaw: Flaw, message: str, policy: NosecPolicy) -> str:
    """Returns the JSON of a remark's diagnostic after its `range` member."""
    return _behind_range(_remark_at(_NOWHERE, flaw, message, policy))


def _behind_range(diagnostic: lsp.Diagnostic) -> str:
    """Returns the JSON of a diagnostic after its `range` member, without the opening brace."""
    fields = CONVERTER.unstructure(diagnostic)
    del fields["range"]
    return json.dumps(fields, separators=(",", ":"))[1:]


def configuration_diagnostic(problem: Problem, lines: Sequence[str], encoding: Encoding) -> lsp.Diagnostic:
    """Returns a problem in a configuration file, which has these lines, as a diagnostic."""
    start, end = Position(problem.line, problem.column), Position(problem.end_line, problem.end_column)
    return lsp.Diagnostic(
        range=range_between(start, end, lines, encoding),
        message=printable(problem.message),
        severity=_severity_of(problem),
        source=DIAGNOSTIC_SOURCE,
    )


def _severity_of(problem: Problem) -> lsp.DiagnosticSeverity:
    if problem.is_hint:
        return lsp.DiagnosticSeverity.Hint
    if problem.is_information:
        return lsp.DiagnosticSeverity.Information
    return lsp.DiagnosticSeverity.Error if problem.fatal else lsp.DiagnosticSeverity.Warning


def workspace_edit(
    uri: str, version: int | None, replacements: Iterable[Replacement], lines: Sequence[str], client: Client
) -> lsp.WorkspaceEdit:
    """Returns replacements in one document, which has these lines, in the form that the client supports.

    `version` is None for a document that is not open.
    """
    edits = [lsp.TextEdit(range_between(r.start, r.end, lines, client.encoding), r.new) for r in replacements]
    if not client.takes_document_changes:
        return lsp.WorkspaceEdit(changes={uri: edits})
    identifier = lsp.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
    return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(text_document=identifier, edits=edits)])


def creation(uri: str, text: str) -> lsp.WorkspaceEdit:
    """Returns an edit that creates a file with a text, for a client that supports creating files."""
    nowhere = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    written = lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri=uri), [lsp.TextEdit(nowhere, text)])
    return lsp.WorkspaceEdit(document_changes=[lsp.CreateFile(uri), written])


def markup(markdown: str, client: Client) -> lsp.MarkupContent:
    """Returns a text for the user: as Markdown if the client shows it, else as plain text without the marks."""
    if client.shows_markdown:
        return lsp.MarkupContent(lsp.MarkupKind.Markdown, markdown)
    return lsp.MarkupContent(lsp.MarkupKind.PlainText, plain(markdown))
