"""The report in YAML, with the members of the JSON report."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import yaml

from posse_server.scan.formats.json_report import entries, head
from posse_server.scan.report import Report


def yaml_report(report: Report) -> Iterator[str]:
    """Yields the report in pieces, one for each result."""
    yield _written(head(report))
    if not report.listed:
        yield "results: []\n"
        return
    yield "results:\n"
    for entry in entries(report):
        yield _written([entry])


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines on one line, so that no line of the report begins with a text from the source."""


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if "\n" in text else None),
)


def _written(value: object) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=True, width=sys.maxsize)
