"""A text with its checked nodes, and everything that can be asked of it; `document` adds what makes and changes it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from posse_checks.analysis.assessed import Assessed, by_position
from posse_checks.analysis.check import analyze_characters
from posse_checks.analysis.comments import Comments, comments_in
from posse_checks.analysis.ignores import Ignores
from posse_checks.analysis.registry import Catalogue
from posse_checks.analysis.suppression import Nosecs
from posse_checks.incremental.chunk import NO_MARGIN, Margin
from posse_checks.incremental.history import UNTOUCHED, History
from posse_checks.incremental.statement_range import StatementRange
from posse_checks.incremental.tree import (
    Node,
    assessed_anywhere,
    assessed_beside_comments,
    assessed_in,
    comments_in_nodes,
)
from posse_checks.python.names import Bindings, Names
from posse_checks.python.syntax import Broken, lines_to_parse
from posse_checks.python.text import Text
from posse_checks.rule.finding import Finding

if TYPE_CHECKING:
    from typing_extensions import Self

NO_NAMES = Names()
"""The names known before any import."""
FILE_LINES = (0, 1)
"""The line range in which Bandit honors a `# nosec` for a finding about a whole file, whatever line that names."""


@dataclass(frozen=True)
class CheckedText:
    """A text, checked by a catalogue of rules.

    Invariants: the heights of the nodes add up to the lines of the text; no node extends over a cell boundary.
    """

    text: Text
    catalogue: Catalogue
    nodes: Sequence[Node]
    pending_from: int | None = None
    """The line, from 0, from which findings may be out of date since an import changed; None if all are up to date."""
    cell_boundaries: Sequence[int] = ()
    """The lines, from 0, at which all cells but the first begin, and the line after the last cell; empty for a file."""
    names: Names = NO_NAMES
    """The names known at its start: for a cell on its own, those from the cells before it."""
    history: History = UNTOUCHED
    """Counts of the edits made to it."""
    margin: Margin = NO_MARGIN
    """Its margin, with the limits for splitting and rechecking it."""

    @cached_property
    def cells(self) -> Sequence[tuple[int, Self]]:
        """The cells as documents of their own with the same findings, each with the number of lines before it."""
        cells: list[tuple[int, Self]] = []
        names, lower = self.names, 0
        for begin, end in pairwise((0, *self.cell_boundaries)):
            upper = bisect_left(self.starts, end, lower)
            nodes = self.nodes[lower:upper]
            text = Text(self.text.lines[begin:end])
            cell = type(self)(text, self.catalogue, nodes, names=names, history=self.history, margin=self.margin)
            cells.append((begin, cell))
            names, lower = names.after(*bindings_of(nodes)), upper
        return cells

    def findings(self) -> list[Finding]:
        """The findings that no comment suppresses, in order of position."""
        return [assessed.finding for assessed in self.assessed if assessed.suppressed_by is None]

    @cached_property
    def assessed(self) -> Sequence[Assessed]:
        """All findings in order of position, including suppressed ones; lines count from 1 at the document's first."""
        if self.is_assessed_whole and self.cell_boundaries:
            return [item.shifted(begin) for begin, cell in self.cells for item in cell.assessed]
        assessed = list(assessed_in(self.nodes))
        if self.is_assessed_whole:
            characters = analyze_characters(str(self.text), self.catalogue)
            assessed = [Assessed.under(self.comments, item.finding) for item in assessed]
            assessed += [Assessed.under(self.comments, finding, FILE_LINES) for finding in characters]
            assessed.sort(key=by_position)
        return assessed

    def assessed_near(self, first: int, last: int) -> Iterable[Assessed]:
        """All findings of the nodes that overlap lines `first` to `last` (inclusive, from 0), and possibly more."""
        return self.assessed if self.is_assessed_whole else assessed_in(self.nodes, 0, range(first, last + 1))

    def counts_by_message(self) -> Counter[tuple[str, str]]:
        """The number of unsuppressed findings by rule ID and message, wherever they are."""
        assessed = self.assessed if self.is_assessed_whole else assessed_anywhere(self.nodes)
        return Counter((item.finding.rule.id, item.finding.message) for item in assessed if item.suppressed_by is None)

    @cached_property
    def is_assessed_whole(self) -> bool:
        """Whether comments or findings must be read from the text as a whole instead of its nodes."""
        return any(node.has_lone_returns or node.has_reportable_characters for node in self.nodes)

    def around(self, first: int, last: int) -> StatementRange:
        """The fewest whole statements with lines `first` to `last` (inclusive, from 1); past the end, the last one."""
        return StatementRange.around(self.nodes, self.names, first, last)

    @cached_property
    def program(self) -> Sequence[str]:
        """The lines as they are parsed: see `lines_to_parse`."""
        return lines_to_parse(self.text.lines, self.cell_boundaries)

    @cached_property
    def comments(self) -> Comments:
        """The comments that suppress findings, by line, from 1, as the tokenizer counts lines."""
        if self.is_assessed_whole and self.cell_boundaries:
            found = Comments()
            for begin, cell in self.cells:
                found.add(cell.comments.shifted(begin))
            return found
        return (
            comments_in(str(self.text), self.catalogue.ids) if self.is_assessed_whole else comments_in_nodes(self.nodes)
        )

    @property
    def nosecs(self) -> Nosecs:
        """The `# nosec` comments that Bandit honors."""
        return self.comments.nosecs

    @property
    def ignores(self) -> Ignores:
        """The `# posse: ignore` comments."""
        return self.comments.ignores

    def assessed_beside_comments(self) -> Iterable[Assessed]:
        """All findings that a comment may suppress, and possibly more."""
        return self.assessed if self.is_assessed_whole else assessed_beside_comments(self.nodes)

    @cached_property
    def suppressed(self) -> Mapping[int, Sequence[Assessed]]:
        """The findings that comments suppress, by the line of the comment."""
        suppressed: dict[int, list[Assessed]] = {}
        for item in self.assessed_beside_comments():
            if item.suppressed_by is not None:
                suppressed.setdefault(item.suppressed_by, []).append(item)
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


def bindings_of(nodes: Sequence[Node]) -> list[Bindings]:
    """The names that the imports in some nodes add, in order."""
    return [binding for node in nodes if node.bindings for binding in node.bindings]
