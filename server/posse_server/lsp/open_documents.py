"""The open documents: by URI, by file, and by the folder whose configuration applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from posse_server.project.effective import EffectiveConfig
from posse_server.project.workspace import WorkspaceFolder
from posse_server.protocol.snapshot import Snapshot

Where = tuple[WorkspaceFolder, Path | None]
"""A workspace folder, or the one for files outside of all, and the folder of a document in it."""


@dataclass(slots=True)
class Group:
    """The open documents in one folder, under the same configuration."""

    config: EffectiveConfig
    """What holds for an unsaved document in the folder; another object after a change."""
    uris: dict[str, None] = field(default_factory=dict)


class OpenDocuments:
    """The newest snapshot of each document.

    Checking whether a configuration has changed costs one lookup for each folder with open documents, not one for each
    document.
    """

    def __init__(self) -> None:
        self._snapshots: dict[str, Snapshot] = {}
        self._at: dict[Path, dict[str, None]] = {}
        self._groups: dict[Where, Group] = {}
        self._where: dict[str, Where] = {}

    @property
    def uris(self) -> Sequence[str]:
        """The URIs of the documents."""
        return list(self._snapshots)

    def get(self, uri: str) -> Snapshot | None:
        """Returns the newest version of a document, None if it is not open."""
        return self._snapshots.get(uri)

    def at(self, location: Path) -> Snapshot | None:
        """Returns the document that was opened last for a file, None if none is open."""
        uris = self._at.get(location)
        return self._snapshots[next(reversed(uris))] if uris else None

    def put(self, snapshot: Snapshot) -> None:
        """Store the next version of an open document."""
        self._snapshots[snapshot.uri] = snapshot

    def lose(self, uri: str) -> bool:
        """Treat a document's text as unknown. Returns whether the document is open."""
        snapshot = self._snapshots.get(uri)
        if snapshot is not None:
            self.put(snapshot.without_text())
        return snapshot is not None

    def add(self, snapshot: Snapshot, folder: WorkspaceFolder) -> None:
        """Add a document that lies in a workspace folder, or move it there."""
        self.pop(snapshot.uri)
        self._snapshots[snapshot.uri] = snapshot
        location = snapshot.config.location
        if location is not None:
            self._at.setdefault(location, {})[snapshot.uri] = None
        where = folder, location.parent if location else None
        self._where[snapshot.uri] = where
        group = self._groups.setdefault(where, Group(folder.config_in(where[1])))
        group.uris[snapshot.uri] = None

    def pop(self, uri: str) -> Snapshot | None:
        """Remove a document. Returns its last version, None if it was not open."""
        snapshot = self._snapshots.pop(uri, None)
        if snapshot is None:
            return None
        location, where = snapshot.config.location, self._where.pop(uri)
        if location is not None:
            del self._at[location][uri]
            if not self._at[location]:
                del self._at[location]
        del self._groups[where].uris[uri]
        if not self._groups[where].uris:
            del self._groups[where]
        return snapshot

    def group(self, where: Where) -> Group | None:
        """Returns the open documents of a folder, None if there is none."""
        return self._groups.get(where)

    @property
    def groups(self) -> Sequence[tuple[Where, Group]]:
        """The open documents by folder."""
        return list(self._groups.items())

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(list(self._snapshots.values()))
