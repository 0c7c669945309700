"""The files of a workspace that are checked, whether they are open or not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from posse_server.project.effective import Governed
from posse_server.project.files import Trees, discover, is_installed
from posse_server.project.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What holds for each file of a workspace, in a scan's terms."""

    workspace: Workspace

    def for_file(self, name: str) -> Governed:
        """What holds for a file."""
        return self.workspace.place_of(Path(os.path.abspath(name))).governed


class Chosen(Trees):
    """Some files below folders: those that are chosen, and all in folders that are."""

    def __init__(self, chosen: frozenset[Path]) -> None:
        super().__init__()
        self._chosen = chosen
        self._installed: dict[tuple[Path, Path], bool] = {}

    def _walk(self, top: str) -> list[str]:
        found: set[str] = set()
        for path in self._chosen:
            if path.is_relative_to(top) and not self._is_installed(path.parent, Path(top)):
                found.update(super()._walk(str(path)) if path.is_dir() else [str(path)] if path.exists() else [])
        return sorted(found)

    def _is_installed(self, folder: Path, top: Path) -> bool:
        key = folder, top
        if key not in self._installed:
            self._installed[key] = is_installed(folder, top) and not is_installed(top)
        return self._installed[key]


def files_of(workspace: Workspace, root: Path, trees: Trees) -> list[Path]:
    """The files of a folder, but those of folders within it that are in the workspace too, which come with these."""
    if not root.is_dir():
        return []
    found = discover([str(root)], trees, recursive=True, settings=WorkspaceSettings(workspace))
    return [path for name in found.files if workspace.place_of(path := Path(name)).root == root]
