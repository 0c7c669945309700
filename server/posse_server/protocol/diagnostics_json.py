"""The diagnostics of a document as JSON. After an edit, only those that it changed or moved are rendered again.

A class of two thousand findings makes half a megabyte on every keystroke. Building protocol values for all of them, and
JSON from those, takes many times as long as finding out what the keystroke changed.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posse_checks.baseline.hidden import shown_in
from posse_checks.baseline.match import FindingKey, KnownFindings, finding_key
from posse_checks.config.configuration import Configuration
from posse_checks.config.policy import NosecPolicy
from posse_checks.fixes.import_origin import ImportOrigins
from posse_checks.incremental.document import Document
from posse_checks.incremental.tree import Group, Node
from posse_checks.nosec.remark import Remark
from posse_checks.python.newer_syntax import explained_at
from posse_checks.python.syntax import Broken
from posse_checks.rule.evidence import NONE, NOTHING_KNOWN, SHOWN, Evidence
from posse_checks.rule.finding import Finding, Span
from posse_server.protocol.convert import Encoding, broken_json, json_behind_range, remark_json_behind_range
from posse_server.protocol.related import Imports, range_json
from posse_server.protocol.rendered import NO_COUNTS, NO_NODES, NOT_RENDERED, EntryCounts, Rendered
from posse_server.protocol.shown_evidence import ShownEvidence, evidence_on, flows_in, may_have_flows, was_rendered_with

if TYPE_CHECKING:  # loaded with the first evidence, not at the start
    from posse_checks.flow.document_evidence import OwnFinding


class ResultIds:
    """Generates result IDs, which clients send back to ask whether a result is still current.

    IDs differ between processes, so a server does not accept one that another server generated.
    """

    def __init__(self) -> None:
        self._process = os.urandom(6).hex()
        self._numbers = itertools.count(1)

    def next(self) -> str:
        """Returns a new ID."""
        return f"{self._process}-{next(self._numbers)}"


SHOWS_ALL = Configuration()
"""Shows every finding."""
NO_BASELINE = KnownFindings()


@dataclass(frozen=True, slots=True)
class _RenderContext:
    """Values common to all nodes of one rendering; only `left` changes while it goes on."""

    lines: Sequence[str]
    encoding: Encoding
    configuration: Configuration
    imports: Imports | None
    """The origins of flagged names; None if the client shows no related information."""
    evidence: ShownEvidence | None
    """The evidence on the findings; None if data is not followed, or not yet."""
    entries: Mapping[FindingKey, int]
    """Index of the baseline entry for each key that the baseline has."""
    left: list[int]
    """Number of findings that each entry can still hide, by index.

    Nodes consume it in the order in which they are rendered: own findings first, then the nodes below.
    """


def rendered(
    document: Document,
    encoding: Encoding,
    before: Rendered = NOT_RENDERED,
    configuration: Configuration = SHOWS_ALL,
    known: KnownFindings = NO_BASELINE,
    related_in: str | None = None,
    evidence: ShownEvidence | None = None,
) -> Rendered:
    """Render the diagnostics of a document that a configuration and a baseline let through.

    `before` is the rendering of an earlier version, in the same encoding, under the same configuration and baseline.
    Its nodes are reused unless an edit changed or moved them. `related_in` is the document's URI if findings are to
    carry the import of a flagged name and the steps of a flow as related information, else None.
    """
    lines, imports = document.text.lines, None
    if related_in is not None:
        imports = Imports(related_in, ImportOrigins(document), lines, encoding)
        if document.history.may_move_imports(before.history):
            before = NOT_RENDERED
    entries = known.entries()
    indices = {key: index for index, key in enumerate(entries)}
    context = _RenderContext(lines, encoding, configuration, imports, evidence, indices, list(entries.values()))
    stopped = _stopped(document, context)
    if document.is_assessed_whole:
        shown, _ = shown_in(document, configuration, known)
        own = [_object(finding, 0, context) for finding in shown if configuration.policy.displays(finding)]
        return Rendered(0, ",".join([*stopped, *own]))
    below = _level(document.nodes, 0, context, before)
    return Rendered(0, _joined(below, stopped), below, history=document.history)


def rendered_remarks(remarks: Sequence[Remark], policy: NosecPolicy, lines: Sequence[str], encoding: Encoding) -> str:
    """Render the diagnostics of remarks on comments."""
    return ",".join(
        [
            _with_range(remark.span, 0, lines, encoding, remark_json_behind_range(remark.flaw, remark.message, policy))
            for remark in remarks
        ]
    )


def _stopped(document: Document, context: _RenderContext) -> list[str]:
    """Returns the diagnostic of the first syntax error, if there is one and the policy shows it."""
    broken = document.broken[:1] if context.configuration.policy.show_syntax_errors else ()
    return [broken_json(explained_in(document, one), context.lines) for one in broken]


def explained_in(document: Document, broken: Broken) -> Broken:
    """Returns a syntax error with its explanation: the Python that reads it and the one that it needs."""
    around = document.around(broken.line, broken.line)
    return explained_at(broken, document.program[around.begin : around.end], around.indent)


def _level(nodes: Sequence[Node], begin: int, context: _RenderContext, before: Rendered) -> dict[Node, Rendered]:
    """Render the nodes of one block, whose first node has `begin` lines before it. Skips nodes without findings.

    A node is reused only if it starts at the same line and would hide the same findings; else the rendering of the node
    that was at that line lends the nodes below it.
    """
    level: dict[Node, Rendered] = {}
    there = {item.begin: item for item in before.below.values()}
    for node in nodes:
        if node.has_findings or may_have_flows(node, context.evidence, there.get(begin)):
            known = before.below.get(node)
            is_current = known is not None and known.begin == begin and was_rendered_with(known, node, context.evidence)
            if known is None or not is_current or not _take(known, context.left):
                # an edited group is a new node at the old one's line, and shares most of the nodes below
                known = _node(node, begin, context, known or there.get(begin, NOT_RENDERED))
            level[node] = known
        begin += node.height
    return level


def _take(known: Rendered, left: list[int]) -> bool:
    """Consume a rendered node's baseline entries if it would hide the same findings now. Returns whether it would.

    Of equal findings the first are hidden, so equal numbers mean the same findings. If a number differs, nothing is
    consumed.
    """
    hidden = known.hidden
    for entry, count in known.tally.items():
        there = left[entry]
        if hidden[entry] != min(there, count):
            return False
    for entry, count in hidden.items():
        left[entry] -= count
    return True


def _node(node: Node, begin: int, context: _RenderContext, before: Rendered) -> Rendered:
    """Render a node, reusing the nodes below it that `before` has."""
    evidence, on_flows = evidence_on(node, context.evidence, before), flows_in(node, context.evidence, before)
    own, tally, hidden = _objects(node, begin, context, evidence, on_flows)
    if not isinstance(node, Group):
        return Rendered(begin, ",".join(own), NO_NODES, tally, hidden, evidence=evidence, on_flows=on_flows)
    below = _level(node.parts, begin + node.head.height, context, before)
    tallies = (
        _sum(tally, [item.tally for item in below.values()]),
        _sum(hidden, [item.hidden for item in below.values()]),
    )
    return Rendered(begin, _joined(below, own), below, *tallies, evidence=evidence, on_flows=on_flows)


def _sum(own: EntryCounts, below: Iterable[EntryCounts]) -> EntryCounts:
    """Returns a node's tally with those of the nodes below it."""
    total = dict(own)
    for tally in below:
        for entry, count in tally.items():
            total[entry] = total.get(entry, 0) + count
    return total


def _joined(level: Mapping[Node, Rendered], own: Sequence[str]) -> str:
    """Returns a node's own JSON objects and those of the nodes below it, separated by commas."""
    return ",".join([*own, *[item.text for item in level.values() if item.text]])


def _objects(
    node: Node,
    begin: int,
    context: _RenderContext,
    evidence: tuple[Evidence, ...] | None,
    on_flows: tuple[OwnFinding, ...],
) -> tuple[list[str], EntryCounts, EntryCounts]:
    """Render a node's own findings, consuming baseline entries.

    Returns the JSON objects of those to show, the number of findings per entry, and how many of these are hidden.
    """
    known = evidence or (NOTHING_KNOWN,) * len(node.assessed)
    shown = [
        (finding, its_evidence)
        for item, its_evidence in (
            *zip(node.assessed, known, strict=True),
            *((own.assessed, own.evidence) for own in on_flows),
        )
        if (finding := context.configuration.shown(item)) is not None
    ]
    displays = context.configuration.policy.displays
    if not context.entries:
        own = [_object(finding, begin, context, about) for finding, about in shown if displays(finding)]
        return own, NO_COUNTS, NO_COUNTS
    objects: list[str] = []
    tally: dict[int, int] = {}
    hidden: dict[int, int] = {}
    for finding, its_evidence in shown:
        entry = context.entries.get(finding_key(finding))
        if entry is not None:
            is_hidden = context.left[entry] > 0
            tally[entry] = tally.get(entry, 0) + 1
            hidden[entry] = hidden.get(entry, 0) + is_hidden
            context.left[entry] -= is_hidden
            if is_hidden:
                continue
        if displays(finding):
            objects.append(_object(finding, begin, context, its_evidence))
    return objects, tally, hidden


def _object(finding: Finding, begin: int, context: _RenderContext, evidence: Evidence = NOTHING_KNOWN) -> str:
    """Render one finding of a node that has `begin` lines before it."""
    is_hint = context.configuration.policy.is_hint(finding, is_harmless=evidence.verdict == NONE)
    about = json_behind_range(finding.rule, finding.message, finding.severity, is_hint=is_hint)
    if context.imports is not None:
        related = [*context.imports.related(finding, begin)]
        if context.evidence is not None and evidence.steps:
            related += context.evidence.related(evidence, context.encoding)
        if related:
            about = f'{about[:-1]},"relatedInformation":[{",".join(related)}]}}'
    if context.evidence is not None and context.evidence.in_data and evidence.verdict in (SHOWN, NONE):
        about = f'{about[:-1]},"data":{{"evidence":"{evidence.verdict}"}}}}'
    return _with_range(finding.span, begin, context.lines, context.encoding, about)


def _with_range(span: Span, begin: int, lines: Sequence[str], encoding: Encoding, about: str) -> str:
    """Returns a JSON object with a range, completed by the members in `about`, which ends in `}`."""
    return f"{{{range_json(span, begin, lines, encoding)},{about}"
