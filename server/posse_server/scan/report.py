"""What a report tells, whatever its format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from posse_checks.finding import Level
from posse_server.scan.baseline import Baseline, unknown
from posse_server.scan.check import Job
from posse_server.scan.files import Discovery
from posse_server.scan.results import SCORES, Checked, Counts, Result, Skipped, Tally


@dataclass(frozen=True, slots=True)
class Listed:
    """A result in a report."""

    result: Result
    candidates: Sequence[Result] = ()
    """Where there is a baseline, and it cannot tell which of several findings is the new one: these."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a scan."""

    listed: Sequence[Listed]
    skipped: Sequence[Skipped]
    counts: Mapping[str, Counts]
    """The metrics of each file that was read."""
    total: Counts
    in_scope: Sequence[tuple[str, Counts]]
    """The files that were checked, in their order."""
    excluded: Sequence[str]
    job: Job
    code: Mapping[str, Mapping[int, str]]
    """The lines of code by file."""

    def code_of(self, result: Result, separator: str = " ") -> str:
        """The lines around a result, each after its number."""
        lines = self.code.get(result.filename, {})
        numbers = self.job.shown_lines(result.line, result.line_range)
        return "".join(f"{number}{separator}{lines[number]}" for number in numbers if number in lines)


def make_report(checked: Sequence[Checked], discovery: Discovery, job: Job, baseline: Baseline) -> Report:
    """Put together what came of the files; what the baseline has already is left out."""
    results = [result for file in checked for result in file.results]
    if baseline:
        listed = [Listed(result, alike if len(alike) > 1 else ()) for result, alike in unknown(results, baseline)]
    else:
        listed = [Listed(result) for result in results]
    counts = {file.name: file.counts for file in checked if file.counts is not None}
    skipped = [Skipped(file.name, file.skipped) for file in checked if file.skipped is not None]
    return Report(
        listed=listed,
        skipped=[*skipped, *discovery.unreadable],
        counts=counts,
        total=_total(counts.values()),
        in_scope=[(file.name, file.counts) for file in checked if file.counts is not None and file.skipped is None],
        excluded=discovery.excluded,
        job=job,
        code={file.name: file.code for file in checked if file.code},
    )


def score(tally: Tally | None) -> int:
    """Bandit's score of a file with that many findings of each level."""
    return sum(SCORES[level] * count for level, count in zip(Level, tally or (), strict=False))


def _total(counts: Iterable[Counts]) -> Counts:
    total = Counts(severities=(0, 0, 0, 0), confidences=(0, 0, 0, 0))
    for one in counts:
        total = Counts(
            total.lines + one.lines,
            total.silenced + one.silenced,
            total.silenced_by_id + one.silenced_by_id,
            _sum(total.severities, one.severities),
            _sum(total.confidences, one.confidences),
        )
    return total


def _sum(one: Tally | None, other: Tally | None) -> Tally:
    a, b = one or (0, 0, 0, 0), other or (0, 0, 0, 0)
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]
