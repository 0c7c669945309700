"""The converter from protocol values to JSON, which takes long to make: all share one."""

from __future__ import annotations

from pygls.protocol import default_converter

CONVERTER = default_converter()  # type: ignore[no-untyped-call]  # pygls declares no types here
