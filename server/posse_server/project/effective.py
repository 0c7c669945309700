"""The configuration in effect for a file, and the file's path as patterns see it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from posse_checks.config.configuration import Configuration


@dataclass(frozen=True, slots=True, eq=False)
class Governed:
    """A configuration, and the folder that its patterns are relative to."""

    configuration: Configuration
    folder: str | None = None
    """The folder that patterns are relative to; None if they are matched with file names as given."""

    @classmethod
    def below(cls, configuration: Configuration, folder: Path) -> Governed:
        """Returns a configuration for the files below a folder. Excluding a folder there excludes everything in it."""
        return cls(_settled(configuration, folder), str(folder))

    @classmethod
    def as_named(cls, configuration: Configuration) -> Governed:
        """Returns a configuration for files by their names as given from the working folder, as in Bandit."""
        return cls(_settled(configuration, Path()))

    def path(self, name: str) -> str:
        """Returns a file's path as patterns see it: relative to the folder, with `./` in front and forward slashes."""
        if self.folder is None:
            return name
        path = os.path.relpath(os.path.abspath(name), self.folder).replace(os.sep, "/")
        return f"./{path}"


class Settings(Protocol):
    """Provides the configuration for each file."""

    def for_file(self, name: str) -> Governed:
        """Returns the configuration for the file that has this name in reports."""


def with_folders(patterns: Iterable[str], folder: Path) -> tuple[str, ...]:
    """Returns patterns of paths in which a folder's path matches everything in it, as on Bandit's command line."""
    return tuple(os.path.join(path, "*") if os.path.isdir(folder / path) else path for path in patterns)


def _settled(configuration: Configuration, folder: Path) -> Configuration:
    """Returns the configuration with paths relative to a folder resolved: excluded folders, the baseline."""
    policy = configuration.policy
    if isinstance(policy.baseline, str):
        policy = replace(policy, baseline=os.path.join(folder, policy.baseline))
    return replace(configuration, excluded=with_folders(configuration.excluded, folder), policy=policy)
