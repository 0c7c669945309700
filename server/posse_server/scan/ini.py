"""The `.bandit` file of a scan: the one that is named, or the one that Bandit would find in the targets."""

from __future__ import annotations

import os
from collections.abc import Iterable

from posse_checks.config_file.ini_source import NOTHING_SAID, Ini, read_ini
from posse_server.console import Stop, shown, tell, why
from posse_server.finder import INI_NAME
from posse_server.scan.files import Trees


def ini_of(given: str | None, targets: Iterable[str], trees: Trees, *, for_selection: bool) -> Ini:
    """The file that is given or lies somewhere in the target folders; one that says nothing if there is no such file.

    Raises Stop where there are several. Where it does not count for what is selected, mistakes in that are not told.
    """
    if given:
        return _read(given, for_selection=for_selection)
    found = [path for target in targets for path in trees.files(target) if os.path.basename(path) == INI_NAME]
    if len(found) > 1 and for_selection:
        raise Stop(f"there are several .bandit files, so choose one with --ini: {', '.join(map(shown, found))}")
    return _read(found[0], for_selection=for_selection) if len(found) == 1 else NOTHING_SAID


def _read(path: str, *, for_selection: bool) -> Ini:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            ini = read_ini(file.read())
    except UnicodeDecodeError as error:
        raise Stop(f"{shown(path)} is not {error.encoding}: {error.reason}") from None
    except OSError as error:
        tell(f"{shown(path)} is not used, since it cannot be read: {why(error)}")
        return NOTHING_SAID
    for problem in ini.problems if for_selection else ():
        message = f"{shown(path)}:{problem.line + 1}: {problem.message}"
        if problem.fatal:
            raise Stop(message)
        tell(message)
    return ini
