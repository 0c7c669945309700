"""The only module here that knows the rest of the engine: text or tree to flows, findings to questions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass

from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.evidence import BY_USE, KINDS, Evidence, Question, evidence_for
from posse_checks.flow.lower import lower, lower_head, with_body
from posse_checks.flow.machine import Flow
from posse_checks.flow.module import NO_FLOWS, ModuleFlows, flows_of
from posse_checks.flow.reach import around, reached
from posse_checks.flow.scanning import packages_of
from posse_checks.flow.usage import Index
from posse_checks.flow.values import LOCAL, OUTSIDE
from posse_checks.flow.wanted import Wanted, wanted_in
from posse_checks.flow.workspace import Around
from posse_checks.incremental.checked_text import CheckedText
from posse_checks.incremental.chunk import WITH_BLOCK, Block, Chunk, Part
from posse_checks.incremental.recover import split
from posse_checks.python.syntax import Broken
from posse_checks.rule.finding import Finding

NO_INDEX = Index(())


@dataclass(frozen=True, slots=True)
class Module:
    """The flows of a module, and its evidence on findings."""

    result: ModuleFlows
    index: Index

    def flows(self, *, with_local: bool = False) -> tuple[Flow, ...]:
        """The paths from outside and, on request, those from the user who starts the program."""
        least = LOCAL if with_local else OUTSIDE
        return tuple([flow for flow in self.result.flows if flow.level >= least])

    def evidence_for(self, finding: Finding) -> Evidence:
        """The evidence on a finding of Bandit."""
        return evidence_for(question_of(finding), self.result, self.index)


def flows_in(
    statements: Sequence[ast.stmt],
    source: str,
    imported: Iterable[str],
    findings: Sequence[Finding],
    catalogue: Catalogue = CATALOGUE,
    *,
    with_local: bool = False,
    others: Around | None = None,
) -> Module:
    """The flows in a module's statements, as far as they may be from outside or are asked for by a finding.

    `imported` are the names of what it imports anywhere; of the source, only its words and lines count. Nothing is run
    if there can be no flow and the findings have none, and nothing is lowered that does not matter.
    """
    lines = [finding.span.line for finding in findings if finding.rule.id in KINDS]
    wanted = wanted_in(statements, source, imported, lines, catalogue, with_local=with_local, linked=others)
    used = Wanted(sorted({finding.span.line for finding in findings if finding.rule.id in BY_USE}))
    index = Index(lower(list(around(statements, used)))) if used.lines else NO_INDEX
    if wanted.is_empty:
        return Module(NO_FLOWS, index)
    body = lower(reached(statements, source, wanted))
    return Module(flows_of(body, catalogue, wanted, packages_of(imported), others=others), index)


def flows_in_text(text: CheckedText, catalogue: Catalogue = CATALOGUE) -> Module:
    """The flows in a checked text, of which parts may not parse; nothing is known after these."""
    body = operations_of(split(text.program, text.cell_boundaries, text.margin))
    return Module(flows_of(body, catalogue), Index(body))


def operations_of(parts: Iterable[Part], begin: int = 0, above: int = 0) -> ops.Block:
    """The operations of a text that is cut into parts, the first of which begins at line `begin`, from 0.

    Each part's operations depend on its own text alone, so they can be kept for as long as the part stays. Positions
    count from `above` lines before the first part. Where a part is broken, nothing is known any more.
    """
    found: list[ops.Statement] = []
    for part in parts:
        found.append(ops.Chunk(above, _operations_of_part(part, begin)))
        begin += part.height
        above += part.height
    return tuple(found)


def _operations_of_part(part: Part, begin: int) -> ops.Block:
    piece = part.head if isinstance(part, Block) else part
    if isinstance(piece.content, Broken):
        return (ops.Havoc(None),)
    shift = piece.origin - begin
    if isinstance(part, Chunk):
        return lower(piece.content, shift)
    if len(piece.content) != 1 or not isinstance(piece.content[0], WITH_BLOCK):
        return (ops.Havoc(None),)
    statement = copy(piece.content[0])
    statement.body = []
    head = lower_head(statement, shift)
    body = operations_of(part.parts, begin + part.head.height, part.head.height)
    return (with_body(head, body, part.height),)


def question_of(finding: Finding) -> Question:
    """The question to ask about a finding."""
    span = finding.span
    return Question(
        finding.rule.id, finding.line, finding.column, (span.line, span.column, span.end_line, span.end_column)
    )
