"""How the time that something takes grows with the size of what it is given."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable

STEP = 4
"""By how much the larger of two inputs is larger."""
ENOUGH = 0.02
"""The processor seconds that the smaller one must take for the two to be compared."""
LARGEST = 1 << 20
"""The size at which what has not taken that long yet is quick whatever it is."""
LIMIT = math.log2(3)
"""The power of the size, at most, with which the time may grow: doubling the size may not triple the time."""

WIDE_LIMIT = 1.85
"""The same for whole documents, with room for what memory and Python's own parser cost on a busy machine."""

Action = Callable[[], object]


def power(
    make: Callable[[int], Action], size: int = 64, largest: int = LARGEST, again: int = 2, limit: float = LIMIT
) -> float:
    """With which power of the size the time of an action grows: 1 where it is linear, 2 where quadratic.

    The action is made for a size beforehand. A high power is believed only if it is seen each of eight times, at two
    sizes: at some size something may begin to cost more, and other programs take caches and memory away.
    """
    while True:
        spent = seconds(make(size))
        if spent >= ENOUGH:
            break
        if size >= largest:
            return 0.0
        size *= 2 if spent > ENOUGH / 8 else STEP
    found = math.inf
    for begin in (size, again * size) * 4:
        small, large = (seconds(make(begin * times), tries) for times, tries in ((1, 3), (STEP, 1)))
        found = min(found, math.log(large / small, STEP))
        if found < limit:
            break
    return found


def seconds(action: Action, tries: int = 1) -> float:
    """The processor seconds of an action, of several tries the least.

    What the process holds already is kept from the garbage collector meanwhile: it would search the objects of all
    tests for the few of the action, the oftener the more the action makes.
    """
    best = math.inf
    gc.freeze()
    try:
        for _ in range(tries):
            began = time.process_time()
            action()
            best = min(best, time.process_time() - began)
    finally:
        gc.unfreeze()
    return max(best, 1e-6)
