"""Evidence on Bandit's findings: a path from outside, the reason why there is none, or unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from posse_checks.flow import kinds, usage
from posse_checks.flow import operations as ops
from posse_checks.flow.machine import HARMLESS_LEVEL, Judgment
from posse_checks.flow.values import LOCAL, UNKNOWN
from posse_checks.rule.evidence import NONE, NOTHING_KNOWN, SHOWN, Evidence

__all__ = ["NONE", "NOTHING_KNOWN", "SHOWN", "Evidence", "Question", "Seen", "evidence_for"]

KINDS: Mapping[str, int] = {
    "B102": kinds.CODE, "B307": kinds.CODE, "B301": kinds.DESERIALIZATION, "B302": kinds.DESERIALIZATION,
    "B308": kinds.XSS, "B310": kinds.SSRF, **{f"B{number}": kinds.XXE for number in range(313, 321)},
    "B506": kinds.DESERIALIZATION, "B614": kinds.DESERIALIZATION, "B601": kinds.COMMAND, "B602": kinds.COMMAND,
    "B603": kinds.COMMAND, "B604": kinds.COMMAND, "B605": kinds.COMMAND, "B606": kinds.COMMAND, "B607": kinds.COMMAND,
    "B609": kinds.COMMAND, "B608": kinds.SQL, "B610": kinds.SQL, "B611": kinds.SQL, "B702": kinds.TEMPLATE,
    "B701": kinds.TEMPLATE, "B703": kinds.XSS, "B704": kinds.XSS, "B113": kinds.SSRF, "B501": kinds.SSRF,
}  # fmt: skip
SHOWN_ONLY = frozenset({"B113", "B501", "B701"})
"""Checks of something other than the data: harmless data does not make them harmless."""
BY_USE = frozenset({"B105", "B106", "B107", "B108", "B311", "B324"})


@dataclass(frozen=True, slots=True)
class Question:
    """A request for evidence: the ID of a finding, and the range that the editor underlines (lines from 1)."""

    id: str
    line: int
    column: int
    span: ops.At


class Seen(Protocol):
    """The judgments at sinks."""

    def by_kind(self, kind: int) -> Iterator[tuple[ops.At, Judgment]]:
        """What is known at each position, for one kind of sink."""

    def gave_up(self, line: int) -> bool:
        """Whether the code in a line exhausted its budget of steps."""


def evidence_for(question: Question, flows: Seen, index: usage.Index) -> Evidence:
    """The evidence on one finding."""
    if question.id in BY_USE:
        verdict, reason = usage.judged(question.id, question.line, question.column, question.span, index)
        return Evidence(verdict, reason)
    kind = KINDS.get(question.id)
    if kind is None:
        return NOTHING_KNOWN
    found = _innermost(question, flows, kind)
    if question.id == "B310" and (found is None or found.level < LOCAL):
        scheme = _innermost(question, flows, kinds.WEB_SCHEME)
        if scheme is not None and scheme.level == HARMLESS_LEVEL and not flows.gave_up(question.line):
            return Evidence(NONE, "the scheme is constant, so no file is opened")
    if found is None:
        return NOTHING_KNOWN
    if found.level >= LOCAL:
        source = found.steps[0].what if found.steps else ""
        return Evidence.of_path(source, found.steps, is_local=found.level == LOCAL)
    if found.level == UNKNOWN or question.id in SHOWN_ONLY or flows.gave_up(question.line):
        return NOTHING_KNOWN
    return Evidence(NONE, found.reason)


def _innermost(question: Question, flows: Seen, kind: int) -> Judgment | None:
    """The judgment at the smallest range around a finding."""
    line, column, end_line, end_column = question.span
    best: tuple[int, int] | None = None
    found: Judgment | None = None
    for at, judgment in flows.by_kind(kind):
        if (at[0], at[1]) <= (line, column) and (end_line, end_column) <= (at[2], at[3]):
            size = at[2] - at[0], at[3] - at[1]
            if best is None or size < best:
                best, found = size, judgment
    return found
