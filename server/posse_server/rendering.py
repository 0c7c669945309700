"""The diagnostics of a document as JSON, of which an edit writes anew only what it changed or moved.

A class of two thousand findings makes half a megabyte on every keystroke. To build protocol values for all of them,
and JSON from those, takes many times as long as to find out what the keystroke changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from posse_checks.config import Configuration
from posse_checks.document import Document
from posse_checks.finding import Finding, Span
from posse_checks.nodes import Group, Judged, Node
from posse_checks.policy import NosecPolicy
from posse_checks.remarks import Remark
from posse_server.protocol import Encoding, broken_json, column_of, json_behind_range, remark_json_behind_range


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
ALL = Configuration()
"""Shows whatever is found."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What all that is rendered at one time has in common."""

    lines: Sequence[str]
    encoding: Encoding
    configuration: Configuration


def rendered(
    document: Document, encoding: Encoding, before: Rendered = NOTHING, configuration: Configuration = ALL
) -> Rendered:
    """The diagnostics of a document, as a configuration wants them shown.

    What was rendered `before` is that of an earlier version of it, in the same encoding, under the same configuration.
    """
    page = _Page(document.text.lines, encoding, configuration)
    stopped = _stopped(document, page)
    if document.is_judged_whole:
        return Rendered(0, ",".join(stopped + _objects(document.judged, 0, page)))
    below = _level(document.nodes, 0, page, before)
    return Rendered(0, _joined(below, stopped), below)


def rendered_apart(
    document: Document, findings: Sequence[Finding], encoding: Encoding, configuration: Configuration
) -> Rendered:
    """The diagnostics of a document of which just these findings are shown; nothing of it serves the next version."""
    page = _Page(document.text.lines, encoding, configuration)
    return Rendered(0, ",".join(_stopped(document, page) + [_object(finding, 0, page) for finding in findings]))


def rendered_remarks(remarks: Sequence[Remark], policy: NosecPolicy, lines: Sequence[str], encoding: Encoding) -> str:
    """The diagnostics of remarks on `# nosec` comments."""
    return ",".join(
        [
            _with_range(remark.span, 0, lines, encoding, remark_json_behind_range(remark.flaw, remark.message, policy))
            for remark in remarks
        ]
    )


def _stopped(document: Document, page: _Page) -> list[str]:
    """Where checking stops first."""
    broken = document.broken[:1] if page.configuration.policy.broken else ()
    return [broken_json(one, page.lines) for one in broken]


def _level(nodes: Sequence[Node], begin: int, page: _Page, before: Rendered) -> dict[Node, Rendered]:
    """What stands for the nodes of one block, the first of which has `begin` lines before it."""
    level: dict[Node, Rendered] = {}
    split = {item.begin: item for item in before.below.values() if item.below}
    for node in nodes:
        if node.has_findings:
            known = before.below.get(node)
            if known is None or known.begin != begin:
                # an edited group is a new node where the old one was, with most of its nodes
                known = _node(node, begin, page, known or split.get(begin, NOTHING))
            level[node] = known
        begin += node.height
    return level


def _node(node: Node, begin: int, page: _Page, known: Rendered) -> Rendered:
    own = _objects(node.judged, begin, page)
    if not isinstance(node, Group):
        return Rendered(begin, ",".join(own))
    below = _level(node.parts, begin + node.head.height, page, known)
    return Rendered(begin, _joined(below, own), below)


def _joined(level: Mapping[Node, Rendered], own: Sequence[str]) -> str:
    return ",".join([*own, *[item.text for item in level.values() if item.text]])


def _objects(judged: Sequence[Judged], begin: int, page: _Page) -> list[str]:
    return [_object(finding, begin, page) for item in judged if (finding := page.configuration.shown(item)) is not None]


def _object(finding: Finding, begin: int, page: _Page) -> str:
    about = json_behind_range(finding.rule, finding.message, finding.severity)
    return _with_range(finding.span, begin, page.lines, page.encoding, about)


def _with_range(span: Span, begin: int, lines: Sequence[str], encoding: Encoding, about: str) -> str:
    """A JSON object of a range and of what is behind it."""
    first, last = begin + span.line - 1, begin + span.end_line - 1
    start = column_of(lines[first], span.column, encoding)
    end = column_of(lines[last], span.end_column, encoding)
    start_json, end_json = f'{{"line":{first},"character":{start}}}', f'{{"line":{last},"character":{end}}}'
    return f'{{"range":{{"start":{start_json},"end":{end_json}}},{about}'
