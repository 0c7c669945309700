"""A text with a call of `here`, as a rule and its fix see that call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from posse_checks.analysis.registry import Catalogue
from posse_checks.fixes.apply import fixes
from posse_checks.incremental.document import Document
from posse_checks.python.text import Replacement
from posse_checks.rule import HIGH, REVIEW, Call, Cwe, Edits, Finding, Source, last, rule


class Marked(NamedTuple):
    """The view of the call, and the source around it."""

    call: Call
    source: Source


def marked(text: str) -> Marked:
    """The first call of a function `here` in a text."""
    seen: list[Marked] = []

    @rule("B690", "marked", HIGH, HIGH, Cwe.CODE_INJECTION, called=last("here"))
    def check(call: Call) -> Iterator[Finding]:
        yield call.finding("Here.", span=call.span)

    @check.fix("See it", REVIEW)
    def see(call: Call, source: Source) -> Edits:
        seen.append(Marked(call, source))
        return []

    document = Document.opened(text, Catalogue([check]))
    assert list(fixes(document, document.findings()[0])) == []
    return seen[0]


def edited(text: str, replacements: list[Replacement] | tuple[Replacement, ...]) -> str:
    """The text after replacements, which do not overlap."""
    return str(Document.opened(text, Catalogue([])).replaced(replacements).text)
