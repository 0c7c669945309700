"""From JSON to protocol values and back, with more patience than the protocol asks for."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp
from lsprotocol.validators import UINTEGER_MAX_VALUE
from pygls.protocol import default_converter

CONVERTER = default_converter()  # type: ignore[no-untyped-call]  # pygls declares no types here
"""Between protocol values and what JSON can say."""


def _position(value: Any, _: type) -> lsp.Position:
    """A position, which clients may say is farther away than the protocol's numbers go, or before the beginning."""
    return lsp.Position(_unsigned(value["line"]), _unsigned(value["character"]))


def _unsigned(number: Any) -> int:
    return 0 if number is None else min(max(int(number), 0), UINTEGER_MAX_VALUE)


CONVERTER.register_structure_hook(lsp.Position, _position)
