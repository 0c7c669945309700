"""The formats with all that is known: `json` and `yaml`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from operator import itemgetter
from typing import Any

import yaml

from posse_server.bandit.issue import Issue
from posse_server.bandit.report import TIME_FORMAT, Report


def json_report(report: Report) -> Iterator[str]:
    """Yields the report in JSON."""
    entries = []
    for issue in report.issues:
        entry = _entry(report, issue)
        if candidates := report.candidates_of(issue):
            entry["candidates"] = [one.entry() | {"code": report.code_of(one)} for one in candidates]
        entries.append(entry)
    yield json.dumps(_whole(report, entries), sort_keys=True, indent=2, separators=(",", ": "))


def yaml_report(report: Report) -> Iterator[str]:
    r"""Yields the report in YAML, in which Bandit writes the ends of lines of code as `\n`."""
    entries = []
    lines: dict[tuple[str, int], list[int]] = {}
    for issue in report.issues:
        entry = _entry(report, issue)
        entry["code"] = entry["code"].replace("\n", "\\n")
        # Issues of one node share their lines, and YAML writes what is shared once.
        entry["line_range"] = lines.setdefault((issue.filename, issue.place), entry["line_range"])
        entries.append(entry)
    yield yaml.safe_dump(_whole(report, entries), default_flow_style=False)


def _entry(report: Report, issue: Issue) -> dict[str, Any]:
    return issue.entry() | {"code": report.code_of(issue), "more_info": issue.more_info}


def _whole(report: Report, entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "errors": [{"filename": name, "reason": reason} for name, reason in report.skipped],
        "results": sorted(entries, key=itemgetter("test_name" if report.by_test else "filename")),
        "metrics": report.metrics,
        "generated_at": datetime.now(timezone.utc).strftime(TIME_FORMAT),
    }
