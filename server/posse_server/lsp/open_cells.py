"""The cells of open notebooks: the notebook that each is in, and the version of it that was shown last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from posse_server.protocol.snapshot import Snapshot


class OpenCells:
    """The cells by URI. A cell in two notebooks belongs to the one that was opened last."""

    def __init__(self) -> None:
        self._notebooks: dict[str, str] = {}
        self._shown: dict[str, tuple[object, ...]] = {}

    def notebook_of(self, uri: str) -> str | None:
        """Returns the URI of the notebook that a cell is in, None if it is in none."""
        return self._notebooks.get(uri)

    def take(self, notebook: str, uris: Iterable[str]) -> None:
        """Add the cells of a notebook."""
        self._notebooks.update(dict.fromkeys(uris, notebook))

    def forget(self, notebook: str, uris: Iterable[str]) -> list[str]:
        """Remove cells of a notebook. Returns those of them that are in no other notebook by now."""
        gone = [uri for uri in uris if self._notebooks.get(uri) == notebook]
        for uri in gone:
            del self._notebooks[uri]
            self._shown.pop(uri, None)
        return gone

    def changed(self, notebook: Snapshot) -> Sequence[tuple[Snapshot, bool]]:
        """Returns the cells whose diagnostics may have changed since the last call.

        With each, whether its own text is unchanged, so that the client will not ask.
        """
        changed: list[tuple[Snapshot, bool]] = []
        for part, cell in zip(notebook.parts(), notebook.cells or (), strict=True):
            before, now = self._shown.get(cell.uri), (part.version, part.document.nodes, part.known, part.config)
            if now != before and (before or cell.is_checked):
                changed.append((part, before is not None and before[0] == cell.version))
                self._shown[cell.uri] = now
        return changed
