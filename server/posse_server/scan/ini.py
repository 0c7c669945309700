"""The `.bandit` file of a scan: the one that is named, or the one that Bandit would find in the targets."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from posse_checks.config.authority import INI_OPTIONS, Authority, is_honored
from posse_checks.config.baseline_file import baseline_fault
from posse_checks.config.ini_source import EMPTY_INI, Ini, read_ini
from posse_server.project.configuration_file import leads_out
from posse_server.project.discovery import INI_NAME
from posse_server.project.files import FileTrees
from posse_server.system.console import CommandError, shown, tell, why
from posse_server.system.reading import CONFIGURATION_LIMIT, read_bytes


def ini_of(given: str | None, targets: Iterable[str], trees: FileTrees, *, for_selection: bool) -> Ini:
    """Returns the file that is named, or the only one found in the target folders; an empty one if there is none.

    A file that was found decides only what `INI_OPTIONS` permits. If `for_selection`, raises CommandError if several
    were found. If not, the file's selection does not apply, so mistakes in it are not reported.
    """
    if given:
        return _read(given, for_selection=for_selection)
    found = [(path, target) for target in targets for path in trees.files(target) if os.path.basename(path) == INI_NAME]
    if len(found) > 1 and for_selection:
        names = ", ".join(shown(path) for path, _ in found)
        raise CommandError(f"found several .bandit files; choose one with --ini: {names}")
    if len(found) != 1:
        return EMPTY_INI
    path, target = found[0]
    project = _project(path, target)
    ini = _read(path, for_selection=for_selection, within=project)
    return _restricted(ini, path, project if for_selection else None)


def _project(path: str, target: str) -> Path:
    """Returns the folder that paths in a found file must not lead out of: the working folder, else the target."""
    here = Path.cwd()
    return here if Path(os.path.abspath(path)).is_relative_to(here) else Path(os.path.abspath(target))


def _restricted(ini: Ini, path: str, project: Path | None) -> Ini:
    """Returns the options that a found file may set. The others are reported in one line.

    Without a project, the paths in it are not examined.
    """
    options = {name: value for name, value in ini.options.items() if is_honored(name, is_named=False)}
    if project is not None:
        options = {name: value for name, value in options.items() if not _is_refused(name, value, project)}
    # A file is only found in targets that were given, so ignoring its own targets needs no message.
    ignored = [name for name in ini.options if name not in options and _counts_if_named(name) and name != "targets"]
    if ignored:
        tell(f"{shown(path)}: ignored {', '.join(ignored)}; only a file named with --ini may set this")
    return replace(ini, options=options)


def _is_refused(name: str, value: str, project: Path) -> bool:
    """Whether an option is a path that a found file must not name: one that leads out of the project."""
    if INI_OPTIONS[name] is not Authority.INSIDE:
        return False
    return (name == "baseline" and baseline_fault(value) is not None) or leads_out(value, Path.cwd(), project)


def _counts_if_named(name: str) -> bool:
    """Whether an option would have an effect in a file named with `--ini`."""
    return INI_OPTIONS.get(name, Authority.BANDIT) is not Authority.BANDIT


def _read(path: str, *, for_selection: bool, within: Path | None = None) -> Ini:
    """Read a file. One that cannot be read is reported and ignored. Raises CommandError for other errors in it."""
    try:
        ini = read_ini(read_bytes(path, CONFIGURATION_LIMIT, within=within).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CommandError(f"{shown(path)} is not {error.encoding}: {error.reason}") from None
    except (OSError, ValueError) as error:
        tell(f"{shown(path)} is ignored: it cannot be read ({why(error)})")
        return EMPTY_INI
    for problem in ini.problems if for_selection else ():
        message = f"{shown(path)}:{problem.line + 1}: {problem.message}"
        if problem.fatal:
            raise CommandError(message)
        tell(message)
    return ini
