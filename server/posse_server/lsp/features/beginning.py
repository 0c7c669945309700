"""The beginning of a session: the steps before the response to `initialize`, and those after it."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

from posse_server.lsp.server import Server
from posse_server.transport import editor_process

if TYPE_CHECKING:
    from lsprotocol import types as lsp

COLLECTED_AFTER_SECONDS = 1.0
"""Time after which garbage is collected: by then, the first diagnostics are usually shown."""


def initialize(server: Server, params: lsp.InitializeParams) -> None:
    """Arrange for the session to begin as soon as the response is sent."""
    if server.is_editor_near:
        editor_process.watch(params.process_id, server.leave)
    server.begin_with(lambda: _begin(server, params))
    asyncio.get_running_loop().call_later(COLLECTED_AFTER_SECONDS, _collect_seldom)


def _begin(server: Server, params: lsp.InitializeParams) -> None:
    """Begin the session, and load what the first diagnostics need. The client prepares its next messages meanwhile."""
    from posse_checks.analysis.registry import all_rules
    from posse_server.lsp.features import configuration

    configuration.begin(server, params)
    all_rules()


def _collect_seldom() -> None:
    """Free the garbage that loading has left, which is megabytes, and make garbage collection rare.

    What is loaded stays until the end, and most new objects, trees above all, are in no cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()
