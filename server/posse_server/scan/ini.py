"""`.bandit` files: arguments of the command line that lie with the project."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterable, Mapping

from posse_server.console import Stop, shown, tell
from posse_server.scan.files import Trees

NAME = ".bandit"
SECTION = "bandit"
SWITCHES = ("recursive", "verbose", "quiet", "ignore-nosec", "debug")


def ini_options(given: str | None, targets: Iterable[str], trees: Trees) -> Mapping[str, str]:
    """The options of the file that is given or lies somewhere in the target folders; none if there is no such file.

    Raises Stop where there are several.
    """
    if given:
        return _read(given)
    found = [path for target in targets for path in trees.files(target) if os.path.basename(path) == NAME]
    if len(found) > 1:
        raise Stop(f"there are several .bandit files, so choose one with --ini: {', '.join(map(shown, found))}")
    return _read(found[0]) if found else {}


def _read(path: str) -> Mapping[str, str]:
    parser = configparser.ConfigParser()
    try:
        parser.read(path)
        options = dict(parser.items(SECTION))
    except configparser.Error as error:
        reason = " ".join(str(error).split())
        tell(f"{shown(path)} is not used, since it cannot be read or has no section [{SECTION}]: {reason}")
        return {}
    except UnicodeDecodeError as error:
        raise Stop(f"{shown(path)} is not {error.encoding}: {error.reason}") from None
    for name in SWITCHES:
        if options.get(name, "").lower() in ("false", "no", "off", "0"):
            tell(
                f"{shown(path)}: `{name} = {options[name]}` counts as true, as it does in Bandit; leave it out instead"
            )
    return options
