"""The code of a project that would check it, as it is on the disk before anything of it runs."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from posse_server.plugins.environment import (
    ENVIRONMENTS,
    Environment,
    TooManyFilesError,
    find_environment,
    fingerprint,
)
from posse_server.plugins.process import Order
from posse_server.system.reading import Stamp, leads_elsewhere, stamp_of

MOST_FILES, MOST_ENTRIES = 100, 10_000
"""Limits for the files of checks, and for the entries of a folder that are looked at."""


@dataclass(frozen=True, slots=True)
class FoundCode:
    """The plug-ins installed in a project's Python, its files of checks, and a fingerprint of the code to run."""

    environment: Environment
    plugins: Sequence[str]
    """The names of plug-ins of Bandit's."""
    files: Sequence[Path]
    """The files of checks in Python."""
    fingerprint: str

    @property
    def names(self) -> Sequence[str]:
        """The names of all of it, for people."""
        return [*self.plugins, *(path.name for path in self.files)]

    def order(self, folder: Path, compiled: str | None) -> Order:
        """Returns how to run it."""
        files = tuple(map(str, self.files))
        return Order(str(self.environment.python), str(folder), bool(self.plugins), files, compiled)


def find_code(
    folder: Path, python: str | None = None, patterns: Iterable[str] = (), *, has_plugins: bool = True
) -> FoundCode | None:
    """Returns the code of a project that would check it; None if there is none.

    `python` is the Python that the user named, `patterns` are those of the files of checks. Without a Python that has
    Bandit, files run in the one that runs Posse.
    """
    files = list(islice(_files(folder, patterns), MOST_FILES))
    environment = find_environment(folder, python)
    plugins = environment.plugin_names() if environment is not None and has_plugins else ()
    if not plugins and not files:
        return None
    environment = environment or Environment(Path(sys.executable))
    try:
        state = fingerprint(environment, folder, files)
    except TooManyFilesError:
        state = secrets.token_hex()  # the same as no other: the user is asked in each session
    return FoundCode(environment, plugins, files, state)


def _files(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """Yields the Python files in a folder that patterns name, each once. No link leads out of the folder."""
    seen = set[Path]()
    for pattern in patterns:
        below, _, name = pattern.rpartition("/")
        if not pattern.endswith(".py") or os.path.isabs(pattern) or ".." in pattern.split("/"):
            continue
        try:
            with os.scandir(folder / below) as entries:
                names = sorted(entry.name for entry in islice(entries, MOST_ENTRIES))
        except (OSError, ValueError):
            continue
        for each in names:
            path = folder / below / each
            if fnmatchcase(each, name) and path not in seen and path.is_file() and not leads_elsewhere(path, folder):
                seen.add(path)
                yield path


def stamps_around(folder: Path, found: FoundCode | None, patterns: Iterable[str] = ()) -> Sequence[Stamp | None]:
    """Returns a state that differs after code was installed or changed. Costs a few calls of `stat`."""
    paths = [folder / name / "pyvenv.cfg" for name in ENVIRONMENTS]
    paths += [(folder / pattern).parent for pattern in patterns if pattern.endswith(".py")]
    if found is not None:
        paths += [found.environment.python, *found.environment.packages, *found.files]
    return [stamp_of(path) for path in paths]
