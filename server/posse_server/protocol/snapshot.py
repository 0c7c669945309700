"""One version of an open document, and the diagnostics to show for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from posse_checks.analysis.assessed import Assessed
from posse_checks.baseline.hidden import shown_in
from posse_checks.baseline.match import KnownFindings, finding_key
from posse_checks.config.policy import Run
from posse_checks.incremental.document import Document
from posse_checks.nosec.lint import remarks_in
from posse_checks.nosec.remark import FlowFindings, Remark
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Text
from posse_checks.rule.evidence import NONE, NOT_KNOWN, NOTHING_KNOWN, SHOWN, Evidence
from posse_checks.rule.finding import Finding
from posse_server.notebook.notebook import Cell, Notebook
from posse_server.project.effective import EffectiveConfig
from posse_server.protocol.convert import Encoding, broken_json
from posse_server.protocol.diagnostics_json import rendered, rendered_remarks
from posse_server.protocol.rendered import NOT_RENDERED, Rendered
from posse_server.protocol.shown_evidence import ShownEvidence

if TYPE_CHECKING:  # loaded with the first evidence, not at the start
    from posse_checks.flow.document_evidence import DocumentEvidence

LOST = Broken(1, "an edit could not be read, so the text is unknown. Close and reopen the file")


class FindingsByBaseline(NamedTuple):
    """Findings of a document: those to show, and those that the baseline hides."""

    shown: Sequence[Finding]
    hidden: Sequence[Finding]


class RenderedSnapshot(NamedTuple):
    """The diagnostics of a snapshot."""

    findings: Rendered
    """The rendered findings, of which the next version may reuse parts."""
    text: str
    """All diagnostics as JSON objects, separated by commas."""


class Numbers(NamedTuple):
    """Numbers of a document's findings: shown, suppressed by a comment, hidden by the baseline."""

    findings: int
    suppressed: int
    baselined: int
    evidence: Mapping[str, int] | None = None
    """Numbers of the shown ones by what following the data has shown of them; None if that is not known."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One immutable version of an open document."""

    uri: str
    version: int
    document: Document
    config: EffectiveConfig
    known: KnownFindings
    """The baseline entries for it."""
    edited: bool = False
    """Whether it has changed since it was opened or saved."""
    awaits_baseline: bool = False
    """Whether its baseline is still being read, so that the findings to show are not known yet."""
    cells: Sequence[Cell] | None = None
    """The cells of a notebook, whose program is `document`; None for other documents."""

    evidence: DocumentEvidence | None = None
    """The evidence on its findings, perhaps that of an earlier version; None if data is not followed, or not yet."""
    program: Notebook | None = None
    """For a cell, the notebook that it is in; its evidence is that of the whole program."""
    lost: bool = False
    """Whether its text is unknown because an edit could not be applied; `document` is empty then."""

    def without_text(self) -> Snapshot:
        """Returns the snapshot with its text unknown: open, but empty."""
        cells = self.cells and [Cell.of(cell.uri, cell.version, Text.of(""), is_python=False) for cell in self.cells]
        return replace(self, document=Document.opened("", self.document.catalogue), cells=cells, edited=True, lost=True)

    @property
    def excluded(self) -> bool:
        """Whether the configuration keeps the file from being checked."""
        return self.config.excluded

    @property
    def waits(self) -> bool:
        """Whether changes are not shown yet: not before the document is saved, or its baseline is read."""
        return self.awaits_baseline or (self.edited and self.config.configuration.policy.run is Run.ON_SAVE)

    @property
    def is_up_to_date(self) -> bool:
        """Whether all findings are up to date. After an edit of an import, rechecking takes a while."""
        return self.document.pending_from is None

    @property
    def findings(self) -> Sequence[Finding]:
        """The findings that a scan would report."""
        return self._by_baseline.shown

    @property
    def displayed(self) -> Sequence[Finding]:
        """Those of the findings that the editor shows."""
        return [finding for finding in self.findings if self.config.configuration.policy.displays(finding)]

    @property
    def hidden(self) -> Sequence[Finding]:
        """The findings that the baseline hides."""
        return self._by_baseline.hidden

    def findings_near(self, first: int, last: int) -> Sequence[Finding]:
        """Returns the findings to show in the statements on a range of lines, from 0, inclusive."""
        if self.excluded:
            return ()
        if self.known.counts:  # of equal findings the first are hidden, so all of them have to be known
            return [found for found in self.displayed if found.span.line - 1 <= last and first < found.span.end_line]
        near = [*self.document.assessed_near(first, last), *self.on_flows(range(first, last + 1))]
        return [finding for assessed in near if (finding := self._displayed(assessed)) is not None]

    def shows(self, finding: Finding) -> bool:
        """Returns whether the editor shows an unsuppressed finding; a baseline may still hide it."""
        return not self.excluded and self._displayed(Assessed(finding)) is not None

    def _displayed(self, assessed: Assessed) -> Finding | None:
        """Returns a finding as the editor shows it, with its configured severity; None if it does not."""
        finding = self.config.configuration.shown(assessed)
        return finding if finding is not None and self.config.configuration.policy.displays(finding) else None

    @property
    def notebook(self) -> Notebook:
        """The snapshot as a notebook."""
        return Notebook(self.cells or (), self.document)

    def parts(self) -> Iterator[Snapshot]:
        """Yields the cells of a notebook as documents of their own; a cell that is not checked is empty."""
        known = self.known
        for cell, document in self.notebook.parts():
            here = document or Document.opened("", self.document.catalogue)
            part = replace(self, uri=cell.uri, version=cell.version, document=here, known=known, cells=None)
            yield replace(part, program=self.notebook)
            if known.counts:
                found, _ = shown_in(here, self.config.configuration, KnownFindings())
                known = known.remaining_after(map(finding_key, found))

    @property
    def numbers(self) -> Numbers:
        """Numbers of findings of each kind. Takes time proportional to the number of findings."""
        if self.excluded:
            return Numbers(0, 0, 0)
        findings, baselined = self._by_baseline
        shown, hidden = sum(map(self.config.configuration.policy.displays, findings)), len(baselined)
        return Numbers(shown, sum(map(len, self.suppressed.values())), hidden, self._verdicts(shown))

    @property
    def _by_baseline(self) -> FindingsByBaseline:
        """The findings, by whether the baseline hides them."""
        if self.excluded:
            return FindingsByBaseline((), ())
        shown, hidden = shown_in(self.document, self.config.configuration, self.known)
        on_flows = [finding for item in self.on_flows() if (finding := self.config.configuration.shown(item))]
        if on_flows:
            others, known = self.known.partition(on_flows, finding_key)
            shown, hidden = sorted([*shown, *others], key=_position), sorted([*hidden, *known], key=_position)
        return FindingsByBaseline(shown, hidden)

    def _verdicts(self, count: int) -> Mapping[str, int] | None:
        """Returns the numbers of its shown findings by their evidence, given their number."""
        if self.evidence is None or not self.follows_data or self.evidence.nodes is not self.document.nodes:
            return None
        judged = list[tuple[Finding, Evidence]]()
        for item, evidence in self.evidence.judged_in(self.document.nodes):
            finding = self.config.configuration.shown(item)
            if finding is not None:
                judged.append((finding, evidence))
        judged.sort(key=lambda pair: _position(pair[0]))
        left, _ = self.known.partition(judged, lambda pair: finding_key(pair[0]))
        displays = self.config.configuration.policy.displays
        verdicts = Counter(evidence.verdict for finding, evidence in left if displays(finding))
        known = {verdict: verdicts[verdict] for verdict in (SHOWN, NONE)}
        return known | {NOT_KNOWN: count - sum(known.values())}

    def on_flows(self, lines: range | None = None) -> Iterator[Assessed]:
        """Yields the findings of own rules on flows, as far as they are known; see `DocumentEvidence.own_in`."""
        if self.evidence is not None and self.follows_data:
            for assessed, _ in self.evidence.own_in(self.document.nodes, 0, lines):
                yield assessed

    @property
    def suppressed(self) -> Mapping[int, Sequence[Assessed]]:
        """The findings that comments suppress, as far as they are known, by the line of the comment, from 1."""
        if self.excluded or self.config.configuration.ignore_nosec:
            return {}
        suppressed = {line: list(items) for line, items in self.document.suppressed.items()}
        for item in self.on_flows():
            if item.suppressed_by is not None:
                suppressed.setdefault(item.suppressed_by, []).append(item)
        return suppressed

    def left_on_flows(self, lines: range | None = None) -> list[Finding]:
        """Returns the findings of own rules on flows that no comment suppresses; see `on_flows`."""
        return [item.finding for item in self.on_flows(lines) if item.suppressed_by is None]

    def left_around(self, finding: Finding) -> list[Finding]:
        """Returns those of `left_on_flows` in the statements that a finding is about."""
        first, last = finding.line_range
        return self.left_on_flows(range(first - 1, last))

    @property
    def remarks(self) -> Sequence[Remark]:
        """Remarks on its comments that suppress findings."""
        configuration = self.config.configuration
        if self.excluded or configuration.ignore_nosec:
            return ()
        if not self.document.comments:
            return ()
        flows = FlowFindings(list(self.on_flows()), self._lines_not_followed)
        return remarks_in(self.document, configuration.policy.nosec, flows)

    def _lines_not_followed(self) -> Sequence[range]:
        """The lines, from 1, with flows that are not known.

        These are the lines of nodes that have been edited since, and of functions that take too many steps. While some
        part does not parse, they are all lines: flows through that part cannot be seen.
        """
        program = self.document if self.program is None else self.program.document
        if self.evidence is None or not self.follows_data or program.broken or (self.program and self.evidence.gave_up):
            return [range(1, len(self.document.text.lines) + 1)]
        gave_up = [range(first, last + 1) for first, last in self.evidence.gave_up]
        if self.evidence.nodes is program.nodes:
            return gave_up
        return [*gave_up, *self.evidence.unjudged_lines(self.document.nodes)]

    @property
    def follows_data(self) -> bool:
        """Whether the evidence on its findings is wanted."""
        return self.config.configuration.policy.flow is True and not self.excluded and not self.lost

    def follow(self, document: Document) -> Sequence[Finding]:
        """Returns the findings on flows in the document, or in what a fix would make of it."""
        if document is self.document:
            return self.left_on_flows()
        from posse_checks.flow.findings import Follower  # loaded with the first finding that has such a fix

        policy = self.config.configuration.policy
        return Follower(document.catalogue, policy.flow_local, policy.flow_model).flows_in(document)

    def evidence_on(self, finding: Finding) -> Evidence:
        """Returns what is known of one of its findings."""
        if self.evidence is None or not self.follows_data:
            return NOTHING_KNOWN
        return self.evidence.on(finding, self.document.nodes)

    def located(self, line: int) -> tuple[str, int, str] | None:
        """Returns the URI, the line there (from 0) and its text, for a line of the program (from 1)."""
        if self.program is None:
            lines = self.document.text.lines
            return (self.uri, line - 1, lines[line - 1]) if line <= len(lines) else None
        lines = self.program.document.text.lines
        if line >= len(lines):
            return None
        cell, begin = self.program.at(line - 1)
        return cell.uri, line - 1 - begin, lines[line - 1]

    def rendered(
        self, encoding: Encoding, before: Rendered = NOT_RENDERED, *, tells_related: bool = False, in_data: bool = False
    ) -> RenderedSnapshot:
        """Render its diagnostics, reusing the rendering `before` of an earlier version; see `ShownEvidence.in_data`."""
        new = NOT_RENDERED
        if self.lost and not self.excluded:
            return RenderedSnapshot(new, broken_json(LOST, self.document.text.lines))
        if not self.excluded:
            related_in = self.uri if tells_related else None
            evidence, program = None, self.document if self.program is None else self.program.document
            if self.evidence is not None and self.follows_data:
                evidence = ShownEvidence(self.evidence, self.located, self.evidence.nodes is program.nodes, in_data)
            configuration = self.config.configuration
            new = rendered(self.document, encoding, before, configuration, self.known, related_in, evidence)
        lines, policy = self.document.text.lines, self.config.configuration.policy.nosec
        remarks = rendered_remarks(self.remarks, policy, lines, encoding)
        return RenderedSnapshot(new, ",".join(part for part in (new.text, remarks) if part))


def _position(finding: Finding) -> tuple[int, int, str]:
    return finding.line, finding.column, finding.rule.id
