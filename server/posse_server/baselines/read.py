"""Baselines on the disk: which one counts for a file, and what it says."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from posse_checks.baseline.match import LONG, Baseline, Known, NotABaseline, normal_path, report_in
from posse_checks.config.baseline_file import RefusedBaseline
from posse_checks.config.policy import Matching, Policy
from posse_server.system.console import shown, why
from posse_server.system.reading import BASELINE, Unreadable, read_bytes

State = tuple[int, int, int] | str | None
"""What tells one state of a file from another; words where it cannot be reached, None where there is no file."""

DEFAULT_NAME = ".bandit-baseline.json"
"""The baseline in a workspace folder, or a scan's working folder, whose configuration names none."""


class Misplaced(Exception):
    """The configuration names a baseline where none may be; the message says why, in one sentence."""


def baseline_path(policy: Policy, root: Path) -> Path:
    """Where the baseline is, if there is one, for files that a policy holds for; `root` is their workspace folder.

    Raises Misplaced where a configured path is refused: then nothing is read or written in its place.
    """
    if isinstance(policy.baseline, RefusedBaseline):
        raise Misplaced(policy.baseline.reason)
    return Path(os.path.normpath(policy.baseline)) if policy.baseline else root / DEFAULT_NAME


def read_report(path: Path, *, within: Path | None = None) -> str:
    """The text of a baseline; see `read_bytes` for `within`.

    Raises NotABaseline for what is none by its looks, OSError where it cannot be read.
    """
    try:
        return read_bytes(path, BASELINE, within=within).decode()
    except UnicodeDecodeError as error:
        raise NotABaseline(f"it is not UTF-8: {error.reason} at byte {error.start}") from None
    except Unreadable as error:
        raise NotABaseline(str(error)) from None
    except ValueError as error:
        raise NotABaseline(f"no file can have its name: {error}") from None


@dataclass(frozen=True, slots=True)
class _Read:
    """A baseline as it was at one time: the last good one, and what is wrong with its file since."""

    state: State
    baseline: Baseline
    problem: str | None = None
    is_awaited: bool = False
    """Whether it is being read for the first time, so that nothing is known of it."""


Key = tuple[Path, Path, Matching]
"""A baseline's file, the folder that it names files from, how it hides findings."""


class Baselines:
    """The baselines that count in the workspace; what was read holds until `refresh` finds its file changed.

    A file that is gone is an empty baseline. One that is damaged or out of reach leaves the last good one in place.
    """

    def __init__(self, *, reads_large_ones: bool = True) -> None:
        self._reads_large_ones = reads_large_ones
        """Whether large ones are read at once. Else the caller has `read` do that in a thread, see `take_wanted`."""
        self._read: dict[Key, _Read] = {}
        self._wanted: list[Key] = []
        self._reading: set[Key] = set()
        self._news: list[str] = []

    def known(self, policy: Policy, root: Path, file: Path) -> Known | None:
        """What is known of a file in a workspace folder; None where the baseline is empty or there is none."""
        try:
            path = baseline_path(policy, root)
        except Misplaced:
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
        """Read again what has changed, and what could not be reached; whether other findings are known now."""
        changed = False
        for key, before in self._read.items():
            if key not in self._reading and _state(key[0]) != before.state and not self._is_for_later(key):
                self._read[key] = _read(*key, before)
                self._tell(key[0], self._read[key], before)
                changed |= self._read[key].baseline is not before.baseline
        return changed

    def is_awaited(self, policy: Policy, root: Path) -> bool:
        """Whether it is not known yet which findings the baseline of a workspace folder hides."""
        try:
            read = self._read.get((baseline_path(policy, root), root, policy.matching))
        except Misplaced:
            return False
        return read is not None and read.is_awaited

    def take_wanted(self) -> list[Key]:
        """Returns the large baselines to be read in a thread; the caller has to do it."""
        wanted, self._wanted = self._wanted, []
        return wanted

    def read(self, key: Key) -> _Read:
        """Read a baseline. May be called in a thread; changes nothing, see `put`."""
        before = self._read[key]
        return _read(*key, None if before.is_awaited else before)

    def put(self, key: Key, read: _Read) -> bool:
        """Put a baseline that was read in place. Returns whether other findings are known now."""
        before, self._read[key] = self._read[key], read
        self._reading.discard(key)
        self._tell(key[0], read, before)
        return before.is_awaited or read.baseline is not before.baseline

    def _is_for_later(self, key: Key) -> bool:
        """Whether a baseline is so large that it is read in a thread; then it is wanted now."""
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
        """Where the baselines are that somebody has asked for."""
        return {path for path, _, _ in self._read}

    def take_news(self) -> list[str]:
        """What the user should hear of baselines and has not been told: that one is damaged, out of reach or gone."""
        news, self._news = self._news, []
        return news

    def _tell(self, path: Path, read: _Read, before: _Read | None) -> None:
        """Note what is new. What cannot be reached is tried again and again, which is no news."""
        if read.problem and not (before and before.problem == read.problem and isinstance(read.state, str)):
            self._news.append(read.problem)
        elif read.state is None and before and before.baseline.files:
            self._news.append(f"The baseline {shown(path.name)} is gone, so what it had is shown again.")


def _read(path: Path, root: Path, matching: Matching, before: _Read | None) -> _Read:
    state = _state(path)
    baseline = before.baseline if before else Baseline(matching)
    try:
        entries = report_in(read_report(path, within=_project_of(path, root)))["results"]
    except FileNotFoundError:
        return _Read(None, Baseline(matching))
    except NotABaseline as error:
        reason = str(error)
    except OSError as error:
        reason = state = why(error)  # words differ from the state of any file, so the next look tries again
    else:
        return _Read(state, Baseline.of(entries, matching, lambda name: normal_path(name, str(root))))
    rest = "The last good one stays." if baseline.files else "It is not used."
    return _Read(state, baseline, f"{shown(path.name)} cannot be read as a baseline: {reason}. {rest}")


def _project_of(path: Path, root: Path) -> Path:
    """The folder that a baseline must not lead out of by a link: the project; outside of it, the file's own folder."""
    return root if path.is_relative_to(root) else path.parent


def _state(path: Path) -> State:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return why(error)
    return status.st_mtime_ns, status.st_size, status.st_ino
