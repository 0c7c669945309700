"""What holds for a file: a configuration, and the path by which its patterns know the file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from posse_checks.config.configuration import Configuration


@dataclass(frozen=True, slots=True, eq=False)
class Governed:
    """A configuration for the files below a folder."""

    configuration: Configuration
    folder: str | None = None
    """The folder that its patterns are relative to; where there is none, they see a file's name as it is given."""

    @classmethod
    def below(cls, configuration: Configuration, folder: Path) -> Governed:
        """A configuration for the files below a folder; to exclude a folder there means all that is in it."""
        return cls(_settled(configuration, folder), str(folder))

    @classmethod
    def as_named(cls, configuration: Configuration) -> Governed:
        """A configuration for files by the names that they are given from the working folder, as Bandit has it."""
        return cls(_settled(configuration, Path()))

    def path(self, name: str) -> str:
        """A file's path as patterns see it: from the folder, beginning with `./`, with forward slashes."""
        if self.folder is None:
            return name
        path = os.path.relpath(os.path.abspath(name), self.folder).replace(os.sep, "/")
        return f"./{path}"


class Settings(Protocol):
    """Tells what holds for a file."""

    def for_file(self, name: str) -> Governed:
        """What holds for the file that has this name in reports."""


def with_folders(patterns: Iterable[str], folder: Path) -> tuple[str, ...]:
    """Patterns of paths, in which a folder's path means all that is in it, as on Bandit's command line."""
    return tuple(os.path.join(path, "*") if os.path.isdir(folder / path) else path for path in patterns)


def _settled(configuration: Configuration, folder: Path) -> Configuration:
    """The configuration with what depends on the files that there are, and with the baseline's path from anywhere."""
    policy = configuration.policy
    if isinstance(policy.baseline, str):
        policy = replace(policy, baseline=os.path.join(folder, policy.baseline))
    return replace(configuration, excluded=with_folders(configuration.excluded, folder), policy=policy)
