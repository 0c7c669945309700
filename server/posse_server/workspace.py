"""The files of the workspace: finding and reading the configuration, and telling where a document lies."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pygls.uris import to_fs_path

from posse_checks.catalogue import Catalogue
from posse_checks.config import Catalogues, Configuration
from posse_checks.config_file.problem import Problem
from posse_checks.config_reader import read_configuration
from posse_checks.text import split_lines

LOG = logging.getLogger(__name__)

CONFIGURATION_FILES = ("bandit.yaml", "bandit.yml", ".bandit.yaml", ".bandit.yml")
"""Where a folder's configuration may be; the first that exists counts."""
MAXIMUM_SIZE = 1 << 20
"""The size in bytes past which a file is not taken for a configuration."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found at one time: the file, when it had changed (None where there is none), what was wrong with it."""

    path: Path | None = None
    changed: tuple[int, int] | None = None
    problems: tuple[Problem, ...] = ()
    lines: Sequence[str] = ()
    """The file's text, where there are problems in it."""


@dataclass
class Folder:
    """A folder of the workspace with its configuration: the last good one, whatever has become of its file since."""

    root: Path
    configuration: Configuration = field(default_factory=Configuration)
    reading: Reading = field(default_factory=Reading)
    reported: Path | None = None
    """The file that the client has been told the problems of."""
    _catalogues: Catalogues = field(default_factory=lambda: Catalogues(Configuration()))

    def refresh(self) -> bool:
        """Read the configuration again if its file is another or has changed; whether it was."""
        path, changed = self._configuration_file()
        if (path, changed) == (self.reading.path, self.reading.changed):
            return False
        source = _read(path) if path else ""
        result = read_configuration(source) if isinstance(source, str) else [source]
        if isinstance(result, Configuration):
            self.reading = Reading(path, changed)
            self.configuration = result
            self._catalogues = Catalogues(result)
        else:
            self.reading = Reading(path, changed, tuple(result), split_lines(source) if isinstance(source, str) else ())
        LOG.info("configuration of %s: %s", self.root, path or "none, so every rule runs with its defaults")
        return True

    def catalogue(self, path: str) -> Catalogue:
        """The rules for a file."""
        return self._catalogues.for_path(path)

    def relative(self, path: Path) -> str | None:
        """The path as configuration patterns see it, None for one outside the folder."""
        return f"./{path.relative_to(self.root).as_posix()}" if path.is_relative_to(self.root) else None

    def _configuration_file(self) -> tuple[Path | None, tuple[int, int] | None]:
        for name in CONFIGURATION_FILES:
            path = self.root / name
            try:
                status = path.stat()
            except OSError:
                continue
            return path, (status.st_mtime_ns, status.st_size)
        return None, None


class Workspace:
    """The folders that are open in the editor."""

    def __init__(self, roots: Iterable[Path] = ()) -> None:
        self.folders = [Folder(root) for root in roots]
        self._elsewhere = Folder(Path("/"))

    def refresh(self) -> list[Folder]:
        """Read again what has changed; the folders whose configuration, or whose problems with it, are new."""
        return [folder for folder in self.folders if folder.refresh()]

    def change(self, added: Iterable[Path], removed: Iterable[Path]) -> list[Folder]:
        """Take folders in, whose configurations are read at the next refresh, and out; the folders that are gone."""
        leaving = set(removed)
        gone = [folder for folder in self.folders if folder.root in leaving]
        self.folders = [folder for folder in self.folders if folder.root not in leaving]
        self.folders += [Folder(root) for root in added]
        return gone

    def place(self, uri: str) -> tuple[Folder, str]:
        """The folder that a document belongs to, the innermost one, and its path there.

        A document that lies in none, or is not on disk yet, is checked without configuration.
        """
        name = to_fs_path(uri) if uri.startswith("file:") else None
        if name is None:
            return self._elsewhere, "./untitled.py"
        path = Path(name)
        inside = [(folder, relative) for folder in self.folders if (relative := folder.relative(path))]
        return min(inside, key=lambda place: len(place[1]), default=(self._elsewhere, path.as_posix()))


def folder_path(uri: str) -> Path | None:
    """The path of a folder's URI, None where it is no file's."""
    name = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(name) if name else None


def _read(path: Path) -> str | Problem:
    try:
        if path.stat().st_size > MAXIMUM_SIZE:
            return Problem(0, 0, 0, 0, f"The file is larger than {MAXIMUM_SIZE} bytes, so it is not read.")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem(0, 0, 0, 0, f"The file is not UTF-8: {error.reason} at byte {error.start}.")
    except OSError as error:
        return Problem(0, 0, 0, 0, f"The file cannot be read: {error.strerror}.")
