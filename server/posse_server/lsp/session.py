"""The session: open documents, workspace and client. Handlers take a frozen snapshot from here and work on that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from posse_checks.baseline.match import KnownFindings
from posse_checks.incremental.document import Document
from posse_checks.python.text import Text
from posse_server.background.results import ClosedFiles
from posse_server.lsp.change import CURRENT, Stale
from posse_server.lsp.configuration_document import ConfigurationDocument, ConfigurationDocuments
from posse_server.lsp.open_cells import OpenCells
from posse_server.lsp.open_documents import LookedUp, OpenDocuments
from posse_server.lsp.open_plugins import OpenPlugins, PluginWork
from posse_server.lsp.published import PublishedCache
from posse_server.lsp.workspace_state import WorkspaceState
from posse_server.notebook.notebook import Cell, Notebook
from posse_server.plugins.question import LoadedCheck
from posse_server.project.configuration_file import ConfigurationFile
from posse_server.project.editor_settings import EditorSettings
from posse_server.project.effective import EffectiveConfig
from posse_server.project.identity import path_of
from posse_server.project.switches import Switch
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.diagnostics_json import ResultIds
from posse_server.protocol.snapshot import Snapshot

__all__ = ["Session", "Snapshot"]


class Session(WorkspaceState):
    """The server's state between messages. What changes it returns what is stale then, for `change.did_modify`."""

    def __init__(self) -> None:
        super().__init__()
        self.client = Client()
        self.shows_workspace = False
        """Whether the client pulls diagnostics of all files, and not of the open ones alone."""
        self._documents = OpenDocuments()
        self._unsaved: set[str] = set()
        """URIs of documents that are not checked and have unsaved changes."""
        ids = ResultIds()
        self.published = PublishedCache(ids)
        self.closed = ClosedFiles(ids)
        self.configurations = ConfigurationDocuments()
        self.cells = OpenCells()
        self._plugins = OpenPlugins()

    def begin(self, client: Client, folders: Iterable[tuple[str, Path]], settings: EditorSettings) -> None:
        """Start over with a client, its workspace folders by URI and path, and its first settings."""
        self.client = client
        self.open_folders(folders, settings)
        self.shows_workspace = Switch.WORKSPACE_DIAGNOSTICS in settings.switched_on and client.pulls

    @property
    def snapshots(self) -> Sequence[Snapshot]:
        """The newest versions of all open documents that are checked."""
        return list(self._documents)

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

    def configuration_at(self, path: Path) -> ConfigurationDocument | None:
        """Returns the open configuration file at a path, under whatever URI. None if none is open."""
        uri = self.identities.opened_at(path)
        return None if uri is None else self.configurations.get(uri)

    def open(self, uri: str, version: int, source: str) -> Stale:
        """Add a document with the client's text, under the configuration that is on the disk now."""
        config = self._newest_config(uri)
        document = Document.opened_safely(Text.of(source), config.catalogue)
        self._add(Snapshot(uri, version, document, config, KnownFindings()))
        return Stale((uri,))

    def open_notebook(self, uri: str, version: int, cells: Sequence[Cell]) -> Sequence[str]:
        """Add or replace a notebook, under the configuration that is on the disk now.

        Returns the URIs that are no longer open: those of old cells, and of documents that became cells.
        """
        config, before = self._newest_config(uri), self._documents.get(uri)
        notebook = Notebook.opened(cells, config.catalogue)
        mine = dict.fromkeys(cell.uri for cell in cells)
        gone = self._forget_cells(uri, [cell.uri for cell in (before and before.cells) or () if cell.uri not in mine])
        documents = [cell for cell in mine if cell != uri and self._documents.get(cell)]
        for document in documents:
            self.close(document)
        snapshot = Snapshot(uri, version, notebook.document, config, KnownFindings(), cells=notebook.cells)
        self._add(self.with_baseline(snapshot))
        self.cells.take(uri, mine)
        return [*gone, *documents]

    def _newest_config(self, uri: str) -> EffectiveConfig:
        """Returns what holds for a document, after looking for its configuration on the disk."""
        self._documents.look_up(self.where(uri))
        return self.config(uri)

    def _add(self, snapshot: Snapshot) -> None:
        """Add a snapshot, with the entries of its baseline, to the open documents."""
        config = snapshot.config
        self.identities.note_open(snapshot.uri)
        self._documents.add(self.with_baseline(snapshot), self.workspace.folder_of(config.location))
        self.note_named(config)

    def configuration_files(self) -> Mapping[Path, ConfigurationFile]:
        """The configuration files in effect for open documents and at the tops of the workspace folders."""
        return self.workspace.files(self._documents.configuration_files)

    def look_up(self, uri: str, *, again: bool) -> LookedUp:
        """Look up the configuration for a document, and for no other; if `again`, after looking for it on the disk."""
        return self._documents.look_up(self.where(uri), again=again)

    def change_notebook(self, uri: str, version: int, notebook: Notebook) -> Sequence[str]:
        """Store the next version of an open notebook. Returns the URIs of cells that were removed."""
        snapshot, cells = self._current(uri), {cell.uri for cell in notebook.cells}
        gone = self._forget_cells(uri, [cell.uri for cell in snapshot.cells or () if cell.uri not in cells])
        self.cells.take(uri, cells)
        self._documents.put(
            replace(snapshot, version=version, document=notebook.document, cells=notebook.cells, edited=True)
        )
        return gone

    def open_configuration(self, uri: str, version: int, source: str) -> Stale:
        """Add a configuration file with the client's text."""
        self.identities.note_open(uri)
        self.configurations.open(uri, version, source, holds_checks=self.holds_checks(uri))
        return Stale((uri,))

    def change(self, uri: str, version: int, document: Document) -> Stale:
        """Store the next version of an open document."""
        self._documents.put(replace(self._current(uri), version=version, document=document, edited=True, lost=False))
        return Stale((uri,))

    def lose(self, uri: str) -> Stale:
        """Treat a document's text as unknown. Nothing is stale if it is not a document that is checked."""
        is_checked = not self.configurations.close(uri) and self._documents.lose(uri)
        return Stale((uri,)) if is_checked else CURRENT

    def note_unsaved(self, uri: str) -> None:
        """Record that a document that is not checked has unsaved changes."""
        self._unsaved.add(uri)

    @property
    def unsaved_files(self) -> frozenset[Path]:
        """The resolved paths of open files that have unsaved changes and are not checked, such as baselines."""
        return frozenset(path.resolve() for uri in self._unsaved if (path := path_of(uri)) is not None)

    def save(self, uri: str) -> Stale:
        """Record that a document is saved. It is stale if its diagnostics waited for that."""
        self._unsaved.discard(uri)
        snapshot = self._documents.get(uri)
        if snapshot is None:
            return CURRENT
        self._documents.put(replace(snapshot, edited=False))
        return Stale.under([uri]) if snapshot.waits else CURRENT

    def recheck_further(self, uri: str) -> bool:
        """Recheck one more slice of a document. Returns whether more is pending."""
        return self._documents.recheck_further(uri)

    def follow_further(self, uri: str) -> tuple[bool, Stale]:
        """Follow the data in a document for one more slice. Returns whether more is pending, and what is stale."""
        followed = self._documents.follow_further(uri)
        return followed.is_pending, followed.stale(self.published, self.client)

    def work_for_plugins(self, uri: str, *, is_idle: bool) -> PluginWork | None:
        """Returns what plug-ins are to look at next in a document; None if there is nothing."""
        snapshot = self._documents.get(uri)
        if snapshot is None or snapshot.excluded or snapshot.lost or not snapshot.is_up_to_date:
            return None
        return self._plugins.due(snapshot, is_idle=is_idle)

    def take_from_plugins(self, work: PluginWork, answers: Sequence[Any], checks: Sequence[LoadedCheck]) -> Stale:
        """Store the findings of plug-ins in a version of a document. It is stale if they differ from those before."""
        snapshot = self._documents.get(work.uri)
        if snapshot is None:
            return CURRENT
        document = self._plugins.take(snapshot, work, answers, checks)
        if document is snapshot.document:
            return CURRENT
        self._documents.put(replace(snapshot, document=document))
        return Stale((work.uri,), is_unannounced=True)

    def look_again_with_plugins(self, uri: str) -> None:
        """Have plug-ins look at all of a document again."""
        self._plugins.forget(uri)

    def is_open(self, uri: str) -> bool:
        """Returns whether a document, a notebook or a configuration file with diagnostics is open."""
        return self._documents.get(uri) is not None or self.configurations.get(uri) is not None

    def close(self, uri: str) -> Sequence[str]:
        """Remove a document. Returns the URIs of its cells if it is a notebook."""
        snapshot = self._documents.pop(uri)
        self.configurations.close(uri)
        self.identities.note_closed(uri)
        self._unsaved.discard(uri)
        self.published.forget(uri)
        self._plugins.forget(uri)
        return self._forget_cells(uri, [cell.uri for cell in (snapshot and snapshot.cells) or ()])

    def _forget_cells(self, notebook: str, uris: Iterable[str]) -> Sequence[str]:
        """Remove the results of cells. Returns the cells that are in no other notebook by now."""
        gone = self.cells.forget(notebook, uris)
        for uri in gone:
            self.published.forget(uri)
        return gone

    def _current(self, uri: str) -> Snapshot:
        snapshot = self._documents.get(uri)
        assert snapshot is not None, "only what is open has a next version"
        return snapshot

    def take_settings(self, settings: Mapping[Path | None, EditorSettings]) -> Stale:
        """Store the editor's settings. Returns what is stale if any changed."""
        is_changed = self.workspace.take_settings(settings)
        return Stale(are_lenses=is_changed, are_closed_files=is_changed)

    def reconfigure(self) -> Stale:
        """Reload configurations and baselines, and recheck the documents that they affect, which are then stale."""
        self.workspace.refresh()
        self.identities.refresh()
        affected = self.snapshots if self.have_folders_changed else self._documents.outdated()
        self.have_folders_changed = False
        stale: list[str] = []
        for snapshot in affected:
            config = self.config(snapshot.uri)
            if config.configuration is not snapshot.config.configuration or config.location != snapshot.config.location:
                document = snapshot.document.with_catalogue(config.catalogue)
                snapshot = self.with_baseline(replace(snapshot, document=document, config=config, evidence=None))
                self.published.render_again([snapshot.uri, *[cell.uri for cell in snapshot.cells or ()]])
                stale.append(snapshot.uri)
            self._documents.add(snapshot, self.workspace.folder_of(config.location))
        self.named = self.workspace.named(self._documents.configuration_files)
        return Stale.under(stale) | self.read_baselines()

    def read_baselines(self) -> Stale:
        """Reload changed baselines. If any changed, documents with other entries than before are stale."""
        return self.apply_baselines() if self.baselines.refresh() else CURRENT

    def apply_baselines(self) -> Stale:
        """Give each document the current entries of its baseline. Those with other entries than before are stale."""
        stale: list[str] = []
        for snapshot in self._documents:
            after = self.with_baseline(snapshot)
            if (after.known, after.awaits_baseline) != (snapshot.known, snapshot.awaits_baseline):
                self._documents.put(after)
                self.published.render_again([snapshot.uri, *[cell.uri for cell in snapshot.cells or ()]])
                stale.append(snapshot.uri)
        return Stale.under(stale, are_closed_files=True)

    def open_at(self, path: Path) -> Snapshot | None:
        """Returns the newest version of the document that is open for a file, None if none is."""
        return self._documents.at(path)
