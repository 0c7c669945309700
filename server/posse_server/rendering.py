"""The diagnostics of a document as JSON, of which an edit writes anew only what it changed or moved.

A class of two thousand findings makes half a megabyte on every keystroke. To build protocol values for all of them,
and JSON from those, takes many times as long as to find out what the keystroke changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from posse_checks.document import Document
from posse_checks.finding import Finding
from posse_checks.nodes import Group, Judged, Node
from posse_server.protocol import Encoding, broken_json, column_of, json_behind_range


class Json(str):
    """A text that is JSON, to be sent as it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """What stands for a node: JSON objects with commas between them, and the same for the nodes below it."""

    begin: int
    """The number of lines before the node, for which the objects hold."""
    text: str
    below: Mapping[Node, Rendered] = field(default_factory=dict)


NOTHING = Rendered(0, "")


def rendered(document: Document, encoding: Encoding, before: Rendered = NOTHING) -> Rendered:
    """The diagnostics of a document, given what was rendered for an earlier version of it, in the same encoding."""
    lines = document.text.lines
    stopped = [broken_json(broken, lines) for broken in document.broken[:1]]
    if document.is_judged_whole:
        return Rendered(0, ",".join(stopped + _objects(document.judged, 0, lines, encoding)))
    below = _level(document.nodes, 0, lines, encoding, before)
    return Rendered(0, _joined(below, stopped), below)


def _level(
    nodes: Sequence[Node], begin: int, lines: Sequence[str], encoding: Encoding, before: Rendered
) -> dict[Node, Rendered]:
    """What stands for the nodes of one block, the first of which has `begin` lines before it."""
    level: dict[Node, Rendered] = {}
    split = {item.begin: item for item in before.below.values() if item.below}
    for node in nodes:
        if node.has_findings:
            known = before.below.get(node)
            if known is None or known.begin != begin:
                # an edited group is a new node where the old one was, with most of its nodes
                known = _node(node, begin, lines, encoding, known or split.get(begin, NOTHING))
            level[node] = known
        begin += node.height
    return level


def _node(node: Node, begin: int, lines: Sequence[str], encoding: Encoding, known: Rendered) -> Rendered:
    own = _objects(node.judged, begin, lines, encoding)
    if not isinstance(node, Group):
        return Rendered(begin, ",".join(own))
    below = _level(node.parts, begin + node.head.height, lines, encoding, known)
    return Rendered(begin, _joined(below, own), below)


def _joined(level: Mapping[Node, Rendered], own: Sequence[str]) -> str:
    return ",".join([*own, *[item.text for item in level.values() if item.text]])


def _objects(judged: Sequence[Judged], begin: int, lines: Sequence[str], encoding: Encoding) -> list[str]:
    return [_object(item.finding, begin, lines, encoding) for item in judged if item.silenced_by is None]


def _object(finding: Finding, begin: int, lines: Sequence[str], encoding: Encoding) -> str:
    span = finding.span
    first, last = begin + span.line - 1, begin + span.end_line - 1
    start = column_of(lines[first], span.column, encoding)
    end = column_of(lines[last], span.end_column, encoding)
    about = json_behind_range(finding.rule, finding.message, finding.severity)
    start_json, end_json = f'{{"line":{first},"character":{start}}}', f'{{"line":{last},"character":{end}}}'
    return f'{{"range":{{"start":{start_json},"end":{end_json}}},{about}'
