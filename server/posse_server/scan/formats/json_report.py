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
TOTALS = "_totals"
"""The name for all files together among the metrics."""
LINE_END = "\n    "
"""The line end, with the indentation of the members of a list or a mapping in the report."""


def json_report(report: Report) -> Iterator[str]:
    """Yields the report in pieces, one for each file and one for each result."""
    errors, generated_at = _written(_errors(report), "\n  "), _written(_now())
    yield f'{{\n  "errors": {errors},\n  "generated_at": {generated_at},\n  "metrics": {{'
    separator = LINE_END
    for name, metrics in sorted({TOTALS: report.total, **report.metrics}.items()):
        yield f"{separator}{_written(name)}: {_written(metrics_entry(metrics), LINE_END)}"
        separator = f",{LINE_END}"
    yield '\n  },\n  "results": ['
    separator = LINE_END
    for entry in entries(report):
        yield separator + _written(entry, LINE_END)
        separator = f",{LINE_END}"
    yield "\n  ]\n}\n" if report.listed else "]\n}\n"


def head(report: Report) -> dict[str, Any]:
    """Returns the members of the report other than `results`."""
    metrics = {name: metrics_entry(one) for name, one in {TOTALS: report.total, **report.metrics}.items()}
    return {"errors": _errors(report), "generated_at": _now(), "metrics": metrics}


def _errors(report: Report) -> list[dict[str, str]]:
    return [{"filename": skipped.name, "reason": skipped.reason} for skipped in report.skipped]


def _now() -> str:
    return datetime.now(timezone.utc).strftime(TIME)


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
