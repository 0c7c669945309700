"""Work beside the loop, so that other messages are answered meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
IsCancelled = Callable[[], bool]
"""Whether nobody wants the result any more."""


async def beside(work: Callable[[IsCancelled], Result]) -> Result:
    """Run something in a thread. It can ask whether the request was cancelled, to end early."""
    cancelled = threading.Event()
    try:
        return await asyncio.to_thread(work, cancelled.is_set)
    except asyncio.CancelledError:
        cancelled.set()
        raise
