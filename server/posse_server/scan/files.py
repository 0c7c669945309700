"""Which files a scan reads: Bandit's choice of them, from targets, patterns and exclusions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate

from posse_server.console import why
from posse_server.scan.results import STDIN, Skipped


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


class Trees:
    """The files below folders. Each folder is read once, whoever asks how often."""

    def __init__(self) -> None:
        self.unreadable: list[Skipped] = []
        self._files: dict[str, list[str]] = {}

    def files(self, folder: str) -> Sequence[str]:
        """The paths of all files below a folder, links to folders left out; nothing where it is no folder."""
        if folder not in self._files:
            self._files[folder] = self._walk(folder) if os.path.isdir(folder) else []
        return self._files[folder]

    def _walk(self, top: str) -> list[str]:
        found: list[str] = []
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        if not _is_folder(entry):
                            found.append(entry.path)
                        elif not entry.is_symlink():
                            folders.append(entry.path)
            except OSError as error:
                self.unreadable.append(Skipped(folder, why(error)))
        return found


def discover(
    targets: Iterable[str],
    trees: Trees,
    *,
    recursive: bool,
    included: Iterable[str],
    excluded: Iterable[str],
    stdin_filename: str | None = None,
) -> Discovery:
    """Find the files that a scan of the targets reads.

    Patterns are matched against the path as the target begins it; exclusions also count where they occur in it. Files
    that are named themselves need not match a pattern, but are excluded like others.
    """
    patterns = list(excluded)
    is_included, matches_exclusion = _Matcher(included), _Matcher(patterns)

    def is_excluded(path: str) -> bool:
        return matches_exclusion(path) or any(part in path for part in patterns)

    files, left_out, folders = set[str](), set[str](), []
    stdin = None
    for target in targets:
        if os.path.isdir(target):
            if not recursive:
                folders.append(target)
                continue
            for path in trees.files(target):
                (files if is_included(path) and not is_excluded(path) else left_out).add(path)
        elif is_excluded(name := (stdin_filename or target) if target == "-" else target):
            left_out.add(name)
        elif target == "-":
            stdin = os.path.join(".", stdin_filename) if stdin_filename else STDIN
        else:
            files.add(os.path.join(".", target))
    return Discovery(sorted(files - {stdin}), sorted(left_out), stdin, folders, tuple(trees.unreadable))


def exclusions(configured: Iterable[str], given: str) -> list[str]:
    """The patterns of the configuration, and those given on the command line; a folder means all that is in it."""
    patterns = given.split(",") if given else []
    return [*configured, *(os.path.join(path, "*") if os.path.isdir(path) else path for path in patterns)]


class _Matcher:
    """Whether a path matches one of several patterns."""

    def __init__(self, patterns: Iterable[str]) -> None:
        alternatives = [translate(os.path.normcase(pattern)) for pattern in patterns]
        self._matches = re.compile("|".join(alternatives)).match if alternatives else None

    def __call__(self, path: str) -> bool:
        return self._matches is not None and self._matches(os.path.normcase(path)) is not None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
