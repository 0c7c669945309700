"""The formats by name. The module of a format is loaded when a report is written in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from posse_server.scan.report import Report

TEXTS = ("screen", "txt")
"""The formats for people: written line by line, `screen` in a terminal's colors."""
DOCUMENTS = ("csv", "custom", "github", "gitlab", "html", "json", "junit", "markdown", "sarif", "xml", "yaml")
"""The formats for programs and pages. `X` is written by the function `X_report` of the module with its name."""
DETAILED = ("sarif",)
"""The formats that show fixes and suppressed results."""
_COMMAND = re.compile(r"##(?=\[|vso\[|teamcity\[)")
"""Text that Azure Pipelines and TeamCity take for a command, wherever it is in a line of output."""
_HASHES = (
    dict.fromkeys(("json", "sarif", "gitlab"), r"\u0023")
    | dict.fromkeys(("html", "junit", "markdown", "xml"), "&#35;")
    | dict.fromkeys(("csv", "custom", "github", "yaml"), r"\x23")
)
"""What is written for the first character of such a text."""
FORMATS = tuple(sorted((*DOCUMENTS, *TEXTS)))


def document(format: str, report: Report) -> Iterator[str]:
    """Yields the pieces of a report in one of `DOCUMENTS`."""
    name = f"{format}_report"
    module = import_module(f"posse_server.scan.formats.{name}")
    write = cast("Callable[[Report], Iterator[str]]", getattr(module, name))
    hash = f"{_HASHES[format]}#"
    for piece in write(report):
        yield _COMMAND.sub(lambda _: hash, piece) if "##" in piece else piece
