"""The view on which a check reports a finding, found again, with the source around it.

Checking a document stores nothing for fixes: the statement around a finding is parsed again, and the rule's check is
run on it. A finding of a rule on flows has the view of the call or `return` that it is at.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from posse_checks.analysis.check import analyze
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_checks.rule.finding import Finding, Span
from posse_checks.rule.fix import UnfixableError
from posse_checks.rule.flow import Flow
from posse_checks.rule.matchers import Case, Matcher, Options
from posse_checks.rule.outline import Outline
from posse_checks.rule.source import Source
from posse_checks.rule.views import Call, View

_INTERPOLATED = tuple(getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name))
"""Nodes in which fixes do not edit: positions are unreliable before Python 3.12, and quotes nest differently after."""
_ANYTHING = Matcher((Case("any", condition=lambda name, options: True),))


def seen_in(document: Document, finding: Finding, outline: Outline) -> tuple[View[ast.AST], Source]:
    """Returns the view on which a check reports a finding, and the source around it.

    Raises UnfixableError if its statement does not parse, or if it is inside a formatted string.
    """
    stretch = document.around(*finding.line_range)
    statements, origin = stretch.parse(document.program)
    if isinstance(statements, Broken) or not stretch.begin < finding.line <= stretch.end:
        raise UnfixableError("the statement around it does not parse")
    finding = finding.shifted(-origin)
    wanted = _key(finding)
    places: list[tuple[View[ast.AST], list[ast.AST]]] = []

    def check(view: View[ast.AST], options: Options) -> Iterator[Finding]:
        for found in finding.rule.check(view, options):
            if _key(found) == wanted:
                places.append((view, list(_ancestors(view))))
            yield found

    def place(view: View[ast.AST], options: Options) -> Iterator[Finding]:
        if _is_at(view.node, finding.span):
            places.append((view, list(_ancestors(view))))
        return iter(())

    rule = replace(finding.rule, check=check)
    if Flow in rule.subscription:
        rule = replace(rule, check=place, subscription=(Call, ast.Return), called=_ANYTHING)
    analyze(statements, stretch.names, document.catalogue.only(rule))
    if not places:
        raise UnfixableError("the statement around it is incomplete")
    view, ancestors = places[0]
    if any(isinstance(node, _INTERPOLATED) for node in ancestors):
        raise UnfixableError("it is inside a formatted string, where quotes nest differently in each Python")
    return view, Source(document.text, origin, finding, ancestors, outline)


def _is_at(node: ast.AST, span: Span) -> bool:
    """Whether a range covers exactly a call or a statement."""
    assert isinstance(node, (ast.expr, ast.stmt))
    return Span(node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0) == span


def _ancestors(view: View[ast.AST]) -> Iterator[ast.AST]:
    """Yields the nodes around a view's node, from the inside out."""
    node = view.context.parent(view.node)
    while node is not None:
        yield node
        node = view.context.parent(node)


def _key(finding: Finding) -> tuple[object, ...]:
    """The fields by which a finding is recognized when its statement is checked again."""
    return finding.line, finding.column, finding.message, finding.span
