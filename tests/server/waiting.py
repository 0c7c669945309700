"""The timeout of tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

SECONDS = 60.0
"""Seconds after which a wait fails: many, because other tests may be using every processor."""

Result = TypeVar("Result")


async def within(awaitable: Awaitable[Result]) -> Result:
    """Returns the result. Fails if it takes too long.

    A request is not canceled then: its response may still come, and a client that finds nobody waiting for it ends.
    """
    waited = asyncio.shield(awaitable) if isinstance(awaitable, asyncio.Future) else awaitable
    return await asyncio.wait_for(waited, SECONDS)
