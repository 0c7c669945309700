"""Which configuration file applies to a folder.

The nearest configuration applies, searched from a file's folder upward to the top folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from posse_checks.config.toml_source import has_table
from posse_server.project.check_files import CHECKS_FOLDER
from posse_server.project.configuration_file import ConfigurationFile, decoded, load, stamps_of
from posse_server.system.reading import Stamp, UnreadableError, limit_of, read_bytes

YAML_NAMES = ("bandit.yaml", "bandit.yml", ".bandit.yaml", ".bandit.yml")
TOML_NAME, INI_NAME = "pyproject.toml", ".bandit"
NAMES = (*YAML_NAMES, TOML_NAME, INI_NAME)
"""File names of configurations, by precedence in a folder. A TOML file counts if it has the table `tool.bandit`."""


class ConfigurationFinder:
    """Finds the configuration for folders below `top`. Results are cached until `refresh`."""

    def __init__(self, top: Path, plugins: Mapping[str, str] | None = None) -> None:
        """`plugins` are the names and IDs of the plug-ins that run: see `Selection`."""
        self.top = top
        self._plugins = plugins or {}
        self.unreadable: dict[Path, str] = {}
        """Files named as configurations that cannot be read, with the reason: another file may apply instead."""
        self._own: dict[Path, Path | None] = {}
        """Cache: the configuration file directly in each folder."""
        self._loaded: dict[Path, ConfigurationFile] = {}
        """Cache: the last version of each file, read again only if its stamps have changed."""
        self._current: set[Path] = set()
        """Files whose stamps have been compared since `refresh`."""
        self._tables: dict[Path, tuple[Stamp, bool]] = {}
        """Cache: whether a TOML file with this stamp has the table `tool.bandit`."""

    def refresh(self) -> None:
        """Discard what was found. Files that have not changed are not read again."""
        self._own.clear()
        self._current.clear()
        self.unreadable.clear()

    def look_again(self, folder: Path, chosen: Path | None) -> None:
        """Recheck, at the next request, only what may apply to one folder: files up to the top, and `chosen`."""
        if chosen is not None:
            self._current.discard(chosen)
        while True:
            own = self._own.pop(folder, None)
            if own is not None:
                self._current.discard(own)
            if folder in (self.top, folder.parent) or not folder.is_relative_to(self.top):
                return
            folder = folder.parent

    def nearest(self, folder: Path) -> ConfigurationFile | None:
        """Returns the configuration file that applies to a folder, None if there is none up to the top.

        Without one, the nearest folder of declared checks takes its place.
        """
        below = list(self._up_to_top(folder))
        path = next((path for one in below if (path := self._own_file(one)) is not None), None)
        if path is None:
            path = next((one / CHECKS_FOLDER[0] for one in below if one.joinpath(*CHECKS_FOLDER).is_dir()), None)
        return None if path is None else self.load(path, project=self.top)

    def _up_to_top(self, folder: Path) -> Iterator[Path]:
        """Yields a folder and those around it, up to the top."""
        yield folder
        while folder not in (self.top, folder.parent) and folder.is_relative_to(self.top):
            folder = folder.parent
            yield folder

    def load(self, path: Path, *, project: Path | None = None) -> ConfigurationFile:
        """Returns a configuration file, read again only if it has changed.

        `project` is None for a file that the user named.
        """
        before = self._loaded.get(path)
        if before is not None and before.project != project:
            before = None
        if before is None or path not in self._current:
            self._current.add(path)
            if before is None or before.stamps != stamps_of(path, before.parsed):
                self._loaded[path] = load(path, before, project, plugins=self._plugins)
        return self._loaded[path]

    def _own_file(self, folder: Path) -> Path | None:
        """Returns the configuration file directly in a folder, None if there is none."""
        if folder not in self._own:
            self._own[folder] = next((folder / name for name in NAMES if self._counts(folder / name)), None)
        return self._own[folder]

    def _counts(self, path: Path) -> bool:
        """Whether a path is a configuration file. One that exists but cannot be reached counts, too."""
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        except OSError:  # it exists and is out of reach, so no other file replaces it
            return path in self._loaded or (path.name in YAML_NAMES and os.path.lexists(path))
        if path.name in (TOML_NAME, INI_NAME) and not stat.S_ISREG(status.st_mode):
            if not stat.S_ISDIR(status.st_mode):  # other programs use the name for folders
                self.unreadable[path] = "it is not a regular file"
            return False
        if path.name != TOML_NAME:
            return True
        stamp = Stamp.of(status)
        if self._tables.get(path, (None, False))[0] != stamp or path in self.unreadable:
            self._tables[path] = stamp, self._has_table(path)
        return self._tables[path][1]

    def _has_table(self, path: Path) -> bool:
        """Whether a TOML file has the table `tool.bandit`. One that cannot be read counts as having none."""
        try:
            return has_table(decoded(read_bytes(path, limit_of(path.name), within=self.top)))
        except UnreadableError as error:
            self.unreadable[path] = str(error)
        except (OSError, ValueError):
            pass
        return False
