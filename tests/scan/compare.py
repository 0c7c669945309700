"""Reports of the two tools in a comparable form."""

from __future__ import annotations

import json
import re
from typing import Any

RULE = "-" * 50 + "\n"
_CONTROL = re.compile(r"(?!\x1b\[\d+m)[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def content_of(report: str) -> dict[str, Any]:
    """A JSON report: results in a fixed order, without the time and the reasons of errors, which are Posse's own."""
    content: dict[str, Any] = json.loads(report)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", content.pop("generated_at"))
    for result in content["results"]:
        result.get("candidates", []).sort(key=_place)
    content["results"].sort(key=_place)
    content["errors"] = sorted(error["filename"] for error in content["errors"])
    return content


def order_of(report: str, key: str) -> list[str]:
    """The sort key of the results of a JSON report."""
    return [result[key] for result in json.loads(report)["results"]]


def escaped(report: str) -> str:
    """A text report with control characters as escapes, except for those of colors, tabs and line feeds."""
    return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], report)


def text_of(report: str) -> str:
    """A text report: findings sorted by file and line, without the time and the reasons for skipped files.

    Bandit prints control characters as they are; here they are escapes, except for those of colors, tabs and line
    feeds.
    """
    report = escaped(report)
    report = re.sub(r"(Run started:).*", r"\1", report, count=1)
    report = re.sub(r"^(\t\S*\.py) \(.*\)$", r"\1", report, flags=re.MULTILINE)
    head, results, tail = re.split(
        r"(?<=Test results:)(?:\x1b\[0m)?\n|^(?=.*\nCode scanned)", report, flags=re.MULTILINE
    )
    return "\n".join([head, *sorted(results.split(RULE)), tail])


def _place(result: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(result[key] for key in ("filename", "line_number", "col_offset", "test_id", "issue_text"))
