"""The files of a run, found and excluded as Bandit does."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from posse_server.bandit import log
from posse_server.bandit.ini import walked
from posse_server.project.effective import with_folders


@dataclass(frozen=True, slots=True)
class Found:
    """The files that are checked, and those that are not, by name."""

    files: Sequence[str]
    excluded: Sequence[str]


def discover(
    targets: Iterable[str], *, recursive: bool, include: Sequence[str], exclude: Sequence[str], excluded_paths: str
) -> Found:
    """Find the files of the targets. A folder's path in `excluded_paths` stands for everything in it."""
    given = excluded_paths.split(",") if excluded_paths else ()
    patterns = [*exclude, *with_folders(given, Path())]

    def is_excluded(path: str) -> bool:
        return any(fnmatch(path, pattern) or pattern in path for pattern in patterns)

    files, excluded = set[str](), set[str]()
    for target in targets:
        if os.path.isdir(target):
            if not recursive:
                log.warning("manager", f"Skipping directory ({target}), use -r flag to scan contents")
                continue
            for path in walked(target):
                is_included = any(fnmatch(path, pattern) for pattern in include)
                (files if is_included and not is_excluded(path) else excluded).add(path)
        elif is_excluded(target):
            excluded.add(target)
        else:
            files.add(target if target == "-" else os.path.join(".", target))
    return Found(sorted(files), sorted(excluded))
