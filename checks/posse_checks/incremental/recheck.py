"""Rechecks the segments that read a name whose meaning an edit changed.

They may be most of a large file, so this is done in slices: between two slices, requests can be served, and a newer
edit can make the rest unnecessary. A segment's text is unchanged, so it is parsed and checked again, but not split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from posse_checks.incremental.build import Checker, Place
from posse_checks.incremental.split import Piece, head_of, parse_arm
from posse_checks.incremental.tree import Group, Node, Segment
from posse_checks.python.names import Names

SLICE = 150
"""Limit, in lines, for the segments rechecked in a slice, which takes some milliseconds."""


@dataclass(slots=True)
class Settling:
    """One slice of rechecking: visits the segments that begin at line `since` (from 0) or later, in order."""

    checker: Checker
    since: int
    remaining: int = field(default_factory=lambda: SLICE)
    """Number of lines that this slice may still recheck; the last segment may exceed it."""
    settled_to: int | None = None
    """The line, from 0, before which all findings are up to date; None while all are."""

    def level(self, nodes: Sequence[Node], begin: int, names: Names, place: Place) -> list[Node]:
        """Returns the nodes of a block, up to date with these names; those that read nothing that changed are kept."""
        settled: list[Node] = []
        for node in nodes:
            end = begin + node.height
            if end > self.since and self.settled_to is None:
                node = self._node(node, begin, names, place)
            names = names.after(*node.bindings)
            settled.append(node)
            begin = end
        return settled

    def _node(self, node: Node, begin: int, names: Names, place: Place) -> Node:
        """Rechecks a node if it reads names that changed or statements around it. Returns the node itself if not."""
        if isinstance(node, Group):
            return self._group(node, begin, names, place)
        if begin < self.since or (not node.reads_scope and node.analysis.holds_under(names)):
            return node
        if not self._may_check(begin, node.height):
            return node
        content, origin = parse_arm(self.checker.program, begin, begin + node.height, place.indent)
        piece = Piece(node.height, node.looked_at, content, origin, node.ends_open)
        return self.checker.segment(piece, begin, names, place)

    def _group(self, group: Group, begin: int, names: Names, place: Place) -> Group:
        """Rechecks a group's head and parts. The names after the block are known already: its bindings do not change.

        If the slice ends at the head, the group is returned as it was, and the next slice begins with it.
        """
        inner = place.inside(begin, group.indent, is_function=group.is_function)
        after = names.after(*group.bindings)
        head = self._head(group, begin, names, after, place)
        parts = self.level(group.parts, begin + group.head.height, names, inner) if self.settled_to is None else []
        if not parts or (head is group.head and all(a is b for a, b in zip(parts, group.parts, strict=True))):
            return group
        return Group.of(head, group.indent, group.is_function, parts, group.looked_at, ends_open=group.ends_open)

    def _head(self, group: Group, begin: int, before: Names, after: Names, place: Place) -> Segment:
        """Rechecks a group's head. A head that begins before `since` may still depend on the names after its block."""
        head = group.head
        saw_what_changed = head.reads_scope and begin >= self.since
        if self.checker.head_holds(head, before, after) and not saw_what_changed:
            return head
        if not self._may_check(begin, head.height):
            return head
        piece = head_of(self.checker.program, begin, begin + head.height, place.indent, group.indent)
        assert piece is not None, "what was a head is one"
        return self.checker.head(piece, begin, before, after, place)

    def _may_check(self, begin: int, height: int) -> bool:
        """Takes a segment's lines from the slice. Returns whether any remained; if not, the slice ends before it."""
        if self.remaining <= 0:
            self.settled_to = begin
            return False
        self.remaining -= height
        return True
