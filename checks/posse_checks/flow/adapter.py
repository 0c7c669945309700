"""The only module here that knows the rest of the engine: text or tree to flows, findings to questions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from posse_checks.finding import Finding
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.evidence import Evidence, Question, evidence_for
from posse_checks.flow.lower import lower
from posse_checks.flow.machine import Flow
from posse_checks.flow.module import ModuleFlows, flows_of
from posse_checks.flow.usage import Index
from posse_checks.flow.values import LOCAL, OUTSIDE


@dataclass(frozen=True, slots=True)
class Module:
    """The flows of a module, and its evidence on findings."""

    result: ModuleFlows
    index: Index

    def flows(self, *, with_local: bool = False) -> tuple[Flow, ...]:
        """The paths from outside, and if asked those from whoever starts the program."""
        least = LOCAL if with_local else OUTSIDE
        return tuple([flow for flow in self.result.flows if flow.level >= least])

    def evidence_for(self, finding: Finding) -> Evidence:
        """The evidence on a finding of Bandit."""
        return evidence_for(question_of(finding), self.result, self.index)


def flows_in(statements: Sequence[ast.stmt], findings: Iterable[Finding] | None = None) -> Module:
    """The flows in a module's statements.

    With findings, only functions are run that could have a flow or hold one of them.
    """
    body = lower(statements)
    wanted = None if findings is None else [finding.span.line for finding in findings]
    return Module(flows_of(body, CATALOGUE, wanted), Index(body))


def question_of(finding: Finding) -> Question:
    """What is asked of a finding."""
    span = finding.span
    return Question(
        finding.rule.id, finding.line, finding.column, (span.line, span.column, span.end_line, span.end_column)
    )
