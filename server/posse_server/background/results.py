"""The results of workspace files that are not open, and the files that are due to be checked again."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from posse_server.protocol.diagnostics_json import ResultIds
from posse_server.system.reading import Stamp, stamp_of

Due = frozenset[Path] | None
"""Files, and folders with all files in them; None for the whole workspace."""


@dataclass(frozen=True, slots=True)
class FileDiagnostics:
    """The diagnostics of a file."""

    diagnostics: str
    """JSON objects, separated by commas."""
    findings: int
    result: str
    """The ID of this result."""
    stamp: Stamp | None = None
    """The file's stamp from before it was read."""


class Pushing(enum.Enum):
    """Whether the diagnostics of files that are not open are pushed to the client, and why."""

    OFF = enum.auto()
    """They are not, and nothing checks changed files."""
    ENDING = enum.auto()
    """They are not any more; the task that checks changed files has not noticed that yet."""
    BY_REQUEST = enum.auto()
    """They are, since the user asked for a scan."""
    BY_SETTING = enum.auto()
    """They are, since a setting asks for them."""


class ClosedFiles:
    """The results of a scan, each valid until its file changes."""

    def __init__(self, results: ResultIds) -> None:
        self._pushing = Pushing.OFF
        self.is_watched = False
        """Whether the client was asked to report changed files."""
        self.is_checking_all = False
        """Whether a check of the whole workspace is in progress."""
        self.total = 0
        """Number of files in the workspace at the last check of all."""
        self.updating = asyncio.Lock()
        """Held while results are updated, so that only one task does so."""
        self._results = results
        self._shown: dict[Path, FileDiagnostics] = {}
        self._due: Due = None
        """Files to check again. `mark_due` and `mark_all_due` set `_news` when they add some."""
        self._left_out: dict[Path, Stamp | None] = {}
        """Files that a scan could not finish, with their stamps from then."""
        self._news = asyncio.Event()

    @property
    def is_pushed(self) -> bool:
        """Whether diagnostics are pushed to the client."""
        return self._pushing in (Pushing.BY_REQUEST, Pushing.BY_SETTING)

    @property
    def is_pushed_by_setting(self) -> bool:
        """Whether diagnostics are pushed to the client because a setting asks for that."""
        return self._pushing is Pushing.BY_SETTING

    def start_pushing(self, *, by_setting: bool) -> bool:
        """Push diagnostics from now on. Returns whether the caller has to start the task that checks changed files.

        If they were not pushed before, earlier results are removed, so that each is pushed again.
        """
        if not self.is_pushed:
            self.clear()
        needs_task = self._pushing is Pushing.OFF
        if not self.is_pushed or by_setting:
            self._pushing = Pushing.BY_SETTING if by_setting else Pushing.BY_REQUEST
        return needs_task

    def stop_pushing(self) -> list[Path]:
        """Push no more diagnostics. Returns the files whose diagnostics have to be withdrawn."""
        if self.is_pushed:
            self._pushing = Pushing.ENDING
        return self.clear()

    def note_task_ended(self) -> None:
        """Record that the task that checks changed files has ended."""
        self._pushing = Pushing.OFF

    @property
    def shown(self) -> Mapping[Path, FileDiagnostics]:
        """The diagnostics to show, by file. Files without diagnostics are not in it."""
        return MappingProxyType(self._shown)

    def mark_due(self, paths: Iterable[Path]) -> None:
        """Mark files, or folders, as due because they have changed."""
        if self._due is not None:
            self._due |= frozenset(paths)
        self._news.set()

    def mark_all_due(self) -> None:
        """Mark all files as due, because something that affects all of them has changed."""
        self._due = None
        self._news.set()

    def put_back(self, due: Due) -> None:
        """Mark files as due again that were taken but not checked. Wakes no one: the next request tries again."""
        self._due = None if due is None or self._due is None else self._due | due

    def leave_out(self, path: Path) -> None:
        """Leave out a file that a scan cannot finish, until it changes."""
        self._left_out[path] = stamp_of(path)

    @property
    def left_out(self) -> frozenset[Path]:
        """The files that scans leave out. Costs one `stat` per file."""
        self._left_out = {path: stamp for path, stamp in self._left_out.items() if stamp_of(path) == stamp}
        return frozenset(self._left_out)

    def take_due(self) -> Due:
        """Returns the files that are due, and clears them. The caller has to check them."""
        due, self._due = self._due, frozenset()
        self._news.clear()
        return due

    async def changed(self) -> None:
        """Wait until files are marked as due."""
        await self._news.wait()

    def store(self, path: Path, diagnostics: str, findings: int, stamp: Stamp | None) -> bool:
        """Store a file's result. Returns whether its diagnostics changed."""
        before = self._shown.pop(path, None)
        is_same = before is not None and before.diagnostics == diagnostics
        if diagnostics:
            result = before.result if before and is_same else self._results.next()
            self._shown[path] = FileDiagnostics(diagnostics, findings, result, stamp)
            return not is_same
        return before is not None

    def mark_outdated_due(self) -> None:
        """Mark files as due that are shown and have changed or are gone. Costs one `stat` per file."""
        outdated = [path for path, shown in self._shown.items() if stamp_of(path) != shown.stamp]
        if outdated:
            self.mark_due(outdated)

    def forget(self, path: Path) -> bool:
        """Remove a file's result, for instance because it is opened. Returns whether it had diagnostics."""
        return self._shown.pop(path, None) is not None

    def clear(self) -> list[Path]:
        """Remove all results. Returns the files that had diagnostics."""
        paths = list(self._shown)
        self._shown.clear()
        return paths

    def drop_missing(self, due: Due, seen: Iterable[Path]) -> list[Path]:
        """Remove the results of files that were due and were not found. Returns these files."""
        there = set(seen)
        gone = [path for path in self._shown if path not in there and (due is None or _is_in(path, due))]
        for path in gone:
            del self._shown[path]
        return gone


def _is_in(path: Path, due: frozenset[Path]) -> bool:
    """Whether a file is due, itself or by a folder above it."""
    return path in due or any(above in due for above in path.parents)
