"""What is known of the files of the workspace that are not open, and which of them are to be looked at again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from posse_server.project.discovery import Stamp, stamp_of
from posse_server.protocol.result_ids import ResultIds

Due = frozenset[Path] | None
"""Files, and folders with all in them; None for the whole workspace."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The diagnostics of a file."""

    diagnostics: str
    """JSON objects with commas between them."""
    findings: int
    result: str
    """A name for just these."""
    stamp: Stamp | None = None


class ClosedFiles:
    """The results of a scan, for as long as their files are as they were."""

    def __init__(self, results: ResultIds) -> None:
        self.is_pushed = False
        """Whether the client is told of them unasked."""
        self.is_followed = False
        """Whether somebody looks at them again when they change."""
        self.is_wanted = False
        """Whether the settings want that."""
        self.is_watched = False
        """Whether the client was asked to tell when they change."""
        self.is_checking_all = False
        """Whether the whole workspace is being checked just now."""
        self.total = 0
        """How many files the workspace had when it was checked last."""
        self.updating = asyncio.Lock()
        """Held by whoever brings them up to date."""
        self._results = results
        self._shown: dict[Path, Shown] = {}
        self._due: Due = None
        self._left_out: dict[Path, Stamp | None] = {}
        self._news = asyncio.Event()

    @property
    def shown(self) -> Mapping[Path, Shown]:
        """What there is to show of each file."""
        return MappingProxyType(self._shown)

    def note(self, paths: Iterable[Path]) -> None:
        """Note that files, or folders, are not as they were."""
        if self._due is not None:
            self._due |= frozenset(paths)
        self._news.set()

    def note_all(self) -> None:
        """Note that something holds no longer that counts for all files."""
        self._due = None
        self._news.set()

    def put_back(self, due: Due) -> None:
        """Note what was taken and not looked at. That is no news: whoever asks next tries again."""
        self._due = None if due is None or self._due is None else self._due | due

    def leave_out(self, path: Path) -> None:
        """Leave out a file that a scan cannot get through, until it changes."""
        self._left_out[path] = stamp_of(path)

    @property
    def left_out(self) -> frozenset[Path]:
        """The files that scans leave out. Costs a look at each."""
        self._left_out = {path: stamp for path, stamp in self._left_out.items() if stamp_of(path) == stamp}
        return frozenset(self._left_out)

    def take_due(self) -> Due:
        """What is to be looked at again; whoever asks has to do it."""
        due, self._due = self._due, frozenset()
        self._news.clear()
        return due

    async def changed(self) -> None:
        """Wait until something is to be looked at again."""
        await self._news.wait()

    def put(self, path: Path, diagnostics: str, findings: int, stamp: Stamp | None) -> bool:
        """Take what came of a file; whether there is something else to show of it."""
        before = self._shown.pop(path, None)
        is_same = before is not None and before.diagnostics == diagnostics
        if diagnostics:
            result = before.result if before and is_same else self._results.next()
            self._shown[path] = Shown(diagnostics, findings, result, stamp)
            return not is_same
        return before is not None

    def note_outdated(self) -> None:
        """Note the files that are shown and have changed, or are gone. Costs a look at each."""
        outdated = [path for path, shown in self._shown.items() if stamp_of(path) != shown.stamp]
        if outdated:
            self.note(outdated)

    def forget(self, path: Path) -> bool:
        """Forget a file, which has been opened, say; whether there was something to show of it."""
        return self._shown.pop(path, None) is not None

    def clear(self) -> list[Path]:
        """Forget all; returns the files of which there was something to show."""
        paths = list(self._shown)
        self._shown.clear()
        return paths

    def drop_missing(self, due: Due, seen: Iterable[Path]) -> list[Path]:
        """Forget all that was looked for and not seen; returns the files."""
        there = set(seen)
        gone = [path for path in self._shown if path not in there and (due is None or _is_in(path, due))]
        for path in gone:
            del self._shown[path]
        return gone


def _is_in(path: Path, due: frozenset[Path]) -> bool:
    return path in due or any(above in due for above in path.parents)
