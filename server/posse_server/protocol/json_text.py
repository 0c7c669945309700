"""JSON that is already text."""

from __future__ import annotations


class Json(str):
    """JSON text, sent without further encoding."""

    __slots__ = ()
