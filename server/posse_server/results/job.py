"""How to check files, and a file that is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from posse_checks.nosec.remark import Flaw
from posse_server.plugins.process import Order
from posse_server.project.effective import EffectiveConfig, Resolver
from posse_server.results.excerpt import lines_around
from posse_server.results.result import CheckedFile
from posse_server.system.reading import SOURCE_LIMIT, read_bytes

TIME_LIMIT_SECONDS = 120.0
"""Default limit for the time to check a file, in seconds. One of 10 MB needs less."""


def read_source(path: str) -> bytes:
    """Returns the content of a source file on the disk. Raises OSError or ValueError."""
    return read_bytes(path, SOURCE_LIMIT)


@dataclass(frozen=True, slots=True)
class Job:
    """How to check files."""

    resolver: Resolver
    context_lines: int = 3
    """Number of lines of code that a report shows with a finding of one line."""
    time_limit: float = TIME_LIMIT_SECONDS
    """Limit for the time to check a file, in seconds."""
    flaws: frozenset[Flaw] = frozenset()
    """Flaws of comments to report, if the configuration asks for them."""
    details: bool = False
    """Whether fixes and suppressed results are wanted, too. They are not for notebooks."""
    read: Callable[[str], bytes] = read_source
    """Returns the content of the file with a name. Raises OSError or ValueError."""
    files: tuple[str, ...] = ()
    """All files of a scan, which may import each other: where data is followed, it is followed through them."""
    cache_folder: Path | None = None
    """The folder of the cache to read results from; None to check every file."""
    plugins: Order | None = None
    """How to run the project's plug-ins, which the user has allowed; None to run none."""

    def out_of_time(self, path: str) -> CheckedFile:
        """Returns the outcome for a file that exceeded the time limit."""
        return CheckedFile(path, skipped=f"took longer than {self.time_limit:g} s; raise the limit with --time-limit")

    def shown_lines(self, line: int, line_range: tuple[int, int]) -> range:
        """Returns the numbers of the lines that a report shows with a finding."""
        return lines_around(line, line_range, self.context_lines)


@dataclass(frozen=True, slots=True)
class Due:
    """A file that has to be checked, because no earlier result is known."""

    name: str
    data: bytes
    config: EffectiveConfig
    cache_key: bytes | None = None
    """The key under which the result is kept; None if it is not."""
