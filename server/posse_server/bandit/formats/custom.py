"""The format `custom`: a line for each issue, made by a template."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from posse_server.bandit import log
from posse_server.bandit.issue import Issue
from posse_server.bandit.report import Report
from posse_server.results.template import template_of

DEFAULT = "{abspath}:{line}: {test_id}[bandit]: {severity}: {msg}"
TAGS: Mapping[str, Callable[[Issue], object]] = {
    "abspath": lambda issue: os.path.abspath(issue.filename),
    "relpath": lambda issue: os.path.relpath(issue.filename),
    "line": lambda issue: issue.line,
    "col": lambda issue: issue.column,
    "end_col": lambda issue: issue.end_column,
    "test_id": lambda issue: issue.test_id,
    "severity": lambda issue: issue.severity.name,
    "msg": lambda issue: issue.text,
    "confidence": lambda issue: issue.confidence.name,
    "range": lambda issue: issue.lines,
    "cwe": lambda issue: issue.cwe_text,
}


def custom_report(report: Report) -> Iterator[str]:
    """Yields a line for each issue. Raises TemplateError for a wrong template, ValueError for one that does not fit."""
    template = template_of(DEFAULT if report.template is None else report.template, TAGS)
    for tag in template.unknown:
        log.warning(
            "custom", f"Tag '{tag}' was not recognized and will be skipped, did you mean to use '{_similar(tag)}'?"
        )
    for issue in report.issues:
        yield template.line.format(**{tag: value(issue) for tag, value in TAGS.items()})


def _similar(tag: str) -> str:
    return max((len(set(tag) & set(known)), known) for known in TAGS)[1]
