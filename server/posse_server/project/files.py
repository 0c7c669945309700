"""The files that a scan reads: chosen as in Bandit, from targets, patterns and exclusions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path

from posse_checks.config.configuration import Configuration
from posse_server.notebook.file import SUFFIX
from posse_server.project.effective import EffectiveConfig, Resolver
from posse_server.project.ignored import IgnoredPaths
from posse_server.system.console import why

STDIN = "<stdin>"
"""The name of standard input in reports."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was not checked, with the reason."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The files found, by their names in reports."""

    files: Sequence[str]
    excluded: Sequence[str]
    stdin: str | None
    """The name of standard input in reports; None if it is not a target."""
    folders: Sequence[str]
    """Folders among the targets whose files are not included."""
    unreadable: Sequence[Skipped]
    """Folders that could not be read."""
    installed: int = 0
    """Number of folders of installed packages that were left out."""
    notebooks: int = 0
    """Number of notebooks in the folders that are not checked."""
    ignored: int = 0
    """Number of files and folders that were left out because Git ignores them."""
    without_git: Sequence[str] = ()
    """Reasons why Git could not tell what it ignores."""


CHECKPOINTS = ".ipynb_checkpoints"
"""The folder in which Jupyter keeps copies of notebooks."""
INSTALLED = frozenset(("site-packages", "node_modules"))
"""Folders of installed packages, which do not belong to the project around them."""
ENVIRONMENT = "pyvenv.cfg"
"""The file that makes a folder a virtual environment."""
REPOSITORY = ".git"
"""The entry that makes a folder the top of a repository."""


class FileTrees:
    """The files below folders, without those of installed packages and those that Git ignores.

    Each folder is read only once. If a requested folder is itself left out elsewhere, all its files are included.
    """

    def __init__(self, *, takes_ignored: bool = False) -> None:
        self.unreadable: list[Skipped] = []
        self.installed: set[str] = set()
        """Folders of installed packages that were left out."""
        self.ignored: dict[str, bool] = {}
        """Paths that were left out because Git ignores them; with each, whether it is a folder."""
        self.git = IgnoredPaths()
        self._takes_ignored = takes_ignored
        self._files: dict[str, list[str]] = {}

    def files(self, folder: str) -> Sequence[str]:
        """Returns the paths of all files below a folder, without following links; none if it is not a folder."""
        if folder not in self._files:
            self._files[folder] = self._walk(folder) if os.path.isdir(folder) else []
        return self._files[folder]

    def _walk(self, top: str) -> list[str]:
        """Read a folder and those below it. Folders that cannot be read are recorded, not raised."""
        found: list[str] = []
        folders = [top]
        takes_all = self._takes_ignored
        takes_installed = takes_all or is_installed(Path(os.path.abspath(top)))
        ignored = frozenset() if takes_all else self.git.below(top)
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as scanned:
                    entries = list(scanned)
            except OSError as error:
                self.unreadable.append(Skipped(folder, why(error)))
                continue
            names = {entry.name for entry in entries}
            if folder != top and not takes_all and ENVIRONMENT in names:
                self.installed.add(os.path.abspath(folder))
                continue
            if folder != top and not takes_all and REPOSITORY in names:
                ignored |= self.git.below(folder)
            for entry in entries:
                is_folder = _is_folder(entry)
                if is_folder and entry.name in INSTALLED and not takes_installed:
                    self.installed.add(os.path.abspath(entry.path))
                elif entry.path in ignored and not (is_folder and _is_environment(entry.path)):
                    self.ignored[entry.path] = is_folder
                elif not is_folder:
                    found.append(entry.path)
                elif not entry.is_symlink():
                    folders.append(entry.path)
        return found


def is_installed(folder: Path, top: Path | None = None) -> bool:
    """Whether a folder, or one above it but below `top`, contains installed packages or is a virtual environment."""
    for one in (folder, *folder.parents):
        if one == top:
            return False
        if one.name in INSTALLED or _is_environment(one):
            return True
    return False


def _is_environment(folder: str | Path) -> bool:
    return os.path.lexists(os.path.join(folder, ENVIRONMENT))


def find_files(
    targets: Iterable[str],
    trees: FileTrees,
    *,
    recursive: bool,
    resolver: Resolver,
    excluded: Iterable[str] = (),
    stdin_filename: str | None = None,
) -> FoundFiles:
    """Find the files that a scan of the targets reads.

    Patterns in `excluded` are matched with the path as the target begins it, those of a configuration with the path
    relative to its folder; both also match as a part of it. Files that are targets themselves need not match a pattern
    of included files, but can be excluded.
    """
    given = _Exclusions(excluded)
    included, excluded_by = _by_configuration(_included), _by_configuration(_excluded)

    def is_excluded(path: str, config: EffectiveConfig | None = None) -> bool:
        if given(path):
            return True
        config = config or resolver(path)
        return excluded_by(config.configuration)(config.path)

    def is_taken(path: str) -> bool:
        if given(path):
            return False
        config = resolver(path)
        is_notebook = config.configuration.policy.notebooks and path.endswith(SUFFIX) and CHECKPOINTS not in path
        is_included = is_notebook or included(config.configuration)(config.path)
        return is_included and not is_excluded(path, config)

    def would_be_taken(path: str, *, is_folder: bool) -> bool:
        if not is_folder:
            return is_taken(path)
        config = resolver(path)
        within = os.path.join(path, "")
        return not given(within) and not excluded_by(config.configuration)(f"{config.path}/")

    files, left_out, notebooks, folders = set[str](), set[str](), set[str](), []
    stdin = None
    for target in targets:
        if os.path.isdir(target):
            if not recursive:
                folders.append(target)
                continue
            for path in trees.files(target):
                (files if is_taken(path) else left_out).add(path)
                if path.endswith(SUFFIX) and path in left_out and not is_excluded(path) and CHECKPOINTS not in path:
                    notebooks.add(path)
        elif is_excluded(name := (stdin_filename or target) if target == "-" else target):
            left_out.add(name)
        elif target == "-":
            stdin = os.path.join(".", stdin_filename) if stdin_filename else STDIN
        else:
            files.add(os.path.join(".", target))
    return FoundFiles(
        sorted(files - {stdin}),
        sorted(left_out),
        stdin,
        folders,
        tuple(trees.unreadable),
        len(trees.installed),
        len(notebooks - files),
        sum(would_be_taken(path, is_folder=is_folder) for path, is_folder in trees.ignored.items()),
        tuple(trees.git.problems),
    )


PathTest = Callable[[str], bool]
"""Tests a path."""


def _by_configuration(make: Callable[[Configuration], PathTest]) -> Callable[[Configuration], PathTest]:
    """Returns a function that makes the test for a configuration, and caches it."""
    made: dict[int, PathTest] = {}

    def test_of(configuration: Configuration) -> PathTest:
        if id(configuration) not in made:
            made[id(configuration)] = make(configuration)
        return made[id(configuration)]

    return test_of


def _included(configuration: Configuration) -> PathTest:
    return _Matcher(configuration.include)


def _excluded(configuration: Configuration) -> PathTest:
    return _Exclusions((*configuration.exclude_dirs, *configuration.excluded))


class _Matcher:
    """Tests whether a path matches any of the patterns."""

    def __init__(self, patterns: Iterable[str]) -> None:
        alternatives = [translate(os.path.normcase(pattern)) for pattern in patterns]
        self._matches = re.compile("|".join(alternatives)).match if alternatives else None

    def __call__(self, path: str) -> bool:
        return self._matches is not None and self._matches(os.path.normcase(path)) is not None


class _Exclusions:
    """Tests whether a path matches any of the patterns or contains one."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = tuple(patterns)
        self._matches = _Matcher(self._patterns)

    def __call__(self, path: str) -> bool:
        return self._matches(path) or any(part in path for part in self._patterns)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder or a link to one; not if it cannot be reached."""
    try:
        return entry.is_dir()
    except OSError:
        return False
