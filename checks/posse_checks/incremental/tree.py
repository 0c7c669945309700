"""Checked segments as a tree of immutable nodes, in which an edit replaces one path and shares the rest.

A node knows its height, never its position: its lines count from 1 at its own first line, so adding or removing lines
above it leaves it valid. Invariants: the heights of consecutive nodes add up; a group's height is that of its head and
its parts; a node's findings depend on its own text, and on the names and statements that its analysis read.

In the functions, `begin` is the number of lines before a node in the text, which is its first line from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from posse_checks.analysis.assessed import Assessed
from posse_checks.analysis.check import Analysis
from posse_checks.analysis.comments import Comments
from posse_checks.incremental.chunk import Margin
from posse_checks.python.names import NO_BINDINGS, Bindings
from posse_checks.python.syntax import Broken
from posse_checks.rule.finding import Finding

TO_THE_END = 1 << 40
"""Placeholder for the last line or column of a block in the findings of its head; see `Group`."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A checked chunk of the text that is not split further, or the head of a block.

    `height`, `lookahead` and `ends_open` are those of the chunk: see `Chunk`.
    """

    height: int
    lookahead: int
    ends_open: bool
    broken: Broken | None
    analysis: Analysis
    after: Analysis | None
    """For a head, the analysis of what Bandit visits after the block: decorators and the return annotation."""
    assessed: tuple[Assessed, ...]
    comments: Comments
    has_lone_returns: bool
    """Whether a line ends in a lone carriage return, which ends a line for findings but not for comments."""
    has_reportable_characters: bool
    """Whether a rule that reads the whole file might report something."""
    end: tuple[int, int]
    """Line and column (in UTF-8 bytes, exclusive) at which the last statement ends."""

    @property
    def bindings(self) -> tuple[Bindings, ...]:
        """The names that its imports add, as a tuple of one or none."""
        return () if self.analysis.bindings is NO_BINDINGS else (self.analysis.bindings,)

    @property
    def has_findings(self) -> bool:
        """Whether it has findings, including suppressed ones."""
        return bool(self.assessed)

    @property
    def has_comments(self) -> bool:
        """Whether it has comments that suppress findings."""
        return bool(self.comments)

    @property
    def is_broken(self) -> bool:
        """Whether it does not parse."""
        return self.broken is not None

    @property
    def reads_scope(self) -> bool:
        """Whether a rule read statements outside it, so that its findings depend on those before it."""
        return self.analysis.reads_scope or (self.after is not None and self.after.reads_scope)

    def leaves(self, begin: int = 0) -> Iterator[tuple[int, Segment]]:
        """Yields the segment, with the number of lines before it."""
        yield begin, self


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A statement that was split: its head and the nodes of its block.

    Findings of the head that extend to the end of the statement are stored in the head with `TO_THE_END` in its place,
    and assessed here, where the end and the comments of the block are known.
    """

    head: Segment
    indent: Margin
    is_function: bool
    parts: tuple[Node, ...]
    lookahead: int
    height: int
    is_broken: bool
    has_findings: bool
    has_comments: bool
    ends_open: bool
    reads_scope: bool
    has_lone_returns: bool
    has_reportable_characters: bool
    bindings: tuple[Bindings, ...]
    assessed: tuple[Assessed, ...]
    """The findings of the head alone; the parts have theirs."""
    end: tuple[int, int]

    @classmethod
    def of(
        cls,
        head: Segment,
        indent: Margin,
        is_function: bool,
        parts: Sequence[Node],
        lookahead: int | None = None,
        *,
        ends_open: bool = False,
    ) -> Group:
        """Returns the group of a head and its parts, of which there is at least one.

        By default, its lookahead is its height: its own lines decided where it ends.
        """
        height = head.height + sum([part.height for part in parts])
        last = parts[-1]
        line, column = last.end
        end = height - last.height + line, column
        return cls(
            head=head,
            indent=indent,
            is_function=is_function,
            parts=tuple(parts),
            lookahead=height if lookahead is None else lookahead,
            height=height,
            is_broken=head.is_broken or any(part.is_broken for part in parts),
            has_findings=bool(head.assessed) or any(part.has_findings for part in parts),
            has_comments=head.has_comments or any(part.has_comments for part in parts),
            ends_open=ends_open,
            reads_scope=head.reads_scope or any(part.reads_scope for part in parts),
            has_lone_returns=head.has_lone_returns or any(part.has_lone_returns for part in parts),
            has_reportable_characters=head.has_reportable_characters
            or any(part.has_reportable_characters for part in parts),
            bindings=tuple([binding for part in parts for binding in part.bindings]),
            assessed=_assessed_head(head, parts, end),
            end=end,
        )

    def leaves(self, begin: int = 0) -> Iterator[tuple[int, Segment]]:
        """Yields the head and all segments below, each with the number of lines before it."""
        yield begin, self.head
        begin += self.head.height
        for part in self.parts:
            yield from part.leaves(begin)
            begin += part.height


Node = Segment | Group


def assessed_in(nodes: Sequence[Node], begin: int = 0, lines: range | None = None) -> Iterator[Assessed]:
    """Yields all findings of consecutive nodes, with lines of the text, from 1.

    Given a range of lines, from 0, yields only the findings of nodes that overlap it.
    """
    for node in nodes:
        end = begin + node.height
        if node.has_findings and (lines is None or (begin < lines.stop and end > lines.start)):
            for item in node.assessed:
                yield item.shifted(begin)
            if isinstance(node, Group):
                yield from assessed_in(node.parts, begin + node.head.height, lines)
        begin = end


def assessed_beside_comments(nodes: Sequence[Node], begin: int = 0) -> Iterator[Assessed]:
    """Yields the findings of consecutive nodes with comments that suppress findings, with lines of the text."""
    for node in nodes:
        if node.has_comments and node.has_findings:
            for item in node.assessed:
                yield item.shifted(begin)
            if isinstance(node, Group):
                yield from assessed_beside_comments(node.parts, begin + node.head.height)
        begin += node.height


def comments_in_nodes(nodes: Sequence[Node]) -> Comments:
    """Returns the comments of consecutive nodes by line of the text, from 1."""
    found = Comments()
    for begin, segment in _commented(nodes, 0):
        found.add(segment.comments.shifted(begin))
    return found


def _commented(nodes: Sequence[Node], begin: int) -> Iterator[tuple[int, Segment]]:
    """Yields the segments with comments that suppress findings, each with the number of lines before it."""
    for node in nodes:
        if node.has_comments:
            if isinstance(node, Group):
                yield from _commented((node.head, *node.parts), begin)
            else:
                yield begin, node
        begin += node.height


def importing(nodes: Sequence[Node]) -> list[Segment]:
    """Returns the segments that import something, in order; heads cannot."""
    found: list[Segment] = []
    for node in nodes:
        if node.bindings:
            if isinstance(node, Group):
                found += importing(node.parts)
            else:
                found.append(node)
    return found


def assessed_anywhere(nodes: Sequence[Node]) -> Iterator[Assessed]:
    """Yields all findings, with line numbers relative to their node (cheaper than absolute ones)."""
    for node in nodes:
        if node.has_findings:
            yield from node.assessed
            if isinstance(node, Group):
                yield from assessed_anywhere(node.parts)


def _assessed_head(head: Segment, parts: Sequence[Node], end: tuple[int, int]) -> tuple[Assessed, ...]:
    """Assesses the findings of a head by the comments of the whole group, which ends at `end`, relative to the head."""
    if not head.assessed:
        return ()
    comments = comments_in_nodes((head, *parts))
    return tuple(_assessed_to(item.finding, end, comments) for item in head.assessed)


def _assessed_to(finding: Finding, end: tuple[int, int], comments: Comments) -> Assessed:
    """Assesses a finding of a head with `TO_THE_END` replaced by the end of the block."""
    first, last = finding.line_range
    span = finding.span
    resolved = replace(
        finding,
        line_range=(first, end[0] if last == TO_THE_END else last),
        end_column=end[1] if finding.end_column == TO_THE_END else finding.end_column,
        span=replace(span, end_line=end[0], end_column=end[1]) if span.end_line == TO_THE_END else span,
    )
    return Assessed.under(comments, resolved)
