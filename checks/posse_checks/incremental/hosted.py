"""Puts findings of checks that run elsewhere into the nodes of a document, where edits treat them as all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from posse_checks.analysis.assessed import Assessed, by_position
from posse_checks.incremental.document import Document
from posse_checks.incremental.tree import TO_THE_END, Group, Node, Segment
from posse_checks.python.names import Bindings, Names
from posse_checks.rule.finding import Finding
from posse_checks.rule.hosted import is_hosted


@dataclass(frozen=True, slots=True)
class Statement:
    """A top-level node with the lines before it, and everything that its findings depend on besides its text."""

    node: Node
    begin: int
    names: Names
    """The names known before it."""
    key: int
    """Differs if other imports came before it."""


def statements_of(document: Document, seen: Mapping[Node, int] | None = None) -> list[Statement]:
    """Returns the top-level nodes of a document, in order, but those that `seen` has with the same key."""
    statements: list[Statement] = []
    begin, names, key = 0, document.names, 0
    imports: list[Bindings] = []
    seen = seen or {}
    for node in document.nodes:
        if seen.get(node) != key:
            names = names.after(*imports)
            imports.clear()
            statements.append(Statement(node, begin, names, key))
        begin += node.height
        if node.bindings:
            imports += node.bindings
            key = hash((key, *map(_frozen, node.bindings)))
    return statements


def _frozen(bindings: Bindings) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    return frozenset(bindings.aliases.items()), bindings.modules


def with_hosted(document: Document, found: Mapping[Node, Sequence[Finding]]) -> tuple[Document, Mapping[Node, Node]]:
    """Returns a document in which the top-level nodes in `found` have these findings of checks that run elsewhere.

    The lines of the findings count from 1 at the first line of their node. Nodes that are not in the document any more
    do not count. Also returns what has become of each node that is.
    """
    became: dict[Node, Node] = {}
    nodes: list[Node] = []
    for node in document.nodes:
        findings = found.get(node)
        fresh = node if findings is None else _with_findings(node, findings)
        if findings is not None:
            became[node] = fresh
        nodes.append(fresh)
    is_changed = any(before is not after for before, after in became.items())
    return (replace(document, nodes=nodes) if is_changed else document), became


def by_node(statements: Sequence[Statement], findings: Iterable[Finding]) -> Mapping[Node, Sequence[Finding]]:
    """Returns the findings of a whole text by the top-level nodes that they begin in, each in the lines of its node."""
    found: dict[Node, list[Finding]] = {statement.node: [] for statement in statements}
    left = iter(sorted(findings, key=lambda finding: finding.span.line))
    finding = next(left, None)
    for index, statement in enumerate(statements):
        end = statement.begin + statement.node.height
        while finding is not None and (finding.span.line <= end or index == len(statements) - 1):
            found[statement.node].append(finding.shifted(-statement.begin))
            finding = next(left, None)
    return found


def _with_findings(node: Node, findings: Sequence[Finding]) -> Node:
    """Returns a node with these findings in place of those that it had; itself if they are the same."""
    if isinstance(node, Segment):
        return _segment_with(node, findings)
    begin = node.head.height
    parts: list[Node] = []
    rest = list(findings)
    for part in node.parts:
        inside = [one for one in rest if _is_inside(one, begin, begin + part.height)]
        rest = [one for one in rest if one not in inside] if inside else rest
        parts.append(_with_findings(part, [one.shifted(-begin) for one in inside]))
        begin += part.height
    head = _segment_with(node.head, [_to_the_end(one, node.height, node.end) for one in rest])
    if head is node.head and all(before is after for before, after in zip(node.parts, parts, strict=True)):
        return node
    return Group.of(head, node.indent, node.is_function, parts, node.lookahead, ends_open=node.ends_open)


def _segment_with(segment: Segment, findings: Sequence[Finding]) -> Segment:
    before = [item for item in segment.assessed if is_hosted(item.finding.rule)]
    after = [Assessed.under(segment.comments, finding) for finding in findings]
    if len(before) == len(after) and sorted(before, key=_order) == sorted(after, key=_order):
        return segment
    own = [item for item in segment.assessed if not is_hosted(item.finding.rule)]
    return replace(segment, assessed=tuple(sorted([*own, *after], key=by_position)))


def _order(item: Assessed) -> tuple[int, int, str, str]:
    return *by_position(item), item.finding.message


def _is_inside(finding: Finding, begin: int, end: int) -> bool:
    """Whether everything that a finding is about is in the lines after `begin`, up to `end`."""
    first, last = finding.line_range
    lines = (first, last, finding.line, finding.span.line, finding.span.end_line)
    return begin < min(lines) and max(lines) <= end


def _to_the_end(finding: Finding, height: int, end: tuple[int, int]) -> Finding:
    """Returns a finding in the head of a group; what extends to the end of the block is so after any edit of it."""
    first, last = finding.line_range
    span = finding.span
    if last < end[0]:
        return finding
    return replace(
        finding,
        line_range=(first, TO_THE_END),
        end_column=TO_THE_END if finding.end_column == end[1] else finding.end_column,
        span=replace(span, end_line=TO_THE_END, end_column=TO_THE_END) if span.end_line == end[0] else span,
    )
