"""Checking again, after an edit that changed what names mean, the segments that read one of those names.

That may be most of a large file, so it is done in slices: between two of them others can be served, and a newer edit
can make the rest needless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from posse_checks.incremental.build import Checker, Place
from posse_checks.incremental.split import Piece, head_of, parse_arm
from posse_checks.incremental.tree import Group, Node, Segment
from posse_checks.python.names import Names

SLICE = 150
"""The number of lines after which a slice ends: some milliseconds' worth."""


@dataclass(slots=True)
class Settling:
    """One slice: segments that begin at line `since` or later are checked again where that matters."""

    checker: Checker
    since: int
    remaining: int = field(default_factory=lambda: SLICE)
    """The number of lines that may still be checked."""
    settled_to: int | None = None
    """The line before which everything is settled, None where all is."""

    def level(self, nodes: Sequence[Node], begin: int, names: Names, place: Place) -> list[Node]:
        """The nodes of a block as they are with these names; those that read nothing else than before as they were."""
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
        if isinstance(node, Group):
            return self._group(node, begin, names, place)
        if begin < self.since or (not node.reads_scope and node.analysis.holds_under(names)):
            return node
        if not self._may_check(begin, node.height):
            return node
        content, origin = parse_arm(self.checker.lines, begin, begin + node.height, place.indent)
        piece = Piece(node.height, node.looked_at, content, origin, node.ends_open)
        return self.checker.segment(piece, begin, names, place)

    def _group(self, group: Group, begin: int, names: Names, place: Place) -> Group:
        inner = place.inside(begin, group.indent, is_function=group.is_function)
        after = names.after(*group.bindings)
        head = self._head(group, begin, names, after, place)
        parts = self.level(group.parts, begin + group.head.height, names, inner) if self.settled_to is None else []
        if not parts or (head is group.head and all(a is b for a, b in zip(parts, group.parts, strict=True))):
            return group
        return Group.of(head, group.indent, group.is_function, parts, group.looked_at, ends_open=group.ends_open)

    def _head(self, group: Group, begin: int, before: Names, after: Names, place: Place) -> Segment:
        head = group.head
        saw_what_changed = head.reads_scope and begin >= self.since
        if self.checker.head_holds(head, before, after) and not saw_what_changed:
            return head
        if not self._may_check(begin, head.height):
            return head
        piece = head_of(self.checker.lines, begin, begin + head.height, place.indent, group.indent)
        assert piece is not None, "what was a head is one"
        return self.checker.head(piece, begin, before, after, place)

    def _may_check(self, begin: int, height: int) -> bool:
        """Whether there is time for a segment; where not, the slice ends before it."""
        if self.remaining <= 0:
            self.settled_to = begin
            return False
        self.remaining -= height
        return True
