"""The JSON report, in Bandit's schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from posse_checks.rule.finding import Level
from posse_server.results.result import Counts, Result
from posse_server.scan.report import Listed, Report

TIME = "%Y-%m-%dT%H:%M:%SZ"


def json_report(report: Report, aggregate: str) -> Iterator[str]:
    """The report, one result at a time; these are in the order of their files, or of their checks."""
    head = {
        "errors": [{"filename": skipped.name, "reason": skipped.reason} for skipped in report.skipped],
        "generated_at": datetime.now(timezone.utc).strftime(TIME),
        "metrics": {"_totals": _metrics(report.total)} | {name: _metrics(c) for name, c in report.counts.items()},
    }
    yield _written(head).removesuffix("\n}") + ',\n  "results": ['
    separator = "\n    "
    for listed in sorted(report.listed, key=_name if aggregate == "vuln" else _filename):
        yield separator + _written(_entry(report, listed)).replace("\n", "\n    ")
        separator = ",\n    "
    yield "\n  ]\n}\n" if report.listed else "]\n}\n"


def _written(value: object) -> str:
    return json.dumps(value, sort_keys=True, indent=2, separators=(",", ": "))


def _name(listed: Listed) -> str:
    return listed.result.rule.reported_as


def _filename(listed: Listed) -> str:
    return listed.result.filename


def _metrics(counts: Counts) -> dict[str, int]:
    metrics = {"loc": counts.lines, "nosec": counts.silenced, "skipped_tests": counts.silenced_by_id}
    for kind, tally in (("SEVERITY", counts.severities), ("CONFIDENCE", counts.confidences)):
        metrics |= {f"{kind}.{level.name}": count for level, count in zip(Level, tally or (), strict=False)}
    return metrics


def _entry(report: Report, listed: Listed) -> dict[str, Any]:
    entry = entry_of(listed.result, report.code_of(listed.result))
    if listed.candidates:
        entry["candidates"] = [_issue(candidate, report.code_of(candidate)) for candidate in listed.candidates]
    return entry


def entry_of(result: Result, code: str) -> dict[str, Any]:
    """A result as reports and baselines have it, with the code around it."""
    return _issue(result, code) | {"more_info": result.rule.link}


def _issue(result: Result, code: str) -> dict[str, Any]:
    rule = result.rule
    first, last = result.line_range
    cell = {} if result.cell is None else {"cell": result.cell}
    return {
        **cell,
        "code": code,
        "col_offset": result.column,
        "end_col_offset": result.end_column,
        "filename": result.filename,
        "issue_confidence": result.confidence.name,
        "issue_cwe": {"id": rule.cwe.value, "link": rule.cwe.link},
        "issue_severity": result.severity.name,
        "issue_text": result.message,
        "line_number": result.line,
        "line_range": list(range(first, last + 1)),
        "test_id": rule.id,
        "test_name": rule.reported_as,
    }
