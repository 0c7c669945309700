"""The configuration files in effect, and the problems in them that the client is shown."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from posse_checks.config.problem import Problem
from posse_server.lsp.session import Session
from posse_server.project.configuration_file import ConfigurationFile
from posse_server.project.discovery import NAMES

LOG = logging.getLogger(__name__)

Show = Callable[[str, Sequence[Problem], Sequence[str]], None]
"""Shows the problems of a configuration file, given its URI and its lines."""


class ActiveConfigurations:
    """The configuration files in effect. While one is open, problems in the editor's text are shown instead."""

    def __init__(self, session: Session, show: Show, warn: Callable[[str], None]) -> None:
        self._session = session
        self._show = show
        self._warn = warn
        self._files: dict[Path, ConfigurationFile] = {}

    def take(self, files: Mapping[Path, ConfigurationFile]) -> bool:
        """Store the files in effect, and show the problems in them. Returns whether any changed."""
        before, self._files = self._files, dict(files)
        for path in before.keys() - files.keys():
            if self._session.configuration_at(path) is None:
                self._show(self._session.identities.spelled(path), (), ())
        for path, file in files.items():
            known = before.get(path)
            if known is None or (known.parsed.problems, known.lines) != (file.parsed.problems, file.lines):
                self._report(file)
        return before != self._files

    def show_again(self, root: Path) -> None:
        """Show the problems of the files in a folder again, with the notes on their keys."""
        for path, file in self._files.items():
            if not path.is_relative_to(root):
                continue
            document = self._session.configuration_at(path)
            if document is None:
                self._show(self._session.identities.spelled(path), file.parsed.problems, file.lines)
            else:
                self._show(document.uri, document.problems, document.text.lines)

    def is_outdated(self, location: Path | None, in_effect: ConfigurationFile | None) -> bool:
        """Whether a stored file for a document is outdated, given the one in effect now, `in_effect`.

        It is if it has changed since, or if it is above the document and no longer in effect.
        """
        files = list(in_effect.files()) if in_effect else []
        if any(self._files.get(file.path, file) is not file for file in files):
            return True
        if location is None or not self._files:
            return False
        now = {file.path for file in files}
        for folder in location.parents:
            if any(path in self._files and path not in now for name in NAMES if (path := folder / name)):
                return True
            if any(path.parent == folder for path in now):
                return False
        return False

    def add(self, in_effect: ConfigurationFile | None) -> None:
        """Add the file in effect for a document, and the one that it names."""
        for file in in_effect.files() if in_effect else ():
            if file.path not in self._files:
                self._files[file.path] = file
                self._report(file)

    def will_open(self, uri: str) -> None:
        """Withdraw the problems of a file on the disk that is about to be opened under another URI."""
        location = self._session.identities.location(uri)
        if location in self._files and (shown := self._session.identities.spelled(location)) != uri:
            self._show(shown, (), ())

    def did_close(self, uri: str) -> None:
        """Show the problems of a file as it is on the disk, now that it is closed."""
        location = self._session.identities.location(uri)
        file = self._files.get(location) if location else None
        if file is None or file.path != location or self._session.identities.spelled(file.path) != uri:
            self._show(uri, (), ())
        if file is not None:
            self._show(self._session.identities.spelled(file.path), file.parsed.problems, file.lines)

    def _report(self, file: ConfigurationFile) -> None:
        """Log a file, show its problems unless it is open, and warn the user of the worst one."""
        LOG.info("configuration: %s", file.path)
        problems = file.parsed.problems
        if self._session.configuration_at(file.path) is None:
            self._show(self._session.identities.spelled(file.path), problems, file.lines)
        shown = [problem for problem in problems if not problem.is_hint]
        for problem in sorted(shown, key=lambda problem: not problem.fatal)[:1]:
            rest = " The previous configuration stays in use." if problem.fatal else " The rest of the file is used."
            self._warn(f"{file.path.name}, line {problem.line + 1}: {problem.message}{rest}")
