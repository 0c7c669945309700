"""What plug-ins have found in open documents: which statements they have seen, and which they have yet to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from posse_checks.incremental.document import Document
from posse_checks.incremental.hosted import Statement, by_node, statements_of, with_hosted
from posse_checks.incremental.tree import Node
from posse_checks.python.text import split_lines
from posse_checks.rule.finding import Finding
from posse_server.plugins.findings import Reader
from posse_server.plugins.question import Imported, LoadedCheck, Part, Question
from posse_server.project.effective import EffectiveConfig
from posse_server.protocol.snapshot import Snapshot
from posse_server.results.plugin_findings import question_for

MOST_LINES = 5000
"""Limit for the lines of statements in one request."""
PART_OF_FILE = 0.5
"""The part of a file from which on it is checked as a whole instead of by statements."""


@dataclass(frozen=True, slots=True)
class PluginWork:
    """What plug-ins are to look at in one version of a document."""

    uri: str
    statements: Sequence[Statement]
    """The statements, one for each part; for a whole text, all of them."""
    is_whole: bool
    question: Question

    @property
    def lines(self) -> int:
        """The number of lines to look at."""
        return sum(one.node.height for one in self.statements)


@dataclass(slots=True)
class _Seen:
    """The top-level nodes that plug-ins have seen, and the imports before each."""

    keys: dict[Node, int] = field(default_factory=dict)
    whole: Sequence[Node] | None = None
    """The nodes of the version of which plug-ins have seen the text as a whole."""


class OpenPlugins:
    """What plug-ins have seen of each open document, by URI."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def forget(self, uri: str) -> None:
        """Remove a document, or have plug-ins look at all of it again."""
        self._seen.pop(uri, None)

    def due(self, snapshot: Snapshot, *, is_idle: bool) -> PluginWork | None:
        """Returns what plug-ins are to look at next; None if there is nothing.

        If nobody types, they look at the text as a whole after all statements, since some say other things of it then.
        """
        document = snapshot.document
        seen = self._seen.setdefault(snapshot.uri, _Seen())
        due = statements_of(document, seen.keys)
        is_most = sum(one.node.height for one in due) > PART_OF_FILE * len(document.text.lines)
        is_news = is_most if due else is_idle and seen.whole is not document.nodes
        if is_news and not document.cell_boundaries and not document.broken:
            return _whole(snapshot, statements_of(document))
        return _by_statements(snapshot, due) if due else None

    def take(
        self, snapshot: Snapshot, work: PluginWork, answers: Sequence[Any], checks: Sequence[LoadedCheck]
    ) -> Document:
        """Returns the newest version of a document with the findings of plug-ins in a version of it."""
        document, config = snapshot.document, snapshot.config
        seen = self._seen.setdefault(snapshot.uri, _Seen())
        found = _found(work, answers, Reader(checks), config)
        merged, became = with_hosted(document, found)
        keys = {one.node: one.key for one in work.statements}
        seen.keys |= keys | {after: keys[before] for before, after in became.items()}
        seen.keys = {node: seen.keys[node] for node in merged.nodes if node in seen.keys}
        if work.is_whole and [one.node for one in work.statements] == list(document.nodes):
            seen.whole = merged.nodes
        return merged


def _found(
    work: PluginWork, answers: Sequence[Any], reader: Reader, config: EffectiveConfig
) -> Mapping[Node, Sequence[Finding]]:
    """Returns the findings by top-level node, without those in statements that the plug-ins' Python cannot parse."""
    lines = [split_lines(str(part.text)) for part in work.question.parts]
    parts = [
        None if answer is None else [one for one in reader.read(answer, text) if _is_on(one, config)]
        for answer, text in zip(answers, lines, strict=True)
    ]
    if not work.is_whole:
        return {one.node: part for one, part in zip(work.statements, parts, strict=True) if part is not None}
    return {} if parts[0] is None else by_node(work.statements, map(_in_its_lines, parts[0]))


def _is_on(finding: Finding, config: EffectiveConfig) -> bool:
    return config.configuration.policy.is_ignored([finding.rule.id], config.path) is None


def _in_its_lines(finding: Finding) -> Finding:
    """Returns a finding about a whole file as one about the line that it names."""
    return finding if finding.line_range[0] else replace(finding, line_range=(finding.span.line, finding.span.line))


def _whole(snapshot: Snapshot, statements: Sequence[Statement]) -> PluginWork:
    part = Part("".join(snapshot.document.program))
    return PluginWork(
        snapshot.uri, statements, is_whole=True, question=question_for(snapshot.config, snapshot.config.path, [part])
    )


def _by_statements(snapshot: Snapshot, due: Sequence[Statement]) -> PluginWork:
    """Returns as many statements as go in one request. Those that do not parse have no text that could be looked at."""
    program, lines = snapshot.document.program, 0
    names: dict[int, Imported] = {}
    chosen: list[Statement] = []
    parts: list[Part] = []
    for one in due:
        if chosen and lines + one.node.height > MOST_LINES:
            break
        lines += one.node.height
        chosen.append(one)
        if one.key not in names:
            known = one.names.all()
            names[one.key] = Imported(sorted(known.modules), known.aliases)
        text = "(" if one.node.is_broken else "".join(program[one.begin : one.begin + one.node.height])
        parts.append(Part(text, names[one.key]))
    return PluginWork(
        snapshot.uri, chosen, is_whole=False, question=question_for(snapshot.config, snapshot.config.path, parts)
    )


def _question(snapshot: Snapshot, parts: Sequence[Part]) -> Question:
    return question_for(snapshot.config, snapshot.config.path, parts)
