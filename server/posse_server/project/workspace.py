"""The folders of the workspace: which one a document is in, and which configuration holds for it there."""

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
"""The path of a document that is no file."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a document lies: what holds there, its path as patterns see it, and the rules that run on it."""

    governed: Governed
    path: str
    catalogue: Catalogue
    file: Loaded | None
    """The configuration file behind it."""
    settings: EditorSettings
    root: Path | None
    """The workspace folder; none of a document that is no file."""
    location: Path | None
    """The document's own path, if it is a file."""

    @property
    def configuration(self) -> Configuration:
        """The configuration that holds."""
        return self.governed.configuration

    @property
    def excluded(self) -> bool:
        """Whether the document is not checked."""
        return self.configuration.excludes(self.path)


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """What was made of a configuration file as it was then, and of the settings as they were."""

    file: Loaded | None
    governed: Governed
    catalogues: Catalogues


class Folder:
    """A folder of the workspace, or where there is none, all that lies outside of them."""

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
        """Take settings; whether they are others."""
        if settings == self._settings:
            return False
        self._settings = settings
        self._compiled.clear()
        return True

    def refresh(self) -> None:
        """Look at configuration files anew."""
        self._finder.refresh()

    def file_for(self, folder: Path) -> Loaded | None:
        """The configuration file for a folder below."""
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
        """Look again at the configuration files that may hold in a folder when asked next."""
        if self.root is not None:
            self._finder.look_again(below or self.root, self.chosen)

    def compiled_for(self, folder: Path | None) -> Compiled:
        """Returns what holds for the files in a folder; the same value as long as nothing changes."""
        folder = folder or self.root
        file = self.file_for(folder) if folder else None
        key = file.path if file else None
        if key not in self._compiled or self._compiled[key].file is not file:
            governed = self._govern(file)
            self._compiled[key] = Compiled(file, governed, Catalogues(governed.configuration))
        return self._compiled[key]

    def place(self, path: Path | None) -> Place:
        """Where a file lies."""
        compiled = self.compiled_for(path.parent if path else None)
        file = compiled.file
        name = compiled.governed.path(str(path)) if path else UNSAVED
        name = name if compiled.governed.folder else name.replace("\\", "/")
        root = self.root if path else None
        return Place(compiled.governed, name, compiled.catalogues.for_path(name), file, self._settings, root, path)

    def _govern(self, file: Loaded | None) -> Governed:
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
            except Unusable:  # has been told as a problem of the file
                configuration = replace(file.base or configuration, policy=policy)
        if self.root is None:
            return Governed(configuration)
        return Governed.below(configuration, file.path.parent if file and not self.chosen else self.root)


class Workspace:
    """The folders that are open in the editor."""

    def __init__(self, roots: Iterable[Path] = (), settings: EditorSettings | None = None) -> None:
        self._settings = settings or EditorSettings()
        self.folders = [Folder(root, self._settings) for root in roots]
        self._elsewhere = Folder(None, self._settings)

    def take_settings(self, settings: Mapping[Path | None, EditorSettings]) -> bool:
        """Take the editor's settings: of each folder, and of what lies outside; whether any are others."""
        news = [
            folder.take_settings(settings.get(folder.root, self._settings))
            for folder in (*self.folders, self._elsewhere)
        ]
        return any(news)

    def wants(self, switch: Switch) -> bool:
        """Whether the settings switch something on, for a folder or from the start."""
        given = [folder.settings for folder in self.folders] or [self._settings]
        return any(switch in settings.switched_on for settings in given)

    @property
    def mistakes(self) -> Sequence[str]:
        """What is wrong with the editor's settings, each once."""
        return list(dict.fromkeys(mistake for folder in self.folders for mistake in folder.settings.mistakes))

    def refresh(self) -> None:
        """Look at configuration files anew."""
        for folder in self.folders:
            folder.refresh()

    def files(self, holding: Iterable[Loaded | None]) -> Mapping[Path, Loaded]:
        """The configuration files that hold at the folders' tops, these others, and those that they name."""
        return {file.path: file for one in self._with_tops(holding) if one is not None for file in one.files()}

    def named(self, holding: Iterable[Loaded | None]) -> set[Path]:
        """The configuration files that settings name, or the `.bandit` files among those that hold."""
        named = {path for file in self._with_tops(holding) if file is not None and (path := file.named_path)}
        return named | {path for folder in self.folders if (path := folder.chosen)}

    def _with_tops(self, holding: Iterable[Loaded | None]) -> Iterator[Loaded | None]:
        yield from (folder.file_for(folder.root) for folder in self.folders if folder.root)
        yield from holding

    def change(self, added: Iterable[Path], removed: Iterable[Path]) -> None:
        """Take folders in and out."""
        leaving = set(removed)
        self.folders = [folder for folder in self.folders if folder.root not in leaving]
        self.folders += [Folder(root, self._settings) for root in added]

    def place_of(self, path: Path | None) -> Place:
        """Where a file lies."""
        return self.folder_of(path).place(path)

    def folder_of(self, path: Path | None) -> Folder:
        """Returns the innermost folder that a file is below.

        One that lies in none is checked without configuration. So is one that is not on the disk yet, unless there is
        just one folder where it may get to.
        """
        if path is None and len(self.folders) == 1:
            return self.folders[0]
        inside = [folder for folder in self.folders if path and folder.root and path.is_relative_to(folder.root)]
        return max(inside, key=lambda folder: len(str(folder.root)), default=self._elsewhere)
