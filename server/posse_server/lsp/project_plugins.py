"""The plug-ins of one workspace folder: found, perhaps allowed, perhaps running."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from posse_server.plugins.host import Host
from posse_server.plugins.process import ProcessError
from posse_server.plugins.project import FoundCode, find_code, stamps_around
from posse_server.plugins.question import Answer, LoadedCheck, ProposedEdits, Question, Trouble, names_of, own_names_of
from posse_server.results.cache import compiled_folder


class ProjectPlugins:
    """The plug-ins of a folder. Everything that waits for them does so in threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.found: FoundCode | None = None
        self.is_allowed: bool | None = None
        """Whether the user has allowed them; None if they were not asked or did not answer."""
        self.troubles: dict[str | None, Trouble] = {}
        """Their failures, the first of each."""
        self.told: Trouble | None = None
        """The reason why none can run, once it was reported."""
        self.seen: object = None
        """The state in which they were looked at last."""
        self._host: Host | None = None
        self._running: FoundCode | None = None
        self._turn = asyncio.Lock()

    @property
    def is_running(self) -> bool:
        """Whether they are loaded, so that documents can be checked."""
        return self._host is not None

    @property
    def checks(self) -> Sequence[LoadedCheck]:
        """The checks that were loaded."""
        return () if self._host is None else self._host.checks

    @property
    def names(self) -> Mapping[str, str]:
        """The names by which comments and configurations may mention them: see `names_of`."""
        return names_of(self.checks)

    @property
    def own_names(self) -> Mapping[str, str]:
        """The names of the project's own checks among them: see `own_names_of`."""
        return own_names_of(self.checks)

    def state(self, patterns: Sequence[str], *others: object) -> object:
        """Returns a state that differs whenever they have to be looked at again, given other states that matter."""
        return stamps_around(self.root, self.found, patterns), patterns, others

    async def look(self, python: str | None, patterns: Sequence[str], *, has_plugins: bool) -> None:
        """Find them on the disk: plug-ins if they are wanted, and files of checks with these patterns."""
        self.found = await asyncio.to_thread(find_code, self.root, python, patterns, has_plugins=has_plugins)

    async def start(self) -> None:
        """Load the checks found, unless they are loaded already. Failures are added to the troubles."""
        found = self.found
        if found is None or (self._host is not None and self._running == found):
            return
        self.stop()
        host = Host(found.order(self.root, compiled_folder()))
        try:
            async with self._turn:
                await asyncio.to_thread(host.start)
        except ProcessError as error:
            self.troubles[None] = Trouble(None, f"cannot be loaded: {error}")
            return
        except BaseException:
            host.close()
            raise
        self._host, self._running = host, found
        self.troubles |= {trouble.name: trouble for trouble in host.troubles}

    def stop(self) -> None:
        """End the process. Does not wait for it."""
        if self._host is not None:
            self._host.close()
        self._host = self._running = None
        self.troubles.clear()

    async def check(self, question: Question) -> Answer | None:
        """Run the checks. Returns None if they cannot be run now."""
        host = self._host
        if host is None:
            return None
        try:
            async with self._turn:
                answer = await asyncio.to_thread(host.check, question)
        except ProcessError as error:
            self.troubles.setdefault(None, Trouble(None, str(error)))
            return None
        return answer

    async def fixes_of(self, question: Question, id: str, line: int, message: str) -> Sequence[ProposedEdits]:
        """Returns the fixes of a finding of the project's own checks."""
        host = self._host
        if host is None:
            return ()
        try:
            async with self._turn:
                return await asyncio.to_thread(host.fixes_of, question, id, line, message)
        except ProcessError as error:
            self.troubles.setdefault(None, Trouble(None, str(error)))
            return ()
