"""Fixes for a finding, worked out when they are asked for, and tried before they are offered.

Nothing is kept for this while a document is checked: the statement around the finding is parsed once more, and the
rule's check run on it, for the view on which it reports the finding.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from posse_checks.analysis import analyse
from posse_checks.document import Document
from posse_checks.finding import Finding
from posse_checks.fix import Fix, Fixer, Unfixable
from posse_checks.rule import Options
from posse_checks.source import Source
from posse_checks.syntax import Broken
from posse_checks.text import Replacement
from posse_checks.views import View

_INTERPOLATED = tuple(getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name))
"""In these, positions are not to be relied on before Python 3.12, and quotes mean something else after."""


def fixes(document: Document, finding: Finding) -> Iterator[Fix]:
    """The fixes of one of a document's findings, in the order of its rule's file; no two make the same of the text."""
    document = document.settled()
    seen: set[tuple[Replacement, ...]] = set()
    for fix, _ in _tried(document, finding, finding.rule.fixers):
        if fix.replacements not in seen:
            seen.add(fix.replacements)
            yield fix


def fixed(document: Document, chosen: Callable[[Finding, Fixer], bool]) -> Document:
    """The document with all that can be fixed by the chosen ways fixed, one finding after the other, the last first."""
    document = document.settled()
    left = document.findings()
    while left:
        finding = left.pop()
        fixers = [fixer for fixer in finding.rule.fixers if chosen(finding, fixer)]
        tried = next(_tried(document, finding, fixers), None)
        if tried is not None:
            fix, document = tried
            if any(other.span.end_line > fix.replacements[0].start.line for other in left):
                left = document.findings()[: len(left)]  # the fix may have moved them
    return document


def _tried(document: Document, finding: Finding, fixers: Iterable[Fixer]) -> Iterator[tuple[Fix, Document]]:
    """What these ways of fixing make of a document, where it is a fix: the finding goes, no other comes, it parses."""
    place = _place(document, finding) if fixers else None
    if place is None:
        return
    view, source = place
    before = document.tally()
    for fixer in fixers:
        try:
            replacements = _merged(fixer.write(view, source))
        except Unfixable:
            continue
        except Exception as error:
            document.catalogue.note_failure(finding.rule, error)
            continue
        after = document.replaced(replacements)
        left = after.tally()
        is_gone = left[finding.rule.id, finding.message] < before[finding.rule.id, finding.message]
        brought = {id for id, _ in left - before}
        if replacements and is_gone and brought <= fixer.brings and len(after.broken) <= len(document.broken):
            yield Fix(fixer.title, fixer.safety, replacements), after


def _place(document: Document, finding: Finding) -> tuple[View[ast.AST], Source] | None:
    """The view on which a check reports a finding, and the source around it; None where its statement is broken."""
    stretch = document.around(*finding.line_range)
    statements, origin = stretch.parse(document.text)
    if isinstance(statements, Broken) or not stretch.begin < finding.line <= stretch.end:
        return None
    finding = finding.shifted(-origin)
    wanted = _key(finding)
    places: list[tuple[View[ast.AST], list[ast.AST]]] = []

    def check(view: View[ast.AST], options: Options) -> Iterator[Finding]:
        for found in finding.rule.check(view, options):
            if _key(found) == wanted:
                places.append((view, list(_ancestors(view))))
            yield found

    catalogue = document.catalogue.only(replace(finding.rule, check=check))
    analyse(statements, stretch.names, catalogue)
    if not places:
        return None
    view, ancestors = places[0]
    if any(isinstance(node, _INTERPOLATED) for node in ancestors):
        return None
    return view, Source(document.text, document.starts, origin, finding, ancestors)


def _ancestors(view: View[ast.AST]) -> Iterator[ast.AST]:
    node = view.surroundings.parent(view.node)
    while node is not None:
        yield node
        node = view.surroundings.parent(node)


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.line, finding.column, finding.message, finding.span


def _merged(replacements: Iterable[Replacement]) -> tuple[Replacement, ...]:
    """Replacements in the order of their places; texts put in at the same place become one."""

    def place(item: Replacement) -> tuple[int, int, int, int]:
        return item.start.line, item.start.column, item.end.line, item.end.column

    ordered = sorted(replacements, key=place)
    return tuple(
        replace(together[-1], new="".join(item.new for item in together))
        for together in (list(group) for _, group in groupby(ordered, key=lambda item: item.start))
    )
