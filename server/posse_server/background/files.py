"""The files of a workspace that are checked, open or not."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from posse_server.notebook.file import SUFFIX
from posse_server.project.effective import Resolver
from posse_server.project.files import FileTrees, find_files, is_installed
from posse_server.project.workspace import Workspace
from posse_server.system.git import repository_of

LOG = logging.getLogger(__name__)


def resolver_of(workspace: Workspace) -> Resolver:
    """Returns the function that resolves a file of a workspace by its name, as searches and checks expect it."""
    return lambda name: workspace.resolve(Path(os.path.abspath(name)))


class ChosenFiles(FileTrees):
    """The chosen files among those below a folder; a chosen folder stands for all files in it.

    Files in folders of installed packages, and files that Git ignores, are left out even if they are chosen.
    """

    def __init__(self, chosen: frozenset[Path]) -> None:
        super().__init__()
        self._chosen = chosen
        self._installed: dict[tuple[Path, Path], bool] = {}
        self._ignored_below: dict[Path, frozenset[str]] = {}

    def _walk(self, top: str) -> list[str]:
        found: set[str] = set()
        for path in self._chosen:
            if path.is_relative_to(top) and not self._is_left_out(path, Path(top)):
                found.update(super()._walk(str(path)) if path.is_dir() else [str(path)] if path.exists() else [])
        return sorted(found)

    def _is_left_out(self, path: Path, top: Path) -> bool:
        """Whether a search of `top` would not find a path."""
        return self._is_installed(path.parent, top) or not self._ignored(path.parent, top).isdisjoint(
            (str(path), *map(str, path.parents))
        )

    def _ignored(self, folder: Path, top: Path) -> frozenset[str]:
        """Returns the paths that Git ignores in the repository of a folder, as far as it is below `top`."""
        repository = repository_of(folder)
        start = repository.top if repository and repository.top.is_relative_to(top) else top
        if start not in self._ignored_below:
            self._ignored_below[start] = self.git.below(str(start))
        return self._ignored_below[start]

    def _is_installed(self, folder: Path, top: Path) -> bool:
        """Whether a folder is in one of installed packages below `top`, unless `top` is in one itself."""
        key = folder, top
        if key not in self._installed:
            self._installed[key] = is_installed(folder, top) and not is_installed(top)
        return self._installed[key]


def files_of(workspace: Workspace, root: Path, trees: FileTrees) -> list[Path]:
    """Returns the files of a workspace folder.

    Those in a workspace folder inside of it belong to the inner one.
    """
    if not root.is_dir():
        return []
    found = find_files([str(root)], trees, recursive=True, resolver=resolver_of(workspace))
    for reason in found.without_git:
        LOG.warning("Files that Git ignores are checked, too: %s.", reason)
    # The cells of a notebook have URIs of their own, which only the editor knows.
    paths = [Path(name) for name in found.files if not name.endswith(SUFFIX)]
    return [path for path in paths if workspace.resolve(path).root == root]
