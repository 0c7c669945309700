"""The server's requests to the client, which may be answered late, wrongly or never."""

from __future__ import annotations

import itertools
import logging
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from pygls.exceptions import JsonRpcException

LOG = logging.getLogger(__name__)

MOST_PENDING = 1000
"""Limit for the requests that wait for an answer. The oldest is given up for a new one."""


class PendingRequests:
    """Requests that wait for an answer."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._waiting: OrderedDict[str | int, Future[Any]] = OrderedDict()

    def ask(self, id: str | int | None) -> tuple[str | int, Future[Any]]:
        """Record a request that is about to be sent. Returns its ID and a future of its result."""
        if id is None:
            id = next(self._numbers)
        future = self._waiting[id] = Future()
        if len(self._waiting) > MOST_PENDING:
            self._waiting.popitem(last=False)[1].cancel()
        return id, future

    def take(self, message: Mapping[str, Any]) -> None:
        """Process an answer. One to an unknown request, or to one that was given up, is ignored."""
        id, error = message.get("id"), message.get("error")
        future = self._waiting.pop(id, None) if isinstance(id, (str, int)) else None
        if future is None or not future.set_running_or_notify_cancel():
            LOG.debug("Skipped a response that answers no request: %r", id)
        elif error is None:
            future.set_result(message.get("result"))
        else:
            said = error.get("message") if isinstance(error, dict) else error
            future.set_exception(JsonRpcException(str(said)[:500]))

    def give_up(self) -> None:
        """Cancel all waiting requests."""
        for future in list(self._waiting.values()):
            future.cancel()
