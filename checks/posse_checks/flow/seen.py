"""What was seen at the sinks of an open document, and evidence with lines of its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from posse_checks.flow import operations as ops
from posse_checks.flow.evidence import Evidence
from posse_checks.flow.live import Live
from posse_checks.flow.machine import Judgment
from posse_checks.flow.units import Lines, Unit


class Seen:
    """The judgments at the sinks of a unit; see `evidence.Seen`."""

    def __init__(self, live: Live, unit: Unit, given_up: Sequence[tuple[int, int]]) -> None:
        self._lines, self._given_up = live.lines, given_up
        self._judgments: dict[tuple[ops.At, int], Judgment] = {}
        for at, kind, judgment, _ in live.found.seen_in(unit.number):
            known = self._judgments.get((at, kind))
            if known is None or known.level < judgment.level:
                self._judgments[at, kind] = judgment

    def by_kind(self, kind: int) -> Iterator[tuple[ops.At, Judgment]]:
        """What is known at each position, for one kind of sink."""
        return ((at, judgment) for (at, other), judgment in self._judgments.items() if other == kind)

    def gave_up(self, line: int) -> bool:
        """Whether the code in a virtual line exhausted its budget of steps."""
        return any(first <= self._lines.line(line) <= last for first, last in self._given_up)


def placed(evidence: Evidence, lines: Lines) -> Evidence:
    """Evidence whose steps have lines of the text."""
    if not evidence.steps:
        return evidence
    steps = tuple([step._replace(line=lines.line(step.line)) for step in evidence.steps])
    return Evidence(evidence.verdict, evidence.reason, steps)
