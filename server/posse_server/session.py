"""The one place with mutable state: which documents are open, and what the workspace and the client are like.

Handlers take a frozen snapshot from here and work on that.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from posse_checks.baseline import Known
from posse_checks.document import Document
from posse_checks.text import Text
from posse_server.baselines import Baselines
from posse_server.closed_files import ClosedFiles
from posse_server.configuration_document import ConfigurationDocument
from posse_server.editor_settings import EditorSettings, Switch
from posse_server.finder import NAMES
from posse_server.notebook import Cell, Notebook
from posse_server.protocol import Client
from posse_server.rendering import NOTHING, Rendered
from posse_server.snapshot import Snapshot
from posse_server.workspace import Place, Workspace, path_of

__all__ = ["Session", "Snapshot"]


class Session:
    """What the server remembers between messages."""

    def __init__(self) -> None:
        self.client = Client()
        self.workspace = Workspace()
        self.baselines = Baselines()
        self.shows_workspace = False
        """Whether the client was asked to show the findings of all files, and not of the open ones alone."""
        self._open: dict[str, Snapshot] = {}
        self._unsaved: set[str] = set()
        self._rendered: dict[str, tuple[Rendered, str, int, Known]] = {}
        self._results = itertools.count(1)
        self.closed = ClosedFiles(self._results)
        self._configurations: dict[str, ConfigurationDocument] = {}
        self._notebooks: dict[str, str] = {}
        self._shown: dict[str, tuple[object, ...]] = {}

    def begin(self, client: Client, roots: Iterable[Path], settings: EditorSettings) -> None:
        """Start over with a client, the folders of its workspace and the settings that it starts with."""
        self.client = client
        self.workspace = Workspace(roots, settings)
        self.shows_workspace = Switch.WORKSPACE_DIAGNOSTICS in settings.switched_on and client.pulls

    @property
    def open_uris(self) -> Sequence[str]:
        """The URIs of the open documents that are checked."""
        return list(self._open)

    def snapshot(self, uri: str) -> Snapshot | None:
        """The newest version of a document, None where it is not open."""
        return self._open.get(uri)

    def notebook_of(self, uri: str) -> Snapshot | None:
        """The newest version of the notebook that a cell is in."""
        return self._open.get(self._notebooks.get(uri, ""))

    def part(self, uri: str) -> Snapshot | None:
        """The newest version of a document, or of a cell as a document of its own."""
        notebook = self.notebook_of(uri)
        if notebook is None:
            return self.snapshot(uri)
        return next((part for part in notebook.parts() if part.uri == uri), None)

    def changed_cells(self, uri: str) -> Sequence[tuple[Snapshot, bool]]:
        """The cells of a notebook that are to be shown otherwise than when this was asked last.

        With each, whether the client cannot know: its own text is the same.
        """
        changed: list[tuple[Snapshot, bool]] = []
        notebook = self._open[uri]
        for part, cell in zip(notebook.parts(), notebook.cells or (), strict=True):
            before, now = self._shown.get(cell.uri), (part.version, part.document.nodes, part.known, part.place)
            if now != before and (before or cell.is_checked):
                changed.append((part, before is not None and before[0] == cell.version))
                self._shown[cell.uri] = now
        return changed

    def configuration(self, uri: str) -> ConfigurationDocument | None:
        """The newest version of an open configuration file."""
        return self._configurations.get(uri)

    def open(self, uri: str, version: int, source: str) -> None:
        """Take a document's text as the client has it."""
        place = self.workspace.place(uri)
        self._open[uri] = Snapshot(
            uri, version, Document.taken(Text.of(source), place.catalogue), place, self._known(place)
        )

    def is_configuration(self, uri: str) -> bool:
        """Whether a document is a configuration file, by its name or because something names it."""
        path = path_of(uri)
        return path is not None and (path.name in NAMES or path in self.workspace.named(self._open))

    @property
    def named_files(self) -> set[Path]:
        """The files that matter whatever their names are: configurations that something names, and baselines."""
        return self.workspace.named(self._open) | set(self.baselines.paths)

    def open_notebook(self, uri: str, version: int, cells: Sequence[Cell]) -> None:
        """Take a notebook as the client has it."""
        place = self.workspace.place(uri)
        notebook = Notebook.opened(cells, place.catalogue)
        self._open[uri] = Snapshot(uri, version, notebook.document, place, self._known(place), cells=notebook.cells)
        self._notebooks.update({cell.uri: uri for cell in cells})

    def change_notebook(self, uri: str, version: int, notebook: Notebook) -> Sequence[str]:
        """Put the next version of an open notebook in place; returns the URIs of cells that it has no more."""
        snapshot, cells = self._open[uri], {cell.uri: uri for cell in notebook.cells}
        gone = [cell.uri for cell in snapshot.cells or () if cell.uri not in cells]
        self._forget(gone)
        self._notebooks.update(cells)
        self._open[uri] = replace(
            snapshot, version=version, document=notebook.document, cells=notebook.cells, edited=True
        )
        return gone

    def open_configuration(self, uri: str, version: int, source: str) -> None:
        """Take a configuration file's text as the client has it."""
        path = path_of(uri)
        text = Text.of(source.removeprefix("\ufeff"))
        self._configurations[uri] = ConfigurationDocument(uri, version, path.name if path else "", text)

    def change(self, uri: str, version: int, document: Document) -> None:
        """Put the next version of an open document in place."""
        self._open[uri] = replace(self._open[uri], version=version, document=document, edited=True)

    def change_configuration(self, uri: str, version: int, text: Text) -> None:
        """Put the next version of an open configuration file in place."""
        self._configurations[uri] = replace(self._configurations[uri], version=version, text=text)

    def note_unsaved(self, uri: str) -> None:
        """Note that a document that is not checked is other than its file."""
        self._unsaved.add(uri)

    def is_unsaved(self, path: Path) -> bool:
        """Whether a file that is not checked, such as a baseline, is open with changes that it has not."""
        return any((place := path_of(uri)) is not None and place.resolve() == path for uri in self._unsaved)

    def save(self, uri: str) -> bool:
        """Note that a document is as it is on the disk; whether that was awaited to show it."""
        self._unsaved.discard(uri)
        snapshot = self._open.get(uri)
        if snapshot is None:
            return False
        self._open[uri] = replace(snapshot, edited=False)
        return snapshot.waits

    def settle_further(self, uri: str) -> bool:
        """Settle one more slice of a document's findings; whether there is more to settle."""
        snapshot = self._open.get(uri)
        if snapshot is None or snapshot.document.settled_to is None:
            return False
        document = snapshot.document.settled_further()
        self._open[uri] = replace(snapshot, document=document)
        return document.settled_to is not None

    def close(self, uri: str) -> Sequence[str]:
        """Forget a document; returns the URIs of its cells if it is a notebook."""
        snapshot = self._open.pop(uri, None)
        gone = [cell.uri for cell in (snapshot and snapshot.cells) or ()]
        self._configurations.pop(uri, None)
        self._unsaved.discard(uri)
        self._forget([uri, *gone])
        return gone

    def _forget(self, uris: Iterable[str]) -> None:
        for uri in uris:
            for table in (self._rendered, self._notebooks, self._shown):
                table.pop(uri, None)

    def rendered(self, snapshot: Snapshot) -> tuple[str, str]:
        """The diagnostics of a snapshot as JSON objects with commas between them, and a name for just this result."""
        before, text, result, known = self._rendered.get(snapshot.uri, (NOTHING, "", 0, snapshot.known))
        new, both = snapshot.rendered(
            self.client.encoding,
            before if known == snapshot.known else NOTHING,
            tells_related=self.client.shows_related,
        )
        if not result or both != text:
            result = next(self._results)
        self._rendered[snapshot.uri] = new, both, result, snapshot.known
        return both, str(result)

    def take_settings(self, settings: Mapping[Path | None, EditorSettings]) -> bool:
        """Take the editor's settings; whether they are others."""
        return self.workspace.take_settings(settings)

    def reconfigure(self) -> bool:
        """Look at configurations anew and check documents again for which another holds; whether there are any."""
        self.workspace.refresh()
        changed = False
        for uri, snapshot in self._open.items():
            place = self.workspace.place(uri)
            if place.governed is not snapshot.place.governed:
                document = snapshot.document.under(place.catalogue)
                self._open[uri] = replace(snapshot, document=document, place=place, known=self._known(place))
                for shown in (uri, *[cell.uri for cell in snapshot.cells or ()]):
                    self._rendered.pop(shown, None)
                changed = True
        return self.read_baselines() or changed

    def read_baselines(self) -> bool:
        """Read changed baselines; whether they are about documents that are open."""
        changed = False
        if not self.baselines.refresh():
            return False
        self.closed.note_all()
        for uri, snapshot in self._open.items():
            known = self._known(snapshot.place)
            if known != snapshot.known:
                self._open[uri] = replace(snapshot, known=known)
                self._rendered.pop(uri, None)
                changed = True
        return changed

    def open_at(self, path: Path) -> Snapshot | None:
        """The newest version of the document that is open for a file."""
        return self._open.get(path.as_uri()) or next(
            (snapshot for snapshot in self._open.values() if snapshot.place.location == path), None
        )

    def _known(self, place: Place) -> Known:
        if place.root is None or place.location is None:
            return Known()
        return self.baselines.known(place.configuration.policy, place.root, place.location) or Known()
