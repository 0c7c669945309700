"""What runs on a worker of a cluster: checks files that come by content."""

from __future__ import annotations

import pickle
import platform
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from posse_checks import __version__
from posse_checks.rule.declaration import BANDIT
from posse_server.project.effective import EffectiveConfig
from posse_server.results.check_file import FileChecker
from posse_server.results.job import Due, Job
from posse_server.results.result import CheckedFile
from posse_server.results.time_limit import OutOfTimeError, limited


class Level(NamedTuple):
    """What findings depend on besides the files: the versions of Posse, of Bandit's checks and of Python."""

    posse: str
    bandit: str
    python: str

    def __str__(self) -> str:
        return f"Posse {self.posse} on Python {self.python}"


class Batch(NamedTuple):
    """Files to check."""

    how: Job
    configs: Sequence[tuple[bytes, str]]
    """For each file its configuration, pickled, and its path as patterns see it."""
    files: Sequence[Due]
    """The files, without their configurations."""


class OtherLevelError(Exception):
    """A worker has another level than the scan."""

    def __init__(self, worker: str, level: Level) -> None:
        super().__init__(worker, level)
        self.worker, self.level = worker, level


def level() -> Level:
    """Returns the level of this process."""
    return Level(__version__, BANDIT, ".".join(platform.python_version_tuple()[:2]))


def check_batch(expected: Level, batch: Batch) -> list[CheckedFile]:
    """Check files. Raises OtherLevelError if the scan expects another level."""
    if tuple(expected) != tuple(level()):
        from distributed import get_worker

        raise OtherLevelError(get_worker().address, level())
    checker = FileChecker(batch.how)
    return [
        check_in_time(checker, replace(due, config=replace(_config(pickled), path=path)), batch.how)
        for due, (pickled, path) in zip(batch.files, batch.configs, strict=True)
    ]


def check_in_time(checker: FileChecker, due: Due, how: Job) -> CheckedFile:
    """Check a file within the time limit."""
    try:
        with limited(how.time_limit):
            return checker.check(due)
    except OutOfTimeError:
        return how.out_of_time(due.name)


@lru_cache(maxsize=64)
def _config(pickled: bytes) -> EffectiveConfig:
    """Returns a configuration, with its compiled rules from the batch before."""
    config: EffectiveConfig = pickle.loads(pickled)  # Dask has unpickled this message already
    return config
