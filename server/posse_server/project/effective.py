"""What holds for a file: the one answer that the editor, the background process, scans and `config show` use.

`resolve` merges the configuration file that applies, the editor's settings and the selection of a command line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from posse_checks.analysis.registry import Catalogue
from posse_checks.config.configuration import EMPTY_SELECTION, CatalogueCache, Configuration, Selection
from posse_checks.config.policy import Policy, merged
from posse_checks.config.selection import SelectionError, select
from posse_server.project.configuration_file import ConfigurationFile
from posse_server.project.editor_selection import chosen_in_editor
from posse_server.project.editor_settings import NO_SETTINGS, EditorSettings, Preference

UNSAVED = "./untitled.py"
"""The path, in patterns, of a document that is not a file."""


@dataclass(frozen=True, slots=True, eq=False)
class EffectiveConfig:
    """What holds for one file: its configuration, and the path by which patterns match it.

    The files under one configuration file share the object `configuration`, which is never changed. A new object means
    that the configuration file or the settings have changed, so it is compared by identity.
    """

    configuration: Configuration
    path: str
    """The file's path as patterns see it."""
    folder: str | None
    """The folder that patterns are relative to; None if they are matched with file names as given."""
    file: ConfigurationFile | None
    """The configuration file in effect, None if there is none."""
    settings: EditorSettings
    root: Path | None
    """The workspace folder; None in a scan, outside of all folders, and for a document that is not a file."""
    location: Path | None
    """The file's path in an editor; None in a scan, and for a document that is not a file."""
    catalogues: CatalogueCache = field(repr=False)
    """The catalogues for the files under this configuration."""

    @property
    def excluded(self) -> bool:
        """Whether the file is not checked."""
        return self.configuration.excludes(self.path)

    @property
    def catalogue(self) -> Catalogue:
        """The rules that run on the file, compiled; files with the same rules share one."""
        return self.catalogues.for_path(self.path)

    def for_file(self, name: str) -> EffectiveConfig:
        """Returns what holds for the file of this name under the same configuration, in a scan."""
        return replace(self, path=self._path(name))

    def at(self, location: Path | None) -> EffectiveConfig:
        """Returns what holds for an editor's document under the same configuration; None if it is not a file."""
        if location is None:
            return replace(self, path=UNSAVED, root=None, location=None)
        name = str(location) if self.folder else str(location).replace("\\", "/")
        return replace(self, path=self._path(name), location=location)

    def _path(self, name: str) -> str:
        """Returns a file's path as patterns see it: relative to the folder, with `./` in front and forward slashes."""
        if self.folder is None:
            return name
        path = os.path.relpath(os.path.abspath(name), self.folder).replace(os.sep, "/")
        return f"./{path}"


Resolver = Callable[[str], EffectiveConfig]
"""Returns what holds for the file that has this name in reports."""


def resolve(
    file: ConfigurationFile | None = None,
    *,
    folder: Path | None = None,
    root: Path | None = None,
    settings: EditorSettings = NO_SETTINGS,
    selection: Selection = EMPTY_SELECTION,
    follows_data: bool = False,
) -> EffectiveConfig:
    """Merge a configuration file, the editor's settings and a command line's selection, which takes precedence.

    Paths in the file are relative to `folder`; None means that patterns are matched with file names as given, as in
    Bandit. Paths in `settings` are relative to `root`. `follows_data` counts where neither says whether to follow data.

    Returns what holds for an unsaved document, from which `for_file` and `at` derive what holds for a file. Raises
    Unusable if the selections cannot be applied, unless the file is unusable, which is reported as its problem.
    """
    policy = _policy(file, settings, root)
    if policy.flow is None:
        policy = replace(policy, flow=follows_data)
    base = replace((file and file.base) or Configuration(), policy=policy)
    wanted = selection.over(file.selection if file else EMPTY_SELECTION)
    try:
        configuration = chosen_in_editor(base, wanted, settings) or select(base, wanted)
    except SelectionError:
        if file is None or file.is_usable:
            raise
        configuration = base
    configuration = _with_resolved_paths(configuration, folder or Path())
    where = None if folder is None else str(folder)
    return EffectiveConfig(configuration, UNSAVED, where, file, settings, root, None, CatalogueCache(configuration))


def _policy(file: ConfigurationFile | None, settings: EditorSettings, root: Path | None) -> Policy:
    """Merge the section `posse` of a configuration file with the editor's settings, by the settings' preference."""
    ours, theirs = settings.policy_options, file.parsed.policy_options if file else {}
    if root is not None and isinstance(ours.get("baseline"), str):
        ours = {**ours, "baseline": str(root / ours["baseline"])}
    return Policy.of(merged(ours, theirs) if settings.preference is Preference.EDITOR else merged(theirs, ours))


def _with_resolved_paths(configuration: Configuration, folder: Path) -> Configuration:
    """Returns a configuration with the paths in it joined to a folder: the baseline, and excluded folders."""
    policy = configuration.policy
    if isinstance(policy.baseline, str):
        policy = replace(policy, baseline=os.path.join(folder, policy.baseline))
    return replace(configuration, excluded=with_folders(configuration.excluded, folder), policy=policy)


def with_folders(patterns: Iterable[str], folder: Path) -> tuple[str, ...]:
    """Returns patterns of paths in which a folder's path matches everything in it, as on Bandit's command line."""
    return tuple(os.path.join(path, "*") if os.path.isdir(folder / path) else path for path in patterns)
