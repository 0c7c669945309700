"""Whether the user has allowed the code of a folder to run, remembered in the user's own folder, never in the project.

A decision is about one folder and one state of the files that would run. Any other state has to be asked for again.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from posse_server.system.reading import Limit, read_bytes
from posse_server.system.writing import replace_file

NAME = "trusted.json"
SIZE_LIMIT = Limit(1 << 20)
MOST_FOLDERS = 1000
"""Limit for the folders that are remembered; the oldest are forgotten first."""


class Decisions:
    """The decisions that the user has made on this machine."""

    def __init__(self, folder: Path | None, workspaces: Iterable[Path] = ()) -> None:
        """Read them from `folder`, unless that is in a workspace: anybody may have written the files there."""
        real = None if folder is None else Path(os.path.realpath(folder))
        is_inside = real is not None and any(_is_in(real, workspace) for workspace in workspaces)
        self._file = None if real is None or is_inside else real / NAME

    def made_on(self, folder: Path, fingerprint: str) -> bool | None:
        """Returns whether the code of a folder in this state may run; None if the user was not asked."""
        entry = self._read().get(str(folder))
        if entry is None or entry[0] != fingerprint:
            return None
        return entry[1]

    def remember(self, folder: Path, fingerprint: str, *, is_trusted: bool) -> None:
        """Remember a decision, if that is possible."""
        if self._file is None:
            return
        entries = self._read()
        entries.pop(str(folder), None)
        entries[str(folder)] = (fingerprint, is_trusted)
        kept = dict([*entries.items()][-MOST_FOLDERS:])
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self._file, [json.dumps(kept, indent=1)], encoding="utf-8")

    def _read(self) -> dict[str, tuple[str, bool]]:
        """Returns the stored decisions. A file that another user owns or may write is ignored."""
        if self._file is None or not _is_mine(self._file.parent) or not _is_mine(self._file):
            return {}
        try:
            content = json.loads(read_bytes(self._file, SIZE_LIMIT))
            return {
                folder: (str(fingerprint), is_trusted)
                for folder, (fingerprint, is_trusted) in content.items()
                if isinstance(is_trusted, bool)
            }
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}


def state_folder() -> Path | None:
    """Returns the folder in which decisions are remembered; None if there is none."""
    import platformdirs

    folder = platformdirs.user_state_path("posse", appauthor=False)
    return folder if folder.is_absolute() else None


def _is_in(path: Path, workspace: Path) -> bool:
    return path.is_relative_to(os.path.realpath(workspace))


def _is_mine(path: Path) -> bool:
    """Whether a file or folder is the user's own, no link, and nobody else can write it."""
    try:
        status = path.lstat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & 0o022 and not path.is_symlink()
