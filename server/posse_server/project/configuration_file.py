"""A configuration file on the disk: its content at one time, and the file that it names.

Nothing is searched for here, which is `discovery`'s work.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from posse_checks.config.baseline_file import RefusedBaseline
from posse_checks.config.configuration import EMPTY_SELECTION, Configuration, Selection
from posse_checks.config.policy import POSSE_SECTION, Policy
from posse_checks.config.problem import Problem
from posse_checks.config.reader import ParsedConfiguration, reader_for
from posse_checks.config.selection import SelectionError, select
from posse_checks.python.text import content_length, split_lines
from posse_server.project.check_files import CHECKS_FOLDER, CheckFile, read_check_files, stamps_in, with_check_files
from posse_server.system.console import why
from posse_server.system.reading import OutsideProjectError, Stamp, leads_elsewhere, limit_of, read_bytes, stamp_of

INI_ENDINGS = (".bandit", ".ini")
"""Ends of the names of files that have no section `posse`."""


class KeyLocation(NamedTuple):
    """The file and the line, from 0, that contain a key."""

    path: Path
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class ConfigurationFile:
    """A configuration file at one time.

    It is never changed, and compared by identity: a new one means that the file, or the one it names, was read again.
    """

    path: Path
    stamps: Sequence[Stamp | None]
    """Stamps of the file itself, and of the file that it names."""
    parsed: ParsedConfiguration
    base: Configuration | None
    """The configuration before the file's own selection. If the file is unusable now, the last valid one."""
    selection: Selection
    lines: Sequence[str] = ()
    """The lines of the file, in which problems are shown."""
    named: ConfigurationFile | None = None
    """The configuration that a `.bandit` file names, with its own problems."""
    check_files: tuple[ConfigurationFile, ...] = ()
    """The files of declared checks beside it, whose checks are in the configuration."""
    project: Path | None = None
    """The folder that links and paths in the file must not lead out of; None if the user named the file."""

    @property
    def named_path(self) -> Path | None:
        """The path of the configuration that a `.bandit` file names, whether it exists or not."""
        return _named_path(self.path, self.parsed)

    @property
    def is_usable(self) -> bool:
        """Whether no problem makes it unusable as it is now."""
        return not any(problem.fatal for problem in self.parsed.problems)

    def files(self) -> Iterator[ConfigurationFile]:
        """Yields the file, the one that it names, and the files of checks, which have only problems of their own."""
        yield self
        if self.named is not None:
            yield from self.named.files()
        yield from self.check_files

    def location_of(self, key: str) -> KeyLocation | None:
        """Returns where a key is, preferring the file itself to the one that it names. None if neither has it."""
        found = ((file.path, file.parsed.key_lines.get(key)) for file in self.files())
        return next((KeyLocation(path, line) for path, line in found if line is not None), None)


def read_text(path: Path, *, within: Path | None = None) -> str | Problem:
    """Returns a configuration's text without a byte order mark, or a problem if it cannot be read.

    See `read_bytes` for `within`.
    """
    limit = limit_of(path.name)
    try:
        return decoded(read_bytes(path, limit, within=within))
    except UnicodeDecodeError as error:
        return Problem(0, 0, 0, 0, f"The file is not UTF-8: {error.reason} at byte {error.start}.")
    except OutsideProjectError as error:
        remedy = "Copy it into the project, or name it with `-c`, `--ini` or the setting `configurationPath`."
        return Problem(0, 0, 0, 0, f"Cannot read the file: {error}. {remedy}")
    except (OSError, ValueError) as error:
        return Problem(0, 0, 0, 0, f"Cannot read the file: {why(error)}.")


def decoded(content: bytes) -> str:
    """Returns a configuration's text without a byte order mark. Raises UnicodeDecodeError."""
    return content.decode("utf-8-sig")


def load(
    path: Path,
    before: ConfigurationFile | None,
    project: Path | None,
    *,
    naming: Path | None = None,
    plugins: Mapping[str, str] | None = None,
) -> ConfigurationFile:
    """Load a file. `naming` is the folder of the file that names it, to which its paths are relative.

    `plugins` are the names and IDs of the plug-ins that run, which are not unknown.

    If it is unusable, `before` provides the configuration and the selection.
    """
    stamp = stamp_of(path)  # before reading, so that a write in the meantime is noticed at the next check
    text: str | Problem = ""
    parsed = ParsedConfiguration(Configuration())
    if path.name != CHECKS_FOLDER[0]:  # that stands for a configuration without anything but files of checks
        text = read_text(path, within=project)
        parsed = ParsedConfiguration(None, (text,)) if isinstance(text, Problem) else reader_for(path.name)(text)
    lines = split_lines(text) if isinstance(text, str) else ()
    check_files: tuple[CheckFile, ...] = ()
    if not path.name.endswith(INI_ENDINGS):
        check_files = read_check_files(path.parent, parsed.policy_options, project)
        parsed = with_check_files(parsed, check_files)
    if project is not None:
        parsed = _inside(parsed, lines, naming or path.parent, project)
    plugins = plugins or {}
    base, selection = parsed.configuration, parsed.selection
    problems = [one for one in parsed.problems if one.unknown_id not in plugins]
    named, named_stamp = None, stamp_of(_named_path(path, parsed))
    if base is not None and parsed.configured_by and not naming:
        named = _named(path, parsed, before, project, plugins)
        if named.lines:
            parsed = replace(parsed, policy_options={**named.parsed.policy_options, **parsed.policy_options})
            base = named.base and replace(named.base, policy=Policy.of(parsed.policy_options))
        else:  # the named file has no text to show a problem in
            message = f"{parsed.configured_by}: {named.parsed.problems[0].message}"
            problems.append(_at(parsed, lines, "configfile", message))
            base = named = None
    if base is not None:
        try:
            select(base, replace(selection, plugins=plugins))
        except SelectionError as error:
            key = "profile" if selection.profile else "skips" if selection.skips else "tests"
            problems.append(_at(parsed, lines, key, f"{str(error)[:1].upper()}{str(error)[1:]}."))
            base = None
    if base is None and before is not None:
        base, selection = before.base, before.selection
        parsed = replace(parsed, policy_options=before.parsed.policy_options)
    parsed = replace(parsed, problems=tuple(problems))
    stamps = (stamp, named_stamp, *_check_stamps(path, parsed))
    return ConfigurationFile(path, stamps, parsed, base, selection, lines, named, as_files(check_files), project)


def as_files(check_files: Sequence[CheckFile]) -> tuple[ConfigurationFile, ...]:
    """Returns files of checks as files that only have problems."""
    return tuple(
        ConfigurationFile(
            file.path, (), ParsedConfiguration(None, file.parsed.problems), None, EMPTY_SELECTION, file.lines
        )
        for file in check_files
    )


def _inside(parsed: ParsedConfiguration, lines: Sequence[str], folder: Path, project: Path) -> ParsedConfiguration:
    """Returns what was read without the paths in it that lead out of the project, each reported as a problem."""
    problems, options, configuration = list(parsed.problems), dict(parsed.policy_options), parsed.configuration
    baseline, configured_by = options.get("baseline"), parsed.configured_by
    if isinstance(baseline, str) and leads_out(baseline, folder, project):
        message = "`baseline` is ignored: it leads out of the project. Name the file with `-b`."
        key = "baseline" if "baseline" in parsed.key_lines else f"{POSSE_SECTION}.baseline"
        problems.append(replace(_at(parsed, lines, key, message), fatal=False))
        reason = "The configured baseline is outside of the project. Name it with `-b`."
        options["baseline"] = RefusedBaseline(reason)
        configuration = configuration and replace(configuration, policy=Policy.of(options))
    if configured_by and leads_out(configured_by, folder, project):
        message = "`configfile` is ignored: it leads out of the project. Name the file with `-c`."
        problems.append(_at(parsed, lines, "configfile", message))
        configuration = configured_by = None
    return replace(
        parsed,
        configuration=configuration,
        problems=tuple(problems),
        policy_options=options,
        configured_by=configured_by,
    )


def leads_out(name: str, folder: Path, project: Path) -> bool:
    """Whether a path written in a folder leads out of the project, as it is written or by links.

    A path that is outside as written is not resolved, because even that could contact another machine.
    """
    path = Path(os.path.normpath(folder / name))
    return not path.is_relative_to(os.path.normpath(project)) or leads_elsewhere(path, project)


def _named_path(path: Path, parsed: ParsedConfiguration) -> Path | None:
    return Path(os.path.normpath(path.parent / parsed.configured_by)) if parsed.configured_by else None


def _named(
    naming: Path,
    parsed: ParsedConfiguration,
    before: ConfigurationFile | None,
    project: Path | None,
    plugins: Mapping[str, str],
) -> ConfigurationFile:
    """Returns the configuration that a `.bandit` file names: the same object if it has not changed."""
    path = _named_path(naming, parsed)
    assert path is not None, "it names one"
    known = before.named if before and before.named and before.named.path == path else None
    return (
        known
        if known and known.stamps == stamps_of(path, known.parsed)
        else load(path, known, project, naming=naming.parent, plugins=plugins)
    )


def _at(parsed: ParsedConfiguration, lines: Sequence[str], key: str, message: str) -> Problem:
    """Returns a fatal problem that underlines the line of a key."""
    line = parsed.key_lines.get(key, 0)
    end = content_length(lines[line]) if line < len(lines) else 0
    return Problem(line, 0, line, end, message)


def stamps_of(path: Path, parsed: ParsedConfiguration) -> Sequence[Stamp | None]:
    """Returns the stamps of a file, of the file that it names, and of its files of checks."""
    return stamp_of(path), stamp_of(_named_path(path, parsed)), *_check_stamps(path, parsed)


def _check_stamps(path: Path, parsed: ParsedConfiguration) -> Sequence[Stamp | None]:
    return () if path.name.endswith(INI_ENDINGS) else stamps_in(path.parent, parsed.policy_options)
