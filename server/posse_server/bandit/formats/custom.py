"""The format `custom`: a line for each issue, made by a template."""

from __future__ import annotations

import os
import string
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from posse_server.bandit import log
from posse_server.bandit.issue import Issue
from posse_server.bandit.report import Report

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


class TemplateError(Exception):
    """A template cannot be used. The message is Bandit's."""


class _Unfilled(dict[str, Any]):
    """Values for a trial: tags without one stand for themselves."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def custom_report(report: Report) -> Iterator[str]:
    """Yields a line for each issue. Raises TemplateError for a wrong template, ValueError for one that does not fit."""
    line = _usable(DEFAULT if report.template is None else report.template)
    for issue in report.issues:
        yield line.format(**{tag: value(issue) for tag, value in TAGS.items()})


def _usable(template: str) -> str:
    """Returns a template with unknown tags, which are logged, as mere words."""
    try:
        pieces = list(string.Formatter().parse(template))
        string.Formatter().vformat(template, (), _Unfilled(line=0))
    except ValueError as error:
        raise TemplateError(f"Template is not in valid format: {error.args[0]}") from None
    except (LookupError, AttributeError, TypeError) as error:
        raise ValueError(str(error)) from None
    tags = {field for _, field, _, _ in pieces if field is not None}
    if not tags:
        raise TemplateError("No tags were found in the template. Are you missing '{}'?")
    for tag in tags:
        if tag not in TAGS:
            log.warning(
                "custom", f"Tag '{tag}' was not recognized and will be skipped, did you mean to use '{_similar(tag)}'?"
            )
    return "".join(_piece(*piece) for piece in pieces) + "\n"


def _similar(tag: str) -> str:
    return max((len(set(tag) & set(known)), known) for known in TAGS)[1]


def _piece(literal: str, field: str | None, format: str | None, conversion: str | None) -> str:
    text = literal.replace("{", "{{").replace("}", "}}")
    if field is None:
        return text
    if field not in TAGS:
        return text + field
    return f"{text}{{{field}{f':{format}' if format else ''}{f'!{conversion}' if conversion else ''}}}"
