"""The files of a workspace that are checked, whether they are open or not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from posse_server.governed import Governed
from posse_server.scan.files import Trees, discover
from posse_server.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What holds for each file of a workspace, in a scan's terms."""

    workspace: Workspace

    def for_file(self, name: str) -> Governed:
        """What holds for a file."""
        return self.workspace.place_of(Path(os.path.abspath(name))).governed


async def files_in(workspace: Workspace) -> AsyncIterator[Path]:
    """The files that a scan of the workspace's folders reads, each once, folder by folder.

    Others get their turn between two of them, so the workspace may change meanwhile.
    """
    settings = WorkspaceSettings(workspace)
    for folder in list(workspace.folders):
        assert folder.root is not None, "only what is outside of the workspace has no root"
        found = await asyncio.to_thread(discover, [str(folder.root)], Trees(), recursive=True, settings=settings)
        for name in found.files:
            path = Path(name)
            if workspace.place_of(path).root == folder.root:  # else it is another folder's, and comes with that
                await asyncio.sleep(0)
                yield path
