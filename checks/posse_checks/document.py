"""An open document: its text, its segments and their findings, as an immutable value.

An edit yields a new document that shares every segment the edit did not touch.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from posse_checks.analysis import analyse_characters
from posse_checks.catalogue import Catalogue
from posse_checks.checking import Checker, Place
from posse_checks.editing import Edit
from posse_checks.finding import Finding
from posse_checks.names import Names
from posse_checks.nodes import (
    Group,
    Judged,
    Node,
    by_place,
    judged_anywhere,
    judged_in,
    nosecs_in,
    silenced_in,
)
from posse_checks.pieces import parse_arm
from posse_checks.segments import split
from posse_checks.settling import Settling
from posse_checks.suppression import Nosecs, nosec_comments
from posse_checks.syntax import Broken
from posse_checks.text import Position, Replacement, Text, joined

FILE_LINES = (0, 1)
"""The line range of a finding about a whole file, to Bandit's `# nosec`, whatever line the finding names."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole statements of a block, from a line up to, not including, another; both count from 0."""

    begin: int
    end: int
    indent: str
    names: Names
    """What names mean where the first one begins."""

    def parse(self, text: Text) -> tuple[list[ast.stmt] | Broken, int]:
        """Its statements in a text, and the line that their positions count from."""
        return parse_arm(text.lines, self.begin, self.end, self.indent)


@dataclass(frozen=True)
class Document:
    """A text, checked by a catalogue of rules."""

    text: Text
    catalogue: Catalogue
    nodes: Sequence[Node]
    settled_to: int | None = None
    """The line, counted from 0, from which findings may be out of date since an import changed; None where none are."""

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
        """The document with what lies between two positions replaced.

        Findings further down may have to be settled: see `settled_to`.
        """
        text, splice = self.text.edited(start, end, new)
        nodes, unsettled = Edit(Checker(text.lines, self.catalogue), splice).document(self.nodes)
        since = splice.first if unsettled else None
        if self.settled_to is not None:
            is_behind = self.settled_to >= splice.first + splice.removed
            before = self.settled_to + splice.growth if is_behind else min(self.settled_to, splice.first)
            since = before if since is None else min(since, before)
        document = Document(text, self.catalogue, nodes, since)
        return document.settled_further()

    def settled_further(self) -> Document:
        """The document with one more slice of its findings settled; itself where all are."""
        if self.settled_to is None:
            return self
        settling = Settling(Checker(self.text.lines, self.catalogue), self.settled_to)
        nodes = settling.level(self.nodes, 0, Names(), Place())
        return Document(self.text, self.catalogue, nodes, settling.settled_to)

    def settled(self) -> Document:
        """The document with all its findings settled."""
        document = self
        while document.settled_to is not None:
            document = document.settled_further()
        return document

    def replaced(self, replacements: Iterable[Replacement]) -> Document:
        """The document after replacements that all speak of this one and do not overlap, with its findings settled."""
        document = self
        for item in joined(replacements, self.text):
            document = document.edited(item.start, item.end, item.new)
        return document.settled()

    def findings(self) -> list[Finding]:
        """The findings that nothing silences, in the order of their places."""
        return [judged.finding for judged in self.judged if judged.silenced_by is None]

    @cached_property
    def judged(self) -> Sequence[Judged]:
        """All findings in the order of their places; lines count from 1 at the document's first."""
        judged = list(judged_in(self.nodes))
        if self.is_judged_whole:
            characters = analyse_characters(str(self.text), self.catalogue)
            judged = [Judged.under(self.nosecs, item.finding) for item in judged]
            judged += [Judged.under(self.nosecs, finding, FILE_LINES) for finding in characters]
            judged.sort(key=by_place)
        return judged

    def judged_near(self, first: int, last: int) -> Iterable[Judged]:
        """All findings of the statements on a range of lines, which counts from 0, inclusive."""
        return self.judged if self.is_judged_whole else judged_in(self.nodes, 0, range(first, last + 1))

    def tally(self) -> Counter[tuple[str, str]]:
        """How many findings that nothing silences there are of each rule with each message, wherever they are."""
        judged = self.judged if self.is_judged_whole else judged_anywhere(self.nodes)
        return Counter((item.finding.rule.id, item.finding.message) for item in judged if item.silenced_by is None)

    @cached_property
    def is_judged_whole(self) -> bool:
        """Whether what silences findings, or some findings, come from the text as a whole and not from its nodes."""
        return any(node.has_lone_returns or node.has_telling_characters for node in self.nodes)

    def around(self, first: int, last: int) -> Stretch:
        """The fewest whole statements around a range of lines, which counts from 1."""
        nodes, begin, indent, names = self.nodes, 0, "", Names()
        while True:
            starts = list(accumulate([node.height for node in nodes], initial=begin))
            index, end = max(bisect_right(starts, first - 1) - 1, 0), bisect_left(starts, last)
            names = names.after(*[binding for node in nodes[:index] for binding in node.bindings])
            node = nodes[index]
            if end - index > 1 or not isinstance(node, Group) or first - 1 < starts[index] + node.head.height:
                return Stretch(starts[index], starts[end], indent, names)
            nodes, begin, indent = node.parts, starts[index] + node.head.height, node.indent

    @cached_property
    def nosecs(self) -> Nosecs:
        """The `# nosec` comments that count, by their lines from 1 as the tokenizer counts them."""
        return nosec_comments(str(self.text)) if self.is_judged_whole else dict(nosecs_in(self.nodes))

    @cached_property
    def silenced(self) -> Mapping[int, Sequence[Finding]]:
        """What the `# nosec` comments silence, by their lines."""
        silenced: dict[int, list[Finding]] = {}
        for item in self.judged if self.is_judged_whole else silenced_in(self.nodes):
            if item.silenced_by is not None:
                silenced.setdefault(item.silenced_by, []).append(item.finding)
        return silenced

    @cached_property
    def broken(self) -> Sequence[Broken]:
        """Where the text does not parse; lines count from 1 at the document's first."""
        return [
            replace(leaf.broken, line=leaf.broken.line + above)
            for start, node in zip(self.starts, self.nodes, strict=False)
            if node.is_broken
            for above, leaf in node.leaves(start)
            if leaf.broken
        ]

    @cached_property
    def starts(self) -> list[int]:
        """The first line of each node, counted from 0, and the number of lines."""
        return list(accumulate((node.height for node in self.nodes), initial=0))
