"""The workspace folders: which one contains a document, and which configuration applies to it there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from posse_checks.config.configuration import EMPTY_SELECTION, Selection
from posse_server.project.configuration_file import ConfigurationFile
from posse_server.project.discovery import ConfigurationFinder
from posse_server.project.editor_settings import NO_SETTINGS, EditorSettings
from posse_server.project.effective import EffectiveConfig, resolve
from posse_server.project.switches import Switch


class WorkspaceFolder:
    """A workspace folder, or, with no root, everything outside of all workspace folders."""

    def __init__(self, root: Path | None, settings: EditorSettings) -> None:
        self.root = root
        self._settings = settings
        self._finder = ConfigurationFinder(root or Path())
        self._hosted = EMPTY_SELECTION
        self._resolved: dict[Path | None, EffectiveConfig] = {}

    @property
    def settings(self) -> EditorSettings:
        """The editor's settings for it."""
        return self._settings

    def take_settings(self, settings: EditorSettings) -> bool:
        """Store settings. Returns whether they differ from the previous ones."""
        if settings == self._settings:
            return False
        self._settings = settings
        self._resolved.clear()
        return True

    def take_plugins(self, plugins: Mapping[str, str], hosted: Mapping[str, str]) -> bool:
        """Store the names and IDs of the plug-ins and checks that run: see `Selection`. Returns whether they differ."""
        if (plugins, hosted) == (self._hosted.plugins, self._hosted.hosted):
            return False
        self._hosted = Selection(plugins=dict(plugins), hosted=dict(hosted))
        self._finder = ConfigurationFinder(self.root or Path(), {**plugins, **hosted})
        self._resolved.clear()
        return True

    def refresh(self) -> None:
        """Recheck configuration files at the next request."""
        self._finder.refresh()

    def file_for(self, folder: Path) -> ConfigurationFile | None:
        """Returns the configuration file for a folder below, None if there is none."""
        if self.root is None:
            return None
        chosen = self.chosen
        return self._finder.load(chosen) if chosen else self._finder.nearest(folder)

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

    def config_in(self, folder: Path | None) -> EffectiveConfig:
        """Returns what holds for an unsaved document in a folder: the same object until something changes."""
        folder = folder or self.root
        file = self.file_for(folder) if folder else None
        key = file.path if file else None
        if key not in self._resolved or self._resolved[key].file is not file:
            base = file.path.parent if file and not self.chosen else self.root
            self._resolved[key] = resolve(
                file, folder=base, root=self.root, settings=self._settings, selection=self._hosted, follows_data=True
            )
        return self._resolved[key]

    def resolve(self, path: Path | None) -> EffectiveConfig:
        """Returns what holds for a file; None is a document that is not a file."""
        return self.config_in(path.parent if path else None).at(path)


class Workspace:
    """The folders open in the editor."""

    def __init__(self, roots: Iterable[Path] = (), settings: EditorSettings = NO_SETTINGS) -> None:
        self._settings = settings
        self.folders = [WorkspaceFolder(root, self._settings) for root in roots]
        self._elsewhere = WorkspaceFolder(None, self._settings)
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

    def files(self, holding: Iterable[ConfigurationFile | None]) -> Mapping[Path, ConfigurationFile]:
        """Returns the configuration files in effect at the tops of the folders, `holding`, and those that they name."""
        return {file.path: file for one in self._with_tops(holding) if one is not None for file in one.files()}

    def named(self, holding: Iterable[ConfigurationFile | None]) -> set[Path]:
        """Returns the configuration files that settings, or the `.bandit` files in effect, name."""
        named = {path for file in self._with_tops(holding) if file is not None and (path := file.named_path)}
        return named | {path for folder in self.folders if (path := folder.chosen)}

    def _with_tops(self, holding: Iterable[ConfigurationFile | None]) -> Iterator[ConfigurationFile | None]:
        yield from (folder.file_for(folder.root) for folder in self.folders if folder.root)
        yield from holding

    def change(self, added: Iterable[Path], removed: Iterable[Path]) -> None:
        """Add and remove folders."""
        leaving = set(removed)
        self.folders = [folder for folder in self.folders if folder.root not in leaving]
        self.folders += [WorkspaceFolder(root, self._settings) for root in added]

    def resolve(self, path: Path | None) -> EffectiveConfig:
        """Returns what holds for a file; None is a document that is not a file."""
        return self.folder_of(path).resolve(path)

    def folder_of(self, path: Path | None) -> WorkspaceFolder:
        """Returns the innermost folder that contains a file.

        Files outside of all folders are checked without configuration. An unsaved document, which has no path, uses the
        only workspace folder, if there is exactly one.
        """
        if path is None and len(self.folders) == 1:
            return self.folders[0]
        inside = [folder for folder in self.folders if path and folder.root and path.is_relative_to(folder.root)]
        return max(inside, key=lambda folder: len(str(folder.root)), default=self._elsewhere)
