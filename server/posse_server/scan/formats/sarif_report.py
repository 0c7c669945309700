"""The report in SARIF 2.1.0, the format that GitHub, Azure DevOps and editors' viewers read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from posse_checks import __version__
from posse_checks.rule.declaration import Rule
from posse_checks.rule.documentation import documentation_of
from posse_checks.rule.evidence import Step
from posse_checks.rule.finding import Level, Span
from posse_checks.rule.pages import section_of, summary_of
from posse_server.project.files import Skipped
from posse_server.results.result import ProposedFix, Result
from posse_server.scan.formats.place import Region, fingerprints, region_at, region_of, uri_of
from posse_server.scan.report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Level.UNDEFINED: "none", Level.LOW: "note", Level.MEDIUM: "warning", Level.HIGH: "error"}
SCORES = {Level.UNDEFINED: "0.0", Level.LOW: "3.0", Level.MEDIUM: "5.5", Level.HIGH: "8.0"}
"""GitHub's `security-severity`: below 4.0 is shown as low, from 4.0 as medium, from 7.0 as high."""
PRECISIONS = {Level.UNDEFINED: "low", Level.LOW: "low", Level.MEDIUM: "medium", Level.HIGH: "high"}
IN_BASELINE = {"kind": "external", "status": "accepted", "justification": "It is in the baseline."}
ROOT = "%SRCROOT%"
"""The name for the folder that relative paths start from."""


def sarif_report(report: Report) -> Iterator[str]:
    """Yields the report in pieces, one for each result."""
    results = [*(listed.result for listed in report.listed), *report.suppressed, *report.known]
    suppressions: list[dict[str, str] | None] = [None] * len(report.listed) + [
        _in_source(result) for result in report.suppressed
    ]
    suppressions += [IN_BASELINE] * len(report.known)
    rules = sorted({result.rule for result in results}, key=lambda rule: rule.id)
    indexes = {rule.id: index for index, rule in enumerate(rules)}
    head = {
        "tool": {"driver": {"name": "Posse", "version": __version__, "rules": [_rule(rule) for rule in rules]}},
        "columnKind": "utf16CodeUnits",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(skipped) for skipped in report.skipped],
            }
        ],
    }
    yield f'{{\n"$schema": "{SCHEMA}",\n"version": "2.1.0",\n'
    yield f'"runs": [{json.dumps(head).removesuffix("}")},\n"results": ['
    separator = "\n"
    for result, fingerprint, suppression in zip(results, fingerprints(report, results), suppressions, strict=True):
        entry = _result(report, result, fingerprint, indexes[result.rule_id])
        if report.suppressed or report.known:  # SARIF wants the member on all results of a run, or on none
            entry["suppressions"] = [] if suppression is None else [suppression]
        yield separator + json.dumps(entry)
        separator = ",\n"
    yield "\n]}]}\n"


def _rule(rule: Rule) -> dict[str, Any]:
    documentation = documentation_of(rule.docstring)
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": summary_of(rule)},
        "fullDescription": {"text": documentation.reason or summary_of(rule)},
        **({"helpUri": rule.link} if rule.link else {}),
        "help": {"text": documentation.why, "markdown": "".join(section_of(rule)).lstrip()},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "tags": ["security", *([f"external/cwe/cwe-{rule.cwe.value:03}"] if rule.cwe else [])],
            "precision": PRECISIONS[rule.confidence],
            "security-severity": SCORES[rule.severity],
        },
    }


def _notification(skipped: Skipped) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": f"The file was not checked: {skipped.reason}"},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(skipped.name)}}],
    }


def _result(report: Report, result: Result, fingerprint: str, index: int) -> dict[str, Any]:
    evidence = result.evidence
    properties = {"severity": result.severity.name, "confidence": result.confidence.name}
    if evidence is not None:
        properties |= {"evidence": evidence.verdict, "reason": evidence.reason}
    entry: dict[str, Any] = {
        "ruleId": result.rule_id,
        "ruleIndex": index,
        "level": LEVELS[result.severity],
        "message": {"text": result.message},
        "locations": [_location(result, region_of(report, result, utf16=True))],
        "partialFingerprints": {"posse/v1": fingerprint},
        "properties": properties,
    }
    if evidence is not None and evidence.steps:
        entry["codeFlows"] = [_flow(report, result, evidence.steps)]
    if result.fixes:
        entry["fixes"] = [_fix(result, fix) for fix in result.fixes]
    return entry


def _in_source(result: Result) -> dict[str, str]:
    """Returns the suppression of a result by a comment."""
    return {"kind": "inSource", "justification": result.comment or ""}


def _flow(report: Report, result: Result, steps: Sequence[Step]) -> dict[str, Any]:
    """Returns the path of the data."""
    locations = []
    for step in steps:
        here = Span(step.line, step.column, step.line, step.column)
        place = replace(result, filename=step.file, cell=None) if step.file else result
        region = region_at(report, place.filename, place.cell, here, utf16=True)
        locations.append({"location": _location(place, region) | {"message": {"text": step.what}}})
    return {"threadFlows": [{"locations": locations}]}


def _fix(result: Result, fix: ProposedFix) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _members(Region(*edit[:4])), "insertedContent": {"text": edit.new}} for edit in fix.edits
    ]
    changes = [{"artifactLocation": _artifact(result.filename), "replacements": replacements}]
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _location(result: Result, region: Region) -> dict[str, Any]:
    """Returns a place in a file. In a notebook, whose JSON has other lines, the cell and its line are named instead."""
    physical: dict[str, Any] = {"artifactLocation": _artifact(result.filename)}
    if result.cell is not None:
        name = f"cell {result.cell}, line {region.line}"
        return {"physicalLocation": physical, "logicalLocations": [{"name": name, "kind": "module"}]}
    physical["region"] = _members(region)
    return {"physicalLocation": physical}


def _members(region: Region) -> dict[str, int]:
    members = {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }
    return {name: value for name, value in members.items() if value is not None}


def _artifact(filename: str) -> dict[str, str]:
    uri = uri_of(filename)
    return {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": ROOT}
