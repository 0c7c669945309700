"""When to notify the client: once per burst of messages, and only of the newest version."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Schedule:
    """Runs an action for each scheduled document, after the messages at hand have been handled or after a delay."""

    def __init__(self, action: Callable[[str], None], delay: float = 0) -> None:
        self._action = action
        self._delay = delay
        self._due: dict[str, None] = {}

    def soon(self, uri: str) -> None:
        """Schedule the action for a document. Has no effect if it is scheduled already."""
        if not self._due:
            loop = asyncio.get_running_loop()
            loop.call_later(self._delay, self._run) if self._delay else loop.call_soon(self._run)
        self._due[uri] = None

    def drop(self, uri: str) -> None:
        """Cancel the action for a document."""
        self._due.pop(uri, None)

    def _run(self) -> None:
        """Run the action for all scheduled documents. Those scheduled meanwhile are run next time."""
        due, self._due = self._due, {}
        for uri in due:
            self._action(uri)
