"""Rechecks the segments that read a name whose meaning an edit changed.

They may be most of a large file, so this is done in slices: between two slices, requests can be served, and a newer
edit can make the rest unnecessary. A segment's text is unchanged, so it is parsed and checked again, but not split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posse_checks.incremental.build import BlockContext, NodeBuilder
from posse_checks.incremental.chunk import Chunk
from posse_checks.incremental.parse_block import head_of, parse_arm
from posse_checks.incremental.tree import Group, Node, Segment
from posse_checks.python.names import Names


@dataclass(slots=True)
class Recheck:
    """One slice of rechecking: visits the segments that begin at line `since` (from 0) or later, in order."""

    builder: NodeBuilder
    since: int
    remaining: int
    """Number of lines that this slice may still recheck; the last segment may exceed it."""
    pending_from: int | None = None
    """The line, from 0, before which all findings are up to date; None while all are."""

    def level(self, nodes: Sequence[Node], begin: int, names: Names, context: BlockContext) -> list[Node]:
        """Returns the nodes of a block, up to date with these names; those that read nothing that changed are kept."""
        rechecked: list[Node] = []
        for node in nodes:
            end = begin + node.height
            if end > self.since and self.pending_from is None:
                node = self._node(node, begin, names, context)
            names = names.after(*node.bindings)
            rechecked.append(node)
            begin = end
        return rechecked

    def _node(self, node: Node, begin: int, names: Names, context: BlockContext) -> Node:
        """Rechecks a node if it reads names that changed or statements around it. Returns the node itself if not."""
        if isinstance(node, Group):
            return self._group(node, begin, names, context)
        if begin < self.since or (not node.reads_scope and node.analysis.is_valid_under(names)):
            return node
        if not self._may_check(begin, node.height):
            return node
        content, origin = parse_arm(self.builder.program, begin, begin + node.height, context.indent)
        chunk = Chunk(node.height, node.lookahead, content, origin, node.ends_open)
        return self.builder.segment(chunk, begin, names, context)

    def _group(self, group: Group, begin: int, names: Names, context: BlockContext) -> Group:
        """Rechecks a group's head and parts. The names after the block are known already: its bindings do not change.

        If the slice ends at the head, the group is returned as it was, and the next slice begins with it.
        """
        inner = context.inside(begin, group.head.height, group.indent, is_function=group.is_function)
        after = names.after(*group.bindings)
        head = self._head(group, begin, names, after, context)
        parts = self.level(group.parts, begin + group.head.height, names, inner) if self.pending_from is None else []
        if not parts or (head is group.head and all(a is b for a, b in zip(parts, group.parts, strict=True))):
            return group
        return Group.of(head, group.indent, group.is_function, parts, group.lookahead, ends_open=group.ends_open)

    def _head(self, group: Group, begin: int, before: Names, after: Names, context: BlockContext) -> Segment:
        """Rechecks a group's head. A head that begins before `since` may still depend on the names after its block."""
        head = group.head
        saw_what_changed = head.reads_scope and begin >= self.since
        if self.builder.is_head_valid(head, before, after) and not saw_what_changed:
            return head
        if not self._may_check(begin, head.height):
            return head
        chunk = head_of(self.builder.program, begin, begin + head.height, context.indent, group.indent)
        assert chunk is not None, "what was a head is one"
        return self.builder.head(chunk, begin, before, after, context)

    def _may_check(self, begin: int, height: int) -> bool:
        """Takes a segment's lines from the slice. Returns whether any remained; if not, the slice ends before it."""
        if self.remaining <= 0:
            self.pending_from = begin
            return False
        self.remaining -= height
        return True
