"""The other files of a scan, through which the data of a file is followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from posse_server.project.effective import EffectiveConfig

if TYPE_CHECKING:  # loaded with the first file whose data is followed
    from posse_checks.flow.catalogue.table import Catalogue
    from posse_checks.flow.workspace import Around, Workspace


class OtherFiles:
    """The files of a scan, each read when it is needed first."""

    def __init__(self, files: Sequence[str], read: Callable[[str], bytes]) -> None:
        self._files = files
        self._read = read
        self._workspaces: dict[Catalogue, Workspace] = {}
        """The files as catalogues of flows see them."""

    def around(self, name: str, config: EffectiveConfig) -> Callable[[bytes], Around] | None:
        """Returns what says which other files one with some content may know; None if that does not matter."""
        policy = config.configuration.policy
        if not policy.flow or not self._files:
            return None
        from posse_checks.flow.model import catalogue_with
        from posse_checks.flow.workspace import Workspace

        catalogue = catalogue_with(policy.flow_model)
        if catalogue not in self._workspaces:
            self._workspaces[catalogue] = Workspace(self._files, self._read, catalogue)
        return partial(self._workspaces[catalogue].around, name)
