"""What the session knows of the workspace, whatever is open: folders, identities, configurations, baselines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from posse_checks.baseline.match import KnownFindings
from posse_server.baselines.read import Baselines
from posse_server.lsp.change import Stale
from posse_server.lsp.open_documents import Where
from posse_server.project.check_files import is_check_file
from posse_server.project.discovery import NAMES
from posse_server.project.editor_settings import EditorSettings
from posse_server.project.effective import EffectiveConfig
from posse_server.project.identity import Identities
from posse_server.project.workspace import Workspace
from posse_server.protocol.snapshot import Snapshot


class WorkspaceState:
    """The part of the session that is about files, open or not."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.identities = Identities()
        self.baselines = Baselines(reads_large_ones=False)
        self.named: set[Path] = set()
        """Configuration files that settings and other configurations name."""
        self.check_files: set[Path] = set()
        """Files of declared checks that have been in use."""
        self.have_folders_changed = False
        """Whether workspace folders changed since the last `reconfigure`, so that every document is stale."""

    def open_folders(self, folders: Iterable[tuple[str, Path]], settings: EditorSettings) -> None:
        """Start over with workspace folders, by URI and path, and the editor's first settings."""
        folders = list(folders)
        self.workspace = Workspace([root for _, root in folders], settings)
        self.identities = Identities(folders)

    def change_folders(self, added: Iterable[tuple[str, Path]], removed: Iterable[Path]) -> Stale:
        """Add and remove workspace folders. Returns what is stale; `reconfigure` finds the open documents that are."""
        added, removed = list(added), list(removed)
        self.workspace.change([root for _, root in added], removed)
        for root in removed:
            self.identities.remove_folder(root)
        for uri, root in added:
            self.identities.add_folder(uri, root)
        self.have_folders_changed = True
        return Stale(are_closed_files=True)

    def config(self, uri: str) -> EffectiveConfig:
        """Returns what holds for a document."""
        return self.workspace.resolve(self.identities.location(uri))

    def where(self, uri: str) -> Where:
        """Returns where a document is, whether it is open or not."""
        location = self.identities.location(uri)
        return Where.of(self.workspace.folder_of(location), location)

    def is_configuration(self, uri: str) -> bool:
        """Whether a document is a configuration file, by its name or because something names it."""
        path = self.identities.location(uri)
        return path is not None and (path.name in NAMES or path in self.named or self.holds_checks(uri))

    def holds_checks(self, uri: str) -> bool:
        """Whether a document is a file of declared checks: in the usual folder, or in use as one."""
        path = self.identities.location(uri)
        return path is not None and (is_check_file(path) or path in self.check_files)

    def decides_about_others(self, uri: str) -> bool:
        """Whether a file decides what is shown of other files: a configuration or a baseline."""
        return self.is_configuration(uri) or self.identities.location(uri) in self.named_files

    @property
    def named_files(self) -> set[Path]:
        """Files that matter under any name: configurations that are named explicitly, and baselines."""
        return self.named | self.check_files | set(self.baselines.paths)

    def with_baseline(self, snapshot: Snapshot) -> Snapshot:
        """Returns a snapshot with the current entries of its baseline."""
        config, policy = snapshot.config, snapshot.config.configuration.policy
        if config.root is None or config.location is None:
            return replace(snapshot, known=KnownFindings(), awaits_baseline=False)
        known = self.baselines.known(policy, config.root, config.location) or KnownFindings()
        return replace(snapshot, known=known, awaits_baseline=self.baselines.is_awaited(policy, config.root))

    def note_named(self, config: EffectiveConfig) -> None:
        """Record the configuration file that another one names, and the files of checks."""
        if config.file is None:
            return
        if named := config.file.named_path:
            self.named.add(named)
        self.check_files |= {file.path for file in config.file.check_files}
