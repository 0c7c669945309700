"""Bandit itself, run in this process on a source, and Posse's findings in the same form."""

from __future__ import annotations

import io
import logging
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bandit.core.config import BanditConfig
from bandit.core.manager import BanditManager

from posse_checks.rule.finding import Finding

logging.getLogger("bandit").setLevel(logging.CRITICAL)

ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
"""Parts that differ between runs in the few messages of Bandit that contain a node of the tree."""

BANDIT_FAILS: Mapping[str, str] = (
    {"B703": "ast.Call.__init__ missing 1 required positional argument"} if sys.version_info >= (3, 15) else {}
)
"""The checks of Bandit 1.9.4 that fail on this Python and so lose findings: a part of the internal error."""

Row = tuple[str, str, int, int, int, int, int, str, str, int, str]
"""ID, test name, line, first and last line of the range, columns, severity, confidence, CWE, message."""


class Skipped(Exception):
    """Bandit did not check the file; the message is its reason."""


def bandit_rows(
    source: str | bytes,
    *,
    ignore_nosec: bool = False,
    options: Mapping[str, Any] | None = None,
    only: Iterable[str] = (),
) -> Counter[Row]:
    """Bandit's findings in a source, with these sections of configuration and, if given, only these IDs."""
    manager = BanditManager(_config(), "file", ignore_nosec=ignore_nosec, profile={"include": list(only)})
    if options:
        config = BanditConfig()
        config.config.update(options)
        manager = BanditManager(config, "file", ignore_nosec=ignore_nosec, profile={"include": list(only)})
    data = source if isinstance(source, bytes) else source.encode()
    name = "./source.py"
    with warnings.catch_warnings():
        # An error to pytest would be an exception to Bandit, which swallows it together with its finding.
        warnings.simplefilter("ignore")
        manager._parse_file(name, io.BytesIO(data), [name])
    if manager.skipped:
        raise Skipped(manager.skipped[0][1])
    return Counter(
        (
            issue.test_id,
            issue.test,
            issue.lineno,
            issue.linerange[0],
            issue.linerange[-1],
            issue.col_offset,
            issue.end_col_offset,
            issue.severity,
            issue.confidence,
            issue.cwe.id,
            ADDRESS.sub("", issue.text),
        )
        for issue in manager.results
    )


@cache
def _config() -> BanditConfig:
    return BanditConfig()


def posse_rows(findings: Iterable[Finding]) -> Counter[Row]:
    """Posse's findings in the same form."""
    return Counter(
        (
            finding.rule.id,
            finding.rule.reported_as,
            finding.line,
            *finding.line_range,
            finding.column,
            finding.end_column,
            finding.severity.name,
            finding.confidence.name,
            finding.cwe.value,
            ADDRESS.sub("", finding.message),
        )
        for finding in findings
    )


def difference(bandit: Counter[Row], posse: Counter[Row], source: str) -> str:
    """Each finding that only one of the two reports, with its source line; empty if they agree.

    Findings that Bandit lacks because its check fails on this Python are not counted.
    """
    lines = source.splitlines()
    lost = Counter({row: count for row, count in posse.items() if row[0] in BANDIT_FAILS})

    def shown(who: str, rows: Counter[Row]) -> list[str]:
        return [
            f"{who} x{count}: {row}\n    {lines[row[2] - 1] if 0 < row[2] <= len(lines) else ''}"
            for row, count in sorted(rows.items())
        ]

    return "\n".join(shown("only Bandit", bandit - posse) + shown("only Posse ", posse - bandit - lost))


def python_files(root: Path) -> list[Path]:
    """The Python files below a folder, in a stable order."""
    return sorted(path for path in root.rglob("*.py") if path.is_file())
