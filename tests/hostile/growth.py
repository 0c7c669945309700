"""Growth of an action's time with the size of its input."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable

STEP = 4
"""Ratio of the two sizes."""
ENOUGH = 0.02
"""Processor seconds that the smaller input must take for the two to be compared."""
LARGEST = 1 << 20
"""Size at which an action that is still faster than that counts as fast."""
LIMIT = math.log2(3)
"""Maximum exponent of the growth: twice the size may not take three times as long."""

WIDE_LIMIT = 1.85
"""The same for whole documents, with room for the costs of memory and of Python's own parser on a busy machine."""

Action = Callable[[], object]


def power(
    make: Callable[[int], Action], size: int = 64, largest: int = LARGEST, again: int = 2, limit: float = LIMIT
) -> float:
    """The exponent with which an action's time grows with the size: 1 if linear, 2 if quadratic.

    The action is prepared for a size beforehand. A high exponent counts only if it is measured each of eight times, at
    two sizes: from some size on something may cost more, and other programs take caches and memory away.
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
    """Processor seconds of an action, the least of several tries.

    The garbage collector does not see older objects meanwhile: it would search the objects of all tests for the few of
    the action, and the more often, the more the action creates.
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
