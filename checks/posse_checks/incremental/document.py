"""An open document as an immutable value: its text, its nodes and their findings.

An edit yields a new document that shares every node that the edit did not affect. Invariants: the heights of the nodes
add up to the lines of the text; no node extends over a border; up to date, its findings are those of a fresh open.
"""

from __future__ import annotations

import logging
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain, pairwise

from posse_checks.analysis.assessed import Assessed, by_place
from posse_checks.analysis.check import analyze_characters
from posse_checks.analysis.registry import Catalogue
from posse_checks.analysis.suppression import Nosecs, nosec_comments
from posse_checks.incremental.build import BlockContext, NodeBuilder
from posse_checks.incremental.edit import Edit
from posse_checks.incremental.history import UNTOUCHED, History
from posse_checks.incremental.recheck import Recheck
from posse_checks.incremental.recover import STRETCH, split, split_cell
from posse_checks.incremental.split import Piece
from posse_checks.incremental.statement_range import StatementRange
from posse_checks.incremental.tree import Node, assessed_anywhere, assessed_in, importing, nosecs_in, suppressed_in
from posse_checks.python.names import Bindings, Names
from posse_checks.python.syntax import Broken, lines_to_parse
from posse_checks.python.text import Position, Replacement, Splice, Text, changes_between, joined
from posse_checks.rule.finding import Finding

LOG = logging.getLogger(__name__)

UNCHECKED = Broken(1, "an error in Posse kept it from being checked")
NO_NAMES = Names()
"""The names known before any import."""
FILE_LINES = (0, 1)
"""The line range in which Bandit honors a `# nosec` for a finding about a whole file, whatever line that names."""


@dataclass(frozen=True)
class Document:
    """A text, checked by a catalogue of rules."""

    text: Text
    catalogue: Catalogue
    nodes: Sequence[Node]
    pending_from: int | None = None
    """The line, from 0, from which findings may be out of date since an import changed; None if all are up to date."""
    borders: Sequence[int] = ()
    """The lines, from 0, at which all cells but the first begin, and the line after the last cell; empty for a file."""
    names: Names = NO_NAMES
    """The names known at its start: for a cell on its own, those from the cells before it."""
    history: History = UNTOUCHED
    """Counts of the edits made to it."""

    @classmethod
    def opened(cls, source: str, catalogue: Catalogue) -> Document:
        """Returns the document of a whole source. A byte order mark is ignored, but counts as a character of line 1."""
        return cls._of(Text.of(source), catalogue)

    @classmethod
    def taken(cls, text: Text, catalogue: Catalogue, borders: Sequence[int] = ()) -> Document:
        """Returns the document of a text; if checking it fails, logs this and returns one whose cells are unchecked."""
        try:
            return cls._of(text, catalogue, borders)
        except Exception:
            LOG.exception("A text of %d lines cannot be checked, which is an error in Posse.", len(text.lines))
        builder, cells = NodeBuilder(text.lines, catalogue, borders), pairwise((0, *borders, len(text.lines)))
        pieces = [Piece(end - begin, end - begin, UNCHECKED, begin) for begin, end in cells if begin < end]
        nodes = [builder.segment(piece, piece.origin, NO_NAMES, BlockContext()) for piece in pieces]
        return cls(text, catalogue, nodes, None, borders)

    @classmethod
    def of_cells(cls, cells: Iterable[Sequence[str]], catalogue: Catalogue) -> Document:
        r"""Returns the document of a program in cells. No statement extends into the next cell.

        The lines of a cell all end in `\n`, and the last is blank.
        """
        return cls.opened("", catalogue).with_cells(0, 0, cells)

    @classmethod
    def taken_cells(cls, cells: Iterable[Sequence[str]], catalogue: Catalogue) -> Document:
        """Like `taken`, for a program in cells."""
        programs = list(cells)
        ends = list(accumulate(map(len, programs)))
        return cls.taken(Text([*chain.from_iterable(programs), ""]), catalogue, ends)

    def under(self, catalogue: Catalogue) -> Document:
        """Returns the document of the same text, checked with other rules."""
        return self._of(self.text, catalogue, self.borders, self.names)

    @classmethod
    def _of(cls, text: Text, catalogue: Catalogue, borders: Sequence[int] = (), names: Names = NO_NAMES) -> Document:
        builder = NodeBuilder(text.lines, catalogue, borders)
        nodes = builder.nodes(split(builder.program, borders), 0, names, BlockContext())
        return cls(text, catalogue, nodes, None, borders, names)

    def edited(self, start: Position, end: Position, new: str) -> Document:
        """Returns the document with the range between two positions replaced.

        Findings further down may be out of date: see `pending_from`.
        """
        text, splice = self.text.edited(start, end, new)
        last = splice.first + splice.removed
        cell = bisect_right(self.borders, splice.first)
        borders = [*self.borders[:cell], *[line + splice.growth for line in self.borders[cell:] if line >= last]]
        if len(borders) < len(self.borders):
            return self._of(text, self.catalogue, borders, self.names)
        if not borders:
            nodes = Edit(NodeBuilder(text.lines, self.catalogue), splice).cell(self.nodes, 0, self.names)
            return self._followed_by(text, nodes, splice, borders)
        lower, upper = self._nodes_of(cell)
        edit = Edit(NodeBuilder(text.lines, self.catalogue, borders), splice)
        inside = edit.cell(self.nodes[lower:upper], self.starts[lower], self._names_behind(lower))
        return self._followed_by(text, [*self.nodes[:lower], *inside, *self.nodes[upper:]], splice, borders)

    def with_text(self, text: Text) -> Document:
        """Returns the document with another text and no borders; checks only the lines that differ, unless many do."""
        splice = self.text.splice_to(text)
        if splice.inserted > STRETCH:
            return self._of(text, self.catalogue)
        nodes = Edit(NodeBuilder(text.lines, self.catalogue), splice).cell(self.nodes, 0, self.names)
        return self._followed_by(text, nodes, splice, ())

    def with_cells(self, first: int, last: int, cells: Iterable[Sequence[str]]) -> Document:
        """Returns the document with the cells from `first` to `last` (exclusive) replaced."""
        starts = (0, *self.borders)
        begin, end = starts[first], starts[last]
        lines, ends = list(self.text.lines[:begin]), []
        for cell in cells:
            lines += cell
            ends.append(len(lines))
        splice = Splice(begin, end - begin, len(lines) - begin)
        text = Text([*lines, *self.text.lines[end:]])
        borders = [*self.borders[:first], *ends, *[line + splice.growth for line in self.borders[last:]]]
        lower, upper = bisect_left(self.starts, begin), bisect_left(self.starts, end)
        builder = NodeBuilder(text.lines, self.catalogue, borders)
        names = self._names_behind(lower)
        fresh: list[Node] = []
        for cell_begin, cell_end in pairwise((begin, *ends)):
            parts = split_cell(builder.program, cell_begin, cell_end)
            fresh += builder.nodes(parts, cell_begin, names.after(*_bindings(fresh)), BlockContext())
        return self._followed_by(text, [*self.nodes[:lower], *fresh, *self.nodes[upper:]], splice, borders)

    def _followed_by(self, text: Text, nodes: Sequence[Node], splice: Splice, borders: Sequence[int]) -> Document:
        """Returns the document after an edit that led to these nodes, with one slice of its findings rechecked.

        Findings are out of date from the edit on if imports changed, or if a rule read statements outside its node.
        """
        before, after = importing(self.nodes), importing(nodes)
        is_import = before != after
        history = History(self.history.imports + is_import, self.history.shifts + bool(splice.growth))
        is_pending = (is_import and _bindings(before) != _bindings(after)) or any(node.reads_scope for node in nodes)
        since = splice.first if is_pending else None
        if self.pending_from is not None:
            is_behind = self.pending_from >= splice.first + splice.removed
            left = self.pending_from + splice.growth if is_behind else min(self.pending_from, splice.first)
            since = left if since is None else min(since, left)
        return Document(text, self.catalogue, nodes, since, borders, self.names, history).rechecked_further()

    def _nodes_of(self, cell: int) -> tuple[int, int]:
        """The indices, end exclusive, of a cell's nodes; the lines after the last cell count as one more cell."""
        starts = (0, *self.borders, len(self.text.lines))
        return bisect_left(self.starts, starts[cell]), bisect_left(self.starts, starts[cell + 1])

    def _names_behind(self, last: int) -> Names:
        """The names known after the nodes before index `last`."""
        return self.names.after(*_bindings(self.nodes[:last]))

    @cached_property
    def cells(self) -> Sequence[tuple[int, Document]]:
        """The cells as documents of their own with the same findings, each with the number of lines before it."""
        cells, names, lower = list[tuple[int, Document]](), self.names, 0
        for begin, end in pairwise((0, *self.borders)):
            upper = bisect_left(self.starts, end, lower)
            nodes = self.nodes[lower:upper]
            text = Text(self.text.lines[begin:end])
            cells.append((begin, Document(text, self.catalogue, nodes, names=names, history=self.history)))
            names, lower = names.after(*_bindings(nodes)), upper
        return cells

    def changes_to(self, other: Document) -> list[Replacement]:
        """The replacements of whole lines, none over a border, that turn it into `other`, with as many cells."""
        if not self.borders:
            return changes_between(self.text, other.text)
        pairs = zip(self.cells, other.cells, strict=True)
        return [
            change.shifted(begin)
            for (begin, cell), (_, after) in pairs
            for change in changes_between(cell.text, after.text)
        ]

    def rechecked_further(self) -> Document:
        """Returns the document with one more slice of its findings rechecked; itself if all are up to date."""
        if self.pending_from is None:
            return self
        recheck = Recheck(NodeBuilder(self.text.lines, self.catalogue, self.borders), self.pending_from)
        nodes = recheck.level(self.nodes, 0, self.names, BlockContext())
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
        for item in joined(replacements, self.text, self.borders):
            document = document.edited(item.start, item.end, item.new)
        return document.up_to_date()

    def findings(self) -> list[Finding]:
        """The findings that no comment suppresses, in order of position."""
        return [assessed.finding for assessed in self.assessed if assessed.suppressed_by is None]

    @cached_property
    def assessed(self) -> Sequence[Assessed]:
        """All findings in order of position, including suppressed ones; lines count from 1 at the document's first."""
        if self.is_assessed_whole and self.borders:
            return [item.shifted(begin) for begin, cell in self.cells for item in cell.assessed]
        assessed = list(assessed_in(self.nodes))
        if self.is_assessed_whole:
            characters = analyze_characters(str(self.text), self.catalogue)
            assessed = [Assessed.under(self.nosecs, item.finding) for item in assessed]
            assessed += [Assessed.under(self.nosecs, finding, FILE_LINES) for finding in characters]
            assessed.sort(key=by_place)
        return assessed

    def assessed_near(self, first: int, last: int) -> Iterable[Assessed]:
        """All findings of the nodes that overlap lines `first` to `last` (inclusive, from 0), and possibly more."""
        return self.assessed if self.is_assessed_whole else assessed_in(self.nodes, 0, range(first, last + 1))

    def tally(self) -> Counter[tuple[str, str]]:
        """The number of unsuppressed findings by rule ID and message, wherever they are."""
        assessed = self.assessed if self.is_assessed_whole else assessed_anywhere(self.nodes)
        return Counter((item.finding.rule.id, item.finding.message) for item in assessed if item.suppressed_by is None)

    @cached_property
    def is_assessed_whole(self) -> bool:
        """Whether comments or findings must be read from the text as a whole instead of its nodes."""
        return any(node.has_lone_returns or node.has_telling_characters for node in self.nodes)

    def around(self, first: int, last: int) -> StatementRange:
        """The fewest whole statements with lines `first` to `last` (inclusive, from 1); past the end, the last one."""
        return StatementRange.around(self.nodes, self.names, first, last)

    @cached_property
    def program(self) -> Sequence[str]:
        """The lines as they are parsed: see `lines_to_parse`."""
        return lines_to_parse(self.text.lines, self.borders)

    @cached_property
    def nosecs(self) -> Nosecs:
        """The `# nosec` comments that Bandit honors, by line, from 1, as the tokenizer counts lines."""
        if self.is_assessed_whole and self.borders:
            return Nosecs((line + begin, nosec) for begin, cell in self.cells for line, nosec in cell.nosecs.items())
        return nosec_comments(str(self.text)) if self.is_assessed_whole else Nosecs(nosecs_in(self.nodes))

    @cached_property
    def suppressed(self) -> Mapping[int, Sequence[Finding]]:
        """The findings that `# nosec` comments suppress, by the line of the comment."""
        suppressed: dict[int, list[Finding]] = {}
        for item in self.assessed if self.is_assessed_whole else suppressed_in(self.nodes):
            if item.suppressed_by is not None:
                suppressed.setdefault(item.suppressed_by, []).append(item.finding)
        return suppressed

    @cached_property
    def broken(self) -> Sequence[Broken]:
        """The errors in the parts that do not parse; lines count from 1 at the document's first."""
        return [
            replace(leaf.broken, line=leaf.broken.line + above)
            for start, node in zip(self.starts, self.nodes, strict=False)
            if node.is_broken
            for above, leaf in node.leaves(start)
            if leaf.broken
        ]

    @cached_property
    def starts(self) -> list[int]:
        """The first line of each node, from 0, and last the number of lines."""
        return list(accumulate((node.height for node in self.nodes), initial=0))


def _bindings(nodes: Sequence[Node]) -> list[Bindings]:
    return [binding for node in nodes if node.bindings for binding in node.bindings]
