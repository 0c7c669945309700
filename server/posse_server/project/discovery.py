"""Configuration files on the disk: which one holds in a folder, and what it says.

Of the folders from a file's own up to the top one, the nearest with a configuration counts.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from posse_checks.config.baseline_file import RefusedBaseline
from posse_checks.config.configuration import Configuration
from posse_checks.config.policy import SECTION, Policy
from posse_checks.config.problem import Problem
from posse_checks.config.reader import Reading, reader_for
from posse_checks.config.selection import NOTHING, Selection, Unusable, select
from posse_checks.config.toml_source import has_table
from posse_checks.python.text import content_length, split_lines
from posse_server.system.console import why
from posse_server.system.reading import LeadsOut, Unreadable, leads_elsewhere, limit_of, read_bytes

YAML_NAMES = ("bandit.yaml", "bandit.yml", ".bandit.yaml", ".bandit.yml")
TOML_NAME, INI_NAME = "pyproject.toml", ".bandit"
NAMES = (*YAML_NAMES, TOML_NAME, INI_NAME)
"""Where a folder's configuration may be; the first that exists counts. TOML does where it has a table for us."""
Stamp = tuple[int, int, int, int]
"""When a file and its permissions have changed, how large it is and which it is, so that a change is noticed."""


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A configuration file as it was at one time."""

    path: Path
    stamps: Sequence[Stamp | None]
    """Of the file itself, and of the one that it names."""
    reading: Reading
    base: Configuration | None
    """The configuration before the file's own selection; the last good one where the file is beyond use now."""
    selection: Selection
    lines: Sequence[str] = ()
    """The text, to show problems in."""
    named: Loaded | None = None
    """The configuration that a `.bandit` file names, with problems of its own."""
    project: Path | None = None
    """The folder that it, and what it names, must not lead out of; None where the user named the file."""

    @property
    def named_path(self) -> Path | None:
        """Where the configuration is that a `.bandit` file names, even if there is none."""
        return _named_path(self.path, self.reading)

    def files(self) -> Iterator[Loaded]:
        """The file, and the one that it names."""
        yield self
        if self.named is not None:
            yield self.named

    def place(self, key: str) -> tuple[Path, int] | None:
        """The file and the line, from 0, in which a key is; the file's own wins over the one that it names."""
        found = ((file.path, file.reading.places.get(key)) for file in self.files())
        return next(((path, line) for path, line in found if line is not None), None)

    def selected(self, above: Selection = NOTHING, policy: Policy | None = None) -> Configuration:
        """The configuration with the file's selection and another one above it; raises Unusable.

        Where a policy is given, it is in place of the file's.
        """
        base = self.base or Configuration()
        return select(base if policy is None else replace(base, policy=policy), above.over(self.selection))


class Finder:
    """Finds the configuration of the folders below one; what it has found holds until `refresh`."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.passed_over: dict[Path, str] = {}
        """Files by the name of a configuration that are not read, each with the reason: another one may count."""
        self._own: dict[Path, Path | None] = {}
        self._loaded: dict[Path, Loaded] = {}
        self._current: set[Path] = set()
        self._tables: dict[Path, tuple[Stamp, bool]] = {}

    def refresh(self) -> None:
        """Look again when asked next; files that have not changed are not read again."""
        self._own.clear()
        self._current.clear()
        self.passed_over.clear()

    def look_again(self, folder: Path, chosen: Path | None) -> None:
        """Look anew, when asked next, at what may hold in one folder: up to the top, and the file that was chosen."""
        if chosen is not None:
            self._current.discard(chosen)
        while True:
            own = self._own.pop(folder, None)
            if own is not None:
                self._current.discard(own)
            if folder in (self.top, folder.parent) or not folder.is_relative_to(self.top):
                return
            folder = folder.parent

    def governing(self, folder: Path) -> Loaded | None:
        """The configuration file that holds in a folder, None where there is none up to the top."""
        while True:
            path = self._own_file(folder)
            if path is not None:
                return self.load(path, project=self.top)
            if folder == self.top or folder == folder.parent or not folder.is_relative_to(self.top):
                return None
            folder = folder.parent

    def load(self, path: Path, *, project: Path | None = None) -> Loaded:
        """A configuration file, read where it has changed. One that was found names its project."""
        before = self._loaded.get(path)
        if before is not None and before.project != project:
            before = None
        if before is None or path not in self._current:
            self._current.add(path)
            if before is None or before.stamps != _stamps(path, before.reading):
                self._loaded[path] = _load(path, before, project)
        return self._loaded[path]

    def _own_file(self, folder: Path) -> Path | None:
        if folder not in self._own:
            self._own[folder] = next((folder / name for name in NAMES if self._counts(folder / name)), None)
        return self._own[folder]

    def _counts(self, path: Path) -> bool:
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        except OSError:  # it is there and out of reach, so nothing else takes its place
            return path in self._loaded or (path.name in YAML_NAMES and os.path.lexists(path))
        if path.name in (TOML_NAME, INI_NAME) and not stat.S_ISREG(status.st_mode):
            if not stat.S_ISDIR(status.st_mode):  # others use the name for folders, too
                self.passed_over[path] = "it is no regular file"
            return False
        if path.name != TOML_NAME:
            return True
        stamp = _stamp(status)
        if self._tables.get(path, (None, False))[0] != stamp or path in self.passed_over:
            self._tables[path] = stamp, self._has_table(path)
        return self._tables[path][1]

    def _has_table(self, path: Path) -> bool:
        """Whether a TOML file has a table for us; of one that is not to be read, nobody can know."""
        try:
            return has_table(_decoded(read_bytes(path, limit_of(path.name), within=self.top)))
        except Unreadable as error:
            self.passed_over[path] = str(error)
        except (OSError, ValueError):
            pass
        return False


def read_text(path: Path, *, within: Path | None = None) -> str | Problem:
    """A configuration's text without a byte order mark, or why it cannot be had; see `read_bytes` for `within`."""
    limit = limit_of(path.name)
    try:
        return _decoded(read_bytes(path, limit, within=within))
    except UnicodeDecodeError as error:
        return Problem(0, 0, 0, 0, f"The file is not UTF-8: {error.reason} at byte {error.start}.")
    except LeadsOut as error:
        remedy = "Copy it into the project, or name it with `-c`, `--ini` or the setting `configurationPath`."
        return Problem(0, 0, 0, 0, f"The file is not read: {error}. {remedy}")
    except (OSError, ValueError) as error:
        return Problem(0, 0, 0, 0, f"The file cannot be read: {why(error)}.")


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig")


def _load(path: Path, before: Loaded | None, project: Path | None, *, naming: Path | None = None) -> Loaded:
    """Load a file; `naming` is the folder of the one that names it, from which its paths are."""
    stamp = stamp_of(path)  # before it is read, so that what is written meanwhile is noticed at the next look
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
        else:  # there is no text to show a problem in
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
    return Loaded(path, (stamp, named_stamp), reading, base, selection, lines, named, project)


def _inside(reading: Reading, lines: Sequence[str], folder: Path, project: Path) -> Reading:
    """What was read of a file that was found, without the files that it names outside of the project."""
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
    """Whether a path that is written in a folder leads out of the project: as it reads, or by links.

    A path that already reads so is not looked at, since that alone may reach another machine.
    """
    path = Path(os.path.normpath(folder / name))
    return not path.is_relative_to(os.path.normpath(project)) or leads_elsewhere(path, project)


def _named_path(path: Path, reading: Reading) -> Path | None:
    return Path(os.path.normpath(path.parent / reading.configured_by)) if reading.configured_by else None


def _named(naming: Path, reading: Reading, before: Loaded | None, project: Path | None) -> Loaded:
    """The configuration that a `.bandit` file names; one that has not changed stays the same."""
    path = _named_path(naming, reading)
    assert path is not None, "it names one"
    known = before.named if before and before.named and before.named.path == path else None
    return (
        known
        if known and known.stamps == _stamps(path, known.reading)
        else _load(path, known, project, naming=naming.parent)
    )


def _at(reading: Reading, lines: Sequence[str], key: str, message: str) -> Problem:
    """A problem, after which nothing holds, under the line of a key."""
    line = reading.places.get(key, 0)
    end = content_length(lines[line]) if line < len(lines) else 0
    return Problem(line, 0, line, end, message)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (OSError, ValueError):
        return None


def stamp_of(path: Path | None) -> Stamp | None:
    """A file's stamp; None where there is no such file."""
    status = _status(path) if path else None
    return None if status is None else _stamp(status)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _stamps(path: Path, reading: Reading) -> Sequence[Stamp | None]:
    return stamp_of(path), stamp_of(_named_path(path, reading))
