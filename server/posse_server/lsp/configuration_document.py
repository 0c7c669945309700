"""The open configuration files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from posse_checks.config.check_file import read_check_file
from posse_checks.config.problem import Problem
from posse_checks.config.reader import reader_for
from posse_checks.python.text import Text
from posse_server.project.check_files import findings_in_example
from posse_server.project.identity import path_of
from posse_server.system.reading import limit_of


@dataclass(frozen=True, slots=True)
class ConfigurationDocument:
    """One version of an open configuration file."""

    uri: str
    version: int
    name: str
    """The name of the file, which determines the format."""
    text: Text
    holds_checks: bool = False
    """Whether it is a file of declared checks."""

    @property
    def problems(self) -> Sequence[Problem]:
        """The problems in it."""
        source = str(self.text).removeprefix("\ufeff")
        limit = limit_of(self.name)
        if len(source) > limit.size:
            return [Problem(0, 0, 0, 0, f"Cannot read the file: it is larger than {limit}.")]
        if self.holds_checks:
            return read_check_file(source, find=findings_in_example).problems
        return reader_for(self.name, find=findings_in_example)(source).problems


class ConfigurationDocuments:
    """The newest version of each open configuration file, by URI."""

    def __init__(self) -> None:
        self._documents: dict[str, ConfigurationDocument] = {}

    def get(self, uri: str) -> ConfigurationDocument | None:
        """Returns the newest version of a configuration file, None if it is not open."""
        return self._documents.get(uri)

    def open(self, uri: str, version: int, source: str, *, holds_checks: bool = False) -> None:
        """Add a configuration file with the client's text."""
        path = path_of(uri)
        name = path.name if path else ""
        self._documents[uri] = ConfigurationDocument(uri, version, name, Text.of(source), holds_checks)

    def change(self, uri: str, version: int, text: Text) -> None:
        """Store the next version of an open configuration file."""
        self._documents[uri] = replace(self._documents[uri], version=version, text=text)

    def close(self, uri: str) -> bool:
        """Remove a configuration file. Returns whether it was open."""
        return self._documents.pop(uri, None) is not None
