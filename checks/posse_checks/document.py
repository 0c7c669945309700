"""An open document: its text, its segments and their findings, as an immutable value.

An edit yields a new document that shares every segment the edit did not touch.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import accumulate

from posse_checks.analysis import Analysis, Module, analyse, analyse_characters
from posse_checks.catalogue import Catalogue
from posse_checks.finding import Finding
from posse_checks.names import Bindings, Names
from posse_checks.segments import Piece, begins_statement, split, split_between, split_from
from posse_checks.suppression import Nosecs, nosec_comments, silencing_line
from posse_checks.syntax import Broken, parse
from posse_checks.text import Position, Splice, Text

FILE_LINES = (0, 1)
"""The line range of a finding about a whole file, to Bandit's `# nosec`, whatever line the finding names."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding, and the line of the `# nosec` that silences it, if one does."""

    finding: Finding
    silenced_by: int | None = None
    by_blanket: bool = False
    """Whether the comment that silences it is one without IDs."""

    @classmethod
    def under(cls, nosecs: Nosecs, finding: Finding, line_range: tuple[int, int] | None = None) -> Judged:
        """A finding judged by the comments of its text; they count in the finding's own lines unless said."""
        line = silencing_line(finding, nosecs, line_range)
        return cls(finding) if line is None else cls(finding, line, finding.rule.id not in nosecs[line])

    def shifted(self, lines: int) -> Judged:
        """The same in a text that has that many more lines before it."""
        silenced_by = None if self.silenced_by is None else self.silenced_by + lines
        return Judged(self.finding.shifted(lines), silenced_by, self.by_blanket)


@dataclass(frozen=True, slots=True)
class Segment:
    """A checked piece of the text; lines in it count from 1 at its own first line."""

    height: int
    looked_at: int
    broken: Broken | None
    analysis: Analysis
    judged: tuple[Judged, ...]
    nosecs: Nosecs
    has_lone_returns: bool
    """Whether a line ends in a carriage return alone: comments are then counted differently from findings."""
    has_telling_characters: bool
    """Whether a rule that reads the whole file might report something."""


@dataclass(frozen=True)
class Document:
    """A text, checked by a catalogue of rules."""

    text: Text
    catalogue: Catalogue
    segments: Sequence[Segment]

    @classmethod
    def opened(cls, source: str, catalogue: Catalogue) -> Document:
        """The document of a whole source; a byte order mark is not part of it."""
        text = Text.of(source.removeprefix("\ufeff"))
        return cls(text, catalogue, _checked(text, 0, split(text.lines), Names(), catalogue))

    def under(self, catalogue: Catalogue) -> Document:
        """The same text, checked by other rules."""
        return Document(self.text, catalogue, _checked(self.text, 0, split(self.text.lines), Names(), catalogue))

    def edited(self, start: Position, end: Position, new: str) -> Document:
        """The document with what lies between two positions replaced."""
        text, splice = self.text.edited(start, end, new)
        lines = text.lines
        first, last = self._touched(lines, splice)
        begin = self._starts[first]
        until = self._starts[last] + splice.growth
        pieces = split_between(lines, begin, until)
        if pieces is None:
            pieces = []
            boundaries = {start + splice.growth: index for index, start in enumerate(self._starts) if index >= last}
            at = begin
            for piece in split_from(lines, begin):
                pieces.append(piece)
                at += piece.height
                if at in boundaries:
                    break
            last = boundaries[at]
        names = self._names_before(first)
        fresh = _checked(text, begin, pieces, names, self.catalogue)
        for segment in fresh:
            names = names.after(segment.analysis.bindings)
        segments = [*self.segments[:first], *fresh, *self.segments[last:]]
        after = first + len(fresh)
        if _bindings(self.segments[first:last]) != _bindings(fresh) or any(
            segment.analysis.reads_module for segment in segments[after:]
        ):
            _recheck(text, segments, after, names, self.catalogue)
        return Document(text, self.catalogue, segments)

    def findings(self) -> list[Finding]:
        """The findings that nothing silences, in the order of their places."""
        return [judged.finding for judged in self.judged if judged.silenced_by is None]

    @cached_property
    def judged(self) -> Sequence[Judged]:
        """All findings in the order of their places; lines count from 1 at the document's first."""
        judged = [
            item.shifted(start)
            for start, segment in zip(self._starts, self.segments, strict=False)
            for item in segment.judged
        ]
        if any(segment.has_lone_returns or segment.has_telling_characters for segment in self.segments):
            source = str(self.text)
            characters, nosecs = analyse_characters(source, self.catalogue), nosec_comments(source)
            judged = [Judged.under(nosecs, item.finding) for item in judged]
            judged += [Judged.under(nosecs, finding, FILE_LINES) for finding in characters]
        return sorted(judged, key=place)

    def extent(self, first: int, last: int) -> tuple[int, int]:
        """The whole segments around a range of lines, which counts from 1; theirs from 0, the end exclusive."""
        starts = self._starts
        return starts[bisect_right(starts, first - 1) - 1], starts[bisect_left(starts, last)]

    @cached_property
    def broken(self) -> Sequence[Broken]:
        """Where the text does not parse; lines count from 1 at the document's first."""
        return [
            replace(segment.broken, line=segment.broken.line + start)
            for start, segment in zip(self._starts, self.segments, strict=False)
            if segment.broken
        ]

    @cached_property
    def _starts(self) -> list[int]:
        """The first line of each segment, counted from 0, and the number of lines."""
        return list(accumulate((segment.height for segment in self.segments), initial=0))

    def _touched(self, lines: Sequence[str], splice: Splice) -> tuple[int, int]:
        """The range of segments that an edit may have changed: those that looked at an edited line."""
        starts = self._starts
        first = last = 0
        for index, segment in enumerate(self.segments):
            if starts[index] + segment.looked_at > splice.first:
                first = index
                break
        while first and starts[first] >= splice.first and not begins_statement(lines, starts[first]):
            first -= 1
        end = splice.first + splice.removed
        last = next(index for index in range(first + 1, len(starts)) if starts[index] >= end)
        return first, last

    def _names_before(self, index: int) -> Names:
        names = Names()
        for segment in self.segments[:index]:
            names = names.after(segment.analysis.bindings)
        return names


def place(judged: Judged) -> tuple[int, int, str]:
    """The key to sort findings by."""
    return judged.finding.line, judged.finding.column, judged.finding.rule.id


def _checked(text: Text, begin: int, pieces: Sequence[Piece], names: Names, catalogue: Catalogue) -> list[Segment]:
    """The segments of consecutive pieces, the first of which begins at line `begin` and is met with these names."""
    segments = []
    for piece in pieces:
        source = text.slice(begin, begin + piece.height)
        module = partial(_module_until, text.lines, begin + piece.height, piece.origin)
        segment = _segment(source, piece, piece.origin - begin, names, catalogue, module)
        names = names.after(segment.analysis.bindings)
        segments.append(segment)
        begin += piece.height
    return segments


def _module_until(lines: Sequence[str], end: int, origin: int) -> tuple[Sequence[ast.stmt], int]:
    """The statements of the lines up to `end`, the broken ones left out, and the line that a piece counts from."""
    statements: list[ast.stmt] = []
    for piece in split(lines[:end]):
        if not isinstance(piece.content, Broken):
            statements += [ast.increment_lineno(statement, piece.origin) for statement in piece.content]
    return statements, origin


def _segment(source: str, piece: Piece, shift: int, names: Names, catalogue: Catalogue, module: Module) -> Segment:
    broken = piece.content if isinstance(piece.content, Broken) else None
    statements: list[ast.stmt] = [] if isinstance(piece.content, Broken) else piece.content
    analysis = analyse(statements, names, catalogue, module)
    if shift and analysis.findings:
        analysis = replace(analysis, findings=tuple(finding.shifted(shift) for finding in analysis.findings))
    nosecs = {} if broken else nosec_comments(source)
    return Segment(
        height=piece.height,
        looked_at=piece.looked_at,
        broken=broken,
        analysis=analysis,
        judged=tuple(Judged.under(nosecs, finding) for finding in analysis.findings),
        nosecs=nosecs,
        has_lone_returns="\r" in source and "\r" in source.replace("\r\n", ""),
        has_telling_characters=bool(catalogue.telling_characters and catalogue.telling_characters.search(source)),
    )


def _bindings(segments: Sequence[Segment]) -> list[Bindings]:
    return [segment.analysis.bindings for segment in segments if segment.analysis.bindings]


def _recheck(text: Text, segments: list[Segment], index: int, names: Names, catalogue: Catalogue) -> None:
    """Check those segments from `index` on again for which something they read has changed.

    `names` are those that the segment at `index` is met with.
    """
    begin = sum(segment.height for segment in segments[:index])
    for at, segment in enumerate(segments[index:], index):
        if segment.analysis.reads_module or not segment.analysis.holds_under(names):
            content = parse(text.slice(begin, begin + segment.height))
            piece = Piece(segment.height, segment.looked_at, content, begin)
            [segments[at]] = _checked(text, begin, [piece], names, catalogue)
        names = names.after(segments[at].analysis.bindings)
        begin += segment.height
