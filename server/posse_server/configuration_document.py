"""An open configuration file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posse_checks.config_file.problem import Problem
from posse_checks.config_reader import reader_for
from posse_checks.text import Text
from posse_server.finder import MAXIMUM_SIZE


@dataclass(frozen=True, slots=True)
class ConfigurationDocument:
    """One version of an open configuration file."""

    uri: str
    version: int
    name: str
    """The file's name, which tells the format."""
    text: Text

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with it."""
        source = str(self.text)
        if len(source) > MAXIMUM_SIZE:
            return [Problem(0, 0, 0, 0, f"The file is larger than {MAXIMUM_SIZE} bytes, so it is not read.")]
        return reader_for(self.name)(source).problems
