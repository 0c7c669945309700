"""An open document: its text, its segments and their findings, as an immutable value.

An edit yields a new document that shares every segment the edit did not touch.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from posse_checks.analysis import analyse_characters
from posse_checks.catalogue import Catalogue
from posse_checks.checking import Checker, Place
from posse_checks.editing import Edit
from posse_checks.finding import Finding
from posse_checks.names import Names
from posse_checks.nodes import Judged, Node, by_place, judged_in
from posse_checks.segments import split
from posse_checks.suppression import nosec_comments
from posse_checks.syntax import Broken
from posse_checks.text import Position, Text

FILE_LINES = (0, 1)
"""The line range of a finding about a whole file, to Bandit's `# nosec`, whatever line the finding names."""


@dataclass(frozen=True)
class Document:
    """A text, checked by a catalogue of rules."""

    text: Text
    catalogue: Catalogue
    nodes: Sequence[Node]

    @classmethod
    def opened(cls, source: str, catalogue: Catalogue) -> Document:
        """The document of a whole source; a byte order mark is not part of it."""
        return cls._of(Text.of(source.removeprefix("\ufeff")), catalogue)

    def under(self, catalogue: Catalogue) -> Document:
        """The same text, checked by other rules."""
        return self._of(self.text, catalogue)

    @classmethod
    def _of(cls, text: Text, catalogue: Catalogue) -> Document:
        return cls(text, catalogue, Checker(text.lines, catalogue).nodes(split(text.lines), 0, Names(), Place()))

    def edited(self, start: Position, end: Position, new: str) -> Document:
        """The document with what lies between two positions replaced."""
        text, splice = self.text.edited(start, end, new)
        nodes = Edit(Checker(text.lines, self.catalogue), splice).document(self.nodes)
        return Document(text, self.catalogue, nodes)

    def findings(self) -> list[Finding]:
        """The findings that nothing silences, in the order of their places."""
        return [judged.finding for judged in self.judged if judged.silenced_by is None]

    @cached_property
    def judged(self) -> Sequence[Judged]:
        """All findings in the order of their places; lines count from 1 at the document's first."""
        judged = [
            item
            for start, node in zip(self._starts, self.nodes, strict=False)
            if node.has_findings
            for item in judged_in(node, start)
        ]
        if self.is_judged_whole:
            source = str(self.text)
            characters, nosecs = analyse_characters(source, self.catalogue), nosec_comments(source)
            judged = [Judged.under(nosecs, item.finding) for item in judged]
            judged += [Judged.under(nosecs, finding, FILE_LINES) for finding in characters]
            judged.sort(key=by_place)
        return judged

    @cached_property
    def is_judged_whole(self) -> bool:
        """Whether what silences findings, or some findings, come from the text as a whole and not from its nodes."""
        return any(node.has_lone_returns or node.has_telling_characters for node in self.nodes)

    def extent(self, first: int, last: int) -> tuple[int, int]:
        """The whole statements around a range of lines, which counts from 1; theirs from 0, the end exclusive."""
        starts = self._starts
        return starts[bisect_right(starts, first - 1) - 1], starts[bisect_left(starts, last)]

    @cached_property
    def broken(self) -> Sequence[Broken]:
        """Where the text does not parse; lines count from 1 at the document's first."""
        return [
            replace(leaf.broken, line=leaf.broken.line + above)
            for start, node in zip(self._starts, self.nodes, strict=False)
            if node.is_broken
            for above, leaf in node.leaves(start)
            if leaf.broken
        ]

    @cached_property
    def _starts(self) -> list[int]:
        """The first line of each node, counted from 0, and the number of lines."""
        return list(accumulate((node.height for node in self.nodes), initial=0))
