"""Baseline files: which one applies to a file, and its entries."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from posse_checks.baseline.match import (
    LONG_CHARACTERS,
    Baseline,
    KnownFindings,
    NotABaselineError,
    normal_path,
    report_in,
)
from posse_checks.config.baseline_file import RefusedBaseline
from posse_checks.config.policy import Matching, Policy
from posse_server.system.console import shown, why
from posse_server.system.reading import BASELINE_LIMIT, Stamp, UnreadableError, read_bytes

FileState = Stamp | str | None
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

    Raises NotABaselineError if the file is not a readable text, OSError if the system refuses to read it.
    """
    try:
        return read_bytes(path, BASELINE_LIMIT, within=within).decode()
    except UnicodeDecodeError as error:
        raise NotABaselineError(f"it is not UTF-8: {error.reason} at byte {error.start}") from None
    except UnreadableError as error:
        raise NotABaselineError(str(error)) from None
    except ValueError as error:
        raise NotABaselineError(f"this is not a valid file name ({error})") from None


class BaselineFile(NamedTuple):
    """A baseline, whether its file exists or not."""

    path: Path
    root: Path
    """The folder that its file names are relative to. If it was found, and not named by the user, it must be in it."""
    matching: Matching
    """How it hides findings."""

    @classmethod
    def of(cls, policy: Policy, root: Path) -> BaselineFile:
        """Returns the baseline for files under a policy in a workspace folder. Raises MisplacedBaselineError."""
        return cls(baseline_path(policy, root), root, policy.matching)


@dataclass(frozen=True, slots=True)
class ReadBaseline:
    """A baseline at one time: its last valid content, and the problem with its file since then."""

    state: FileState
    baseline: Baseline
    problem: str | None = None
    is_awaited: bool = False
    """Whether it is being read for the first time, so that nothing is known about it yet."""


class Baselines:
    """The baselines in effect in the workspace. What was read applies until `refresh` finds that its file changed.

    A baseline whose file is deleted becomes empty. One whose file is damaged or out of reach keeps its last valid
    content.
    """

    def __init__(self, *, reads_large_ones: bool = True) -> None:
        self._reads_large_ones = reads_large_ones
        """Whether large baselines are read at once. If not, the caller reads them in a thread, see `take_pending`."""
        self._read: dict[BaselineFile, ReadBaseline] = {}
        self._pending: list[BaselineFile] = []
        """Large baselines that no thread reads yet."""
        self._reading: set[BaselineFile] = set()
        """Large baselines that are wanted or being read; `refresh` leaves them alone."""
        self._messages: list[str] = []

    def known(self, policy: Policy, root: Path, file: Path) -> KnownFindings | None:
        """Returns the entries for a file in a workspace folder. None if the baseline is empty or does not exist."""
        try:
            key = BaselineFile.of(policy, root)
        except MisplacedBaselineError:
            return None
        if key not in self._read:
            if self._is_for_later(key):
                self._read[key] = ReadBaseline(_state(key.path), Baseline(policy.matching), is_awaited=True)
            else:
                self._read[key] = _read(*key, None)
                self._add_message(key.path, self._read[key], None)
        baseline = self._read[key].baseline
        return baseline.known_in(normal_path(str(file), str(root))) if baseline.files else None

    def refresh(self) -> bool:
        """Reload baselines that have changed or could not be reached. Returns whether any entries changed."""
        changed = False
        for key, before in self._read.items():
            if key not in self._reading and _state(key.path) != before.state and not self._is_for_later(key):
                self._read[key] = _read(*key, before)
                self._add_message(key.path, self._read[key], before)
                changed |= self._read[key].baseline is not before.baseline
        return changed

    def is_awaited(self, policy: Policy, root: Path) -> bool:
        """Whether the baseline of a workspace folder is being read for the first time."""
        try:
            read = self._read.get(BaselineFile.of(policy, root))
        except MisplacedBaselineError:
            return False
        return read is not None and read.is_awaited

    def take_pending(self) -> list[BaselineFile]:
        """Returns the large baselines to read in a thread. The caller has to do it."""
        pending, self._pending = self._pending, []
        return pending

    def read(self, key: BaselineFile) -> ReadBaseline:
        """Read a baseline, in any thread. Changes nothing; pass the result to `put`."""
        before = self._read[key]
        return _read(*key, None if before.is_awaited else before)

    def put(self, key: BaselineFile, read: ReadBaseline) -> bool:
        """Store a baseline that was read. Returns whether any entries changed."""
        before, self._read[key] = self._read[key], read
        self._reading.discard(key)
        self._add_message(key.path, read, before)
        return before.is_awaited or read.baseline is not before.baseline

    def _is_for_later(self, key: BaselineFile) -> bool:
        """Returns whether a baseline is large enough to be read in a thread. If so, it is wanted from now on."""
        if self._reads_large_ones:
            return False
        try:
            is_large = key.path.stat().st_size > LONG_CHARACTERS
        except (OSError, ValueError):
            return False
        if is_large and key not in self._reading:
            self._reading.add(key)
            self._pending.append(key)
        return is_large

    @property
    def paths(self) -> Collection[Path]:
        """The paths of the baselines that were asked for."""
        return {key.path for key in self._read}

    def take_messages(self) -> list[str]:
        """Returns new messages for the user: a baseline is damaged, out of reach or deleted."""
        messages, self._messages = self._messages, []
        return messages

    def _add_message(self, path: Path, read: ReadBaseline, before: ReadBaseline | None) -> None:
        """Add a message about a change. A file that still cannot be reached is not a change."""
        if read.problem and not (before and before.problem == read.problem and isinstance(read.state, str)):
            self._messages.append(read.problem)
        elif read.state is None and before and before.baseline.files:
            self._messages.append(f"The baseline {shown(path.name)} was deleted; its findings are shown again.")


def _read(path: Path, root: Path, matching: Matching, before: ReadBaseline | None) -> ReadBaseline:
    """Read a baseline; if that fails, `before` provides its content."""
    state = _state(path)
    baseline = before.baseline if before else Baseline(matching)
    try:
        entries = report_in(read_report(path, within=_project_of(path, root)))["results"]
    except FileNotFoundError:
        return ReadBaseline(None, Baseline(matching))
    except NotABaselineError as error:
        reason = str(error)
    except OSError as error:
        reason = state = why(error)  # differs from the state of any file, so the next refresh tries again
    else:
        return ReadBaseline(state, Baseline.of(entries, matching, lambda name: normal_path(name, str(root))))
    rest = "Posse keeps the previous one." if baseline.files else "Posse ignores it."
    return ReadBaseline(state, baseline, f"Cannot read the baseline {shown(path.name)}: {reason}. {rest}")


def _project_of(path: Path, root: Path) -> Path:
    """Returns the folder that links must not lead a baseline out of: the project, else the file's own folder."""
    return root if path.is_relative_to(root) else path.parent


def _state(path: Path) -> FileState:
    """Returns the current state of a file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return why(error)
    return Stamp.of(status)
