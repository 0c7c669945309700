"""Applies an edit to the tree of nodes: splits and checks again the smallest range that gives the tree of a fresh open.

A level is the nodes of one block. An edit inside a group is tried inside it first. A level returns None if the edit
cannot be confined to it, and the level above then redoes the whole group; the outermost level never does.

Nodes and their `starts` (first lines, from 0, and the end) are those before the edit; the builder's lines, and any
`end`, are those after it. A line at or after the end of the splice moves by its growth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from posse_checks.incremental.build import BlockContext, NodeBuilder
from posse_checks.incremental.chunk import Part
from posse_checks.incremental.parse_block import ARMS, CASE, MATCH, head_of
from posse_checks.incremental.recover import split_from
from posse_checks.incremental.split import split_between
from posse_checks.incremental.tree import Group, Node
from posse_checks.python.line_scanner import (
    arm_at,
    begins_statement,
    is_continued,
    is_open,
    is_string_open,
    leaves_block,
)
from posse_checks.python.names import Names
from posse_checks.python.text import Splice


@dataclass(frozen=True, slots=True)
class Edit:
    """A splice of lines, and the builder of the text after it."""

    builder: NodeBuilder
    splice: Splice

    def edited_cell(self, nodes: Sequence[Node], begin: int, names: Names) -> list[Node]:
        """Returns the nodes of the text or cell that begins at line `begin`, given its nodes before the edit."""
        end = begin + sum([node.height for node in nodes]) + self.splice.growth
        edited = self._edited_level(nodes, begin, end, names, BlockContext(self.builder.margin))
        assert edited is not None, "the outermost level is never given up"
        return edited

    def _edited_level(
        self, nodes: Sequence[Node], base: int, end: int, names: Names, context: BlockContext
    ) -> list[Node] | None:
        """Returns the nodes of the block from line `base` to `end` (exclusive); None if its group must be redone."""
        starts = list(accumulate([node.height for node in nodes], initial=base))
        touched = self._stale_nodes(nodes, starts, context.indent)
        if touched is None:
            return None
        first, last = touched
        names = names.after(*[binding for node in nodes[:first] if node.bindings for binding in node.bindings])
        fresh: list[Node] | None = None
        if last - first == 1:
            fresh = self._edited_group(nodes[first], starts[first], names, context)
        if fresh is None:
            cut = self._split_again(starts, first, last, end, context)
            if cut is None:
                return None
            parts, last = cut
            fresh = self.builder.nodes(parts, starts[first], names, context)
        level = [*nodes[:first], *fresh, *nodes[last:]]
        return None if context.indent and self._is_left_open(level, base, end) else level

    def _is_left_open(self, level: Sequence[Node], begin: int, end: int) -> bool:
        """Whether a bracket or string is open at the end of a block that now has these nodes.

        Nodes after one that ended inside a string cannot be trusted: they have code and string swapped. So the lines
        are scanned, but only if the last node ends open, or if another one was cut inside a string.
        """
        lines = self.builder.program
        starts = accumulate([node.height for node in level], initial=begin)
        return (
            level[-1].ends_open
            or any(
                node.lookahead > node.height and is_string_open(lines, start, start + node.height)
                for node, start in zip(level, starts, strict=False)
            )
        ) and is_open(lines, begin, end)

    def _stale_nodes(self, nodes: Sequence[Node], starts: Sequence[int], indent: str) -> tuple[int, int] | None:
        """Returns the indices, end exclusive, of the nodes that an edit may change; None if the block must be redone.

        The first is the one whose lookahead reaches the first edited line, or one before it if that line no longer
        begins a statement. So a node need not count the line after it in its lookahead. The last is the last one that
        overlaps a removed line.
        """
        splice, lines = self.splice, self.builder.program
        first = next(
            index for index, node in enumerate(nodes) if starts[index] + max(node.lookahead, node.height) > splice.first
        )
        while starts[first] >= splice.first and not begins_statement(lines, starts[first], indent):
            if not first:
                return None if indent else (0, self._first_after_splice(starts, 0))
            first -= 1
        return first, self._first_after_splice(starts, first)

    def _first_after_splice(self, starts: Sequence[int], first: int) -> int:
        """The index, greater than `first`, of the first node that begins at or after the end of the removed lines."""
        end = self.splice.first + self.splice.removed
        return next(index for index in range(first + 1, len(starts)) if starts[index] >= end)

    def _edited_group(self, node: Node, begin: int, names: Names, context: BlockContext) -> list[Node] | None:
        """Returns the group after the edit if that is confined to its head or to its block; else None.

        Its own lines must have decided where it ends, before and after the edit, and a fresh open must split it too: it
        is broken or long.
        """
        if not isinstance(node, Group) or not node.head.height or node.lookahead > node.height or node.ends_open:
            return None
        if not begins_statement(self.builder.program, begin, context.indent):
            return None
        splice, body = self.splice, begin + node.head.height
        inner = context.inside(begin, node.head.height, node.indent, is_function=node.is_function)
        parts: Sequence[Node] = node.parts
        head, head_height = node.head, node.head.height
        if splice.first >= body:
            edited = self._edited_level(parts, body, begin + node.height + splice.growth, names, inner)
            if edited is None:
                return None
            parts = edited
        elif splice.first + splice.removed <= body:
            if arm_at(self.builder.program, begin, context.indent) in (*ARMS, MATCH, CASE):
                return None  # an arm or a `match` may be a head, but is no statement without others
            head_height += splice.growth
        else:
            return None
        after = names.after(*[binding for part in parts for binding in part.bindings])
        if splice.first < body or not self.builder.is_head_valid(head, names, after):
            chunk = head_of(self.builder.program, begin, begin + head_height, context.indent, node.indent)
            if chunk is None or chunk.is_function != node.is_function:
                return None
            head = self.builder.head(chunk, begin, names, after, context)
        group = Group.of(head, node.indent, node.is_function, parts)
        return [group] if group.is_broken or group.height > context.indent.limits.long_lines else None

    def _split_again(
        self, starts: Sequence[int], first: int, last: int, end: int, context: BlockContext
    ) -> tuple[list[Part], int] | None:
        """Splits the lines of the nodes from `first` to `last` (exclusive) again, and of later ones until they match.

        Returns the parts, and the index after the last node that they replace: both end at the same line. Returns None
        if the block itself must be redone.
        """
        lines, growth = self.builder.program, self.splice.growth
        begin = starts[first]
        parts = split_between(lines, begin, starts[last] + growth, end, context.indent)
        if parts is not None:
            return parts, last
        parts = []
        boundaries = {start + growth: index for index, start in enumerate(starts) if index >= last}
        at = begin
        for part in split_from(lines, begin, end, context.indent):
            if context.indent and (part.ends_open or (part.lookahead > part.height and at + part.lookahead >= end)):
                return None  # a bracket or string is open up to the end of the block, and perhaps beyond
            parts.append(part)
            at += part.height
            if at in boundaries:
                break
        if context.indent and (
            leaves_block(lines, begin, at, context.indent) or (at == end and is_continued(lines[at - 1]))
        ):
            return None
        return parts, boundaries[at]
