"""The configuration of each file of a scan: the one that is named, or the nearest one found."""

from __future__ import annotations

import os
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

from posse_checks.analysis.registry import ids_by_name, own_rules
from posse_checks.config.configuration import EMPTY_SELECTION, Selection
from posse_checks.config.problem import Problem
from posse_checks.config.reader import read_toml, read_yaml
from posse_checks.config.selection import SelectionError
from posse_checks.config.suggestions import unknown_id
from posse_server.project.check_files import read_check_files, with_check_files
from posse_server.project.configuration_file import ConfigurationFile, as_files
from posse_server.project.discovery import ConfigurationFinder
from posse_server.project.effective import EffectiveConfig, Resolver, resolve
from posse_server.scan.arguments import Arguments
from posse_server.scan.project_code import NO_PROJECT_CODE, ProjectCode
from posse_server.system.console import CommandError, shown, tell, why
from posse_server.system.reading import limit_of, read_bytes


@dataclass(frozen=True, slots=True)
class _Nearest:
    """Resolves each file by the nearest configuration, searched from its folder up to the working folder or target."""

    selection: Selection
    targets: frozenset[Path]
    by_folder: dict[str, EffectiveConfig] = field(default_factory=dict)
    _by_file: dict[Path | None, EffectiveConfig] = field(default_factory=dict)
    _finders: dict[Path, ConfigurationFinder] = field(default_factory=dict)
    _reported_unreadable: set[Path] = field(default_factory=set)
    _reported_unknown: set[str] = field(default_factory=set)

    def __call__(self, name: str) -> EffectiveConfig:
        """Returns what holds for a file. Raises CommandError if its configuration cannot be used."""
        folder = os.path.normpath(os.path.dirname(name))
        if folder not in self.by_folder:
            self.by_folder[folder] = self._in_folder(Path(os.path.abspath(folder)))
        return self.by_folder[folder].for_file(name)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle only what was found, which is all that the processes that check the files need."""
        return _Nearest, (self.selection, self.targets, self.by_folder)

    def _in_folder(self, folder: Path) -> EffectiveConfig:
        """Find the configuration for a folder, and report files that are not read."""
        top = _top(folder, self.targets)
        finder = self._finders.setdefault(
            top, ConfigurationFinder(top, {**self.selection.plugins, **self.selection.hosted})
        )
        file = finder.nearest(folder)
        # new ones are at the end, so many of them are not looked through again for each folder
        new = [*takewhile(lambda path: path not in self._reported_unreadable, reversed(finder.unreadable))]
        self._reported_unreadable.update(new)
        for other in reversed(new):
            reason = finder.unreadable[other]
            tell(f"{shown(os.path.relpath(other))} is not read: {reason}; name it with -c or --ini to use it")
        path = None if file is None else file.path
        if path not in self._by_file:
            self._by_file[path] = resolved = self._resolved(file)
            self._reported_unknown.update(_tell_unknown(self.selection, resolved, self._reported_unknown))
        return self._by_file[path]

    def _resolved(self, file: ConfigurationFile | None) -> EffectiveConfig:
        """Apply the selection to a configuration file, and report its problems.

        Raises CommandError if it cannot be used.
        """
        if file is None:
            return _without_file(self.selection)
        for one in file.files():
            _tell_problems(os.path.relpath(one.path), one.parsed.problems)
        try:
            return resolve(file, folder=file.path.parent, selection=self.selection)
        except SelectionError as error:
            raise CommandError(f"{shown(os.path.relpath(file.path))}: {error}") from None


def resolver_for(arguments: Arguments, code: ProjectCode = NO_PROJECT_CODE) -> Resolver:
    """Returns the function that resolves each file of a scan. Harmless problems are reported.

    Raises CommandError for others.

    It can be pickled, for the processes that check the files.
    """
    wanted = code.selected(arguments.selection)
    if arguments.finds_configuration:
        targets = frozenset(Path(os.path.abspath(target)) for target in arguments.targets if target != "-")
        return _Nearest(wanted, targets)
    if arguments.config_file is None:
        config = _without_file(wanted)
        _tell_unknown(wanted, config)
        return config.for_file
    file = _read(arguments.config_file, {**wanted.plugins, **wanted.hosted})
    try:
        config = resolve(file, selection=wanted)
    except SelectionError as error:
        raise CommandError(str(error)) from None
    _tell_unknown(wanted, config)
    if wanted.profile and file.base is not None and wanted.profile in file.base.profiles:
        _tell_unknown(file.base.profiles[wanted.profile], config)
    return config.for_file


def _without_file(wanted: Selection) -> EffectiveConfig:
    """Returns what a selection means without a configuration. Raises CommandError if it cannot be applied."""
    if wanted.profile:
        raise CommandError(f"the profile {wanted.profile!r} needs a configuration file; name it with -c")
    try:
        return resolve(selection=wanted)
    except SelectionError as error:
        raise CommandError(str(error)) from None


def _top(folder: Path, targets: Container[Path]) -> Path:
    """Returns the top folder of the search: the working folder if it is above, else the target."""
    here = Path.cwd()
    if folder.is_relative_to(here):
        return here
    above = [one for one in (folder, *folder.parents) if one in targets]
    return above[-1] if above else folder


def _read(path: str, plugins: Collection[str]) -> ConfigurationFile:
    """Read the file that `-c` names: as TOML by its name, else as YAML_LIMIT. Raises CommandError if it is unusable."""
    try:
        source = read_bytes(path, limit_of(path)).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{shown(path)} is not UTF-8: {error.reason} at byte {error.start}") from None
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read {shown(path)}: {why(error)}") from None
    parsed = read_toml(source) if path.endswith(".toml") else read_yaml(source)
    check_files = read_check_files(Path(path).parent, parsed.policy_options, None)
    parsed = with_check_files(parsed, check_files)
    _tell_problems(path, [problem for problem in parsed.problems if problem.unknown_id not in plugins])
    if isinstance(baseline := parsed.policy_options.get("baseline"), str):
        parsed = replace(
            parsed, policy_options={**parsed.policy_options, "baseline": os.path.join(os.path.dirname(path), baseline)}
        )
    for file in check_files:
        _tell_problems(os.path.relpath(file.path), file.parsed.problems)
    return ConfigurationFile(
        Path(path), (), parsed, parsed.configuration, EMPTY_SELECTION, check_files=as_files(check_files)
    )


def _tell_problems(path: str, problems: Iterable[Problem]) -> None:
    """Report problems in a configuration. Raises CommandError at the first that makes it unusable."""
    for problem in problems:
        message = f"{shown(path)}:{problem.line + 1}: {' '.join(problem.message.split())}"
        if problem.fatal:
            raise CommandError(message)
        tell(message)


def _tell_unknown(selection: Selection, config: EffectiveConfig, reported: Collection[str] = ()) -> set[str]:
    """Report the IDs of a selection that no check has, besides those already reported. Returns them."""
    ids = config.configuration.ids
    known = {*ids_by_name().values(), *own_rules(), *ids.project.values(), *ids.plugins.values()}
    unknown = {id for id in (*selection.tests, *selection.skips) if id not in known and not ids.is_foreign(id)}
    for id in sorted(unknown.difference(reported)):
        tell(unknown_id(id))
    return unknown
