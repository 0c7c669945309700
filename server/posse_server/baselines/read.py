"""Baseline files: which one applies to a file, and its entries."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from posse_checks.baseline.match import LONG, Baseline, Known, NotABaseline, normal_path, report_in
from posse_checks.config.baseline_file import RefusedBaseline
from posse_checks.config.policy import Matching, Policy
from posse_server.system.console import shown, why
from posse_server.system.reading import BASELINE_LIMIT, UnreadableError, read_bytes

State = tuple[int, int, int] | str | None
"""Changes whenever the file does. A text if the file cannot be reached, None if it does not exist."""

DEFAULT_NAME = ".bandit-baseline.json"
"""The baseline in a workspace folder, or in a scan's working folder, if the configuration names none."""


class MisplacedBaselineError(Exception):
    """The configuration names a baseline that is not allowed. The message says why, in one sentence."""


def baseline_path(policy: Policy, root: Path) -> Path:
    """Returns the path of the baseline for files under a policy, whether it exists or not.

    `root` is their workspace folder. Raises MisplacedBaselineError if the configured path is refused; no other file
    replaces it.
    """
    if isinstance(policy.baseline, RefusedBaseline):
        raise MisplacedBaselineError(policy.baseline.reason)
    return Path(os.path.normpath(policy.baseline)) if policy.baseline else root / DEFAULT_NAME


def read_report(path: Path, *, within: Path | None = None) -> str:
    """Returns the text of a baseline. See `read_bytes` for `within`.

    Raises NotABaseline if the file is not a readable text, OSError if the system refuses to read it.
    """
    try:
        return read_bytes(path, BASELINE_LIMIT, within=within).decode()
    except UnicodeDecodeError as error:
        raise NotABaseline(f"it is not UTF-8: {error.reason} at byte {error.start}") from None
    except UnreadableError as error:
        raise NotABaseline(str(error)) from None
    except ValueError as error:
        raise NotABaseline(f"no file can have its name: {error}") from None


@dataclass(frozen=True, slots=True)
class _Read:
    """A baseline at one time: its last valid content, and the problem with its file since then."""

    state: State
    baseline: Baseline
    problem: str | None = None
    is_awaited: bool = False
    """Whether it is being read for the first time, so that nothing is known about it yet."""


Key = tuple[Path, Path, Matching]
"""The file of a baseline, the folder that its file names are relative to, and how it hides findings."""


class Baselines:
    """The baselines in effect in the workspace. What was read applies until `refresh` finds that its file changed.

    A baseline whose file is deleted becomes empty. One whose file is damaged or out of reach keeps its last valid
    content.
    """

    def __init__(self, *, reads_large_ones: bool = True) -> None:
        self._reads_large_ones = reads_large_ones
        """Whether large baselines are read at once. If not, the caller reads them in a thread, see `take_wanted`."""
        self._read: dict[Key, _Read] = {}
        self._wanted: list[Key] = []
        """Large baselines that no thread reads yet."""
        self._reading: set[Key] = set()
        """Large baselines that are wanted or being read; `refresh` leaves them alone."""
        self._news: list[str] = []

    def known(self, policy: Policy, root: Path, file: Path) -> Known | None:
        """Returns the entries for a file in a workspace folder. None if the baseline is empty or does not exist."""
        try:
            path = baseline_path(policy, root)
        except MisplacedBaselineError:
            return None
        key = path, root, policy.matching
        if key not in self._read:
            if self._is_for_later(key):
                self._read[key] = _Read(_state(path), Baseline(policy.matching), is_awaited=True)
            else:
                self._read[key] = _read(*key, None)
                self._tell(key[0], self._read[key], None)
        baseline = self._read[key].baseline
        return baseline.known_in(normal_path(str(file), str(root))) if baseline.files else None

    def refresh(self) -> bool:
        """Reload baselines that have changed or could not be reached. Returns whether any entries changed."""
        changed = False
        for key, before in self._read.items():
            if key not in self._reading and _state(key[0]) != before.state and not self._is_for_later(key):
                self._read[key] = _read(*key, before)
                self._tell(key[0], self._read[key], before)
                changed |= self._read[key].baseline is not before.baseline
        return changed

    def is_awaited(self, policy: Policy, root: Path) -> bool:
        """Whether the baseline of a workspace folder is being read for the first time."""
        try:
            read = self._read.get((baseline_path(policy, root), root, policy.matching))
        except MisplacedBaselineError:
            return False
        return read is not None and read.is_awaited

    def take_wanted(self) -> list[Key]:
        """Returns the large baselines to read in a thread. The caller has to do it."""
        wanted, self._wanted = self._wanted, []
        return wanted

    def read(self, key: Key) -> _Read:
        """Read a baseline, in any thread. Changes nothing; pass the result to `put`."""
        before = self._read[key]
        return _read(*key, None if before.is_awaited else before)

    def put(self, key: Key, read: _Read) -> bool:
        """Store a baseline that was read. Returns whether any entries changed."""
        before, self._read[key] = self._read[key], read
        self._reading.discard(key)
        self._tell(key[0], read, before)
        return before.is_awaited or read.baseline is not before.baseline

    def _is_for_later(self, key: Key) -> bool:
        """Returns whether a baseline is large enough to be read in a thread. If so, it is wanted from now on."""
        if self._reads_large_ones:
            return False
        try:
            is_large = key[0].stat().st_size > LONG
        except (OSError, ValueError):
            return False
        if is_large and key not in self._reading:
            self._reading.add(key)
            self._wanted.append(key)
        return is_large

    @property
    def paths(self) -> Collection[Path]:
        """The paths of the baselines that were asked for."""
        return {path for path, _, _ in self._read}

    def take_news(self) -> list[str]:
        """Returns new messages for the user: a baseline is damaged, out of reach or deleted."""
        news, self._news = self._news, []
        return news

    def _tell(self, path: Path, read: _Read, before: _Read | None) -> None:
        """Add a message about a change. A file that still cannot be reached is not a change."""
        if read.problem and not (before and before.problem == read.problem and isinstance(read.state, str)):
            self._news.append(read.problem)
        elif read.state is None and before and before.baseline.files:
            self._news.append(f"The baseline {shown(path.name)} is gone, so what it had is shown again.")


def _read(path: Path, root: Path, matching: Matching, before: _Read | None) -> _Read:
    """Read a baseline; if that fails, `before` provides its content."""
    state = _state(path)
    baseline = before.baseline if before else Baseline(matching)
    try:
        entries = report_in(read_report(path, within=_project_of(path, root)))["results"]
    except FileNotFoundError:
        return _Read(None, Baseline(matching))
    except NotABaseline as error:
        reason = str(error)
    except OSError as error:
        reason = state = why(error)  # differs from the state of any file, so the next refresh tries again
    else:
        return _Read(state, Baseline.of(entries, matching, lambda name: normal_path(name, str(root))))
    rest = "The last good one stays." if baseline.files else "It is not used."
    return _Read(state, baseline, f"{shown(path.name)} cannot be read as a baseline: {reason}. {rest}")


def _project_of(path: Path, root: Path) -> Path:
    """Returns the folder that links must not lead a baseline out of: the project, else the file's own folder."""
    return root if path.is_relative_to(root) else path.parent


def _state(path: Path) -> State:
    """Returns the current state of a file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return why(error)
    return status.st_mtime_ns, status.st_size, status.st_ino
