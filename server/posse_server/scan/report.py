"""The content of a report, in any format."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from posse_checks.baseline.match import FindingKey, KnownFindings
from posse_checks.config.policy import Matching
from posse_server.project.files import FoundFiles, Skipped
from posse_server.results.excerpt import numbered
from posse_server.results.job import Job
from posse_server.results.result import NO_FINDINGS, CheckedFile, Metrics, ReportedRemark, Result, listed_candidates
from posse_server.scan.baseline import KnownIn

FINDINGS_STATUS, ERROR_STATUS = 1, 2
"""Exit statuses other than 0."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A result in a report."""

    result: Result
    candidates: Sequence[Result] = ()
    """The equal findings, if a baseline cannot tell which of them is new."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a scan."""

    listed: Sequence[Listed]
    skipped: Sequence[Skipped]
    metrics: Mapping[str, Metrics]
    """The metrics of each file that was read."""
    total: Metrics
    in_scope: Sequence[tuple[str, Metrics]]
    """The files that were checked, in order."""
    excluded: Sequence[str]
    job: Job
    code: Mapping[tuple[str, int | None], Mapping[int, str]]
    """The lines of code by file, and by cell of a notebook."""
    reported_remarks: Sequence[tuple[str, ReportedRemark]] = ()
    """Remarks on comments, which are printed beside the report, each with its file's name."""
    suppressed: Sequence[Result] = ()
    """The results that comments suppress, if the job asked for them."""
    known: Sequence[Result] = ()
    """The results that a baseline hides."""
    template: str | None = None
    """The template of a custom report, if one is given."""
    has_troubles: bool = False
    """Whether plug-ins have failed, so that findings of theirs may be missing."""
    aggregate: str = "file"
    """The order of a JSON report: by `file`, or by check for `vuln`."""

    def code_of(self, result: Result, separator: str = " ") -> str:
        """Returns the lines around a result, each after its number."""
        numbers = self.job.shown_lines(result.line, result.line_range)
        return numbered(self.code.get((result.filename, result.cell), {}), numbers, separator)


class Scanned(NamedTuple):
    """What came of a scan."""

    status: int
    """The exit status."""
    report: Report


def make_report(checked: Sequence[CheckedFile], discovery: FoundFiles, job: Job, known_in: KnownIn) -> Report:
    """Combine the outcomes of the files. Results in a baseline are left out."""
    listed, known = list[Listed](), list[Result]()
    for file in checked:
        unknown, hidden = _compared(file.results, known_in(file.name))
        listed += unknown
        known += hidden
    metrics = {file.name: file.metrics for file in checked if file.metrics is not None}
    skipped = [
        Skipped(file.name, reason) for file in checked for reason in (file.skipped, *file.skipped_cells) if reason
    ]
    code: dict[tuple[str, int | None], Mapping[int, str]] = {
        (file.name, None): file.code for file in checked if file.code
    }
    code |= {(file.name, cell): lines for file in checked for cell, lines in file.code_of_cells.items()}
    return Report(
        listed=listed,
        skipped=[*skipped, *discovery.unreadable],
        metrics=metrics,
        total=_total(metrics.values()),
        in_scope=[(file.name, file.metrics) for file in checked if file.metrics is not None and file.skipped is None],
        excluded=discovery.excluded,
        job=job,
        code=code,
        reported_remarks=[(file.name, remark) for file in checked for remark in file.reported_remarks],
        suppressed=[result for file in checked for result in file.suppressed],
        known=known,
    )


def _compared(results: Sequence[Result], known: KnownFindings | None) -> tuple[list[Listed], Sequence[Result]]:
    """Returns the results that are not in the baseline, each with those equal to it for Bandit, and the others."""
    if known is None:
        return [Listed(result) for result in results], ()
    shown, hidden = known.partition(results, lambda result: result.key)
    if known.matching is Matching.COUNT:
        return [Listed(result) for result in shown], hidden
    alike = defaultdict[FindingKey, list[Result]](list)
    for result in shown:
        alike[result.key].append(result)
    return [Listed(result, listed_candidates(alike[result.key])) for result in shown], hidden


def _total(metrics: Iterable[Metrics]) -> Metrics:
    total = Metrics(severities=NO_FINDINGS, confidences=NO_FINDINGS)
    for one in metrics:
        total = Metrics(
            total.lines + one.lines,
            total.silenced + one.silenced,
            total.silenced_by_id + one.silenced_by_id,
            (total.severities or NO_FINDINGS).plus(one.severities or NO_FINDINGS),
            (total.confidences or NO_FINDINGS).plus(one.confidences or NO_FINDINGS),
        )
    return total
