"""The JSON report, in Bandit's schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from json.encoder import encode_basestring_ascii
from typing import Any

from posse_server.results.entry import entry_of, issue_of, metrics_entry
from posse_server.scan.report import Listed, Report

TIME = "%Y-%m-%dT%H:%M:%SZ"


def json_report(report: Report) -> Iterator[str]:
    """Yields the report in pieces, one for each result."""
    yield _written(head(report)).removesuffix("\n}") + ',\n  "results": ['
    separator = "\n    "
    for entry in entries(report):
        yield separator + _written(entry, "\n    ")
        separator = ",\n    "
    yield "\n  ]\n}\n" if report.listed else "]\n}\n"


def head(report: Report) -> dict[str, Any]:
    """Returns the members of the report other than `results`."""
    return {
        "errors": [{"filename": skipped.name, "reason": skipped.reason} for skipped in report.skipped],
        "generated_at": datetime.now(timezone.utc).strftime(TIME),
        "metrics": {"_totals": metrics_entry(report.total)}
        | {name: metrics_entry(c) for name, c in report.metrics.items()},
    }


def entries(report: Report) -> Iterator[dict[str, Any]]:
    """Yields the entry of each result, ordered by file, or by check if the report asks for that."""
    for listed in sorted(report.listed, key=_name if report.aggregate == "vuln" else _filename):
        yield _entry(report, listed)


def _written(value: object, line_end: str = "\n") -> str:
    """Returns a value as JSON, in Bandit's layout: indented by two, with sorted keys.

    Python's encoder is several times as slow if it has to indent.
    """
    if type(value) is str:
        return encode_basestring_ascii(value)
    if type(value) is int:
        return repr(value)
    inner = f"{line_end}  "
    if isinstance(value, dict) and value:
        members = [f"{encode_basestring_ascii(key)}: {_written(item, inner)}" for key, item in sorted(value.items())]
        return f"{{{inner}{f',{inner}'.join(members)}{line_end}}}"
    if isinstance(value, list) and value:
        return f"[{inner}{f',{inner}'.join([_written(item, inner) for item in value])}{line_end}]"
    return json.dumps(value)


def _name(listed: Listed) -> str:
    return listed.result.rule.reported_as


def _filename(listed: Listed) -> str:
    return listed.result.filename


def _entry(report: Report, listed: Listed) -> dict[str, Any]:
    entry = entry_of(listed.result, report.code_of(listed.result))
    if listed.candidates:
        entry["candidates"] = [issue_of(candidate, report.code_of(candidate)) for candidate in listed.candidates]
    return entry
