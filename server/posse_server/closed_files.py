"""What there is to show of files that are not open: read, checked, and remembered while nothing changes."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from posse_checks.syntax import Broken


@dataclass(frozen=True, slots=True)
class Report:
    """The diagnostics of a file, as JSON objects with commas between them."""

    uri: str
    items: str
    result: str
    """A name for just this result."""
    findings: int = 0
    """How many of the diagnostics are findings."""
    version: int | None = None
    """That of the document, where the file is open."""
    skipped: str | None = None
    """Why the file was not checked."""


Render = Callable[[str], tuple[str, int]]
"""Makes diagnostics of a source: JSON objects, and how many of them are findings."""


@dataclass(slots=True)
class ClosedFiles:
    """The reports of files as they are on the disk."""

    pushed: set[str] = field(default_factory=set)
    """The URIs of those whose diagnostics the client was told without asking."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when files may have changed, for who answers a pull."""
    changes: asyncio.Event = field(default_factory=asyncio.Event)
    """The same for who keeps up to date what was pushed."""
    is_followed: bool = False
    """Whether there is somebody who does."""
    _known: dict[Path, tuple[object, Report]] = field(default_factory=dict)
    _results: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def note_changes(self) -> None:
        """Note that files, or what holds for them, may have changed."""
        self.news.set()
        self.changes.set()

    async def report(self, path: Path, under: object, render: Render) -> Report:
        """The report of a file, from another thread unless it is known; `under` is what else it depends on."""
        try:
            status = os.stat(path)
        except OSError as error:
            self._known.pop(path, None)
            return Report(path.as_uri(), "", "gone", skipped=str(error))
        state = status.st_mtime_ns, status.st_size, status.st_ino, under
        known, report = self._known.get(path, (None, None))
        if report is None or known != state:
            report = await asyncio.to_thread(self._checked, path, render)
            self._known[path] = state, report
        return report

    def _checked(self, path: Path, render: Render) -> Report:
        from posse_checks.module import decode
        from posse_server.console import why
        from posse_server.scan.check import read_bytes

        uri, result = path.as_uri(), f"file {next(self._results)}"
        try:
            source = decode(read_bytes(str(path)))
        except (OSError, ValueError) as error:
            return Report(uri, "", result, skipped=why(error))
        if isinstance(source, Broken):
            return Report(uri, "", result, skipped=f"line {source.line}: {source.message}")
        items, findings = render(source)
        return Report(uri, items, result, findings)
