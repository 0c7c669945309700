"""An open configuration file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posse_checks.config.problem import Problem
from posse_checks.config.reader import reader_for
from posse_checks.python.text import Text
from posse_server.system.reading import limit_of


@dataclass(frozen=True, slots=True)
class ConfigurationDocument:
    """One version of an open configuration file."""

    uri: str
    version: int
    name: str
    """The name of the file, which determines the format."""
    text: Text

    @property
    def problems(self) -> Sequence[Problem]:
        """The problems in it."""
        source = str(self.text).removeprefix("\ufeff")
        limit = limit_of(self.name)
        if len(source) > limit.size:
            return [Problem(0, 0, 0, 0, f"The file cannot be read: it is larger than {limit}.")]
        return reader_for(self.name)(source).problems
