"""From pieces of text to checked nodes."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from posse_checks.analysis.assessed import Assessed, by_place
from posse_checks.analysis.check import Analysis, Scope, analyse, analyse_head, analyse_tail
from posse_checks.analysis.registry import Catalogue
from posse_checks.analysis.suppression import Nosecs, nosec_comments
from posse_checks.incremental.recover import split
from posse_checks.incremental.split import NO_MARGIN, WITH_BLOCK, Block, Margin, Part, Piece, parse_in_block
from posse_checks.incremental.tree import TO_THE_END, Group, Node, Segment
from posse_checks.python.names import Names
from posse_checks.python.syntax import Broken
from posse_checks.rule.finding import Finding
from posse_checks.rule.views import Outside


@dataclass(frozen=True, slots=True)
class Place:
    """A block in a text: its indentation, and where the function around it begins, with the indentation there."""

    indent: Margin = NO_MARGIN
    function: tuple[int, Margin] | None = None

    def inside(self, begin: int, indent: Margin, *, is_function: bool) -> Place:
        """The block of a statement that begins at a line of this one."""
        return Place(indent, (begin, self.indent) if is_function else self.function)


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks pieces of one text by one catalogue of rules."""

    lines: Sequence[str]
    catalogue: Catalogue
    borders: Sequence[int] = ()
    """The lines, from 0, at which cells begin, but the first."""

    def nodes(self, parts: Iterable[Part], begin: int, names: Names, place: Place) -> list[Node]:
        """The nodes of consecutive parts of a block, the first of which begins at a line with these names."""
        nodes: list[Node] = []
        for part in parts:
            node: Node
            if isinstance(part, Piece):
                node = self.segment(part, begin, names, place)
            else:
                node = self._group(part, begin, names, place)
            names = names.after(*node.bindings)
            nodes.append(node)
            begin += part.height
        return nodes

    def segment(self, piece: Piece, begin: int, names: Names, place: Place) -> Segment:
        """The segment of a piece that is not split."""
        statements = [] if isinstance(piece.content, Broken) else piece.content
        scope = self._scope(piece, begin, place)
        analysis = _shifted(analyse(statements, names, self.catalogue, scope), piece.origin - begin)
        end = (piece.height, 0)
        if statements:
            line, column = piece.origin + (statements[-1].end_lineno or 0), statements[-1].end_col_offset or 0
            end = line - begin, column + _semicolon(self.lines[line - 1], column)
        return self._leaf(piece, begin, analysis, None, end)

    def head(self, piece: Piece, begin: int, before: Names, after: Names, place: Place) -> Segment:
        """The head of a block that is met with some names and leaves others."""
        if isinstance(piece.content, Broken) or not piece.content:
            return self._leaf(piece, begin, Analysis(), Analysis(), (piece.height, 0))
        (statement,) = piece.content
        scope = self._scope(piece, begin, place)
        shift = piece.origin - begin
        if isinstance(statement, ast.Match):  # of a `match` or a case: what it got for a block is nothing to any rule
            analysis = _shifted(analyse([statement], before, self.catalogue, scope), shift)
            return self._leaf(piece, begin, analysis, Analysis(), (piece.height, 0))
        assert isinstance(statement, WITH_BLOCK)
        statement.body = []
        statement.end_lineno = statement.end_col_offset = TO_THE_END
        analysis = analyse_head(statement, before, self.catalogue, scope)
        tail = analyse_tail(statement, after, self.catalogue, scope)
        return self._leaf(piece, begin, _shifted(analysis, shift), _shifted(tail, shift), (piece.height, 0))

    def _group(self, block: Block, begin: int, names: Names, place: Place) -> Group:
        inner = place.inside(begin, block.indent, is_function=block.head.is_function)
        parts = self.nodes(block.parts, begin + block.head.height, names, inner)
        after = names.after(*(binding for part in parts for binding in part.bindings))
        head = self.head(block.head, begin, names, after, place)
        return Group.of(head, block.indent, block.head.is_function, parts, block.looked_at, ends_open=block.ends_open)

    def _leaf(
        self, piece: Piece, begin: int, analysis: Analysis, after: Analysis | None, end: tuple[int, int]
    ) -> Segment:
        source = "".join(self.lines[begin : begin + piece.height])
        broken = piece.content if isinstance(piece.content, Broken) else None
        nosecs = Nosecs() if broken else nosec_comments(source)
        findings = analysis.findings + (after.findings if after else ())
        telling = self.catalogue.telling_characters
        return Segment(
            height=piece.height,
            looked_at=piece.looked_at,
            ends_open=piece.ends_open,
            broken=broken,
            analysis=analysis,
            after=after,
            judged=tuple(sorted([Assessed.under(nosecs, finding) for finding in findings], key=by_place)),
            nosecs=nosecs,
            has_lone_returns="\r" in source and "\r" in source.replace("\r\n", ""),
            has_telling_characters=bool(telling and not source.isascii() and telling.search(source)),
            end=end,
        )

    def _scope(self, piece: Piece, begin: int, place: Place) -> Scope:
        return partial(_outside, self.lines, self.borders, place.function, begin + piece.height, piece.origin)

    def head_holds(self, head: Segment, before: Names, after: Names) -> bool:
        """Whether a fresh check of a head would yield the same with these names before and after its block."""
        if head.is_broken or head.after is None:
            return True
        return head.analysis.holds_under(before) and head.after.holds_under(after)


def _semicolon(line: str, column: int) -> int:
    """The length of what belongs to a block behind its last statement: a semicolon, and the space before it."""
    if ";" not in line:
        return 0
    rest = line.encode(errors="surrogatepass")[column:]
    before, semicolon, _ = rest.partition(b";")
    return len(before) + 1 if semicolon and not before.strip() else 0


def _shifted(analysis: Analysis, lines: int) -> Analysis:
    """The analysis with findings that many lines further down; what reaches to a block's end still does."""
    if not lines or not analysis.findings:
        return analysis
    return replace(analysis, findings=tuple(_moved(finding, lines) for finding in analysis.findings))


def _moved(finding: Finding, lines: int) -> Finding:
    moved = finding.shifted(lines)
    if finding.line_range[1] == TO_THE_END:
        moved = replace(moved, line_range=(moved.line_range[0], TO_THE_END))
    if finding.span.end_line == TO_THE_END:
        moved = replace(moved, span=replace(moved.span, end_line=TO_THE_END))
    return moved


def _outside(
    lines: Sequence[str], borders: Sequence[int], function: tuple[int, Margin] | None, end: int, origin: int
) -> Outside:
    """The statements around a piece that ends at a line, the broken ones left out."""
    if function is not None:
        content, counted_from = parse_in_block(lines, function[0], end, function[1])
        if not isinstance(content, Broken) and isinstance(content[0], ast.FunctionDef):
            return Outside(content[0], content[0].body, origin - counted_from)
        return Outside(None, (), 0)
    statements: list[ast.stmt] = []
    for part in split(lines[:end], borders[: bisect_left(borders, end)]):
        piece = part.head if isinstance(part, Block) else part
        if not isinstance(piece.content, Broken):
            statements += [ast.increment_lineno(statement, piece.origin) for statement in piece.content]
    return Outside(None, statements, origin)
