"""Baselines on the disk: which one counts for a file, and what it says."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from posse_checks.baseline import Baseline, Known, NotABaseline, normal_path, report_in
from posse_checks.policy import Matching, Policy
from posse_server.console import why

DEFAULT_NAME = ".bandit-baseline.json"
"""The baseline in a workspace folder, or a scan's working folder, whose configuration names none."""
MAXIMUM_SIZE = 32 << 20
"""The size in bytes past which a file is not taken for a baseline."""


def baseline_path(policy: Policy, root: Path) -> Path:
    """Where the baseline is, if there is one, for files that a policy holds for; `root` is their workspace folder."""
    return Path(policy.baseline) if policy.baseline else root / DEFAULT_NAME


def read_report(path: Path) -> str:
    """The text of a baseline. Raises NotABaseline for what is none by its looks, OSError where it cannot be read."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise NotABaseline("it is no regular file")
    if status.st_size > MAXIMUM_SIZE:
        raise NotABaseline(f"it is larger than {MAXIMUM_SIZE >> 20} MB")
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise NotABaseline(f"it is not UTF-8: {error.reason} at byte {error.start}") from None


@dataclass(frozen=True, slots=True)
class _Read:
    """A baseline as it was at one time: the last good one, and what is wrong with its file since."""

    stamp: tuple[int, int, int] | None
    baseline: Baseline
    problem: str | None = None


class Baselines:
    """The baselines that count in the workspace; what was read holds until `refresh` finds its file changed."""

    def __init__(self) -> None:
        self._read: dict[tuple[Path, Path, Matching], _Read] = {}
        self._problems: list[str] = []

    def known(self, policy: Policy, root: Path, file: Path) -> Known | None:
        """What is known of a file in a workspace folder; None where the baseline is empty or there is none."""
        key = baseline_path(policy, root), root, policy.matching
        if key not in self._read:
            self._keep(key, _read(*key, None))
        baseline = self._read[key].baseline
        return baseline.known_in(normal_path(str(file), str(root))) if baseline.files else None

    def refresh(self) -> bool:
        """Read again what has changed; whether anything has."""
        changed = False
        for key, before in self._read.items():
            if _stamp(key[0]) != before.stamp:
                self._keep(key, _read(*key, before))
                changed = True
        return changed

    def take_problems(self) -> list[str]:
        """What is wrong with baselines and was not taken before."""
        problems, self._problems = self._problems, []
        return problems

    def _keep(self, key: tuple[Path, Path, Matching], read: _Read) -> None:
        self._read[key] = read
        if read.problem:
            self._problems.append(read.problem)


def _read(path: Path, root: Path, matching: Matching, before: _Read | None) -> _Read:
    stamp = _stamp(path)
    baseline = before.baseline if before else Baseline(matching)
    try:
        entries = report_in(read_report(path))["results"]
    except FileNotFoundError:
        return _Read(stamp, Baseline(matching))
    except NotABaseline as error:
        reason = str(error)
    except OSError as error:
        reason = why(error)
    else:
        return _Read(stamp, Baseline.of(entries, matching, lambda name: normal_path(name, str(root))))
    rest = "The last good one stays." if before else "It is not used."
    return _Read(stamp, baseline, f"{path.name} cannot be read as a baseline: {reason}. {rest}")


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
