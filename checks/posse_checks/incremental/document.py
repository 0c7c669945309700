"""An open document as an immutable value: its text, its nodes and their findings.

An edit yields a new document that shares every node that the edit did not affect. Invariant: up to date, its findings
are those of a fresh open.
"""

from __future__ import annotations

import logging
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise

from posse_checks.analysis.registry import Catalogue
from posse_checks.incremental.build import BlockContext, NodeBuilder
from posse_checks.incremental.checked_text import NO_NAMES, CheckedText, bindings_of
from posse_checks.incremental.chunk import LIMITS, NO_MARGIN, Chunk, Limits, Margin
from posse_checks.incremental.edit import Edit
from posse_checks.incremental.history import History
from posse_checks.incremental.recheck import Recheck
from posse_checks.incremental.recover import split, split_cell
from posse_checks.incremental.tree import Node, importing
from posse_checks.python.names import Names
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Position, Replacement, Splice, Text, changes_between, joined

LOG = logging.getLogger(__name__)

UNCHECKED = Broken(1, "internal error in Posse")


@dataclass(frozen=True)
class Document(CheckedText):
    """A checked text that can be edited. Up to date, its findings are those of a fresh open of its text."""

    @classmethod
    def opened(cls, source: str, catalogue: Catalogue, limits: Limits = LIMITS) -> Document:
        """Returns the document of a whole source. A byte order mark is ignored, but counts as a character of line 1."""
        margin = NO_MARGIN if limits is LIMITS else Margin(limits=limits)
        return cls._of(Text.of(source), catalogue, margin=margin)

    @classmethod
    def opened_safely(cls, text: Text, catalogue: Catalogue, cell_boundaries: Sequence[int] = ()) -> Document:
        """Returns the document of a text; if checking it fails, logs this and returns one whose cells are unchecked."""
        try:
            return cls._of(text, catalogue, cell_boundaries)
        except Exception:
            LOG.exception("Posse failed to check a text of %d lines (a bug). Please report this log.", len(text.lines))
        builder = NodeBuilder(text.lines, catalogue, cell_boundaries)
        cells = pairwise((0, *cell_boundaries, len(text.lines)))
        chunks = [Chunk(end - begin, end - begin, UNCHECKED, begin) for begin, end in cells if begin < end]
        nodes = [builder.segment(chunk, chunk.origin, NO_NAMES, BlockContext()) for chunk in chunks]
        return cls(text, catalogue, nodes, None, cell_boundaries)

    @classmethod
    def opened_cells(cls, cells: Iterable[Sequence[str]], catalogue: Catalogue) -> Document:
        r"""Returns the document of a program in cells. No statement extends into the next cell.

        The lines of a cell all end in `\n`, and the last is blank.
        """
        return cls.opened("", catalogue).with_cells(0, 0, cells)

    @classmethod
    def opened_cells_safely(cls, cells: Iterable[Sequence[str]], catalogue: Catalogue) -> Document:
        """Like `opened_safely`, for a program in cells."""
        programs = list(cells)
        ends = list(accumulate(map(len, programs)))
        return cls.opened_safely(Text([*chain.from_iterable(programs), ""]), catalogue, ends)

    def with_catalogue(self, catalogue: Catalogue) -> Document:
        """Returns the document of the same text, checked with other rules."""
        return self._of(self.text, catalogue, self.cell_boundaries, self.names, self.margin)

    @classmethod
    def _of(
        cls,
        text: Text,
        catalogue: Catalogue,
        cell_boundaries: Sequence[int] = (),
        names: Names = NO_NAMES,
        margin: Margin = NO_MARGIN,
    ) -> Document:
        """Splits and checks a whole text."""
        builder = NodeBuilder(text.lines, catalogue, cell_boundaries, margin)
        nodes = builder.nodes(split(builder.program, cell_boundaries, margin), 0, names, BlockContext(margin))
        return cls(text, catalogue, nodes, None, cell_boundaries, names, margin=margin)

    def _builder(self, text: Text, cell_boundaries: Sequence[int] = ()) -> NodeBuilder:
        """Returns the builder of another text with the same rules and limits."""
        return NodeBuilder(text.lines, self.catalogue, cell_boundaries, self.margin)

    def edited(self, start: Position, end: Position, new: str) -> Document:
        """Returns the document with the range between two positions replaced.

        Findings further down may be out of date: see `pending_from`.
        """
        text, splice = self.text.edited(start, end, new)
        last = splice.first + splice.removed
        cell = bisect_right(self.cell_boundaries, splice.first)
        cell_boundaries = [
            *self.cell_boundaries[:cell],
            *[line + splice.growth for line in self.cell_boundaries[cell:] if line >= last],
        ]
        if len(cell_boundaries) < len(self.cell_boundaries):
            return self._of(text, self.catalogue, cell_boundaries, self.names, self.margin)
        if not cell_boundaries:
            nodes = Edit(self._builder(text), splice).edited_cell(self.nodes, 0, self.names)
            return self._followed_by(text, nodes, splice, cell_boundaries)
        lower, upper = self._nodes_of(cell)
        edit = Edit(self._builder(text, cell_boundaries), splice)
        inside = edit.edited_cell(self.nodes[lower:upper], self.starts[lower], self._names_before(lower))
        return self._followed_by(text, [*self.nodes[:lower], *inside, *self.nodes[upper:]], splice, cell_boundaries)

    def with_text(self, text: Text) -> Document:
        """Returns the document with another text and no cells; checks only the lines that differ, unless many do."""
        splice = self.text.splice_to(text)
        if splice.inserted > self.margin.limits.lines_parsed_at_once:
            return self._of(text, self.catalogue, margin=self.margin)
        nodes = Edit(self._builder(text), splice).edited_cell(self.nodes, 0, self.names)
        return self._followed_by(text, nodes, splice, ())

    def with_cells(self, first: int, last: int, cells: Iterable[Sequence[str]]) -> Document:
        """Returns the document with the cells from `first` to `last` (exclusive) replaced."""
        starts = (0, *self.cell_boundaries)
        begin, end = starts[first], starts[last]
        lines, ends = list(self.text.lines[:begin]), []
        for cell in cells:
            lines += cell
            ends.append(len(lines))
        splice = Splice(begin, end - begin, len(lines) - begin)
        text = Text([*lines, *self.text.lines[end:]])
        cell_boundaries = [
            *self.cell_boundaries[:first],
            *ends,
            *[line + splice.growth for line in self.cell_boundaries[last:]],
        ]
        lower, upper = bisect_left(self.starts, begin), bisect_left(self.starts, end)
        builder = self._builder(text, cell_boundaries)
        names = self._names_before(lower)
        fresh: list[Node] = []
        for cell_begin, cell_end in pairwise((begin, *ends)):
            parts = split_cell(builder.program, cell_begin, cell_end, self.margin)
            fresh += builder.nodes(parts, cell_begin, names.after(*bindings_of(fresh)), BlockContext(self.margin))
        return self._followed_by(text, [*self.nodes[:lower], *fresh, *self.nodes[upper:]], splice, cell_boundaries)

    def _followed_by(
        self, text: Text, nodes: Sequence[Node], splice: Splice, cell_boundaries: Sequence[int]
    ) -> Document:
        """Returns the document after an edit that led to these nodes, with one slice of its findings rechecked.

        Findings are out of date from the edit on if imports changed, or if a rule read statements outside its node.
        """
        before, after = importing(self.nodes), importing(nodes)
        is_import = before != after
        history = History(self.history.imports + is_import, self.history.shifts + bool(splice.growth))
        is_pending = (is_import and bindings_of(before) != bindings_of(after)) or any(
            node.reads_scope for node in nodes
        )
        since = splice.first if is_pending else None
        if self.pending_from is not None:
            is_behind = self.pending_from >= splice.first + splice.removed
            left = self.pending_from + splice.growth if is_behind else min(self.pending_from, splice.first)
            since = left if since is None else min(since, left)
        edited = Document(text, self.catalogue, nodes, since, cell_boundaries, self.names, history, self.margin)
        return edited.rechecked_further()

    def changes_to(self, other: Document) -> list[Replacement]:
        """The replacements of whole lines, none over a boundary, that turn it into `other`, with as many cells."""
        if not self.cell_boundaries:
            return changes_between(self.text, other.text)
        pairs = zip(self.cells, other.cells, strict=True)
        return [
            change.shifted(begin)
            for (begin, cell), (_, after) in pairs
            for change in changes_between(cell.text, after.text)
        ]

    def _nodes_of(self, cell: int) -> tuple[int, int]:
        """The indices, end exclusive, of a cell's nodes; the lines after the last cell count as one more cell."""
        starts = (0, *self.cell_boundaries, len(self.text.lines))
        return bisect_left(self.starts, starts[cell]), bisect_left(self.starts, starts[cell + 1])

    def _names_before(self, index: int) -> Names:
        """The names known before the node at an index."""
        return self.names.after(*bindings_of(self.nodes[:index]))

    def rechecked_further(self) -> Document:
        """Returns the document with one more slice of its findings rechecked; itself if all are up to date."""
        if self.pending_from is None:
            return self
        builder = self._builder(self.text, self.cell_boundaries)
        recheck = Recheck(builder, self.pending_from, self.margin.limits.lines_a_slice)
        nodes = recheck.level(self.nodes, 0, self.names, BlockContext(self.margin))
        return replace(self, nodes=nodes, pending_from=recheck.pending_from)

    def up_to_date(self) -> Document:
        """Returns the document with all its findings up to date."""
        document = self
        while document.pending_from is not None:
            document = document.rechecked_further()
        return document

    def replaced(self, replacements: Iterable[Replacement]) -> Document:
        """Applies replacements in this document's coordinates, which must not overlap. Returns it up to date."""
        document = self
        for item in joined(replacements, self.text, self.cell_boundaries):
            document = document.edited(item.start, item.end, item.new)
        return document.up_to_date()
