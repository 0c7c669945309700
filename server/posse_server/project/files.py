"""Which files a scan reads: Bandit's choice of them, from targets, patterns and exclusions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path

from posse_checks.config.configuration import Configuration
from posse_server.notebook.file import SUFFIX
from posse_server.project.effective import Settings
from posse_server.system.console import why

STDIN = "<stdin>"
"""The name of standard input in reports."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not checked, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files that were found, by the names under which they are reported."""

    files: Sequence[str]
    excluded: Sequence[str]
    stdin: str | None
    """The name under which standard input is reported, where that is a target."""
    folders: Sequence[str]
    """The folders that are targets but are not looked into."""
    unreadable: Sequence[Skipped]
    """The folders that could not be read."""
    installed: int = 0
    """Number of folders of installed packages that are not looked into."""
    notebooks: int = 0
    """Number of notebooks in the folders, which are checked only if they are named."""


CHECKPOINTS = ".ipynb_checkpoints"
"""The folder in which Jupyter keeps copies of notebooks."""
INSTALLED = frozenset(("site-packages", "node_modules"))
"""Folders of installed packages, which are not of the project around them."""
ENVIRONMENT = "pyvenv.cfg"
"""The file in a folder that makes it a virtual environment."""


class Trees:
    """The files below folders, but not those of installed packages. Each folder is read once, whoever asks how often.

    Where a folder that is asked for lies in one of these itself, all of it is wanted.
    """

    def __init__(self, *, takes_installed: bool = False) -> None:
        self.unreadable: list[Skipped] = []
        self.installed: set[str] = set()
        """The folders that are left out."""
        self._takes_installed = takes_installed
        self._files: dict[str, list[str]] = {}

    def files(self, folder: str) -> Sequence[str]:
        """The paths of all files below a folder, links to folders left out; nothing where it is no folder."""
        if folder not in self._files:
            self._files[folder] = self._walk(folder) if os.path.isdir(folder) else []
        return self._files[folder]

    def _walk(self, top: str) -> list[str]:
        found: list[str] = []
        folders = [top]
        takes_installed = self._takes_installed or is_installed(Path(os.path.abspath(top)))
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as scanned:
                    entries = list(scanned)
            except OSError as error:
                self.unreadable.append(Skipped(folder, why(error)))
                continue
            if folder != top and not self._takes_installed and any(entry.name == ENVIRONMENT for entry in entries):
                self.installed.add(os.path.abspath(folder))
                continue
            for entry in entries:
                if not _is_folder(entry):
                    found.append(entry.path)
                elif entry.name in INSTALLED and not takes_installed:
                    self.installed.add(os.path.abspath(entry.path))
                elif not entry.is_symlink():
                    folders.append(entry.path)
        return found


def is_installed(folder: Path, top: Path | None = None) -> bool:
    """Whether a folder, or one above it but below `top`, holds installed packages or is a virtual environment."""
    for one in (folder, *folder.parents):
        if one == top:
            return False
        if one.name in INSTALLED or os.path.lexists(one / ENVIRONMENT):
            return True
    return False


def discover(
    targets: Iterable[str],
    trees: Trees,
    *,
    recursive: bool,
    settings: Settings,
    excluded: Iterable[str] = (),
    stdin_filename: str | None = None,
) -> Discovery:
    """Find the files that a scan of the targets reads.

    The patterns in `excluded` are matched against the path as the target begins it, those of a configuration against
    the path that it knows; both also count where they occur in it. Files that are named themselves need not match a
    pattern of what is included, but are excluded like others.
    """
    given = _Exclusions(excluded)
    included, excluded_by = _by_configuration(_included), _by_configuration(_excluded)

    def is_included(path: str) -> bool:
        governed = settings.for_file(path)
        return included(governed.configuration)(governed.path(path))

    def is_excluded(path: str) -> bool:
        governed = settings.for_file(path)
        return given(path) or excluded_by(governed.configuration)(governed.path(path))

    files, left_out, notebooks, folders = set[str](), set[str](), set[str](), []
    stdin = None
    for target in targets:
        if os.path.isdir(target):
            if not recursive:
                folders.append(target)
                continue
            for path in trees.files(target):
                (files if is_included(path) and not is_excluded(path) else left_out).add(path)
                if path.endswith(SUFFIX) and path in left_out and not is_excluded(path) and CHECKPOINTS not in path:
                    notebooks.add(path)
        elif is_excluded(name := (stdin_filename or target) if target == "-" else target):
            left_out.add(name)
        elif target == "-":
            stdin = os.path.join(".", stdin_filename) if stdin_filename else STDIN
        else:
            files.add(os.path.join(".", target))
    return Discovery(
        sorted(files - {stdin}),
        sorted(left_out),
        stdin,
        folders,
        tuple(trees.unreadable),
        len(trees.installed),
        len(notebooks - files),
    )


Test = Callable[[str], bool]
"""A test of a path."""


def _by_configuration(make: Callable[[Configuration], Test]) -> Callable[[Configuration], Test]:
    """The test that belongs to a configuration, made once for each."""
    made: dict[int, Test] = {}

    def test_of(configuration: Configuration) -> Test:
        if id(configuration) not in made:
            made[id(configuration)] = make(configuration)
        return made[id(configuration)]

    return test_of


def _included(configuration: Configuration) -> Test:
    return _Matcher(configuration.include)


def _excluded(configuration: Configuration) -> Test:
    return _Exclusions((*configuration.exclude_dirs, *configuration.excluded))


class _Matcher:
    """Whether a path matches one of several patterns."""

    def __init__(self, patterns: Iterable[str]) -> None:
        alternatives = [translate(os.path.normcase(pattern)) for pattern in patterns]
        self._matches = re.compile("|".join(alternatives)).match if alternatives else None

    def __call__(self, path: str) -> bool:
        return self._matches is not None and self._matches(os.path.normcase(path)) is not None


class _Exclusions:
    """Whether a path matches one of several patterns, or has one in it."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = tuple(patterns)
        self._matches = _Matcher(self._patterns)

    def __call__(self, path: str) -> bool:
        return self._matches(path) or any(part in path for part in self._patterns)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
