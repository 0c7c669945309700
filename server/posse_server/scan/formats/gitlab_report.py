"""The report for GitLab's Code Quality, which shows new results in a merge request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from posse_checks.rule.finding import Level
from posse_server.results.result import Result
from posse_server.scan.formats.place import fingerprints, path_of
from posse_server.scan.report import Report

SEVERITIES = {Level.UNDEFINED: "info", Level.LOW: "minor", Level.MEDIUM: "major", Level.HIGH: "critical"}


def gitlab_report(report: Report) -> Iterator[str]:
    """Yields the report in pieces, one for each result."""
    yield "["
    separator = "\n"
    results = [listed.result for listed in report.listed]
    for result, fingerprint in zip(results, fingerprints(report, results), strict=True):
        yield separator + json.dumps(_entry(result, fingerprint))
        separator = ",\n"
    yield "\n]\n"


def _entry(result: Result, fingerprint: str) -> dict[str, Any]:
    """Returns the entry for a result. In a notebook, whose JSON has other lines, the description names the place."""
    place, line = "", result.line
    if result.cell is not None:
        place, line = f" (cell {result.cell}, line {result.line})", 1
    return {
        "description": f"{result.rule_id}: {result.message}{place}",
        "check_name": result.rule_id,
        "fingerprint": fingerprint,
        "severity": SEVERITIES[result.severity],
        "location": {"path": path_of(result.filename), "lines": {"begin": line}},
    }
