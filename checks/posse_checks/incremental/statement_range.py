"""A range of whole statements in a document, which can be parsed again when their tree is needed."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from posse_checks.incremental.chunk import NO_MARGIN, Margin
from posse_checks.incremental.parse_block import parse_arm
from posse_checks.incremental.tree import Group, Node
from posse_checks.python.names import Names
from posse_checks.python.syntax import Broken


@dataclass(frozen=True, slots=True)
class StatementRange:
    """Whole statements of one block, from line `begin` to line `end` (exclusive), both from 0."""

    begin: int
    end: int
    indent: Margin
    names: Names
    """The meaning of names before the first statement."""

    @classmethod
    def around(cls, nodes: Sequence[Node], names: Names, first: int, last: int) -> StatementRange:
        """The fewest whole statements with lines `first` to `last` (inclusive, from 1); past the end, the last one.

        `nodes` are those of the whole text, and `names` those known before them.
        """
        begin, indent = 0, NO_MARGIN
        while True:
            starts = list(accumulate([node.height for node in nodes], initial=begin))
            index = min(max(bisect_right(starts, first - 1) - 1, 0), len(nodes) - 1)
            end = min(max(bisect_left(starts, last), index + 1), len(nodes))
            names = names.after(*[binding for node in nodes[:index] for binding in node.bindings])
            node = nodes[index]
            if not isinstance(node, Group) or not node.parts or end - index > 1:
                break
            if first - 1 < starts[index] + node.head.height:
                break
            nodes, begin, indent = node.parts, starts[index] + node.head.height, node.indent
        return cls(starts[index], starts[end], indent, names)

    def parse(self, program: Sequence[str]) -> tuple[list[ast.stmt] | Broken, int]:
        """Parses them in a document's `program`. Returns the statements, or why there are none, and their origin.

        See `parse_in_block`.
        """
        return parse_arm(program, self.begin, self.end, self.indent)
