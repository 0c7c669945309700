"""The workspace folders: which one contains a document, and which configuration applies to it there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from posse_checks.analysis.registry import Catalogue
from posse_checks.config.configuration import Catalogues, Configuration
from posse_checks.config.policy import Policy, merged
from posse_checks.config.selection import Unusable
from posse_server.project.discovery import Finder, Loaded
from posse_server.project.editor_settings import EditorSettings, Preference, Switch
from posse_server.project.effective import Governed

UNSAVED = "./untitled.py"
"""The path, in patterns, of a document that is not a file."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a document is: its configuration, its path as patterns see it, and the rules that apply to it."""

    governed: Governed
    path: str
    catalogue: Catalogue
    file: Loaded | None
    """The configuration file in effect, None if there is none."""
    settings: EditorSettings
    root: Path | None
    """The workspace folder; None outside of all folders, or for a document that is not a file."""
    location: Path | None
    """The document's path, None if it is not a file."""

    @property
    def configuration(self) -> Configuration:
        """The configuration in effect."""
        return self.governed.configuration

    @property
    def excluded(self) -> bool:
        """Whether the document is not checked."""
        return self.configuration.excludes(self.path)


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """The result of a configuration file and the settings.

    Compared by identity: a new one means that one of them has changed.
    """

    file: Loaded | None
    governed: Governed
    catalogues: Catalogues


class Folder:
    """A workspace folder, or, with no root, everything outside of all workspace folders."""

    def __init__(self, root: Path | None, settings: EditorSettings) -> None:
        self.root = root
        self._settings = settings
        self._finder = Finder(root or Path())
        self._compiled: dict[Path | None, Compiled] = {}

    @property
    def settings(self) -> EditorSettings:
        """The editor's settings for it."""
        return self._settings

    def take_settings(self, settings: EditorSettings) -> bool:
        """Store settings. Returns whether they differ from the previous ones."""
        if settings == self._settings:
            return False
        self._settings = settings
        self._compiled.clear()
        return True

    def refresh(self) -> None:
        """Recheck configuration files at the next request."""
        self._finder.refresh()

    def file_for(self, folder: Path) -> Loaded | None:
        """Returns the configuration file for a folder below, None if there is none."""
        if self.root is None:
            return None
        chosen = self.chosen
        return self._finder.load(chosen) if chosen else self._finder.governing(folder)

    @property
    def chosen(self) -> Path | None:
        """The configuration file that the editor's settings name."""
        if self.root is None or self._settings.path is None:
            return None
        return self.root / Path(self._settings.path).expanduser()

    def look_again(self, below: Path | None) -> None:
        """Recheck, at the next request, the configuration files that may apply to a folder."""
        if self.root is not None:
            self._finder.look_again(below or self.root, self.chosen)

    def compiled_for(self, folder: Path | None) -> Compiled:
        """Returns the configuration for files in a folder: the same object until something changes."""
        folder = folder or self.root
        file = self.file_for(folder) if folder else None
        key = file.path if file else None
        if key not in self._compiled or self._compiled[key].file is not file:
            governed = self._govern(file)
            self._compiled[key] = Compiled(file, governed, Catalogues(governed.configuration))
        return self._compiled[key]

    def place(self, path: Path | None) -> Place:
        """Returns the place of a file; None is a document that is not a file."""
        compiled = self.compiled_for(path.parent if path else None)
        file = compiled.file
        name = compiled.governed.path(str(path)) if path else UNSAVED
        name = name if compiled.governed.folder else name.replace("\\", "/")
        root = self.root if path else None
        return Place(compiled.governed, name, compiled.catalogues.for_path(name), file, self._settings, root, path)

    def _govern(self, file: Loaded | None) -> Governed:
        """Merge a configuration file with the editor's settings, by the settings' preference."""
        ours = self._settings.said
        if self.root is not None and isinstance(ours.get("baseline"), str):
            ours = {**ours, "baseline": str(self.root / ours["baseline"])}
        theirs = file.reading.said if file else {}
        wins = self._settings.preference is Preference.EDITOR
        policy = Policy.of(merged(ours, theirs) if wins else merged(theirs, ours))
        configuration = Configuration(policy=policy)
        if file is not None:
            try:
                configuration = file.selected(policy=policy)
            except Unusable:  # already reported as a problem of the file
                configuration = replace(file.base or configuration, policy=policy)
        if self.root is None:
            return Governed(configuration)
        return Governed.below(configuration, file.path.parent if file and not self.chosen else self.root)


class Workspace:
    """The folders open in the editor."""

    def __init__(self, roots: Iterable[Path] = (), settings: EditorSettings | None = None) -> None:
        self._settings = settings or EditorSettings()
        self.folders = [Folder(root, self._settings) for root in roots]
        self._elsewhere = Folder(None, self._settings)
        """Everything outside of the folders."""

    def take_settings(self, settings: Mapping[Path | None, EditorSettings]) -> bool:
        """Store the editor's settings, by folder and for everything outside. Returns whether any changed."""
        news = [
            folder.take_settings(settings.get(folder.root, self._settings))
            for folder in (*self.folders, self._elsewhere)
        ]
        return any(news)

    def wants(self, switch: Switch) -> bool:
        """Whether the settings of any folder, or without folders the initial ones, switch a feature on."""
        given = [folder.settings for folder in self.folders] or [self._settings]
        return any(switch in settings.switched_on for settings in given)

    @property
    def mistakes(self) -> Sequence[str]:
        """Mistakes in the editor's settings, without duplicates."""
        return list(dict.fromkeys(mistake for folder in self.folders for mistake in folder.settings.mistakes))

    def refresh(self) -> None:
        """Recheck configuration files at the next request."""
        for folder in self.folders:
            folder.refresh()

    def files(self, holding: Iterable[Loaded | None]) -> Mapping[Path, Loaded]:
        """Returns the configuration files in effect at the tops of the folders, `holding`, and those that they name."""
        return {file.path: file for one in self._with_tops(holding) if one is not None for file in one.files()}

    def named(self, holding: Iterable[Loaded | None]) -> set[Path]:
        """Returns the configuration files that settings, or the `.bandit` files in effect, name."""
        named = {path for file in self._with_tops(holding) if file is not None and (path := file.named_path)}
        return named | {path for folder in self.folders if (path := folder.chosen)}

    def _with_tops(self, holding: Iterable[Loaded | None]) -> Iterator[Loaded | None]:
        yield from (folder.file_for(folder.root) for folder in self.folders if folder.root)
        yield from holding

    def change(self, added: Iterable[Path], removed: Iterable[Path]) -> None:
        """Add and remove folders."""
        leaving = set(removed)
        self.folders = [folder for folder in self.folders if folder.root not in leaving]
        self.folders += [Folder(root, self._settings) for root in added]

    def place_of(self, path: Path | None) -> Place:
        """Returns the place of a file; None is a document that is not a file."""
        return self.folder_of(path).place(path)

    def folder_of(self, path: Path | None) -> Folder:
        """Returns the innermost folder that contains a file.

        Files outside of all folders are checked without configuration. An unsaved document, which has no path, uses the
        only workspace folder, if there is exactly one.
        """
        if path is None and len(self.folders) == 1:
            return self.folders[0]
        inside = [folder for folder in self.folders if path and folder.root and path.is_relative_to(folder.root)]
        return max(inside, key=lambda folder: len(str(folder.root)), default=self._elsewhere)
