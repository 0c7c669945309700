"""The plug-ins of a project, as they are on the disk before anything of them runs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from posse_server.plugins.environment import (
    ENVIRONMENTS,
    Environment,
    TooManyFilesError,
    find_environment,
    fingerprint,
)
from posse_server.system.reading import Stamp, stamp_of


@dataclass(frozen=True, slots=True)
class FoundPlugins:
    """Plug-ins that are installed in a project's Python, and the state of what would run with them."""

    environment: Environment
    names: Sequence[str]
    fingerprint: str


def find_plugins(folder: Path, python: str | None) -> FoundPlugins | None:
    """Returns the plug-ins of a project; None if there are none. `python` is the Python that the user named."""
    environment = find_environment(folder, python)
    names = environment.plugin_names() if environment is not None else ()
    if environment is None or not names:
        return None
    try:
        state = fingerprint(environment, folder)
    except TooManyFilesError:
        state = secrets.token_hex()  # the same as no other: the user is asked in each session
    return FoundPlugins(environment, names, state)


def stamps_around(folder: Path, found: FoundPlugins | None) -> Sequence[Stamp | None]:
    """Returns a state that differs after plug-ins or a Python were installed. Costs a few calls of `stat`."""
    folders = [folder / name / "pyvenv.cfg" for name in ENVIRONMENTS]
    if found is not None:
        folders += [found.environment.python, *found.environment.packages]
    return [stamp_of(path) for path in folders]
