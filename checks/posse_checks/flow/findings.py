"""Flows as findings of Posse's own rules, or as the evidence on a finding of Bandit's at the same position."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from posse_checks.analysis.assessed import Assessed, by_position
from posse_checks.analysis.check import Analysis, run
from posse_checks.analysis.comments import comments_in
from posse_checks.analysis.registry import Catalogue
from posse_checks.config.flow_model import NO_MODEL, FlowModel
from posse_checks.flow import kinds
from posse_checks.flow.adapter import Module, flows_in, flows_in_text
from posse_checks.flow.evidence import KINDS, SHOWN_ONLY
from posse_checks.flow.machine import Flow as Path
from posse_checks.flow.model import catalogue_with
from posse_checks.flow.values import LOCAL
from posse_checks.flow.workspace import Around
from posse_checks.incremental.checked_text import CheckedText
from posse_checks.rule.evidence import NONE, NOT_KNOWN, NOTHING_KNOWN
from posse_checks.rule.finding import Finding, Span
from posse_checks.rule.flow import Flow

MOST_LINES = 50
"""Distance, in lines, within which a finding of Bandit and a flow are the same."""
_IDS: Mapping[str, frozenset[str]] = {
    id: frozenset({kinds.IDS[kind]}) for id, kind in KINDS.items() if id not in SHOWN_ONLY
}
"""For each of Bandit's rules on harmful data, the own rules of the same kind."""


@dataclass(frozen=True, slots=True)
class Follower:
    """Follows the data of modules, and adds evidence to their findings."""

    catalogue: Catalogue
    with_local: bool = False
    """Whether to also report data from the user who starts the program."""
    model: FlowModel = NO_MODEL
    around: Callable[[bytes], Around] | None = None
    """What a file with some content may know of other files."""
    """Sources, sinks and sanitizers of the configuration."""

    def __call__(self, statements: Sequence[ast.stmt], data: bytes, analysis: Analysis) -> tuple[Finding, ...]:
        """Returns the findings of a file's bytes with their evidence, and those of the own rules on flows."""
        findings = analysis.findings
        imported, source = analysis.bindings.modules, data.decode("latin-1")

        def module() -> Module:
            catalogue = catalogue_with(self.model)
            others = None if self.around is None else self.around(data)
            return flows_in(
                statements, source, imported, findings, catalogue, with_local=self.with_local, others=others
            )

        return self._followed(module, findings)

    def in_text(self, text: CheckedText) -> list[Assessed]:
        """Returns the assessed findings of a text with their evidence, and those of the own rules on its flows."""
        findings = [item.finding for item in text.assessed]
        followed = self._followed(lambda: flows_in_text(text, catalogue_with(self.model)), findings)
        comments = comments_in("".join(text.program), text.catalogue.ids)
        assessed = [replace(item, finding=finding) for item, finding in zip(text.assessed, followed, strict=False)]
        assessed += [Assessed.under(comments, finding) for finding in followed[len(findings) :]]
        return sorted(assessed, key=by_position)

    def flows_in(self, text: CheckedText) -> list[Finding]:
        """Returns the findings of the own rules on flows in a text that no comment suppresses."""
        return [
            item.finding
            for item in self.in_text(text)
            if Flow in item.finding.rule.subscription and item.suppressed_by is None
        ]

    def _followed(self, module: Callable[[], Module], findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """See `of`. An error in following data loses only the evidence."""
        try:
            return self.of(module(), findings)
        except Exception as error:
            self.catalogue.note_failure_to_follow(error)
            return tuple([replace(finding, evidence=NOTHING_KNOWN) for finding in findings])

    def of(self, module: Module, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Returns the findings of a module with their evidence, and those of the own rules on its flows."""
        judged = [replace(finding, evidence=module.evidence_for(finding)) for finding in findings]
        by_line: dict[int, list[int]] = {}
        for index, finding in enumerate(judged):
            if finding.rule.id in _IDS:
                for line in _lines(finding):
                    by_line.setdefault(line, []).append(index)
        reported = []
        for finding in findings_on(module.flows(with_local=self.with_local), self.catalogue):
            near = {index for line in _lines(finding) for index in by_line.get(line, ())}
            same = [
                index
                for index in sorted(near)
                if stands_for(judged[index], finding) and _verdict(judged[index]) != NONE
            ]
            for index in same:
                if _verdict(judged[index]) == NOT_KNOWN:
                    judged[index] = replace(judged[index], evidence=finding.evidence)
            if not same:
                reported.append(finding)
        return (*judged, *reported)


def findings_on(flows: Iterable[Path], catalogue: Catalogue) -> Iterator[Finding]:
    """Yields the findings of the own rules on flows, one for each rule and position."""
    rules = catalogue.on_flows
    seen: set[tuple[str, Span]] = set()
    for path in flows if rules else ():
        rule = rules.get(kinds.id_of(path.kind))
        span = Span(*path.at)
        if rule is None or (rule.id, span) in seen:
            continue
        seen.add((rule.id, span))
        found: list[Finding] = []
        source = path.steps[0].what if path.steps else "data"
        sink = path.sink.partition(": ")[2] or path.sink
        view = Flow(rule, source, sink, span, path.steps, path.level == LOCAL)
        run(rule, view, catalogue, found)
        yield from found


def _lines(finding: Finding) -> range:
    """The underlined lines, up to a limit."""
    return range(finding.span.line, min(finding.span.end_line, finding.span.line + MOST_LINES) + 1)


def _verdict(finding: Finding) -> str:
    return finding.evidence.verdict if finding.evidence is not None else NOT_KNOWN


def stands_for(finding: Finding, own: Finding) -> bool:
    """Whether a finding of Bandit's has the same meaning as an own one, and shares a line with it."""
    lines, others = _lines(finding), _lines(own)
    return own.rule.id in _IDS.get(finding.rule.id, ()) and lines.start < others.stop and others.start < lines.stop
