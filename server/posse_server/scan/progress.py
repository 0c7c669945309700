"""The progress of a scan on standard error: a bar on a terminal, a line now and then in the log of a CI service."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator

from posse_checks.rule.finding import Level
from posse_server.results.result import CheckedFile
from posse_server.system.console import tell

FEW = 50
"""Largest number of files that are checked without a progress bar."""
WIDTH = 24
"""Width of the bar, in characters."""
BAR_INTERVAL_SECONDS = 0.1
"""Time between two updates of the bar."""
LINE_INTERVAL_SECONDS = 10.0
"""Time between two lines in a log."""


def watched(checked: Iterable[CheckedFile], total: int) -> Iterable[CheckedFile]:
    """Returns the outcomes, and shows how many there were when they are taken; on a terminal, or where `CI` is set."""
    if sys.stderr is None:
        return checked
    if sys.stderr.isatty():
        return _with_bar(checked, total) if total > FEW else checked
    return _with_lines(checked, total, LINE_INTERVAL_SECONDS) if os.environ.get("CI") else checked


def _with_bar(checked: Iterable[CheckedFile], total: int) -> Iterator[CheckedFile]:
    shown = 0.0
    tally = _Tally(total)
    try:
        for one in checked:
            yield one
            tally.add(one)
            now = time.monotonic()
            if now - shown >= BAR_INTERVAL_SECONDS:
                shown = now
                filled = "#" * (WIDTH * tally.done // total)
                _draw(f"\r\033[K[{filled:<{WIDTH}}] {tally}")
    finally:
        _draw("\r\033[K")


def _with_lines(checked: Iterable[CheckedFile], total: int, interval_seconds: float) -> Iterator[CheckedFile]:
    shown = time.monotonic()
    tally = _Tally(total)
    for one in checked:
        yield one
        tally.add(one)
        now = time.monotonic()
        if now - shown >= interval_seconds:
            shown = now
            tell(f"checked {tally}")


class _Tally:
    """How much is done: `12/90 files, 40/s, 2 s left, 1 high, 3 low`."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._began = time.monotonic()
        self._found = Counter[Level]()
        self.done = 0

    def add(self, one: CheckedFile) -> None:
        """Count a file."""
        self.done += 1
        self._found.update(result.severity for result in one.results)

    def __str__(self) -> str:
        rate = self.done / max(time.monotonic() - self._began, 0.001)
        left = (self._total - self.done) / rate
        found = [f"{self._found[level]} {level.name.lower()}" for level in reversed(Level) if self._found[level]]
        return ", ".join([f"{self.done}/{self._total} files", f"{rate:.0f}/s", f"{left:.0f} s left", *found])


def _draw(text: str) -> None:
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
