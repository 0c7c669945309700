"""Completions for IDs in a comment that suppresses findings, with the findings that each would suppress."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from posse_checks.analysis.assessed import Assessed
from posse_checks.analysis.ignores import NAME
from posse_checks.analysis.suppression import named_in
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Position
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Finding

_BEFORE_IN_NOSEC = re.compile(r"#\s*nosec(?:\s*:\s*|\s+)(?:\w+\s*,\s*)*(?P<word>\w*)$")
"""Matches text up to a position where an ID is possible: first, or after a comma. Text after a space is the reason."""
_BEFORE_IN_IGNORE = re.compile(r"#\s*posse:\s*ignore\s*\[(?P<list>(?:[^,\]#]*,)*)\s*(?P<word>\w*)$")
_REST = re.compile(r"(?P<word>\w*)(?P<list>[^\]#]*)")


@dataclass(frozen=True, slots=True)
class IdCompletion:
    """A word in a comment, its range, and the rules that it may name."""

    start: Position
    end: Position
    found: Mapping[Rule, Finding]
    """The rules with findings that this comment can suppress, each with its first finding."""
    rules: Sequence[Rule]
    """All rules that run here, except those that the comment already names elsewhere."""


def id_completion_at(document: Document, position: Position, on_flows: Iterable[Assessed] = ()) -> IdCompletion | None:
    """Returns the completions for an ID at a position; None if no ID is possible there.

    `on_flows` are the findings of rules on flows near it.
    """
    line = document.text.lines[position.line]
    ignoring = _BEFORE_IN_IGNORE.search(line, 0, position.column)
    before = ignoring or _BEFORE_IN_NOSEC.search(line, 0, position.column)
    if before is None or not _is_in_comment(document, position.line, before.start()):
        return None
    rest = _REST.match(line, position.column)
    assert rest is not None, "it matches nothing, too"
    start, end = before.start("word"), rest.end("word")
    ids = document.catalogue.ids
    if ignoring is not None:
        words = NAME.findall(f"{ignoring['list']} {rest['list']}")
        named = frozenset(id for word in words if (id := ids.in_ignore(word)) is not None)
    else:
        named = named_in(f"{line[before.start() : start]} {line[end:]}", ids) or frozenset()
    takes_nosec = ignoring is None
    found: dict[Rule, Finding] = {}
    for assessed in (*document.assessed_near(position.line, position.line), *on_flows):
        finding = assessed.finding
        if finding.rule.takes_nosec is takes_nosec and finding.takes_comment_on(position.line + 1):
            found.setdefault(finding.rule, finding)
    rules = [rule for rule in document.catalogue.rules if rule.takes_nosec is takes_nosec and rule.id not in named]
    return IdCompletion(Position(position.line, start), Position(position.line, end), found, rules)


def _is_in_comment(document: Document, line: int, column: int) -> bool:
    """Whether a `#` begins a comment or is in one. In statements that do not parse, every `#` counts as one."""
    comment = document.nosecs.get(line + 1) or document.ignores.get(line + 1)
    if comment is not None:
        return comment.column <= column
    statements, _ = document.around(line + 1, line + 1).parse(document.program)
    return isinstance(statements, Broken)
