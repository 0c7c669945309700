"""Configuration files on the disk: which one applies to a folder, and its content.

The nearest configuration applies, searched from a file's folder upward to the top folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from posse_checks.config.baseline_file import RefusedBaseline
from posse_checks.config.configuration import Configuration
from posse_checks.config.policy import SECTION, Policy
from posse_checks.config.problem import Problem
from posse_checks.config.reader import Reading, reader_for
from posse_checks.config.selection import Selection, Unusable, select
from posse_checks.config.toml_source import has_table
from posse_checks.python.text import content_length, split_lines
from posse_server.system.console import why
from posse_server.system.reading import (
    OutsideProjectError,
    Stamp,
    UnreadableError,
    leads_elsewhere,
    limit_of,
    read_bytes,
    stamp_of,
)

YAML_NAMES = ("bandit.yaml", "bandit.yml", ".bandit.yaml", ".bandit.yml")
TOML_NAME, INI_NAME = "pyproject.toml", ".bandit"
NAMES = (*YAML_NAMES, TOML_NAME, INI_NAME)
"""File names of configurations, by precedence in a folder. A TOML file counts if it has the table `tool.bandit`."""


class KeyLocation(NamedTuple):
    """The file and the line, from 0, that contain a key."""

    path: Path
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class ConfigurationFile:
    """A configuration file at one time.

    It is never changed, and compared by identity: a new one means that the file, or the one it names, was read again.
    """

    path: Path
    stamps: Sequence[Stamp | None]
    """Stamps of the file itself, and of the file that it names."""
    reading: Reading
    base: Configuration | None
    """The configuration before the file's own selection. If the file is unusable now, the last valid one."""
    selection: Selection
    lines: Sequence[str] = ()
    """The lines of the file, in which problems are shown."""
    named: ConfigurationFile | None = None
    """The configuration that a `.bandit` file names, with its own problems."""
    project: Path | None = None
    """The folder that links and paths in the file must not lead out of; None if the user named the file."""

    @property
    def named_path(self) -> Path | None:
        """The path of the configuration that a `.bandit` file names, whether it exists or not."""
        return _named_path(self.path, self.reading)

    @property
    def is_usable(self) -> bool:
        """Whether no problem makes it unusable as it is now."""
        return not any(problem.fatal for problem in self.reading.problems)

    def files(self) -> Iterator[ConfigurationFile]:
        """Yields the file, and the one that it names."""
        yield self
        if self.named is not None:
            yield self.named

    def location_of(self, key: str) -> KeyLocation | None:
        """Returns where a key is, preferring the file itself to the one that it names. None if neither has it."""
        found = ((file.path, file.reading.places.get(key)) for file in self.files())
        return next((KeyLocation(path, line) for path, line in found if line is not None), None)


class Finder:
    """Finds the configuration for folders below `top`. Results are cached until `refresh`."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.passed_over: dict[Path, str] = {}
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
        self.passed_over.clear()

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
        """Returns the configuration file that applies to a folder, None if there is none up to the top."""
        while True:
            path = self._own_file(folder)
            if path is not None:
                return self.load(path, project=self.top)
            if folder == self.top or folder == folder.parent or not folder.is_relative_to(self.top):
                return None
            folder = folder.parent

    def load(self, path: Path, *, project: Path | None = None) -> ConfigurationFile:
        """Returns a configuration file, read again only if it has changed.

        `project` is None for a file that the user named.
        """
        before = self._loaded.get(path)
        if before is not None and before.project != project:
            before = None
        if before is None or path not in self._current:
            self._current.add(path)
            if before is None or before.stamps != _stamps(path, before.reading):
                self._loaded[path] = _load(path, before, project)
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
                self.passed_over[path] = "it is no regular file"
            return False
        if path.name != TOML_NAME:
            return True
        stamp = Stamp.of(status)
        if self._tables.get(path, (None, False))[0] != stamp or path in self.passed_over:
            self._tables[path] = stamp, self._has_table(path)
        return self._tables[path][1]

    def _has_table(self, path: Path) -> bool:
        """Whether a TOML file has the table `tool.bandit`. One that cannot be read counts as having none."""
        try:
            return has_table(_decoded(read_bytes(path, limit_of(path.name), within=self.top)))
        except UnreadableError as error:
            self.passed_over[path] = str(error)
        except (OSError, ValueError):
            pass
        return False


def read_text(path: Path, *, within: Path | None = None) -> str | Problem:
    """Returns a configuration's text without a byte order mark, or a problem if it cannot be read.

    See `read_bytes` for `within`.
    """
    limit = limit_of(path.name)
    try:
        return _decoded(read_bytes(path, limit, within=within))
    except UnicodeDecodeError as error:
        return Problem(0, 0, 0, 0, f"The file is not UTF-8: {error.reason} at byte {error.start}.")
    except OutsideProjectError as error:
        remedy = "Copy it into the project, or name it with `-c`, `--ini` or the setting `configurationPath`."
        return Problem(0, 0, 0, 0, f"The file is not read: {error}. {remedy}")
    except (OSError, ValueError) as error:
        return Problem(0, 0, 0, 0, f"The file cannot be read: {why(error)}.")


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig")


def _load(
    path: Path, before: ConfigurationFile | None, project: Path | None, *, naming: Path | None = None
) -> ConfigurationFile:
    """Load a file. `naming` is the folder of the file that names it, to which its paths are relative.

    If it is unusable, `before` provides the configuration and the selection.
    """
    stamp = stamp_of(path)  # before reading, so that a write in the meantime is noticed at the next check
    text = read_text(path, within=project)
    reading = Reading(None, (text,)) if isinstance(text, Problem) else reader_for(path.name)(text)
    lines = split_lines(text) if isinstance(text, str) else ()
    if project is not None:
        reading = _inside(reading, lines, naming or path.parent, project)
    base, selection, problems = reading.configuration, reading.selection, list(reading.problems)
    named, named_stamp = None, stamp_of(_named_path(path, reading))
    if base is not None and reading.configured_by and not naming:
        named = _named(path, reading, before, project)
        if named.lines:
            reading = replace(reading, said={**named.reading.said, **reading.said})
            base = named.base and replace(named.base, policy=Policy.of(reading.said))
        else:  # the named file has no text to show a problem in
            message = f"{reading.configured_by}: {named.reading.problems[0].message}"
            problems.append(_at(reading, lines, "configfile", message))
            base = named = None
    if base is not None:
        try:
            select(base, selection)
        except Unusable as unusable:
            key = "profile" if selection.profile else "skips" if selection.skips else "tests"
            problems.append(_at(reading, lines, key, f"{str(unusable)[:1].upper()}{str(unusable)[1:]}."))
            base = None
    if base is None and before is not None:
        base, selection = before.base, before.selection
        reading = replace(reading, said=before.reading.said)
    reading = replace(reading, problems=tuple(problems))
    return ConfigurationFile(path, (stamp, named_stamp), reading, base, selection, lines, named, project)


def _inside(reading: Reading, lines: Sequence[str], folder: Path, project: Path) -> Reading:
    """Returns what was read without the paths in it that lead out of the project, each reported as a problem."""
    problems, said, configuration = list(reading.problems), dict(reading.said), reading.configuration
    baseline, configured_by = said.get("baseline"), reading.configured_by
    if isinstance(baseline, str) and leads_out(baseline, folder, project):
        message = "`baseline` is not used: it leads out of the project. Name the file with `-b`."
        key = "baseline" if "baseline" in reading.places else f"{SECTION}.baseline"
        problems.append(replace(_at(reading, lines, key, message), fatal=False))
        said["baseline"] = RefusedBaseline("The configured baseline lies outside of the project. Name it with `-b`.")
        configuration = configuration and replace(configuration, policy=Policy.of(said))
    if configured_by and leads_out(configured_by, folder, project):
        message = "`configfile` leads out of the project, so it is not read. Name the file with `-c`."
        problems.append(_at(reading, lines, "configfile", message))
        configuration = configured_by = None
    return replace(
        reading, configuration=configuration, problems=tuple(problems), said=said, configured_by=configured_by
    )


def leads_out(name: str, folder: Path, project: Path) -> bool:
    """Whether a path written in a folder leads out of the project, as it is written or by links.

    A path that is outside as written is not resolved, because even that could contact another machine.
    """
    path = Path(os.path.normpath(folder / name))
    return not path.is_relative_to(os.path.normpath(project)) or leads_elsewhere(path, project)


def _named_path(path: Path, reading: Reading) -> Path | None:
    return Path(os.path.normpath(path.parent / reading.configured_by)) if reading.configured_by else None


def _named(naming: Path, reading: Reading, before: ConfigurationFile | None, project: Path | None) -> ConfigurationFile:
    """Returns the configuration that a `.bandit` file names: the same object if it has not changed."""
    path = _named_path(naming, reading)
    assert path is not None, "it names one"
    known = before.named if before and before.named and before.named.path == path else None
    return (
        known
        if known and known.stamps == _stamps(path, known.reading)
        else _load(path, known, project, naming=naming.parent)
    )


def _at(reading: Reading, lines: Sequence[str], key: str, message: str) -> Problem:
    """Returns a fatal problem that underlines the line of a key."""
    line = reading.places.get(key, 0)
    end = content_length(lines[line]) if line < len(lines) else 0
    return Problem(line, 0, line, end, message)


def _stamps(path: Path, reading: Reading) -> Sequence[Stamp | None]:
    return stamp_of(path), stamp_of(_named_path(path, reading))
