"""IDs of diagnostic results, valid for one process."""

from __future__ import annotations

import itertools
import secrets


class ResultIds:
    """Generates result IDs, which clients send back to ask whether a result is still current.

    IDs differ between processes, so a server does not accept one that another server generated.
    """

    def __init__(self) -> None:
        self._process = secrets.token_hex(6)
        self._numbers = itertools.count(1)

    def next(self) -> str:
        """Returns a new ID."""
        return f"{self._process}-{next(self._numbers)}"
