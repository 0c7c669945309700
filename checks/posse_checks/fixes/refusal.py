"""Why no fix is offered for a finding, for a person who expects one."""

from __future__ import annotations

import ast

from posse_checks.fixes.reported_view import seen_in
from posse_checks.incremental.document import Document
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import Fixer, UnfixableError
from posse_checks.rule.outline import Outline
from posse_checks.rule.source import Source
from posse_checks.rule.views import View

_UNCERTAIN = "no change is certain to be right here"


def fix_refusal(document: Document, finding: Finding) -> str:
    """Returns why no fix is offered for a finding that has none, as a clause without a capital and a full stop.

    The first fix of the rule that says why it does not apply decides; else the rule itself, by its `unfixable`.
    """
    document, rule = document.up_to_date(), finding.rule
    if not rule.fixers:
        return rule.unfixable or _UNCERTAIN
    try:
        view, source = seen_in(document, finding, Outline(document.text, document.starts))
    except UnfixableError as error:
        return str(error)
    reasons = (_reason(fixer, view, source) for fixer in rule.fixers)
    return next(filter(None, reasons), rule.unfixable or _UNCERTAIN)


def _reason(fixer: Fixer, view: View[ast.AST], source: Source) -> str:
    """The reason why a fix does not apply; empty if it gives none, or fails (which is noted where it is offered)."""
    try:
        list(fixer.write(view, source))
    except UnfixableError as error:
        return str(error)
    except Exception:
        return ""
    return ""
