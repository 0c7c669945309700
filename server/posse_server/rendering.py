"""The diagnostics of a document as JSON, of which an edit writes anew only what it changed or moved.

A class of two thousand findings makes half a megabyte on every keystroke. To build protocol values for all of them,
and JSON from those, takes many times as long as to find out what the keystroke changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from posse_checks.baseline import Key, Known, finding_key
from posse_checks.config import Configuration
from posse_checks.document import Document
from posse_checks.finding import Finding, Span
from posse_checks.nodes import Group, Node
from posse_checks.policy import Matching, NosecPolicy
from posse_checks.remarks import Remark
from posse_checks.suppressed import shown_in
from posse_server.protocol import Encoding, broken_json, column_of, json_behind_range, remark_json_behind_range


class Json(str):
    """A text that is JSON, to be sent as it is."""

    __slots__ = ()


Tally = Mapping[Key, int]
"""Numbers of findings that are the same to a baseline, by what makes them so."""
NONE: Tally = {}


@dataclass(frozen=True, slots=True)
class Rendered:
    """What stands for a node: JSON objects with commas between them, and the same for the nodes below it."""

    begin: int
    """The number of lines before the node, for which the objects hold."""
    text: str
    below: Mapping[Node, Rendered] = field(default_factory=dict)
    own: Tally = field(default_factory=dict)
    """Its own findings that the baseline has; see `tally`."""
    tally: Tally = field(default_factory=dict)
    """Its findings, and those of the nodes below, that the baseline has as many of or fewer."""
    hidden: Tally = field(default_factory=dict)
    """Of those of which the whole document has more than the baseline, the number that is hidden here: the first."""


NOTHING = Rendered(0, "")
ALL = Configuration()
"""Shows whatever is found."""
NO_BASELINE = Known()
UNKNOWN = -(1 << 60)
"""Makes a number of hidden findings one that no node can have."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What all that is rendered at one time has in common."""

    lines: Sequence[str]
    encoding: Encoding
    configuration: Configuration
    known: Known
    surplus: frozenset[Key]
    """What the document has more of than the baseline, so that it depends on the place what is hidden."""
    left: dict[Key, int] | None = None
    """Of these, how many entries are left for the nodes that come next; None as long as none of them is looked at."""
    unsure: list[Node] = field(default_factory=list)
    """The nodes that were rendered without `left` and need it."""


def rendered(
    document: Document,
    encoding: Encoding,
    before: Rendered = NOTHING,
    configuration: Configuration = ALL,
    known: Known = NO_BASELINE,
) -> Rendered:
    """The diagnostics of a document, as a configuration and a baseline want them shown.

    What was rendered `before` is that of an earlier version of it, in the same encoding, under the same configuration
    and baseline.
    """
    page = _Page(document.text.lines, encoding, configuration, known, _surplus(before.tally, known))
    stopped = _stopped(document, page)
    if document.is_judged_whole:
        shown, _ = shown_in(document, configuration, known)
        return Rendered(0, ",".join([*stopped, *[_object(finding, 0, page) for finding in shown]]))
    new = _document(document, stopped, page, before)
    surplus = page.surplus if new.tally is before.tally else _surplus(new.tally, known)
    changed = any(new.tally.get(key) != before.tally.get(key) for key in surplus)
    if page.unsure or changed or surplus != page.surplus:
        left = {key: known.counts[key] for key in surplus | page.surplus}
        new = _document(document, stopped, replace(page, surplus=surplus, left=left), new)
    return new


def _document(document: Document, stopped: Sequence[str], page: _Page, before: Rendered) -> Rendered:
    below = _level(document.nodes, 0, page, before)
    return Rendered(0, _joined(below, stopped), below, tally=_summed(below, NONE, before))


def _surplus(tally: Tally, known: Known) -> frozenset[Key]:
    if known.matching is not Matching.COUNT:
        return frozenset()
    return frozenset([key for key, count in tally.items() if count > known.counts[key]])


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
            if known is None or known.begin != begin or (page.left is not None and not _take(known, page)):
                # an edited group is a new node where the old one was, with most of its nodes
                known = _node(node, begin, page, known or split.get(begin, NOTHING))
            level[node] = known
        begin += node.height
    return level


def _take(known: Rendered, page: _Page) -> bool:
    """Whether what was rendered hides just as many findings as there are entries left for, which are then taken."""
    assert page.left is not None, "it has been found out what there is more of than the baseline has"
    if not known.hidden and page.surplus.isdisjoint(known.tally):
        return True
    hidden = {key: min(page.left[key], count) for key, count in known.tally.items() if key in page.surplus}
    if hidden != known.hidden:
        return False
    for key, count in hidden.items():
        page.left[key] -= count
    return True


def _node(node: Node, begin: int, page: _Page, before: Rendered) -> Rendered:
    own, tally, hidden = _objects(node, begin, page)
    if not isinstance(node, Group):
        return Rendered(begin, ",".join(own), own=tally, tally=tally, hidden=hidden)
    below = _level(node.parts, begin + node.head.height, page, before)
    for item in below.values():
        if item.hidden:
            hidden = {key: hidden.get(key, 0) + item.hidden.get(key, 0) for key in {**hidden, **item.hidden}}
    return Rendered(begin, _joined(below, own), below, tally, _summed(below, tally, before), hidden)


def _summed(below: Mapping[Node, Rendered], own: Tally, before: Rendered) -> Tally:
    """The tally of a node from its own and from those below; only what differs from `before` is counted."""
    difference = Counter(own)
    difference.subtract(before.own)
    for node in below.keys() - before.below.keys():
        difference.update(below[node].tally)
    for node in before.below.keys() - below.keys():
        difference.subtract(before.below[node].tally)
    if not any(difference.values()):
        return before.tally
    difference.update(before.tally)
    return {key: count for key, count in difference.items() if count}


def _joined(level: Mapping[Node, Rendered], own: Sequence[str]) -> str:
    return ",".join([*own, *[item.text for item in level.values() if item.text]])


def _objects(node: Node, begin: int, page: _Page) -> tuple[list[str], Tally, Tally]:
    """The JSON of a node's own findings, the tally of those that the baseline has, and how many of which it hides."""
    shown = [finding for item in node.judged if (finding := page.configuration.shown(item)) is not None]
    if not page.known.counts:
        return [_object(finding, begin, page) for finding in shown], NONE, NONE
    objects, tally, hidden = list[str](), dict[Key, int](), dict[Key, int]()
    for finding in shown:
        key = finding_key(finding)
        if key not in page.known.counts:
            objects.append(_object(finding, begin, page))
            continue
        tally[key] = tally.get(key, 0) + 1
        if key not in page.surplus:
            continue
        hidden.setdefault(key, 0)
        if page.left is None:
            hidden[key] += UNKNOWN
            page.unsure.append(node)
        elif page.left[key]:
            page.left[key] -= 1
            hidden[key] += 1
        else:
            objects.append(_object(finding, begin, page))
    return objects, tally, hidden


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
