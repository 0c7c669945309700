"""When to tell the client: once for whatever happened in a burst of messages, and only the newest version."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Schedule:
    """Runs an action for each named document, once the messages at hand have been handled, or some seconds later."""

    def __init__(self, action: Callable[[str], None], delay: float = 0) -> None:
        self._action = action
        self._delay = delay
        self._due: dict[str, None] = {}

    def soon(self, uri: str) -> None:
        """Run the action for this document after the current message; asking again before that changes nothing."""
        if not self._due:
            loop = asyncio.get_running_loop()
            loop.call_later(self._delay, self._run) if self._delay else loop.call_soon(self._run)
        self._due[uri] = None

    def drop(self, uri: str) -> None:
        """Do not run it after all."""
        self._due.pop(uri, None)

    def _run(self) -> None:
        due, self._due = self._due, {}
        for uri in due:
            self._action(uri)
