"""Completions for IDs in a `# nosec` comment, with the findings that each would suppress."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from posse_checks.analysis.suppression import named_in
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Position
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Finding

_BEFORE = re.compile(r"#\s*nosec(?:\s*:\s*|\s+)(?:\w+\s*,\s*)*(?P<word>\w*)$")
"""Matches text up to a position where an ID is possible: first, or after a comma. Text after a space is the reason."""
_REST = re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class IdCompletion:
    """A word in a comment, its range, and the rules that it may name."""

    start: Position
    end: Position
    found: Mapping[Rule, Finding]
    """The rules with findings that this comment can suppress, each with its first finding."""
    rules: Sequence[Rule]
    """All rules that run here, except those that the comment already names elsewhere."""


def id_completion_at(document: Document, position: Position) -> IdCompletion | None:
    """Returns the completions for an ID at a position; None if no ID is possible there."""
    line = document.text.lines[position.line]
    before = _BEFORE.search(line, 0, position.column)
    if before is None or not _is_in_comment(document, position.line, before.start()):
        return None
    start, end = before.start("word"), _REST.match(line, position.column).end()  # type: ignore[union-attr]  # it matches
    named = named_in(f"{line[before.start() : start]} {line[end:]}") or frozenset()
    found: dict[Rule, Finding] = {}
    for assessed in document.assessed_near(position.line, position.line):
        finding = assessed.finding
        first, last = finding.line_range
        if first <= position.line + 1 <= last or finding.line == position.line + 1:
            found.setdefault(finding.rule, finding)
    rules = [rule for rule in document.catalogue.rules if rule.id not in named]
    return IdCompletion(Position(position.line, start), Position(position.line, end), found, rules)


def _is_in_comment(document: Document, line: int, column: int) -> bool:
    """Whether a `#` begins a comment or is in one. In statements that do not parse, every `#` counts as one."""
    nosec = document.nosecs.get(line + 1)
    if nosec is not None:
        return nosec.column <= column
    statements, _ = document.around(line + 1, line + 1).parse(document.program)
    return isinstance(statements, Broken)
