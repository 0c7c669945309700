"""The configuration of each file of a scan: the one that is named, or the nearest one found."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from posse_checks.analysis.registry import ids_by_name
from posse_checks.config.configuration import Configuration
from posse_checks.config.guesses import unknown_id
from posse_checks.config.problem import Problem
from posse_checks.config.reader import read_toml, read_yaml
from posse_checks.config.selection import Selection, Unusable, select
from posse_server.project.discovery import Finder, Loaded
from posse_server.project.effective import Governed, Settings
from posse_server.scan.arguments import Arguments
from posse_server.system.console import CommandError, shown, tell, why
from posse_server.system.reading import limit_of, read_bytes


@dataclass(frozen=True, slots=True)
class Given:
    """The same configuration for all files, as in Bandit."""

    governed: Governed

    def for_file(self, name: str) -> Governed:  # noqa: ARG002 - one for all
        """Returns the only configuration."""
        return self.governed


@dataclass(frozen=True, slots=True)
class Found:
    """The nearest configuration of each file, searched from its folder up to the working folder, or to the target."""

    selection: Selection
    targets: tuple[Path, ...]
    by_folder: dict[str, Governed] = field(default_factory=dict)
    _by_file: dict[Path | None, Governed] = field(default_factory=dict)
    _finders: dict[Path, Finder] = field(default_factory=dict)
    _passed_over: set[Path] = field(default_factory=set)

    def for_file(self, name: str) -> Governed:
        """Returns the nearest configuration. Raises CommandError if it cannot be used."""
        folder = os.path.normpath(os.path.dirname(name))
        if folder not in self.by_folder:
            self.by_folder[folder] = self._in_folder(Path(os.path.abspath(folder)))
        return self.by_folder[folder]

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle only what was found, which is all that the processes that check the files need."""
        return Found, (self.selection, self.targets, self.by_folder)

    def _in_folder(self, folder: Path) -> Governed:
        """Find the configuration for a folder, and report files that are not read."""
        top = _top(folder, self.targets)
        finder = self._finders.setdefault(top, Finder(top))
        file = finder.governing(folder)
        for other, reason in finder.passed_over.items():
            if other not in self._passed_over:
                self._passed_over.add(other)
                tell(
                    f"{shown(os.path.relpath(other))} is not read: {reason}; name it with -c or --ini if it is to count"
                )
        path = None if file is None else file.path
        if path not in self._by_file:
            self._by_file[path] = self._governed(file)
        return self._by_file[path]

    def _governed(self, file: Loaded | None) -> Governed:
        """Apply the selection to a configuration file. Raises CommandError if it cannot be used."""
        if file is None and self.selection.profile:
            raise CommandError(f"the profile {self.selection.profile!r} needs a configuration file: give it with -c")
        if file is None:
            return Governed.as_named(_select(Configuration(), self.selection))
        for one in file.files():
            _tell_problems(os.path.relpath(one.path), one.reading.problems)
        try:
            return Governed.below(file.selected(self.selection), file.path.parent)
        except Unusable as unusable:
            raise CommandError(f"{shown(os.path.relpath(file.path))}: {unusable}") from None


def settings_of(arguments: Arguments) -> Settings:
    """Returns the configuration of each file. Harmless problems are reported. Raises CommandError for others."""
    wanted = arguments.selection
    _tell_unknown((*wanted.tests, *wanted.skips))
    if arguments.finds_configuration:
        return Found(wanted, tuple(Path(os.path.abspath(target)) for target in arguments.targets if target != "-"))
    if arguments.config_file is None and wanted.profile:
        raise CommandError(f"the profile {wanted.profile!r} needs a configuration file: give it with -c")
    if arguments.config_file is None:
        return Given(Governed.as_named(_select(Configuration(), wanted)))
    configuration = _read(arguments.config_file)
    if wanted.profile and wanted.profile in configuration.profiles:
        profile = configuration.profiles[wanted.profile]
        _tell_unknown(profile.include | profile.exclude)
    return Given(Governed.as_named(_select(configuration, wanted)))


def _top(folder: Path, targets: Iterable[Path]) -> Path:
    """Returns the top folder of the search: the working folder if it is above, else the target."""
    here = Path.cwd()
    if folder.is_relative_to(here):
        return here
    above = [target for target in targets if folder.is_relative_to(target)]
    return min(above, key=lambda target: len(target.parts), default=folder)


def _select(configuration: Configuration, wanted: Selection) -> Configuration:
    try:
        return select(configuration, wanted)
    except Unusable as unusable:
        raise CommandError(str(unusable)) from None


def _read(path: str) -> Configuration:
    try:
        source = read_bytes(path, limit_of(path)).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{shown(path)} is not UTF-8: {error.reason} at byte {error.start}") from None
    except (OSError, ValueError) as error:
        raise CommandError(f"{shown(path)} cannot be read: {why(error)}") from None
    reading = read_toml(source) if path.endswith(".toml") else read_yaml(source)
    _tell_problems(path, reading.problems)
    configuration = reading.configuration or Configuration()
    policy = configuration.policy
    if isinstance(policy.baseline, str):
        policy = replace(policy, baseline=os.path.join(os.path.dirname(path), policy.baseline))
    return replace(configuration, policy=policy)


def _tell_problems(path: str, problems: Iterable[Problem]) -> None:
    """Report problems in a configuration. Raises CommandError at the first that makes it unusable."""
    for problem in problems:
        message = f"{shown(path)}:{problem.line + 1}: {' '.join(problem.message.split())}"
        if problem.fatal:
            raise CommandError(message)
        tell(message)


def _tell_unknown(ids: Iterable[str]) -> None:
    """Report IDs that no rule has."""
    for id in sorted(set(ids) - set(ids_by_name().values())):
        tell(unknown_id(id))
