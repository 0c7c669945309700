"""Messages to the client: notifications, requests and responses, and the phases in which they may be sent."""

from __future__ import annotations

import enum
import json
import logging
import typing
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from pygls.protocol import LanguageServerProtocol

from posse_server.protocol.json_text import Json
from posse_server.transport.logs import FailureLog
from posse_server.transport.requests import PendingRequests

if TYPE_CHECKING:
    from posse_server.lsp.server import Server

LOG = logging.getLogger(__name__)


class Phase(enum.IntEnum):
    """Phases of the session, in order."""

    NEW = 0
    SERVING = 1
    SHUT_DOWN = 2
    OVER = 3
    """Nothing is sent from here on."""


class Output(typing.Protocol):
    """Where messages go."""

    def send(self, body: bytes, key: Hashable = None) -> None:
        """Send a message, which may replace an unsent one with the same key; never waits for the client."""


class Sender(LanguageServerProtocol):
    """Sends messages in pygls's stead: as JSON text, to a client that may not read them."""

    def __init__(self, server: Server, converter: Any) -> None:
        super().__init__(server, converter)
        self.phase = Phase.NEW
        self._output: Output | None = None
        self._pending = PendingRequests()
        self._failures = FailureLog(LOG)

    def failed(self, error: BaseException, during: str) -> None:
        """Log an unexpected exception, with the step in which it happened."""
        self._failures.log(error, during)

    def send_notification(self, method: str, params: str, key: Hashable = None) -> None:
        """Send a notification with JSON parameters. It replaces an unsent one with the same `key`."""
        if self.phase is not Phase.SHUT_DOWN:
            self._send_json(f'{{"jsonrpc":"2.0","method":"{method}","params":{params}}}', key)

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        if self.phase is Phase.SHUT_DOWN:
            return
        try:
            super().notify(method, params)
        except (TypeError, ValueError, RecursionError) as error:
            self.failed(error, method)

    def send_request(
        self,
        method: str,
        params: Any = None,
        callback: Callable[[Any], None] | None = None,
        msg_id: str | int | None = None,
    ) -> Future[Any]:
        """Send a request. Returns a future of its result, canceled if no answer can come."""
        id, future = self._pending.ask(msg_id)
        if callback is not None:
            future.add_done_callback(lambda answered: callback(answered.result()))
        if self.phase >= Phase.SHUT_DOWN:
            future.cancel()
            return future
        message = {"jsonrpc": self.VERSION, "id": id, "method": method}
        self._send_data(message if params is None else {**message, "params": params})
        return future

    def _send_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        """Send a response. A result of type `Json` is sent as it is."""
        if isinstance(result, Json):
            self._send_json(f'{{"jsonrpc":"2.0","id":{json.dumps(msg_id)},"result":{result}}}')
        elif error is not None:
            self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "error": error})
        else:
            self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "result": result})

    def _send_data(self, data: Any) -> None:
        """Send a message, serializing protocol values in it."""
        self._send_json(json.dumps(data, default=self._serialize_message))

    def _send_json(self, message: str, key: Hashable = None) -> None:
        """Send JSON text, unless the session is over. See `Outgoing.send` for `key`."""
        if self.phase is not Phase.OVER and self._output is not None:
            self._output.send(message.encode(), key)
