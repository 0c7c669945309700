"""Rendered diagnostics, kept so that the next version of a document renders only what an edit changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from posse_checks.incremental.history import UNTOUCHED, History
from posse_checks.incremental.tree import Node
from posse_checks.rule.evidence import Evidence

if TYPE_CHECKING:  # loaded with the first evidence, not at the start
    from posse_checks.flow.document_evidence import OwnFinding

EntryCounts = Mapping[int, int]
"""Numbers of findings by the index of the baseline entry that matches them."""
NO_COUNTS: EntryCounts = {}


@dataclass(frozen=True, slots=True)
class Rendered:
    """The rendered diagnostics of a node and of the nodes below it: JSON objects, separated by commas.

    A node's rendering depends on its own text, on `begin`, and on how many findings of each baseline entry it hides.
    These numbers pay: with 2,400 known findings, a keystroke takes a quarter of the time of rendering all of them.
    """

    begin: int
    """Number of lines before the node; the ranges in the objects are correct only there."""
    text: str
    below: Mapping[Node, Rendered] = field(default_factory=dict)
    """The renderings of the nodes of its block that have findings."""
    tally: EntryCounts = field(default_factory=dict)
    """Numbers of findings that match a baseline entry, in the node and the nodes below it."""
    hidden: EntryCounts = field(default_factory=dict)
    """Numbers of these that the baseline hides: of equal findings the first ones."""
    history: History = UNTOUCHED
    """The document's edit history when it was rendered."""
    evidence: tuple[Evidence, ...] | None = None
    """The evidence that was rendered with the node's own findings; None if there was none."""
    on_flows: tuple[OwnFinding, ...] = ()
    """The findings of own rules on flows that were rendered with them."""

    @property
    def has_any_on_flows(self) -> bool:
        """Whether findings of own rules on flows were rendered for the node or below it."""
        return bool(self.on_flows) or any(item.has_any_on_flows for item in self.below.values())


NOT_RENDERED = Rendered(0, "")
NO_NODES: Mapping[Node, Rendered] = {}
