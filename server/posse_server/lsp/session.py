"""The session: open documents, workspace and client. Handlers take a frozen snapshot from here and work on that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from posse_checks.baseline.match import Known
from posse_checks.incremental.document import Document
from posse_checks.python.text import Text
from posse_server.background.results import ClosedFiles
from posse_server.baselines.read import Baselines
from posse_server.lsp.configuration_document import ConfigurationDocument
from posse_server.lsp.open_cells import OpenCells
from posse_server.lsp.open_documents import OpenDocuments
from posse_server.lsp.results import Results
from posse_server.notebook.notebook import Cell, Notebook
from posse_server.project.configuration_file import ConfigurationFile
from posse_server.project.discovery import NAMES
from posse_server.project.editor_settings import EditorSettings, Switch
from posse_server.project.effective import EffectiveConfig
from posse_server.project.identity import Identities, path_of
from posse_server.project.workspace import Workspace
from posse_server.protocol.convert import Client
from posse_server.protocol.result_ids import ResultIds
from posse_server.protocol.snapshot import Snapshot

__all__ = ["Session", "Snapshot"]


class Session:
    """The server's state between messages."""

    def __init__(self) -> None:
        self.client = Client()
        self.workspace = Workspace()
        self.identities = Identities()
        self.baselines = Baselines(reads_large_ones=False)
        self.shows_workspace = False
        """Whether the client pulls diagnostics of all files, and not of the open ones alone."""
        self._documents = OpenDocuments()
        self._unsaved: set[str] = set()
        ids = ResultIds()
        self.results = Results(ids)
        self.closed = ClosedFiles(ids)
        self._configurations: dict[str, ConfigurationDocument] = {}
        self._named: set[Path] = set()
        self.cells = OpenCells()
        self._are_folders_others = False
        """Whether workspace folders changed since the last `reconfigure`, so that every document is stale."""

    def begin(self, client: Client, folders: Iterable[tuple[str, Path]], settings: EditorSettings) -> None:
        """Start over with a client, its workspace folders by URI and path, and its first settings."""
        folders = list(folders)
        self.client = client
        self.workspace = Workspace([root for _, root in folders], settings)
        self.identities = Identities(folders)
        self.shows_workspace = Switch.WORKSPACE_DIAGNOSTICS in settings.switched_on and client.pulls

    def change_folders(self, added: Iterable[tuple[str, Path]], removed: Iterable[Path]) -> None:
        """Add and remove workspace folders. `reconfigure` applies the change to open documents."""
        added, removed = list(added), list(removed)
        self.workspace.change([root for _, root in added], removed)
        for root in removed:
            self.identities.remove_folder(root)
        for uri, root in added:
            self.identities.add_folder(uri, root)
        self._are_folders_others = True

    @property
    def open_uris(self) -> Sequence[str]:
        """The URIs of the open documents that are checked."""
        return self._documents.uris

    @property
    def snapshots(self) -> Sequence[Snapshot]:
        """The newest versions of all open documents that are checked."""
        return list(self._documents)

    def config(self, uri: str) -> EffectiveConfig:
        """Returns what holds for a document."""
        return self.workspace.resolve(self.identities.location(uri))

    def snapshot(self, uri: str) -> Snapshot | None:
        """Returns the newest version of a document, None if it is not open."""
        return self._documents.get(uri)

    def notebook_of(self, uri: str) -> Snapshot | None:
        """Returns the newest version of the notebook that a cell is in, None if it is in none."""
        notebook = self.cells.notebook_of(uri)
        return None if notebook is None else self._documents.get(notebook)

    def part(self, uri: str) -> Snapshot | None:
        """Returns the newest version of a document, or of a cell as a document of its own. None if not open."""
        notebook = self.notebook_of(uri)
        if notebook is None:
            return self.snapshot(uri)
        return next((part for part in notebook.parts() if part.uri == uri), None)

    def configuration(self, uri: str) -> ConfigurationDocument | None:
        """Returns the newest version of a configuration file, None if it is not open."""
        return self._configurations.get(uri)

    def configuration_at(self, path: Path) -> ConfigurationDocument | None:
        """Returns the open configuration file at a path, under whatever URI. None if none is open."""
        return self._configurations.get(self.identities.opened_at(path) or "")

    def open(self, uri: str, version: int, source: str) -> None:
        """Add a document with the client's text."""
        config = self.config(uri)
        self._add(Snapshot(uri, version, Document.taken(Text.of(source), config.catalogue), config, Known()))

    def open_notebook(self, uri: str, version: int, cells: Sequence[Cell]) -> Sequence[str]:
        """Add or replace a notebook. Returns the URIs no longer open: old cells, documents that became cells."""
        config, before = self.config(uri), self._documents.get(uri)
        notebook = Notebook.opened(cells, config.catalogue)
        mine = dict.fromkeys(cell.uri for cell in cells)
        gone = self._forget_cells(uri, [cell.uri for cell in (before and before.cells) or () if cell.uri not in mine])
        documents = [cell for cell in mine if cell != uri and self._documents.get(cell)]
        for document in documents:
            self.close(document)
        self._add(self._with_baseline(Snapshot(uri, version, notebook.document, config, Known(), cells=notebook.cells)))
        self.cells.take(uri, mine)
        return [*gone, *documents]

    def _add(self, snapshot: Snapshot) -> None:
        """Add a snapshot, with the entries of its baseline, to the open documents."""
        config = snapshot.config
        self.identities.note_open(snapshot.uri)
        self._documents.add(self._with_baseline(snapshot), self.workspace.folder_of(config.location))
        if config.file is not None and (named := config.file.named_path):
            self._named.add(named)

    def is_configuration(self, uri: str) -> bool:
        """Whether a document is a configuration file, by its name or because something names it."""
        path = self.identities.location(uri)
        return path is not None and (path.name in NAMES or path in self._named)

    @property
    def named_files(self) -> set[Path]:
        """Files that matter under any name: configurations that are named explicitly, and baselines."""
        return self._named | set(self.baselines.paths)

    def configuration_files(self) -> Mapping[Path, ConfigurationFile]:
        """The configuration files in effect for open documents and at the tops of the workspace folders."""
        return self.workspace.files(self._holding)

    @property
    def _holding(self) -> Sequence[ConfigurationFile | None]:
        """The configuration file in effect in each folder with open documents."""
        return [group.config.file for _, group in self._documents.groups]

    def look_again(self, uri: str) -> tuple[ConfigurationFile | None, bool]:
        """Recheck the configuration files that may apply to a document, and no others.

        Returns the one in effect, and whether it differs from that of the open documents in the same folder.
        """
        location = self.identities.location(uri)
        folder, below = self.workspace.folder_of(location), location.parent if location else None
        folder.look_again(below)
        config, group = folder.config_in(below), self._documents.group((folder, below))
        return config.file, group is not None and group.config is not config

    def change_notebook(self, uri: str, version: int, notebook: Notebook) -> Sequence[str]:
        """Store the next version of an open notebook. Returns the URIs of cells that were removed."""
        snapshot, cells = self._current(uri), {cell.uri for cell in notebook.cells}
        gone = self._forget_cells(uri, [cell.uri for cell in snapshot.cells or () if cell.uri not in cells])
        self.cells.take(uri, cells)
        self._documents.put(
            replace(snapshot, version=version, document=notebook.document, cells=notebook.cells, edited=True)
        )
        return gone

    def open_configuration(self, uri: str, version: int, source: str) -> None:
        """Add a configuration file with the client's text."""
        path = path_of(uri)
        text = Text.of(source)
        self.identities.note_open(uri)
        self._configurations[uri] = ConfigurationDocument(uri, version, path.name if path else "", text)

    def change(self, uri: str, version: int, document: Document) -> None:
        """Store the next version of an open document."""
        self._documents.put(replace(self._current(uri), version=version, document=document, edited=True, lost=False))

    def lose(self, uri: str) -> bool:
        """Treat a document's text as unknown. Returns whether it is a document that is checked."""
        return self._configurations.pop(uri, None) is None and self._documents.lose(uri)

    def change_configuration(self, uri: str, version: int, text: Text) -> None:
        """Store the next version of an open configuration file."""
        self._configurations[uri] = replace(self._configurations[uri], version=version, text=text)

    def note_unsaved(self, uri: str) -> None:
        """Record that a document that is not checked has unsaved changes."""
        self._unsaved.add(uri)

    @property
    def unsaved_files(self) -> frozenset[Path]:
        """The resolved paths of open files that have unsaved changes and are not checked, such as baselines."""
        return frozenset(path.resolve() for uri in self._unsaved if (path := path_of(uri)) is not None)

    def save(self, uri: str) -> bool:
        """Record that a document is saved. Returns whether its diagnostics waited for that."""
        self._unsaved.discard(uri)
        snapshot = self._documents.get(uri)
        if snapshot is None:
            return False
        self._documents.put(replace(snapshot, edited=False))
        return snapshot.waits

    def recheck_further(self, uri: str) -> bool:
        """Recheck one more slice of a document. Returns whether more is pending."""
        snapshot = self._documents.get(uri)
        if snapshot is None or snapshot.document.pending_from is None:
            return False
        document = snapshot.document.rechecked_further()
        self._documents.put(replace(snapshot, document=document))
        return document.pending_from is not None

    def is_open(self, uri: str) -> bool:
        """Returns whether a document, a notebook or a configuration file with diagnostics is open."""
        return self._documents.get(uri) is not None or uri in self._configurations

    def close(self, uri: str) -> Sequence[str]:
        """Remove a document. Returns the URIs of its cells if it is a notebook."""
        snapshot = self._documents.pop(uri)
        self._configurations.pop(uri, None)
        self.identities.note_closed(uri)
        self._unsaved.discard(uri)
        self.results.forget(uri)
        return self._forget_cells(uri, [cell.uri for cell in (snapshot and snapshot.cells) or ()])

    def _forget_cells(self, notebook: str, uris: Iterable[str]) -> Sequence[str]:
        """Remove the results of cells. Returns the cells that are in no other notebook by now."""
        gone = self.cells.forget(notebook, uris)
        for uri in gone:
            self.results.forget(uri)
        return gone

    def _current(self, uri: str) -> Snapshot:
        snapshot = self._documents.get(uri)
        assert snapshot is not None, "only what is open has a next version"
        return snapshot

    def take_settings(self, settings: Mapping[Path | None, EditorSettings]) -> bool:
        """Store the editor's settings. Returns whether any changed."""
        return self.workspace.take_settings(settings)

    def reconfigure(self) -> bool:
        """Reload configurations and recheck the documents they affect. Returns whether any diagnostics may change."""
        self.workspace.refresh()
        self.identities.refresh()
        stale: list[Snapshot] = []
        if self._are_folders_others:
            self._are_folders_others = False
            stale += self._documents
        else:
            for (folder, below), group in self._documents.groups:
                if folder.config_in(below) is not group.config:
                    stale += [self._current(uri) for uri in group.uris]
        changed = False
        for snapshot in stale:
            config, before = self.config(snapshot.uri), snapshot.config
            if config.configuration is not before.configuration or config.location != before.location:
                document = snapshot.document.under(config.catalogue)
                snapshot = self._with_baseline(replace(snapshot, document=document, config=config))
                self.results.render_again([snapshot.uri, *[cell.uri for cell in snapshot.cells or ()]])
                changed = True
            self._documents.add(snapshot, self.workspace.folder_of(config.location))
        self._named = self.workspace.named(self._holding)
        return self.read_baselines() or changed

    def read_baselines(self) -> bool:
        """Reload changed baselines. Returns whether that affects open documents."""
        return self.baselines.refresh() and self.apply_baselines()

    def apply_baselines(self) -> bool:
        """Give each document the current entries of its baseline. Returns whether any changed."""
        changed = False
        self.closed.mark_all_due()
        for snapshot in self._documents:
            after = self._with_baseline(snapshot)
            if (after.known, after.awaits_baseline) != (snapshot.known, snapshot.awaits_baseline):
                self._documents.put(after)
                self.results.render_again([snapshot.uri, *[cell.uri for cell in snapshot.cells or ()]])
                changed = True
        return changed

    def open_at(self, path: Path) -> Snapshot | None:
        """Returns the newest version of the document that is open for a file, None if none is."""
        return self._documents.at(path)

    def _with_baseline(self, snapshot: Snapshot) -> Snapshot:
        """Returns a snapshot with the current entries of its baseline."""
        config, policy = snapshot.config, snapshot.config.configuration.policy
        if config.root is None or config.location is None:
            return replace(snapshot, known=Known(), awaits_baseline=False)
        known = self.baselines.known(policy, config.root, config.location) or Known()
        return replace(snapshot, known=known, awaits_baseline=self.baselines.is_awaited(policy, config.root))
