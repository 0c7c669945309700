"""Work in a thread, so that other messages are answered meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
IsCancelled = Callable[[], bool]
"""Tells whether the result is no longer wanted."""


async def in_thread(work: Callable[[IsCancelled], Result]) -> Result:
    """Run a function in a thread. Its argument tells whether the request was canceled, so that it can end early."""
    cancelled = threading.Event()
    try:
        return await asyncio.to_thread(work, cancelled.is_set)
    except asyncio.CancelledError:
        cancelled.set()
        raise
