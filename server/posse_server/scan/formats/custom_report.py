"""The report as a line for each result, made by a template with Bandit's tags."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from posse_server.results.result import Result
from posse_server.results.template import Template, TemplateError, template_of
from posse_server.scan.formats.place import path_of
from posse_server.scan.report import Report
from posse_server.system.console import printable, shown

DEFAULT = "{abspath}:{line}: {test_id}[bandit]: {severity}: {msg}"
TAGS: Mapping[str, Callable[[Result], object]] = {
    "abspath": lambda result: shown(os.path.abspath(result.filename)),
    "relpath": lambda result: _not_a_command(shown(path_of(result.filename))),
    "line": lambda result: result.line,
    "col": lambda result: result.column,
    "end_col": lambda result: result.end_column,
    "test_id": lambda result: result.rule_id,
    "severity": lambda result: result.severity.name,
    "msg": lambda result: printable(result.message),
    "confidence": lambda result: result.confidence.name,
    "range": lambda result: list(range(result.line_range[0], result.line_range[1] + 1)),
    "cwe": lambda result: result.rule.cwe.label,
}
"""What each tag stands for."""
_SAMPLE: Mapping[str, object] = dict.fromkeys(TAGS, "") | {"line": 1, "col": 1, "end_col": 1, "range": [1]}


def usable(text: str) -> Template:
    """Returns a template. Raises ValueError if it cannot be used, with the reason."""
    try:
        template = template_of(text, TAGS)
        template.line.format(**_SAMPLE)
    except (TemplateError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise ValueError(f"cannot use the template {text!r}: {error}") from None
    if template.unknown:
        unknown = ", ".join(f"{{{tag}}}" for tag in sorted(template.unknown))
        raise ValueError(f"cannot use the template {text!r}: there is no {unknown}. Tags are {', '.join(TAGS)}")
    return template


def custom_report(report: Report) -> Iterator[str]:
    """Yields a line for each result. The template must be usable."""
    line = usable(DEFAULT if report.template is None else report.template).line
    for listed in report.listed:
        yield line.format(**{tag: value(listed.result) for tag, value in TAGS.items()})


def _not_a_command(name: str) -> str:
    """Returns a name that a line may begin with: no build service takes it for a command."""
    return f"./{name}" if name.startswith((":", "#")) else name
