"""The format `sarif`, with the members in the order in which Bandit's library writes them."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import PurePath
from typing import Any

from posse_checks.rule.declaration import BANDIT
from posse_checks.rule.finding import Level
from posse_server.bandit.issue import Issue
from posse_server.bandit.report import TIME_FORMAT, Report
from posse_server.bandit.tests_of_bandit import AUTHOR

CONTEXT_LINES = 3
"""Number of lines around an issue. Bandit ignores `-n` in this format."""
_LEVELS: Mapping[Level, str] = {Level.HIGH: "error", Level.LOW: "note"}
"""The levels but for `warning`, which is left out because it is the default."""


def sarif_report(report: Report) -> Iterator[str]:
    """Yields the report. Raises LookupError for an issue whose own line is not among those shown, as Bandit does."""
    rules: dict[str, Mapping[str, Any]] = {}
    results = [_result(report, issue, rules) for issue in report.issues]
    driver: dict[str, Any] = {"name": "Bandit", "organization": AUTHOR}
    if rules:
        driver["rules"] = list(rules.values())
    driver |= {"version": BANDIT, "semanticVersion": BANDIT}
    invocation: dict[str, Any] = {
        "executionSuccessful": True,
        "endTimeUtc": datetime.now(timezone.utc).strftime(TIME_FORMAT),
    }
    if report.skipped:
        invocation["toolConfigurationNotifications"] = [_notification(*one) for one in report.skipped]
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "properties": {"metrics": report.metrics},
        "results": results,
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    yield json.dumps({"runs": [run], "version": "2.1.0", "$schema": schema}, indent=2)


def _notification(name: str, reason: str) -> Mapping[str, Any]:
    return {
        "message": {"text": reason},
        "level": "error",
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(name)}}}],
    }


def _result(report: Report, issue: Issue, rules: dict[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Returns an issue as a result, and adds its rule."""
    rules.setdefault(issue.test_id, _rule(issue))
    return {
        "message": {"text": issue.text},
        **({"level": _LEVELS[issue.severity]} if issue.severity in _LEVELS else {}),
        "locations": [{"physicalLocation": _location(report, issue)}],
        "properties": {"issue_confidence": issue.confidence.name, "issue_severity": issue.severity.name},
        "ruleId": issue.test_id,
        "ruleIndex": list(rules).index(issue.test_id),
    }


def _rule(issue: Issue) -> Mapping[str, Any]:
    return {
        "id": issue.test_id,
        "name": issue.test,
        "properties": {
            "tags": ["security", f"external/cwe/cwe-{issue.cwe or None}"],
            "precision": issue.confidence.name.lower(),
        },
        "helpUri": issue.more_info,
    }


def _location(report: Report, issue: Issue) -> Mapping[str, Any]:
    first, last = issue.line_range
    region: dict[str, Any] = {}
    context: dict[str, Any] = {}
    if code := report.code_of(issue, context_lines=CONTEXT_LINES):
        numbered = [line.partition(" ") for line in code.removesuffix("\n").split("\n")]
        shown_from = int(numbered[0][0])
        lines = [f"{text}\n" for _, _, text in numbered]
        if not code.endswith("\n"):
            lines[-1] = lines[-1].removesuffix("\n")
        region["snippet"] = {"text": lines[first - shown_from]}
        context["contextRegion"] = {
            "snippet": {"text": "".join(lines)},
            "endLine": shown_from + len(lines) - 1,
            "startLine": shown_from,
        }
    region |= {
        "endColumn": issue.end_column + 1,
        "endLine": first + 1 if last > first else first,
        "startColumn": issue.column + 1,
        "startLine": first,
    }
    return {"region": region, "artifactLocation": {"uri": _uri(issue.filename)}, **context}


def _uri(name: str) -> str:
    path = PurePath(name)
    return path.as_uri() if path.is_absolute() else urllib.parse.quote(path.as_posix())
