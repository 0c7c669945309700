"""A scan of many checkouts, one after the other, and its summary."""

from __future__ import annotations

import argparse
import gc
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from posse_checks.rule.finding import Level
from posse_server.results.result import NO_FINDINGS, LevelCounts
from posse_server.scan.report import ERROR_STATUS, Report, Scanned
from posse_server.scan.repository_list import SUMMARY, Repository, report_files, reports_folder, repositories_in
from posse_server.system.console import CommandError, opened, shown, tell, why

FILE_OPTIONS = ("configfile", "baseline", "ini", "project_python")
"""The options that name files, which are found from the folder where the command is given."""


@dataclass(frozen=True, slots=True)
class RepositoryOutcome:
    """What was found in a checkout, or why it could not be scanned."""

    repository: Repository
    files: int = 0
    skipped: int = 0
    """Files that could not be checked."""
    severities: LevelCounts = NO_FINDINGS
    seconds: float = 0
    error: str | None = None


def scan_repositories(given: argparse.Namespace, scan_here: Callable[[argparse.Namespace], Scanned]) -> int:
    """Scan each checkout of a list from within its folder, and print a summary. Returns the highest exit status.

    A failure of one checkout does not stop the others. Raises CommandError for failures that concern all.
    """
    if given.targets:
        raise CommandError("--repositories names what is scanned: give no other target beside it")
    repositories = repositories_in(given.repositories)
    folder = reports_folder(given.reports or ())
    named = {name: os.path.abspath(os.path.expanduser(path)) for name in FILE_OPTIONS if (path := getattr(given, name))}
    here, status, outcomes = Path.cwd(), 0, list[RepositoryOutcome]()
    try:
        for number, repository in enumerate(repositories, 1):
            reports = report_files(given.reports or (), folder, repository)
            own = argparse.Namespace(**vars(given) | named | {"targets": [], "reports": reports})
            one, outcome = _scan_one(own, repository, scan_here)
            status = max(status, one)
            outcomes.append(outcome)
            if not given.quiet:
                tell(progress(outcome, number, len(repositories)))
            gc.collect()  # the scan itself runs without the collector
    finally:
        os.chdir(here)
    opened(str(folder / SUMMARY)).document([summary_json(outcomes)])
    opened(None).lines(table(outcomes))
    return status


def _scan_one(
    given: argparse.Namespace, repository: Repository, scan_here: Callable[[argparse.Namespace], Scanned]
) -> tuple[int, RepositoryOutcome]:
    """Scan a checkout. Returns the exit status and the outcome."""
    began = time.monotonic()
    try:
        os.chdir(repository.folder)
        status, report = scan_here(given)
    except (CommandError, OSError) as error:
        reason = why(error) if isinstance(error, OSError) else str(error)
        return ERROR_STATUS, RepositoryOutcome(repository, error=reason)
    return status, _outcome_of(repository, report, time.monotonic() - began)


def _outcome_of(repository: Repository, report: Report, seconds: float) -> RepositoryOutcome:
    """Returns what a report says of a checkout."""
    severities = LevelCounts.of(listed.result.severity for listed in report.listed)
    return RepositoryOutcome(repository, len(report.in_scope), len(report.skipped), severities, seconds)


def progress(outcome: RepositoryOutcome, number: int, of: int) -> str:
    """Returns a line about a checkout that is done."""
    name = shown(str(outcome.repository.folder))
    if outcome.error is not None:
        return f"[{number}/{of}] {name}: not scanned: {outcome.error}"
    found = [f"{count} {level.name.lower()}" for level, count in _levels(outcome.severities) if count]
    files = f"{outcome.files} file{'s' if outcome.files != 1 else ''}"
    return f"[{number}/{of}] {name}: {', '.join(found) or 'no findings'} in {files}"


def table(outcomes: Sequence[RepositoryOutcome]) -> Iterator[str]:
    """Yields a line for each checkout, those with the most severe findings first, and one for all."""
    columns = [level.name for level in reversed(Level) if level is not Level.UNDEFINED]
    yield "  ".join([*(f"{column:>8}" for column in columns), f"{'FILES':>8}", f"{'SKIPPED':>8}", "REPOSITORY"])
    for outcome in sorted(outcomes, key=lambda outcome: tuple(reversed(outcome.severities)), reverse=True):
        if outcome.error is None:
            yield _row(outcome.severities, outcome.files, outcome.skipped, shown(str(outcome.repository.folder)))
    scanned = [outcome for outcome in outcomes if outcome.error is None]
    total = NO_FINDINGS
    for outcome in scanned:
        total = total.plus(outcome.severities)
    every = f"all {len(scanned)}"
    yield _row(total, sum(one.files for one in scanned), sum(one.skipped for one in scanned), every)
    failed = len(outcomes) - len(scanned)
    if failed:
        yield f"{failed} not scanned: see above"


def summary_json(outcomes: Iterable[RepositoryOutcome]) -> str:
    """Returns the summary for programs, in the order of the list."""
    entries = [
        {
            "repository": str(outcome.repository.folder),
            "reports": outcome.repository.name,
            "files": outcome.files,
            "skipped": outcome.skipped,
            "findings": {level.name.lower(): count for level, count in _levels(outcome.severities)},
            "seconds": round(outcome.seconds, 3),
            "error": outcome.error,
        }
        for outcome in outcomes
    ]
    return json.dumps({"repositories": entries}, indent=2) + "\n"


def _levels(counts: LevelCounts) -> list[tuple[Level, int]]:
    """Returns the levels, highest first, with their numbers."""
    return [(level, counts[level]) for level in reversed(Level) if level is not Level.UNDEFINED]


def _row(counts: LevelCounts, files: int, skipped: int, name: str) -> str:
    figures = [*(count for _, count in _levels(counts)), files, skipped]
    return "  ".join([*(f"{figure:>8}" for figure in figures), name])
