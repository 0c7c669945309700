"""Checks the parts of a text and builds the nodes of its tree."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from posse_checks.analysis.assessed import Assessed, by_position
from posse_checks.analysis.check import Analysis, Scope, analyze, analyze_head, analyze_tail
from posse_checks.analysis.comments import NO_COMMENTS, comments_in
from posse_checks.analysis.registry import Catalogue
from posse_checks.incremental.chunk import NO_MARGIN, WITH_BLOCK, Block, Chunk, Margin, Part
from posse_checks.incremental.parse_block import head_of, parse_in_block
from posse_checks.incremental.recover import split
from posse_checks.incremental.tree import TO_THE_END, Group, Node, Segment
from posse_checks.python.names import Names
from posse_checks.python.syntax import Broken, lines_to_parse
from posse_checks.rule.finding import Finding
from posse_checks.rule.views import EnclosingScope


class HeadLines(NamedTuple):
    """The lines of a statement's head: the first, from 0, how many, and the margins outside and inside its block."""

    begin: int
    height: int
    outside: Margin
    inside: Margin


@dataclass(frozen=True, slots=True)
class BlockContext:
    """The block of a text that a node is in: its margin, and the innermost function around it.

    The function is given by its first line, from 0, and the margin of the block that it is in.
    """

    indent: Margin = NO_MARGIN
    function: tuple[int, Margin] | None = None
    heads: tuple[HeadLines, ...] = ()
    """The heads around the block, from the outside in."""

    def inside(self, begin: int, height: int, indent: Margin, *, is_function: bool) -> BlockContext:
        """Returns the block, with margin `indent`, of a statement in this block.

        Its head has `height` lines and begins at line `begin`.
        """
        function = (begin, self.indent) if is_function else self.function
        return BlockContext(indent, function, (*self.heads, HeadLines(begin, height, self.indent, indent)))


@dataclass(frozen=True, slots=True)
class NodeBuilder:
    """Checks parts of one text with one catalogue of rules.

    A `begin` is the line of the text, from 0, at which a part begins; findings are stored relative to it, from 1.
    """

    lines: Sequence[str]
    catalogue: Catalogue
    cell_boundaries: Sequence[int] = ()
    """The lines, from 0, at which cells begin, except the first."""
    margin: Margin = NO_MARGIN
    """The margin of the text, with its limits."""
    program: Sequence[str] = field(init=False)
    """The lines as they are parsed; they differ from `lines` in byte order marks, and so in columns in code points."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "program", lines_to_parse(self.lines, self.cell_boundaries))

    def nodes(self, parts: Iterable[Part], begin: int, names: Names, context: BlockContext) -> list[Node]:
        """Returns the nodes of consecutive parts of a block, given the names known before the first."""
        nodes: list[Node] = []
        for part in parts:
            node: Node
            if isinstance(part, Chunk):
                node = self.segment(part, begin, names, context)
            else:
                node = self._group(part, begin, names, context)
            names = names.after(*node.bindings)
            nodes.append(node)
            begin += part.height
        return nodes

    def segment(self, chunk: Chunk, begin: int, names: Names, context: BlockContext) -> Segment:
        """Checks a chunk. Returns its segment, whose `end` is that of the last statement and a semicolon after it."""
        statements = [] if isinstance(chunk.content, Broken) else chunk.content
        scope = self._scope(chunk, begin, context)
        analysis = _shifted(analyze(statements, names, self.catalogue, scope), chunk.origin - begin)
        end = (chunk.height, 0)
        if statements:
            line, column = chunk.origin + (statements[-1].end_lineno or 0), statements[-1].end_col_offset or 0
            end = line - begin, column + _semicolon(self.lines[line - 1], column)
        return self._leaf(chunk, begin, analysis, None, end)

    def head(self, chunk: Chunk, begin: int, before: Names, after: Names, context: BlockContext) -> Segment:
        """Checks the head of a block, given the names known before it and those known after its block.

        Changes the statement in the chunk: empties its body and sets its end, unknown here, to `TO_THE_END`.
        """
        if isinstance(chunk.content, Broken) or not chunk.content:
            return self._leaf(chunk, begin, Analysis(), Analysis(), (chunk.height, 0))
        (statement,) = chunk.content
        scope = self._scope(chunk, begin, context)
        shift = chunk.origin - begin
        if isinstance(statement, ast.Match):  # the head of a `match` or `case`: no rule matches its placeholder block
            analysis = _shifted(analyze([statement], before, self.catalogue, scope), shift)
            return self._leaf(chunk, begin, analysis, Analysis(), (chunk.height, 0))
        assert isinstance(statement, WITH_BLOCK)
        statement.body = []
        statement.end_lineno = statement.end_col_offset = TO_THE_END
        analysis = analyze_head(statement, before, self.catalogue, scope)
        tail = analyze_tail(statement, after, self.catalogue, scope)
        return self._leaf(chunk, begin, _shifted(analysis, shift), _shifted(tail, shift), (chunk.height, 0))

    def _group(self, block: Block, begin: int, names: Names, context: BlockContext) -> Group:
        """The group of a block. Its parts come first: what Bandit visits after the block depends on their imports."""
        inner = context.inside(begin, block.head.height, block.indent, is_function=block.head.is_function)
        parts = self.nodes(block.parts, begin + block.head.height, names, inner)
        after = names.after(*(binding for part in parts for binding in part.bindings))
        head = self.head(block.head, begin, names, after, context)
        return Group.of(head, block.indent, block.head.is_function, parts, block.lookahead, ends_open=block.ends_open)

    def _leaf(
        self, chunk: Chunk, begin: int, analysis: Analysis, after: Analysis | None, end: tuple[int, int]
    ) -> Segment:
        """Makes the segment of a chunk from its analysis, and assesses its findings by its own comments.

        `after` is the analysis after the block, for heads only; `end` is that of `Segment`.
        """
        source = "".join(self.lines[begin : begin + chunk.height])
        broken = chunk.content if isinstance(chunk.content, Broken) else None
        comments = NO_COMMENTS if broken else comments_in(source, self.catalogue.ids)
        findings = analysis.findings + (after.findings if after else ())
        reportable = self.catalogue.reportable_characters
        return Segment(
            height=chunk.height,
            lookahead=chunk.lookahead,
            ends_open=chunk.ends_open,
            broken=broken,
            analysis=analysis,
            after=after,
            assessed=tuple(sorted([Assessed.under(comments, finding) for finding in findings], key=by_position)),
            comments=comments,
            has_lone_returns="\r" in source and "\r" in source.replace("\r\n", ""),
            has_reportable_characters=bool(reportable and not source.isascii() and reportable.search(source)),
            end=end,
        )

    def _scope(self, chunk: Chunk, begin: int, context: BlockContext) -> Scope:
        """Defers parsing the context of a chunk until a rule asks for it."""
        end = begin + chunk.height
        return Scope(
            partial(_outside, self.program, self.cell_boundaries, context.function, end, chunk.origin),
            partial(_heads, self.program, context.heads),
        )

    def is_head_valid(self, head: Segment, before: Names, after: Names) -> bool:
        """Whether a head checked with these names, before and after its block, would have the same findings."""
        if head.is_broken or head.after is None:
            return True
        return head.analysis.is_valid_under(before) and head.after.is_valid_under(after)


def _semicolon(line: str, column: int) -> int:
    """Length, in bytes, of a semicolon after a statement's end and the space before it; they belong to the block.

    `column` is in UTF-8 bytes, as in Python's tree. Returns 0 if there is no semicolon.
    """
    if ";" not in line:
        return 0
    rest = line.encode(errors="surrogatepass")[column:]
    before, semicolon, _ = rest.partition(b";")
    return len(before) + 1 if semicolon and not before.strip() else 0


def _shifted(analysis: Analysis, lines: int) -> Analysis:
    """Moves the findings down by a number of lines; ends that are `TO_THE_END` stay so."""
    if not lines or not analysis.findings:
        return analysis
    return replace(analysis, findings=tuple(_moved(finding, lines) for finding in analysis.findings))


def _moved(finding: Finding, lines: int) -> Finding:
    """Moves a finding down by a number of lines; an end that is `TO_THE_END` stays so."""
    moved = finding.shifted(lines)
    if finding.line_range[1] == TO_THE_END:
        moved = replace(moved, line_range=(moved.line_range[0], TO_THE_END))
    if finding.span.end_line == TO_THE_END:
        moved = replace(moved, span=replace(moved.span, end_line=TO_THE_END))
    return moved


def _outside(
    lines: Sequence[str], cell_boundaries: Sequence[int], function: tuple[int, Margin] | None, end: int, origin: int
) -> EnclosingScope:
    """The context of a chunk: the function or module around it, up to line `end`, where the chunk ends (exclusive).

    Broken statements are left out. If the function's own lines do not parse, there is no context.
    """
    if function is not None:
        content, counted_from = parse_in_block(lines, function[0], end, function[1])
        if not isinstance(content, Broken) and isinstance(content[0], ast.FunctionDef):
            return EnclosingScope(content[0], content[0].body, origin - counted_from)
        return EnclosingScope(None, (), 0)
    statements: list[ast.stmt] = []
    for part in split(lines[:end], cell_boundaries[: bisect_left(cell_boundaries, end)]):
        chunk = part.head if isinstance(part, Block) else part
        if not isinstance(chunk.content, Broken):
            statements += [ast.increment_lineno(statement, chunk.origin) for statement in chunk.content]
    return EnclosingScope(None, statements, origin)


def _heads(lines: Sequence[str], heads: Iterable[HeadLines]) -> Sequence[ast.stmt]:
    """The statements with these heads, each with `pass` as its block. One that does not parse is left out."""
    chunks = [head_of(lines, head.begin, head.begin + head.height, head.outside, head.inside) for head in heads]
    contents = [chunk.content for chunk in chunks if chunk is not None]
    return [content[0] for content in contents if not isinstance(content, Broken) and content]
