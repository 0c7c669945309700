"""Evidence on the findings of an open document, kept per node, so that an edit judges only what it has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from posse_checks.flow import operations as ops
from posse_checks.flow.evidence import NOTHING_KNOWN, Evidence, Question, evidence_for
from posse_checks.flow.live import Live
from posse_checks.flow.machine import Judgement
from posse_checks.flow.units import Lines, Unit
from posse_checks.flow.usage import Index
from posse_checks.incremental.tree import Group, Node
from posse_checks.rule.finding import Finding


@dataclass(frozen=True, slots=True)
class DocumentEvidence:
    """What is known of the findings of one version of a document."""

    by_node: Mapping[Node, tuple[Evidence, ...]] = field(default_factory=dict)
    """The evidence on the findings of each node, in their order. Steps have lines of the text, from 1."""

    def on(self, finding: Finding, nodes: Sequence[Node], begin: int = 0) -> Evidence:
        """The evidence on a finding of a document with these nodes, the first of which begins at a line, from 0."""
        for node in nodes:
            if begin < finding.span.line <= begin + node.height:
                for item, evidence in zip(node.assessed, self.by_node.get(node, ()), strict=False):
                    same = item.finding.rule.id == finding.rule.id and item.finding.message == finding.message
                    if same and item.finding.shifted(begin).span == finding.span:
                        return evidence
                if isinstance(node, Group):
                    return self.on(finding, node.parts, begin + node.head.height)
            begin += node.height
        return NOTHING_KNOWN


class _Kept:
    """The evidence on the findings of a node, with virtual lines, and the innermost function around it."""

    __slots__ = ("evidence", "function", "has_steps")

    def __init__(self, function: ops.Function | None, evidence: tuple[Evidence, ...]) -> None:
        self.function = function
        self.evidence = evidence
        self.has_steps = any(item.steps for item in evidence)


class EvidenceKeeper:
    """Judges the findings of an open document by its flows."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._kept: dict[Node, _Kept] = {}
        self._given_up: list[tuple[int, int]] = []
        self._last = DocumentEvidence()

    def update(self) -> DocumentEvidence:
        """Judge what has changed since the last time. Returns that of the last time if everything is the same."""
        live, changed = self._live, self._live.found.changed
        given_up = sorted(live.given_up())
        if given_up or self._given_up:
            self._kept.clear()
        self._given_up = given_up
        kept: dict[Node, _Kept] = {}
        by_node: dict[Node, tuple[Evidence, ...]] = {}
        last = self._last.by_node
        for unit, around, function in _with_findings(live.units):
            node = unit.node
            known = self._kept.get(node)
            if known is None or known.function is not function or unit.number in changed:
                known = _Kept(function, self._judged(unit, around))
            kept[node] = known
            evidence = known.evidence
            if known.has_steps:
                placed = tuple([_placed(item, live.lines) for item in evidence])
                before = last.get(node)
                evidence = placed if before is None or before != placed else before
            by_node[node] = evidence
        changed.clear()
        self._kept = kept
        if by_node != self._last.by_node:
            self._last = DocumentEvidence(by_node)
        return self._last

    def _judged(self, unit: Unit, around: Sequence[ops.Operation]) -> tuple[Evidence, ...]:
        seen = _Seen(self._live, unit, self._given_up)
        index = Index(unit.own(), around)
        questions = [_question(item.finding, unit.base) for item in unit.node.assessed]
        return tuple([evidence_for(question, seen, index) for question in questions])


class _Seen:
    """What was seen at the sinks of a unit; see `evidence.Seen`."""

    def __init__(self, live: Live, unit: Unit, given_up: Sequence[tuple[int, int]]) -> None:
        self._lines, self._given_up = live.lines, given_up
        self._judgements: dict[tuple[ops.At, int], Judgement] = {}
        for at, kind, judgement, _ in live.found.seen_in(unit.number):
            known = self._judgements.get((at, kind))
            if known is None or known.level < judgement.level:
                self._judgements[at, kind] = judgement

    def by_kind(self, kind: int) -> Iterator[tuple[ops.At, Judgement]]:
        """What is known at each place for one kind of sink."""
        return ((at, judgement) for (at, other), judgement in self._judgements.items() if other == kind)

    def gave_up(self, line: int) -> bool:
        """Whether running what is in a virtual line took too many steps."""
        return any(first <= self._lines.line(line) <= last for first, last in self._given_up)


def _with_findings(
    units: Sequence[Unit],
) -> Iterator[tuple[Unit, tuple[ops.Operation, ...], ops.Function | None]]:
    """Yields the units with findings of their own, with the operations around them, and the innermost function."""
    pending: list[tuple[Sequence[Unit], tuple[ops.Operation, ...], ops.Function | None]] = [(units, (), None)]
    while pending:
        units, around, function = pending.pop()
        for unit in units:
            node = unit.node
            if node.assessed:
                yield unit, around, function
            if unit.parts and node.has_findings:
                (statement,) = unit.body
                definition = statement.definition if isinstance(statement, ops.Define) else None
                inside = (*around, statement) if definition is None else (*around, statement, definition)
                inner = definition if isinstance(definition, ops.Function) else function
                pending.append((unit.parts, inside, inner))


def _question(finding: Finding, base: int) -> Question:
    span = finding.span
    place = span.line + base, span.column, span.end_line + base, span.end_column
    return Question(finding.rule.id, finding.line + base, finding.column, place)


def _placed(evidence: Evidence, lines: Lines) -> Evidence:
    """Evidence whose steps have lines of the text."""
    if not evidence.steps:
        return evidence
    steps = tuple([step._replace(line=lines.line(step.line)) for step in evidence.steps])
    return Evidence(evidence.verdict, evidence.reason, steps)
