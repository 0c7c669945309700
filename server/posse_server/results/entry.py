"""Results in Bandit's JSON format: the entries of reports and baselines."""

from __future__ import annotations

from typing import Any

from posse_checks.rule.evidence import Evidence
from posse_checks.rule.finding import Level
from posse_server.results.result import Metrics, Result


def entry_of(result: Result, code: str) -> dict[str, Any]:
    """Returns a result as an entry of a report or a baseline, with the code around it."""
    return issue_of(result, code) | {"more_info": result.rule.link}


def evidence_entry(evidence: Evidence, filename: str) -> dict[str, Any]:
    """Returns the evidence on a result in the file with this name, which Bandit ignores in a report."""
    steps = [
        {"file": step.file or filename, "line": step.line, "column": step.column, "what": step.what}
        for step in evidence.steps
    ]
    return {"evidence": evidence.verdict, "reason": evidence.reason, "steps": steps}


def issue_of(result: Result, code: str) -> dict[str, Any]:
    """Returns a result as a report lists it among candidates: an entry without the link to the documentation."""
    rule = result.rule
    first, last = result.line_range
    cell = {} if result.cell is None else {"cell": result.cell}
    posse = {} if result.evidence is None else {"posse": evidence_entry(result.evidence, result.filename)}
    return {
        **cell,
        **posse,
        "code": code,
        "col_offset": result.column,
        "end_col_offset": result.end_column,
        "filename": result.filename,
        "issue_confidence": result.confidence.name,
        "issue_cwe": {"id": rule.cwe.value, "link": rule.cwe.link} if rule.cwe else {},
        "issue_severity": result.severity.name,
        "issue_text": result.message,
        "line_number": result.line,
        "line_range": list(range(first, last + 1)),
        "test_id": rule.id,
        "test_name": rule.reported_as,
    }


def metrics_entry(metrics: Metrics) -> dict[str, int]:
    """Returns metrics as the reports for programs have them."""
    members = {"loc": metrics.lines, "nosec": metrics.silenced, "skipped_tests": metrics.silenced_by_id}
    for kind, tally in (("SEVERITY", metrics.severities), ("CONFIDENCE", metrics.confidences)):
        members |= {f"{kind}.{level.name}": count for level, count in zip(Level, tally or (), strict=False)}
    return members
