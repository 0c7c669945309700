"""The reader of files: configurations, baselines, reports and the source files of a scan.

Whatever a project contains, a read ends, takes a bounded amount of memory, and returns the content of a regular file.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from posse_checks.api.reading import NotRegularError, TooLargeError, read_regular


class UnreadableError(ValueError):
    """A file must not be read. The message gives the reason, as the rest of a sentence."""


class OutsideProjectError(UnreadableError):
    """A link that leads out of the project."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Limit for the size of a kind of file, in bytes."""

    size: int

    def __str__(self) -> str:
        """The size as people write it."""
        return f"{self.size >> 20} MB" if self.size >= 1 << 20 else f"{self.size >> 10} KB"


CONFIGURATION_LIMIT = Limit(1 << 17)
"""Configurations in TOML and INI."""
YAML_LIMIT = Limit(1 << 16)
"""Configurations in YAML, which is slow to parse."""
BASELINE_LIMIT = Limit(32 << 20)
SOURCE_LIMIT = Limit(10 << 20)
"""Python files. The syntax tree of one may take a thousand times its size in memory."""


def limit_of(name: str) -> Limit:
    """Returns the limit for the configuration file with this name."""
    return CONFIGURATION_LIMIT if name.endswith((".toml", ".bandit", ".ini")) else YAML_LIMIT


def read_bytes(path: str | os.PathLike[str], limit: Limit, *, within: Path | None = None) -> bytes:
    """Read a regular file.

    A caller that did not get the path from the user passes the project's folder as `within`: the file must be in it
    once all links are resolved.

    Raises UnreadableError for anything but a regular file in there that is within the limit, OSError if the system
    refuses, and ValueError if no file can have the name.
    """
    require = None if within is None else partial(_require_inside, path, folder=within)
    try:
        return read_regular(path, limit.size, require)
    except NotRegularError as error:
        raise UnreadableError(f"it is {error}") from None
    except TooLargeError:
        raise UnreadableError(f"it is larger than {limit}") from None
    except BlockingIOError:
        raise UnreadableError("its content is not available") from None


def leads_elsewhere(path: str | os.PathLike[str], folder: Path) -> bool:
    """Whether links make a path in a folder lead out of it. The file need not exist or be reachable."""
    with contextlib.suppress(OSError, RuntimeError, ValueError):  # RuntimeError: links in a circle, up to Python 3.12
        return not Path(path).resolve().is_relative_to(folder.resolve())
    return False


def _require_inside(path: str | os.PathLike[str], opened: os.stat_result, folder: Path) -> None:
    """Raises UnreadableError unless the path, with links resolved, is in a folder and is the file that was opened."""
    real = os.path.realpath(path)
    if not Path(real).is_relative_to(os.path.realpath(folder)):
        raise OutsideProjectError("it is a link that leads out of the project")
    if not os.path.samestat(os.stat(real), opened):
        raise UnreadableError("it was replaced while it was opened")


class Stamp(NamedTuple):
    """State of a file that differs after every change of it."""

    modified_ns: int
    status_changed_ns: int
    size: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Returns the stamp of a file with this status."""
        return cls(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def stamp_of(path: Path | None) -> Stamp | None:
    """Returns a file's stamp; None if it does not exist or cannot be reached."""
    try:
        return Stamp.of(path.stat()) if path else None
    except (OSError, ValueError):
        return None
