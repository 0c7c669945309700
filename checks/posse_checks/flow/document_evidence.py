"""Evidence on the findings of an open document, kept per node, so that an edit rejudges only what it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from posse_checks.analysis.assessed import Assessed
from posse_checks.analysis.registry import Catalogue
from posse_checks.flow import operations as ops
from posse_checks.flow.evidence import NOTHING_KNOWN, Evidence, Question, evidence_for
from posse_checks.flow.findings import findings_on, stands_for
from posse_checks.flow.live import Live
from posse_checks.flow.machine import Flow
from posse_checks.flow.seen import Seen, placed
from posse_checks.flow.units import Unit
from posse_checks.flow.usage import Index
from posse_checks.flow.values import LOCAL, OUTSIDE
from posse_checks.incremental.document import Document
from posse_checks.incremental.tree import Group, Node
from posse_checks.rule.evidence import NONE, NOT_KNOWN
from posse_checks.rule.finding import Finding

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OwnFinding:
    """A finding of an own rule on flows, with lines relative to its node, and the path that it reports."""

    assessed: Assessed
    evidence: Evidence


@dataclass(frozen=True)
class DocumentEvidence:
    """Evidence on the findings of one version of a document."""

    by_node: Mapping[Node, tuple[Evidence, ...]] = field(default_factory=dict)
    """The evidence on the findings of each node, in their order. Steps have lines of the text, from 1."""
    own: Mapping[Node, tuple[OwnFinding, ...]] = field(default_factory=dict)
    """The findings of Posse's own rules on flows, by node."""
    nodes: Sequence[Node] = ()
    """The nodes of the document's version."""
    gave_up: Sequence[tuple[int, int]] = ()
    """The lines, from 1, first and last, of functions that take too many steps to be followed to their end."""

    def own_in(
        self, nodes: Sequence[Node], begin: int = 0, lines: range | None = None
    ) -> Iterator[tuple[Assessed, Evidence]]:
        """Yields the own findings of consecutive nodes, with lines of the text, from 1.

        Given a range of lines, from 0, yields only those of nodes that overlap it.
        """
        for node in nodes if self.own else ():
            end = begin + node.height
            if lines is None or (begin < lines.stop and end > lines.start):
                for item in self.own.get(node, ()):
                    yield item.assessed.shifted(begin), item.evidence
                if isinstance(node, Group) and node in self.with_own:
                    yield from self.own_in(node.parts, begin + node.head.height, lines)
            begin = end

    def judged_in(self, nodes: Sequence[Node], begin: int = 0) -> Iterator[tuple[Assessed, Evidence]]:
        """Yields all findings of consecutive nodes with the evidence on each, with lines of the text, from 1."""
        for node in nodes:
            for item, evidence in zip(node.assessed, self.by_node.get(node, ()), strict=False):
                yield item.shifted(begin), evidence
            for own in self.own.get(node, ()):
                yield own.assessed.shifted(begin), own.evidence
            if isinstance(node, Group) and (node.has_findings or node in self.with_own):
                yield from self.judged_in(node.parts, begin + node.head.height)
            begin += node.height

    @cached_property
    def known(self) -> frozenset[Node]:
        """All nodes of the version."""
        return frozenset(_every(self.nodes))

    @cached_property
    def with_own(self) -> frozenset[Node]:
        """The nodes that contain findings of own rules."""
        return frozenset(_with_any(self.nodes, self.own)) if self.own else frozenset()

    def unjudged_lines(self, nodes: Sequence[Node], begin: int = 1) -> Iterator[range]:
        """Yields the lines of those among consecutive nodes that have not been judged; the first begins at `begin`."""
        for node in nodes:
            if node not in self.known:
                head = node.head if isinstance(node, Group) else node
                yield range(begin, begin + head.height)
                if isinstance(node, Group):
                    yield from self.unjudged_lines(node.parts, begin + head.height)
            begin += node.height

    def on(self, finding: Finding, nodes: Sequence[Node], begin: int = 0) -> Evidence:
        """The evidence on a finding of a document with these nodes, the first of which begins at a line, from 0."""
        for node in nodes:
            if begin < finding.span.line <= begin + node.height:
                for item, evidence in zip(node.assessed, self.by_node.get(node, ()), strict=False):
                    same = item.finding.rule.id == finding.rule.id and item.finding.message == finding.message
                    if same and item.finding.shifted(begin).span == finding.span:
                        return evidence
                for own in self.own.get(node, ()):
                    mine = own.assessed.finding
                    if mine.rule.id == finding.rule.id and mine.shifted(begin).span == finding.span:
                        return own.evidence
                if isinstance(node, Group):
                    return self.on(finding, node.parts, begin + node.head.height)
            begin += node.height
        return NOTHING_KNOWN


class _Kept:
    """Evidence on the findings of a node, with virtual lines, and the innermost function around it.

    A node keeps what is known of it only while its unit has the same number, which its virtual lines begin with.
    """

    __slots__ = ("evidence", "function", "has_steps", "number", "own")

    def __init__(
        self, number: int, function: ops.Function | None, evidence: tuple[Evidence, ...], own: tuple[OwnFinding, ...]
    ) -> None:
        self.number = number
        self.function = function
        self.evidence = evidence
        self.own = own
        self.has_steps = any(item.steps for item in evidence)


class EvidenceKeeper:
    """Judges the findings of an open document by its flows."""

    def __init__(self, live: Live, *, with_local: bool = False) -> None:
        self._live = live
        self._least = LOCAL if with_local else OUTSIDE
        self._catalogue: Catalogue | None = None
        self._kept: dict[Node, _Kept] = {}
        self._flowing: set[int] = set()
        """The numbers of the units with flows."""
        self._given_up: list[tuple[int, int]] = []
        self._last = DocumentEvidence()

    def update(self, document: Document) -> DocumentEvidence:
        """Judge what changed since the last call, given the document whose flows are computed."""
        live, changed = self._live, self._live.found.changed
        given_up = sorted(live.given_up())
        if given_up or self._given_up or self._catalogue is not document.catalogue:
            self._kept.clear()
        self._given_up, self._catalogue = given_up, document.catalogue
        self._note_flowing(changed)
        kept: dict[Node, _Kept] = {}
        by_node: dict[Node, tuple[Evidence, ...]] = {}
        own: dict[Node, tuple[OwnFinding, ...]] = {}
        last = self._last
        for unit, around, function in self._judged_units():
            node = unit.node
            known = self._kept.get(node)
            is_kept = known is not None and known.number == unit.number and known.function is function
            if known is None or not is_kept or unit.number in changed:
                known = self._judged(unit, around, function)
            kept[node] = known
            evidence = known.evidence
            if known.has_steps:
                evidence = _same_or(last.by_node.get(node), tuple([placed(item, live.lines) for item in evidence]))
            if evidence:
                by_node[node] = evidence
            if known.own:
                found = [OwnFinding(item.assessed, placed(item.evidence, live.lines)) for item in known.own]
                own[node] = _same_or(last.own.get(node), tuple(found))
        changed.clear()
        self._kept = kept
        self._last = DocumentEvidence(by_node, own, document.nodes, given_up)
        return self._last

    def _note_flowing(self, changed: set[int]) -> None:
        """Record which units have flows now."""
        units = self._live.lines.units
        self._flowing = {number for number in self._flowing - changed if number in units}
        for number in changed:
            if any(
                flow is not None and flow.level >= self._least for _, _, _, flow in self._live.found.seen_in(number)
            ):
                self._flowing.add(number)

    def _judged_units(self) -> Iterator[tuple[Unit, tuple[ops.Operation, ...], ops.Function | None]]:
        """Yields the units with findings or flows; see `_with_findings`."""
        yield from _with_findings(self._live.units)
        units = self._live.lines.units
        for number in sorted(self._flowing):
            if number in units and not units[number].node.assessed:
                yield units[number], (), None

    def _judged(self, unit: Unit, around: Sequence[ops.Operation], function: ops.Function | None) -> _Kept:
        findings = [item.finding for item in unit.node.assessed]
        evidence: list[Evidence] = []
        if findings:
            seen, index = Seen(self._live, unit, self._given_up), Index(unit.own(), around)
            evidence = [evidence_for(_question(finding, unit.base), seen, index) for finding in findings]
        own = [*self._own(unit, findings, evidence)] if unit.number in self._flowing else []
        return _Kept(unit.number, function, tuple(evidence), tuple(own))

    def _own(self, unit: Unit, findings: Sequence[Finding], evidence: list[Evidence]) -> Iterator[OwnFinding]:
        """Yields the own findings in a unit; where Bandit has one of the kind, the path becomes its evidence."""
        assert self._catalogue is not None
        flows: dict[tuple[int, ops.At], Flow] = {}
        for _, _, _, flow in self._live.found.seen_in(unit.number):
            if flow is not None and flow.level >= self._least:
                known = flows.get((flow.kind, flow.at))
                if known is None or known.level < flow.level:
                    flows[flow.kind, flow.at] = flow
        node = unit.node
        comments = node.head.comments if isinstance(node, Group) else node.comments
        base = unit.base
        ordered = sorted(flows.values(), key=lambda flow: (flow.at, flow.kind))
        relative = [
            flow._replace(at=(flow.at[0] - base, flow.at[1], flow.at[2] - base, flow.at[3])) for flow in ordered
        ]
        for finding in findings_on(relative, self._catalogue):
            path = finding.evidence or NOTHING_KNOWN
            same = [
                index
                for index, other in enumerate(findings)
                if stands_for(other, finding) and evidence[index].verdict != NONE
            ]
            for index in same:
                if evidence[index].verdict == NOT_KNOWN:
                    evidence[index] = path
            if not same:
                yield OwnFinding(Assessed.under(comments, replace(finding, evidence=None)), path)


def _with_findings(
    units: Sequence[Unit],
) -> Iterator[tuple[Unit, tuple[ops.Operation, ...], ops.Function | None]]:
    """Yields the units with own findings, with the operations around them and the innermost function."""
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


def _same_or(before: T | None, now: T) -> T:
    """Returns the previous object if it is equal, so that equal objects are identical."""
    return now if before is None or before != now else before


def _every(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, Group):
            yield from _every(node.parts)


def _with_any(nodes: Sequence[Node], own: Mapping[Node, object]) -> Iterator[Node]:
    for node in nodes:
        below = list(_with_any(node.parts, own)) if isinstance(node, Group) else []
        yield from below
        if below or node in own:
            yield node
