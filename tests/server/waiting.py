"""How long a test waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

SECONDS = 15.0
"""How long anything may take before it counts as never."""

Result = TypeVar("Result")


async def within(awaitable: Awaitable[Result]) -> Result:
    """The result, or a failure where it takes too long."""
    return await asyncio.wait_for(awaitable, SECONDS)
