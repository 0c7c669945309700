"""What a report is made of, in any format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from posse_checks.rule.finding import Level
from posse_server.bandit.baseline import Candidates
from posse_server.bandit.check_file import Outcome
from posse_server.bandit.issue import Issue
from posse_server.results.entry import metrics_entry
from posse_server.results.result import listed_candidates

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run."""

    issues: Sequence[Issue]
    candidates: Candidates
    """For each issue, those equal to it, if there is a baseline; else nothing."""
    skipped: Sequence[tuple[str, str]]
    metrics: Mapping[str, Mapping[str, int]]
    in_scope: Sequence[tuple[str, int, int]]
    """The files that were checked, each with its scores of severity and confidence."""
    excluded: Sequence[str]
    outcomes: Mapping[str, Outcome]
    context_lines: int
    by_test: bool
    """Whether reports for machines are in the order of tests, rather than of files."""
    verbose: bool
    quiet: bool
    template: str | None = None

    @property
    def totals(self) -> Mapping[str, int]:
        """The metrics of all files together."""
        return self.metrics["_totals"]

    @property
    def is_silent(self) -> bool:
        """Whether reports for people are left out."""
        return self.quiet and not self.issues

    def candidates_of(self, issue: Issue) -> Sequence[Issue]:
        """Returns the issues among which this one is, if a baseline cannot tell which of several is new."""
        return listed_candidates(self.candidates.get(issue.key, ()))

    def code_of(self, issue: Issue, separator: str = " ", context_lines: int | None = None) -> str:
        """Returns the lines around an issue, each after its number."""
        wanted = self.context_lines if context_lines is None else context_lines
        return self.outcomes[issue.filename].code_of(issue, wanted, separator)


def metrics_of(outcomes: Iterable[Outcome]) -> dict[str, dict[str, int]]:
    """Returns the metrics of all files together, and of each, in Bandit's order."""
    totals = {"loc": 0, "nosec": 0, "skipped_tests": 0}
    totals |= {f"{kind}.{level.name}": 0 for level in Level for kind in ("SEVERITY", "CONFIDENCE")}
    by_file = {one.name: metrics_entry(one.metrics) for one in outcomes if one.metrics is not None}
    for members in by_file.values():
        for key, count in members.items():
            totals[key] += count
    return {"_totals": totals, **by_file}
