"""Names for diagnostic results, valid for one process."""

from __future__ import annotations

import itertools
import secrets


class ResultIds:
    """Names for results, which clients give back to learn whether these still hold.

    Another server than the one that named a result does not take the name for one of its own.
    """

    def __init__(self) -> None:
        self._process = secrets.token_hex(6)
        self._numbers = itertools.count(1)

    def next(self) -> str:
        """Returns a name that was not given before."""
        return f"{self._process}-{next(self._numbers)}"
