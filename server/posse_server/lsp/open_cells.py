"""The cells of open notebooks: the notebook that each is in, and the version of it that was shown last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from posse_checks.baseline.match import KnownFindings
from posse_server.project.effective import EffectiveConfig
from posse_server.protocol.snapshot import Snapshot

if TYPE_CHECKING:  # loaded with the first evidence, not at the start
    from posse_checks.flow.document_evidence import DocumentEvidence


class CellVersion(NamedTuple):
    """What the diagnostics of a cell depend on."""

    version: int
    nodes: object
    known: KnownFindings
    config: EffectiveConfig
    evidence: DocumentEvidence | None


class ChangedCell(NamedTuple):
    """A cell whose diagnostics may have changed."""

    snapshot: Snapshot
    is_unannounced: bool
    """Whether its own text is unchanged, so that the client will not ask."""


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell: the URI of its notebook, and the version that was shown last, None before the first."""

    notebook: str
    shown: CellVersion | None = None


class OpenCells:
    """The cells by URI. A cell in two notebooks belongs to the one that was opened last."""

    def __init__(self) -> None:
        self._cells: dict[str, OpenCell] = {}

    def notebook_of(self, uri: str) -> str | None:
        """Returns the URI of the notebook that a cell is in, None if it is in none."""
        cell = self._cells.get(uri)
        return None if cell is None else cell.notebook

    def take(self, notebook: str, uris: Iterable[str]) -> None:
        """Add the cells of a notebook."""
        for uri in uris:
            self._cells[uri] = replace(self._cells.get(uri, OpenCell(notebook)), notebook=notebook)

    def forget(self, notebook: str, uris: Iterable[str]) -> list[str]:
        """Remove cells of a notebook. Returns those of them that are in no other notebook by now."""
        gone = [uri for uri in uris if self.notebook_of(uri) == notebook]
        for uri in gone:
            del self._cells[uri]
        return gone

    def changed(self, notebook: Snapshot) -> Sequence[ChangedCell]:
        """Returns the cells whose diagnostics may have changed since the last call."""
        changed: list[ChangedCell] = []
        for part, cell in zip(notebook.parts(), notebook.cells or (), strict=True):
            open_cell = self._cells.get(cell.uri, OpenCell(notebook.uri))
            before = open_cell.shown
            now = CellVersion(part.version, part.document.nodes, part.known, part.config, part.evidence)
            if now != before and (before or cell.is_checked):
                changed.append(ChangedCell(part, before is not None and before.version == cell.version))
                self._cells[cell.uri] = replace(open_cell, shown=now)
        return changed
