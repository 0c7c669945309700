"""The open documents: by URI, by file, and by the folder whose configuration applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from posse_server.lsp.open_flows import Followed, OpenFlows
from posse_server.project.configuration_file import ConfigurationFile
from posse_server.project.effective import EffectiveConfig
from posse_server.project.workspace import WorkspaceFolder
from posse_server.protocol.snapshot import Snapshot


class Where(NamedTuple):
    """Where documents are that the same configuration files may apply to."""

    folder: WorkspaceFolder
    """The workspace folder, or the one for files outside of all."""
    below: Path | None
    """The folder of the documents in it; None for documents that are not files."""

    @classmethod
    def of(cls, folder: WorkspaceFolder, location: Path | None) -> Where:
        """Returns where a document is that has this path."""
        return cls(folder, location.parent if location else None)


class LookedUp(NamedTuple):
    """The configuration file for a folder, as it is on the disk now."""

    file: ConfigurationFile | None
    is_changed: bool
    """Whether it differs from that under which the open documents in the folder were checked."""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document: its newest version, and where it is."""

    snapshot: Snapshot
    where: Where


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
        self._documents: dict[str, OpenDocument] = {}
        self._flows = OpenFlows()
        self._at: dict[Path, dict[str, None]] = {}
        """The URIs of the documents of each file, the one that was opened last at the end."""
        self._groups: dict[Where, Group] = {}

    def get(self, uri: str) -> Snapshot | None:
        """Returns the newest version of a document, None if it is not open."""
        document = self._documents.get(uri)
        return None if document is None else document.snapshot

    def at(self, location: Path) -> Snapshot | None:
        """Returns the document that was opened last for a file, None if none is open."""
        uris = self._at.get(location)
        return self._documents[next(reversed(uris))].snapshot if uris else None

    def put(self, snapshot: Snapshot) -> None:
        """Store the next version of an open document."""
        self._documents[snapshot.uri] = replace(self._documents[snapshot.uri], snapshot=snapshot)

    def recheck_further(self, uri: str) -> bool:
        """Recheck one more slice of a document. Returns whether more is pending."""
        snapshot = self.get(uri)
        if snapshot is None or snapshot.document.pending_from is None:
            return False
        document = snapshot.document.rechecked_further()
        self.put(replace(snapshot, document=document))
        return document.pending_from is not None

    def follow_further(self, uri: str) -> Followed:
        """Follow the data in a document for one more slice."""
        snapshot = self.get(uri)
        if snapshot is None or not snapshot.follows_data:
            return Followed(is_pending=False)
        evidence = self._flows.evidence(snapshot)
        if evidence is None:
            return Followed(is_pending=True)
        judged = replace(snapshot, evidence=evidence)
        self.put(judged)
        return Followed(is_pending=False, judged=judged)

    def lose(self, uri: str) -> bool:
        """Treat a document's text as unknown. Returns whether the document is open."""
        snapshot = self.get(uri)
        if snapshot is not None:
            self.put(snapshot.without_text())
        return snapshot is not None

    def add(self, snapshot: Snapshot, folder: WorkspaceFolder) -> None:
        """Add a document that lies in a workspace folder, or move it there."""
        self.pop(snapshot.uri)
        location = snapshot.config.location
        where = Where.of(folder, location)
        self._documents[snapshot.uri] = OpenDocument(snapshot, where)
        if location is not None:
            self._at.setdefault(location, {})[snapshot.uri] = None
        group = self._groups.setdefault(where, Group(folder.config_in(where.below)))
        group.uris[snapshot.uri] = None

    def pop(self, uri: str) -> Snapshot | None:
        """Remove a document. Returns its last version, None if it was not open."""
        document = self._documents.pop(uri, None)
        if document is None:
            return None
        location, where = document.snapshot.config.location, document.where
        if location is not None:
            del self._at[location][uri]
            if not self._at[location]:
                del self._at[location]
        self._flows.forget(uri)
        del self._groups[where].uris[uri]
        if not self._groups[where].uris:
            del self._groups[where]
        return document.snapshot

    @property
    def configuration_files(self) -> Sequence[ConfigurationFile | None]:
        """The configuration file in effect in each folder with open documents."""
        return [group.config.file for group in self._groups.values()]

    def look_up(self, where: Where, *, again: bool = True) -> LookedUp:
        """Look up the configuration for documents in a folder; if `again`, after looking for it on the disk."""
        if again:
            where.folder.look_again(where.below)
        config, group = where.folder.config_in(where.below), self._groups.get(where)
        return LookedUp(config.file, group is not None and group.config is not config)

    def outdated(self) -> Sequence[Snapshot]:
        """Returns the documents in folders where another configuration is in effect by now."""
        outdated: list[Snapshot] = []
        for where, group in self._groups.items():
            if where.folder.config_in(where.below) is not group.config:
                outdated += [self._documents[uri].snapshot for uri in group.uris]
        return outdated

    def __iter__(self) -> Iterator[Snapshot]:
        return iter([document.snapshot for document in self._documents.values()])
