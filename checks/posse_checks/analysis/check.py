"""Runs the rules over a whole file or a chunk of it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from posse_checks.analysis.outcome import Analysis, Scope, run
from posse_checks.analysis.registry import Catalogue
from posse_checks.analysis.visitor import Visitor
from posse_checks.python.names import Names
from posse_checks.rule.finding import Finding
from posse_checks.rule.views import EnclosingScope, File

__all__ = ["Analysis", "Scope", "analyze", "analyze_characters", "analyze_head", "analyze_tail", "run"]


def analyze(statements: Sequence[ast.stmt], names: Names, catalogue: Catalogue, scope: Scope | None = None) -> Analysis:
    """Run the catalogue's rules over statements, given the names known before them; by default, a whole module."""
    visitor = Visitor(names, catalogue, scope or Scope(lambda: EnclosingScope(None, statements, 0)))
    for statement in statements:
        visitor.statement(statement)
    return visitor.result()


def analyze_head(statement: ast.stmt, names: Names, catalogue: Catalogue, scope: Scope) -> Analysis:
    """Run the rules over a statement itself, without its block, and over the expressions before its block."""
    visitor = Visitor(names, catalogue, scope)
    visitor.head(statement)
    return visitor.result()


def analyze_tail(statement: ast.stmt, names: Names, catalogue: Catalogue, scope: Scope) -> Analysis:
    """Run the rules over the nodes that Bandit visits after a statement's block: decorators and return annotation."""
    visitor = Visitor(names, catalogue, scope)
    visitor.tail(statement)
    return visitor.result()


def analyze_characters(source: str, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Run the rules that read the characters of a whole file."""
    findings: list[Finding] = []
    for rule in catalogue.on_files:
        run(rule, File(rule, source), catalogue, findings)
    return tuple(findings)
