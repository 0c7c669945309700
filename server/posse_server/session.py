"""The one place with mutable state: which documents are open, and what the workspace and the client are like.

Handlers take a frozen snapshot from here and work on that.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from posse_checks.document import Document
from posse_checks.finding import Finding
from posse_server.protocol import Client
from posse_server.rendering import NOTHING, Rendered, rendered
from posse_server.workspace import Folder, Workspace


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of an open document."""

    uri: str
    version: int
    document: Document
    excluded: bool
    """Whether the configuration keeps the file from being checked."""

    @property
    def is_settled(self) -> bool:
        """Whether all findings are up to date; for a while they are not after an edit of an import."""
        return self.document.settled_to is None

    @property
    def findings(self) -> Sequence[Finding]:
        """The findings to show."""
        return () if self.excluded else self.document.findings()

    def findings_near(self, first: int, last: int) -> Sequence[Finding]:
        """The findings to show of the statements on a range of lines, which counts from 0, inclusive."""
        return () if self.excluded else self.document.findings_near(first, last)


class Session:
    """What the server remembers between messages."""

    def __init__(self) -> None:
        self.client = Client()
        self.workspace = Workspace()
        self._open: dict[str, Snapshot] = {}
        self._rendered: dict[str, tuple[Rendered, int]] = {}
        self._results = itertools.count(1)

    def begin(self, client: Client, roots: Iterable[Path]) -> None:
        """Start over with a client and the folders of its workspace."""
        self.client = client
        self.workspace = Workspace(roots)

    def change_folders(self, added: Iterable[Path], removed: Iterable[Path]) -> list[Folder]:
        """Take folders in and out, check all documents under what holds for them now; the folders that are gone."""
        gone = self.workspace.change(added, removed)
        for uri in self.open_uris:
            self._check_again(uri)
        return gone

    @property
    def open_uris(self) -> Sequence[str]:
        """The URIs of the open documents."""
        return list(self._open)

    def snapshot(self, uri: str) -> Snapshot | None:
        """The newest version of a document, None where it is not open."""
        return self._open.get(uri)

    def open(self, uri: str, version: int, source: str) -> None:
        """Take a document's text as the client has it."""
        folder, path = self.workspace.place(uri)
        document = Document.opened(source, folder.catalogue(path))
        self._open[uri] = Snapshot(uri, version, document, folder.configuration.excludes(path))

    def change(self, uri: str, version: int, document: Document) -> None:
        """Put the next version of an open document in place."""
        self._open[uri] = replace(self._open[uri], version=version, document=document)

    def settle_further(self, uri: str) -> bool:
        """Settle one more slice of a document's findings; whether there is more to settle."""
        snapshot = self._open.get(uri)
        if snapshot is None or snapshot.document.settled_to is None:
            return False
        document = snapshot.document.settled_further()
        self._open[uri] = replace(snapshot, document=document)
        return document.settled_to is not None

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._open.pop(uri, None)
        self._rendered.pop(uri, None)

    def rendered(self, snapshot: Snapshot) -> tuple[str, str]:
        """The diagnostics of a snapshot as JSON objects with commas between them, and a name for just this result."""
        before, result = self._rendered.get(snapshot.uri, (NOTHING, 0))
        new = NOTHING if snapshot.excluded else rendered(snapshot.document, self.client.encoding, before)
        if not result or new.text != before.text:
            result = next(self._results)
        self._rendered[snapshot.uri] = new, result
        return new.text, str(result)

    def reconfigure(self) -> list[Folder]:
        """Read changed configurations and check the documents under them again; the folders that changed."""
        changed = self.workspace.refresh()
        for uri in self.open_uris if changed else ():
            if self.workspace.place(uri)[0] in changed:
                self._check_again(uri)
        return changed

    def _check_again(self, uri: str) -> None:
        snapshot = self._open[uri]
        folder, path = self.workspace.place(uri)
        document = snapshot.document.under(folder.catalogue(path))
        self._open[uri] = replace(snapshot, document=document, excluded=folder.configuration.excludes(path))
