"""`.bandit` files: found as Bandit finds them, and merged with the command line as Bandit merges them.

A file that was found decides only what `config/authority.py` permits; the command line names any other.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from posse_checks.config.authority import INI_OPTIONS, Authority, is_honored
from posse_checks.config.baseline_file import baseline_fault
from posse_checks.config.ini_source import INI_SECTION, Ini, read_ini
from posse_server.bandit import log
from posse_server.bandit.command_line import LEVELS
from posse_server.project.configuration_file import leads_out
from posse_server.system.console import CommandError, shown
from posse_server.system.reading import CONFIGURATION_LIMIT, read_bytes

INI_NAME = ".bandit"

OPTIONS: Sequence[tuple[str, str, str, str]] = (
    ("config_file", "configfile", "configfile", "config file"),
    ("excluded_paths", "excluded_paths", "exclude", "excluded paths"),
    ("skips", "skips", "skips", "skipped tests"),
    ("tests", "tests", "tests", "selected tests"),
    ("targets", "targets", "targets", "selected targets"),
    ("recursive", "recursive", "recursive", "recursive scan"),
    ("agg_type", "agg_type", "aggregate", "aggregate output type"),
    ("context_lines", "context_lines", "number", "max code lines output for issue"),
    ("profile", "profile", "profile", "profile"),
    ("severity", "severity", "level", "severity level"),
    ("confidence", "confidence", "confidence", "confidence level"),
    ("output_format", "output_format", "format", "output format"),
    ("msg_template", "msg_template", "msg-template", "output message template"),
    ("output_file", "output_file", "output", "output file"),
    ("verbose", "verbose", "verbose", "output extra information"),
    ("debug", "debug", "debug", "debug mode"),
    ("quiet", "quiet", "quiet", "silent mode"),
    ("ignore_nosec", "ignore_nosec", "ignore-nosec", "do not skip lines with # nosec"),
    ("baseline", "baseline", "baseline", "path of a baseline report"),
)
"""For each option: its name in the arguments, where Bandit looks for its default, its key, and its name in the log."""


class SeveralFilesError(Exception):
    """There is more than one `.bandit` file in the targets. The message is Bandit's."""


def walked(folder: str) -> Iterator[str]:
    """Yields the files below a folder in the order of `os.walk`, without following links."""
    pending = [folder]
    while pending:
        top = pending.pop()
        try:
            with os.scandir(top) as scanned:
                entries = list(scanned)
        except OSError:
            continue
        folders = []
        for entry in entries:
            if not _is_folder(entry):
                yield entry.path
            elif not entry.is_symlink():
                folders.append(entry.path)
        pending += reversed(folders)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def ini_options(named: str | None, targets: Iterable[str]) -> Mapping[str, str]:
    """Returns the options of the `.bandit` file that is named, or that is in the targets; none without a file.

    Raises SeveralFilesError if several are in the targets, and CommandError for a mistake on which Bandit fails.
    """
    if named:
        return _options(named, None)
    found = [(path, target) for target in targets for path in walked(target) if os.path.basename(path) == INI_NAME]
    if len(found) > 1:
        raise SeveralFilesError(
            "Multiple .bandit files found - scan separately or choose one with --ini\n\t"
            + ", ".join(path for path, _ in found)
        )
    if not found:
        return {}
    path, target = found[0]
    log.info("main", f"Found project level .bandit file: {path}")
    here = Path.cwd()
    project = here if Path(os.path.abspath(path)).is_relative_to(here) else Path(os.path.abspath(target))
    options = _options(path, project)
    honored = {name: value for name, value in options.items() if _may_set(name, value, project)}
    ignored = [name for name in options if name not in honored and name != "targets" and name in INI_OPTIONS]
    if ignored:
        log.warning(
            "main", f"{shown(path)}: ignored {', '.join(ignored)}: only a file that is named with --ini may set this"
        )
    return honored


def _may_set(name: str, value: str, project: Path) -> bool:
    """Whether a file that was found may set an option to a value."""
    if not is_honored(name, is_named=False):
        return False
    if INI_OPTIONS[name] is not Authority.INSIDE:
        return True
    return not (name == "baseline" and baseline_fault(value) is not None) and not leads_out(value, Path.cwd(), project)


def _options(path: str, within: Path | None) -> Mapping[str, str]:
    try:
        ini = read_ini(read_bytes(path, CONFIGURATION_LIMIT, within=within).decode("utf-8-sig"))
    except (OSError, ValueError):
        ini = Ini()
    if not ini.options and not ini.key_lines:
        log.warning("utils", f"Unable to parse config file {path} or missing [{INI_SECTION}] section")
    return ini.options


def merge(arguments: argparse.Namespace, options: Mapping[str, str], parser: argparse.ArgumentParser) -> None:
    """Set what the command line leaves at its default. Raises CommandError for a value that cannot be used."""
    if not options:
        return
    values: dict[str, Any] = dict(options)
    for key in ("level", "confidence"):
        if key in values:
            values[key] = _level(key, values[key])
    if "number" in values:
        try:
            values["number"] = int(values["number"]) or None
        except ValueError:
            raise CommandError(f"`number` in the .bandit file is not a number: {values['number']!r}") from None
    if "targets" in values:
        values["targets"] = values["targets"].split(",")
    for name, default, key, title in OPTIONS:
        given = getattr(arguments, name)
        setattr(arguments, name, _chosen(parser.get_default(default), given, values.get(key), title))


def _level(name: str, value: str) -> int:
    if value.lower() in LEVELS:
        return LEVELS.index(value.lower()) + 1
    if value not in ("1", "2", "3", "4"):
        raise CommandError(f"`{name}` in the .bandit file must be one of {', '.join(LEVELS)}, or 1 to 4")
    return int(value)


def _chosen(default: Any, given: Any, in_file: Any, title: str) -> Any:
    """Returns the value that counts, and logs where it is from if the option has no default."""
    if default is None:
        for value, source in ((given, "command line arg"), (in_file, "ini file")):
            if value:
                log.info("main", f"Using {source} for {title}")
                return value
        return None
    return (in_file or given) if default == given else given
