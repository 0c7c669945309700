"""The evidence that is shown with a document's findings, and the findings on flows that are shown beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posse_checks.incremental.tree import Group, Node
from posse_checks.rule.evidence import Evidence
from posse_server.protocol.convert import Encoding, column_of
from posse_server.protocol.rendered import Rendered
from posse_server.system.console import printable

if TYPE_CHECKING:  # loaded with the first evidence, not at the start
    from posse_checks.flow.document_evidence import DocumentEvidence, OwnFinding


@dataclass(frozen=True, slots=True)
class ShownEvidence:
    """The evidence on a document's findings, and where the steps of a flow are."""

    evidence: DocumentEvidence
    locate: Callable[[int], tuple[str, int, str] | None]
    """Gives the URI, the line there (from 0) and its text for a line of the program (from 1); None if there is none."""

    is_current: bool = True
    """Whether it is that of this version; else an edited node has what it had before the edit."""
    in_data: bool = False
    """Whether diagnostics carry the verdict in their data, for a client's extension."""

    def related(self, evidence: Evidence, encoding: Encoding) -> Iterator[str]:
        """Yields the steps of a flow as related information, as JSON."""
        for number, step in enumerate(evidence.steps, start=1):
            located = self.locate(step.line)
            if located is not None:
                uri, line, text = located
                column = column_of(text, step.column, encoding)
                place = f'{{"line":{line},"character":{column}}}'
                message = json.dumps(printable(f"Step {number} of {len(evidence.steps)}: {step.what}"))
                location = f'{{"uri":{json.dumps(uri)},"range":{{"start":{place},"end":{place}}}}}'
                yield f'{{"location":{location},"message":{message}}}'


def was_rendered_with(known: Rendered, node: Node, shown: ShownEvidence | None) -> bool:
    """Whether a node, and the nodes below it, were rendered with the evidence that there is now, if there is any."""
    if shown is None:
        return known.evidence is None
    evidence, own = shown.evidence.by_node.get(node), shown.evidence.own.get(node, ())
    if evidence is not None and known.evidence is not evidence and known.evidence != evidence:
        return False
    if (shown.is_current or own) and known.on_flows is not own and known.on_flows != own:
        return False
    if shown.is_current and isinstance(node, Group) and not _has_all_flows(known, node, shown):
        return False
    return all(was_rendered_with(below, inner, shown) for inner, below in known.below.items())


def _has_all_flows(known: Rendered, group: Group, shown: ShownEvidence) -> bool:
    """Whether all nodes of a group that have findings on flows now were rendered with it."""
    with_own = shown.evidence.with_own
    return group not in with_own or all(part in known.below for part in group.parts if part in with_own)


def may_have_flows(node: Node, shown: ShownEvidence | None, there: Rendered | None) -> bool:
    """Whether there are findings on flows in a node, or in the rendering of the node that was at its line."""
    if shown is None:
        return False
    is_edited = not shown.is_current and there is not None and there.has_any_on_flows
    return is_edited or node in shown.evidence.with_own


def flows_in(node: Node, shown: ShownEvidence | None, before: Rendered) -> tuple[OwnFinding, ...]:
    """The findings on flows in a node. Until an edited node is judged, those before the edit count."""
    if shown is None:
        return ()
    own = shown.evidence.own.get(node, ())
    if own or shown.is_current or not before.on_flows or node in shown.evidence.known:
        return own
    return tuple([item for item in before.on_flows if item.assessed.finding.span.end_line <= node.height])


def evidence_on(node: Node, shown: ShownEvidence | None, before: Rendered) -> tuple[Evidence, ...] | None:
    """Returns the evidence on a node's findings. Until an edited node is judged, what was known before counts."""
    if shown is None:
        return None
    evidence = shown.evidence.by_node.get(node, before.evidence)
    return evidence if evidence is not None and len(evidence) == len(node.assessed) else None
