"""A session inside another program, which passes messages by calls: no thread, no stream, no headers.

The playground runs the server this way: Python in a page has neither threads nor sockets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import attrs

from posse_server.lsp.app import make_server
from posse_server.transport.framing import Frame, frame_of


@dataclass(frozen=True, slots=True)
class CallOutput:
    """Passes each message on by a call."""

    pass_on: Callable[[str], object]

    def send(self, body: bytes, key: Hashable = None) -> None:  # noqa: ARG002 - no message ever waits
        """Send a message at once; it never replaces another."""
        self.pass_on(body.decode())


def embed(send: Callable[[str], object]) -> Callable[[str], None]:
    """Start a session in the running event loop. Each message of the server is passed to `send`, as JSON.

    Returns the function that takes a message of the client, as JSON. Nothing that it is given makes it fail.
    """
    attrs.validators.set_disabled(True)  # as in `posse server`: `transport.messages` validates messages
    server = make_server(is_editor_near=False)
    server.finds_project_code = False
    protocol = server.protocol
    asyncio.get_running_loop().set_exception_handler(lambda _, context: protocol.note(context))
    protocol.connect(CallOutput(send), lambda: None)

    def take(text: str) -> None:
        protocol.take_frame(_frame(text))

    return take


def _frame(text: str) -> Frame:
    """Returns the message in a text, or the problem with it."""
    try:
        return frame_of(text, len(text))
    except ValueError as error:
        return Frame(len(text), problem=f"Skipped a message that is not JSON: {str(error)[:200]}.")
