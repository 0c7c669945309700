"""The operations of an open document, kept per node of its tree, so that an edit lowers only changed nodes.

Positions are in *virtual lines*: each node has a number, and its lines count from there. So nothing that refers to a
node's lines becomes outdated when lines come or go above it; `Lines` knows where they are.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from posse_checks.flow import operations as ops
from posse_checks.flow.bound import Bound, bound_in
from posse_checks.flow.lower import LONGEST, lower, lower_head, with_body
from posse_checks.flow.scanning import NO_FACTS, Facts, facts_of
from posse_checks.flow.virtual_lines import BITS
from posse_checks.incremental.chunk import NO_MARGIN, WITH_BLOCK, Margin
from posse_checks.incremental.document import Document
from posse_checks.incremental.parse_block import head_of, parse_arm
from posse_checks.incremental.tree import Group, Node, Segment
from posse_checks.python.syntax import Broken


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """The operations of one node."""

    node: Node
    number: int
    body: ops.Block
    facts: Facts
    bound: Bound
    chunk: ops.Chunk
    """Its operations as a statement of the block that it is in, or was in when it was created."""
    parts: tuple[Unit, ...] = ()
    """The units of the nodes of its block, for a group that can be lowered."""
    head: ops.Statement | None = None
    """For such a group, its own operation without the block."""

    @property
    def base(self) -> int:
        """The virtual line before its first."""
        return self.number << BITS

    def own(self) -> ops.Block:
        """Its operations with their position, without the block of a class, which has units of its own."""
        if self.head is not None and not (
            isinstance(self.head, ops.Define) and isinstance(self.head.definition, ops.Function)
        ):
            return (ops.Chunk(self.base, (self.head,)),)
        return (self.chunk_in(0),)

    def chunk_in(self, above: int) -> ops.Chunk:
        """Its operations as a statement of a block whose positions count from another virtual line."""
        lines = self.base - above
        return self.chunk if self.chunk.lines == lines else ops.Chunk(lines, self.body)


class _Block(NamedTuple):
    """The position of a node: its first line, from 0, its block's indentation, and its first virtual line."""

    begin: int
    indent: Margin
    base: int


class Units:
    """Builds units, each of which reuses unchanged parts of the one that was at its position before."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.known: dict[Node, Unit] = {}
        """Units that were built for nodes of a document that was edited again before all of it was done."""

    def level(self, document: Document, before: Sequence[Unit]) -> Generator[None, None, tuple[Unit, ...]]:
        """Returns the units of a document's nodes; each step of the iteration is a part of the work."""
        return self._level(document, document.nodes, _Block(0, NO_MARGIN, 0), before)

    def _level(
        self, document: Document, nodes: Sequence[Node], block: _Block, before: Sequence[Unit]
    ) -> Generator[None, None, tuple[Unit, ...]]:
        first, last = _unchanged(nodes, before)
        begin = block.begin + sum([node.height for node in nodes[:first]])
        middle, there = nodes[first : len(nodes) - last], before[first : len(before) - last]
        taken = {self.known[node].number for node in middle if node in self.known}
        units: list[Unit] = []
        for index, node in enumerate(middle):
            unit = self.known.get(node)
            if unit is None:
                old = there[index] if index < len(there) and there[index].number not in taken else None
                number = old.number if old is not None else next(self._numbers)
                here = block._replace(begin=begin)
                if isinstance(node, Segment):
                    unit = self._leaf(document, node, here, number)
                else:
                    inside = _Block(begin + node.head.height, node.indent, number << BITS)
                    parts = yield from self._level(document, node.parts, inside, old.parts if old is not None else ())
                    unit = self._group(document, node, here, number, parts)
                self.known[node] = unit
            units.append(unit)
            yield
            begin += node.height
        return (*before[:first], *units, *before[len(before) - last :])

    def _leaf(self, document: Document, node: Segment, block: _Block, number: int) -> Unit:
        body: ops.Block = (ops.Havoc(None),)
        if not node.is_broken and node.end[0] <= LONGEST:
            content, origin = parse_arm(document.program, block.begin, block.begin + node.height, block.indent)
            if not isinstance(content, Broken):
                body = lower(content, origin - block.begin)
        chunk = ops.Chunk((number << BITS) - block.base, body)
        return Unit(node, number, body, facts_of(body), bound_in(body), chunk)

    def _group(self, document: Document, node: Group, block: _Block, number: int, parts: tuple[Unit, ...]) -> Unit:
        head, base = self._head(document, node, block), number << BITS
        if head is None:
            body: ops.Block = (ops.Havoc(None),)
            return Unit(node, number, body, NO_FACTS, Bound(), ops.Chunk(base - block.base, body))
        definition = head.definition if isinstance(head, ops.Define) else None
        bound = Bound() if isinstance(definition, ops.Class) else Bound().joined(*[part.bound for part in parts])
        inner = NO_FACTS.joined([part.facts for part in parts])
        facts = facts_of(head).joined([inner.inside_function() if isinstance(definition, ops.Function) else inner])
        body = (with_body(head, tuple([part.chunk_in(base) for part in parts]), node.height, bound),)
        own = bound_in((head,))
        around = own if definition is not None else own.joined(bound)
        return Unit(node, number, body, facts, around, ops.Chunk(base - block.base, body), parts, head)

    def _head(self, document: Document, node: Group, block: _Block) -> ops.Statement | None:
        """The operation of a group's head; None if it has none of its own."""
        head, begin = node.head, block.begin
        if head.is_broken or not head.height:
            return None
        piece = head_of(document.program, begin, begin + head.height, block.indent, node.indent)
        if piece is None or isinstance(piece.content, Broken) or len(piece.content) != 1:
            return None
        statement = piece.content[0]
        if not isinstance(statement, WITH_BLOCK):
            return None
        statement.body = []
        return lower_head(statement, piece.origin - begin)


def _unchanged(nodes: Sequence[Node], before: Sequence[Unit]) -> tuple[int, int]:
    """The numbers of unchanged nodes at the beginning and at the end."""
    most = min(len(nodes), len(before))
    first = 0
    while first < most and nodes[first] is before[first].node:
        first += 1
    last = 0
    while last < most - first and nodes[-1 - last] is before[-1 - last].node:
        last += 1
    return first, last


class Lines:
    """The current positions of a document's virtual lines."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._begins: dict[int, int] = {}
        self.units: dict[int, Unit] = {}
        """The units by number."""
        self.are_distinct = True
        """Whether no two units have the same number."""
        self._note(units, 0)

    def _note(self, units: Sequence[Unit], begin: int) -> None:
        for unit in units:
            self.are_distinct = self.are_distinct and unit.number not in self.units
            self.units[unit.number] = unit
            self._begins[unit.number] = begin
            if unit.parts and isinstance(unit.node, Group):
                self._note(unit.parts, begin + unit.node.head.height)
            begin += unit.node.height

    def line(self, line: int) -> int:
        """The line of the text, from 1, of a virtual line."""
        return self._begins[line >> BITS] + (line & ((1 << BITS) - 1))
