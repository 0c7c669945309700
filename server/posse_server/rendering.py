"""The diagnostics of a document as JSON, of which an edit writes anew only what it changed or moved.

A class of two thousand findings makes half a megabyte on every keystroke. To build protocol values for all of them,
and JSON from those, takes many times as long as to find out what the keystroke changed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from posse_checks.baseline import Key, Known, finding_key
from posse_checks.cause import Causes
from posse_checks.config import Configuration
from posse_checks.document import Document
from posse_checks.finding import Finding, Span
from posse_checks.history import UNTOUCHED, History
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
    """Its own findings that the baseline has entries for."""
    tally: Tally = field(default_factory=dict)
    """Its own findings that the baseline has entries for, and those of the nodes below."""
    hidden: Tally = field(default_factory=dict)
    """How many of these are hidden, for those alone of which the whole document has more than the baseline."""
    history: History = UNTOUCHED
    """What edits had done to the document by then."""


NOTHING = Rendered(0, "")
ALL = Configuration()
"""Shows whatever is found."""
NO_BASELINE = Known()
UNKNOWN = -(1 << 60)
"""Makes a number of hidden findings, and any sum with it, one that no node can have."""
NO_NODES: Mapping[Node, Rendered] = {}


@dataclass(frozen=True, slots=True)
class Imports:
    """The imports of a document, to which findings are related, as JSON."""

    uri: str
    causes: Causes
    lines: Sequence[str]
    encoding: Encoding

    def related(self, finding: Finding, begin: int) -> str:
        """What stands in a diagnostic of a finding that has so many more lines before it; nothing where none is."""
        cause = self.causes.of(finding.shifted(begin)) if finding.via is not None else None
        if cause is None:
            return ""
        place = _range(cause.span, 0, self.lines, self.encoding)
        message = json.dumps(f"{cause.name} is {cause.meaning}, imported here.")
        return f',"relatedInformation":[{{"location":{{"uri":{json.dumps(self.uri)},{place}}},"message":{message}}}]'


@dataclass(frozen=True, slots=True)
class _Page:
    """What all that is rendered at one time has in common."""

    lines: Sequence[str]
    encoding: Encoding
    configuration: Configuration
    known: Known
    imports: Imports | None
    """Where to find what findings are related to; None where that is not told."""
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
    related_in: str | None = None,
) -> Rendered:
    """The diagnostics of a document, as a configuration and a baseline want them shown.

    What was rendered `before` is that of an earlier version of it, in the same encoding, under the same configuration
    and baseline. With a URI, which is the document's, findings tell the import behind a name in them.
    """
    lines, imports = document.text.lines, None
    if related_in is not None:
        imports = Imports(related_in, Causes(document), lines, encoding)
        if document.history.may_move_imports(before.history):
            before = NOTHING
    page = _Page(lines, encoding, configuration, known, imports, _surplus(before.tally, known))
    stopped = _stopped(document, page)
    if document.is_judged_whole:
        shown, _ = shown_in(document, configuration, known)
        return Rendered(0, ",".join([*stopped, *[_object(finding, 0, page) for finding in shown]]))
    new = _document(document, stopped, page, before)
    surplus = page.surplus if new.tally is before.tally else _surplus(new.tally, known)
    is_used_up = all(new.hidden.get(key) == known.counts[key] for key in surplus)
    if page.unsure or not is_used_up or surplus != page.surplus:
        left = {key: known.counts[key] for key in surplus | page.surplus}
        new = _document(document, stopped, replace(page, surplus=surplus, left=left), new)
    return new


def _document(document: Document, stopped: Sequence[str], page: _Page, before: Rendered) -> Rendered:
    below = _level(document.nodes, 0, page, before)
    tallies = _tallies(below, NONE, NONE, page, before)
    return Rendered(0, _joined(below, stopped), below, NONE, *tallies, document.history)


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
    there = {item.begin: item for item in before.below.values()}
    for node in nodes:
        if node.has_findings:
            known = before.below.get(node)
            if known is None or known.begin != begin or (page.left is not None and not _take(known, page)):
                # an edited group is a new node where the old one was, with most of its nodes
                known = _node(node, begin, page, known or there.get(begin, NOTHING))
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
    own, tally, hidden = _objects(node, begin, page, before)
    if not isinstance(node, Group):
        return Rendered(begin, ",".join(own), NO_NODES, tally, tally, hidden)
    below = _level(node.parts, begin + node.head.height, page, before)
    return Rendered(begin, _joined(below, own), below, tally, *_tallies(below, tally, hidden, page, before))


def _tallies(
    below: Mapping[Node, Rendered], own: Tally, own_hidden: Tally, page: _Page, before: Rendered
) -> tuple[Tally, Tally]:
    """The tally of a node, and what is hidden in it, from its own and from those below.

    Only what differs from `before` is counted, except where it may be distributed anew what is hidden.
    """
    if not page.known.counts:
        return NONE, NONE
    fresh = [below[node] for node in below.keys() - before.below.keys()]
    gone = [before.below[node] for node in before.below.keys() - below.keys()]
    own_before = {key: count for key, count in before.hidden.items() if not before.below}
    tally = _sum(before.tally, [own, *[item.tally for item in fresh]], [before.own, *[item.tally for item in gone]])
    if page.left is not None or own_hidden or (before.below and before.own):
        hidden = _sum(NONE, [own_hidden, *[item.hidden for item in below.values()]])
    else:
        hidden = _sum(before.hidden, [item.hidden for item in fresh], [own_before, *[item.hidden for item in gone]])
    return tally, {key: hidden.get(key, 0) for key in page.surplus.intersection(tally)}


def _sum(base: Tally, added: Sequence[Tally], removed: Sequence[Tally] = ()) -> Tally:
    """A tally with others added to it and taken from it; itself where that makes no difference."""
    difference = Counter[Key]()
    for one in added:
        difference.update(one)
    for one in removed:
        difference.subtract(one)
    if not any(difference.values()):
        return base
    difference.update(base)
    return {key: count for key, count in difference.items() if count}


def _joined(level: Mapping[Node, Rendered], own: Sequence[str]) -> str:
    return ",".join([*own, *[item.text for item in level.values() if item.text]])


def _objects(node: Node, begin: int, page: _Page, before: Rendered) -> tuple[list[str], Tally, Tally]:
    """The JSON of a node's own findings, the tally of those that the baseline has, and how many of which it hides."""
    shown = [finding for item in node.judged if (finding := page.configuration.shown(item)) is not None]
    if not page.known.counts:
        return [_object(finding, begin, page) for finding in shown], NONE, NONE
    keys = [finding_key(finding) for finding in shown]
    tally = {key: keys.count(key) for key in dict.fromkeys(keys) if key in page.known.counts}
    hidden = _hidden(node, tally, page, before)
    left = {**tally, **hidden}
    objects = []
    for finding, key in zip(shown, keys, strict=True):
        if left.get(key, 0) > 0:
            left[key] -= 1
        else:
            objects.append(_object(finding, begin, page))
    return objects, tally, hidden


def _hidden(node: Node, tally: Tally, page: _Page, before: Rendered) -> Tally:
    """How many of a node's own findings are hidden, of those of which there is a surplus.

    What stands where as many stood before hides as many, as long as nothing else changes.
    """
    wanted = {key: count for key, count in tally.items() if key in page.surplus}
    if page.left is not None:
        hidden = {key: min(page.left[key], count) for key, count in wanted.items()}
        for key, count in hidden.items():
            page.left[key] -= count
        return hidden
    if not wanted:
        return NONE
    if isinstance(node, Group) or before.below or any(before.own.get(key) != wanted[key] for key in wanted):
        page.unsure.append(node)
        return dict.fromkeys(wanted, UNKNOWN)
    return {key: before.hidden[key] for key in wanted}


def _object(finding: Finding, begin: int, page: _Page) -> str:
    about = json_behind_range(finding.rule, finding.message, finding.severity)
    related = page.imports.related(finding, begin) if page.imports is not None else ""
    if related:
        about = f"{about[:-1]}{related}}}"
    return _with_range(finding.span, begin, page.lines, page.encoding, about)


def _with_range(span: Span, begin: int, lines: Sequence[str], encoding: Encoding, about: str) -> str:
    """A JSON object of a range and of what is behind it."""
    return f"{{{_range(span, begin, lines, encoding)},{about}"


def _range(span: Span, begin: int, lines: Sequence[str], encoding: Encoding) -> str:
    """The property `range`."""
    first, last = begin + span.line - 1, begin + span.end_line - 1
    start = column_of(lines[first], span.column, encoding)
    end = column_of(lines[last], span.end_column, encoding)
    start_json, end_json = f'{{"line":{first},"character":{start}}}', f'{{"line":{last},"character":{end}}}'
    return f'"range":{{"start":{start_json},"end":{end_json}}}'
