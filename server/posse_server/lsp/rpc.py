"""Posse's JSON-RPC: when a message is served, what happens if it cannot be, and how a session ends.

pygls provides the table of features, the messages that are sent, and the server's capabilities.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types as lsp
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcRequestCancelled,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import lsp_method

from posse_server.lsp.sending import Output, Phase, Sender
from posse_server.project.switches import Switch, is_switched_on
from posse_server.protocol.client_capabilities import Client
from posse_server.transport.messages import READ
from posse_server.transport.shapes import MalformedError

if TYPE_CHECKING:
    from posse_server.lsp.server import Server
    from posse_server.transport.framing import Frame

LOG = logging.getLogger(__name__)

Message = Mapping[str, Any]

SHUTDOWN_SECONDS = 0.1
"""Time, in seconds, that `shutdown` waits for requests in progress."""


class Protocol(Sender):
    """The rules of the protocol. Every request is answered exactly once."""

    _server: Server

    def __init__(self, server: Server, converter: Any) -> None:
        super().__init__(server, converter)
        self.exit_status = 1
        """Exit status of the process: 0 if the client has sent `shutdown`, else 1."""
        self._end: Callable[[], None] = lambda: None
        self._running: dict[asyncio.Future[Any], Any] = {}
        """Requests in progress, with their IDs. The code that removes one from here responds to it."""
        self._shutting_down: asyncio.Task[Any] | None = None

    def connect(self, output: Output, end: Callable[[], None]) -> None:
        """Send messages to `output` from now on. `end` is called when the session ends."""
        self._output, self._end = output, end

    def take_frame(self, frame: Frame) -> None:
        """Serve the message in a frame. A broken one, or a failure, is only logged."""
        if frame.message is None:
            LOG.warning(frame.problem)
            return
        try:
            self.take(frame.message)
        except Exception as error:
            self.failed(error, "a message")

    def note(self, context: Mapping[str, object]) -> None:
        """Log an exception that no task has handled, as an event loop reports it; after the end it does not matter."""
        error = context.get("exception")
        if self.phase is Phase.OVER:
            return
        if isinstance(error, Exception):
            self.failed(error, "work in the background")
        else:
            LOG.debug("%s", context.get("message"))

    def take(self, message: Message) -> None:
        """Serve a message. If that fails, only this message is affected, and the log says so."""
        method, id = message.get("method"), message.get("id")
        if "method" not in message:
            self._pending.take(message)
        elif "id" in message:
            if not isinstance(id, (str, int, float, type(None))) or isinstance(id, bool):
                self._refuse(None, JsonRpcInvalidRequest("The ID of a request must be a string or a number."))
            elif not isinstance(method, str):
                self._refuse(id, JsonRpcInvalidRequest("The method of a request must be a string."))
            else:
                self._take_request(id, method, message.get("params"))
        elif isinstance(method, str):
            self._take_notification(method, message.get("params"))
        else:
            LOG.warning("Skipped a message whose method is not a string.")

    def _take_request(self, id: Any, method: str, params: Any) -> None:
        """Answer a request: at once, or when its coroutine is done. Every failure becomes an error response."""
        try:
            self._check_phase(method)
            handler = self._get_handler(method)
            read = READ.get(method)
            if read is None:
                raise JsonRpcMethodNotFound.of(method)
            result = self._called(handler, read(params))
        except MalformedError as unreadable:
            LOG.warning("Refused %s: %s.", method, unreadable)
            self._refuse(id, JsonRpcInvalidParams(f"Invalid parameters of {method}: {unreadable}."))
        except Exception as error:
            self._answer_with_error(id, method, error)
        else:
            if not inspect.isawaitable(result):
                self._answer(id, method, result)
                return
            task = asyncio.ensure_future(result)
            self._running[task] = id
            task.add_done_callback(functools.partial(self._finish, id, method))

    def _check_phase(self, method: str) -> None:
        """Raises JsonRpcException if a request is not allowed in this phase."""
        if self.phase >= Phase.SHUT_DOWN:
            raise JsonRpcInvalidRequest("The server has been shut down.")
        if self.phase is Phase.NEW and method != lsp.INITIALIZE:
            raise JsonRpcServerNotInitialized("`initialize` comes first.")
        if self.phase is Phase.SERVING and method == lsp.INITIALIZE:
            raise JsonRpcInvalidRequest("The server is already initialized.")

    def _take_notification(self, method: str, params: Any) -> None:
        """Serve a notification. A document whose edit fails is lost; other failures are only logged."""
        if method == lsp.EXIT:
            self.leave()
        read = READ.get(method)
        if self.phase is not Phase.SERVING or read is None:
            return
        try:
            result = self._called(self._get_handler(method), read(params))
        except JsonRpcMethodNotFound:
            return
        except MalformedError as unreadable:
            LOG.warning("Skipped %s: %s.", method, unreadable)
            self._server.lose(method, params)
        except Exception as error:
            self.failed(error, method)
            self._server.lose(method, params)
        else:
            if inspect.isawaitable(result):
                self._server.in_background(result)

    def leave(self, _: object = None) -> None:
        """End the session, after `shutdown` has been answered."""
        if self._shutting_down in self._running and self._shutting_down is not None:
            self._shutting_down.add_done_callback(self.leave)
        else:
            self.phase = Phase.OVER
            self._end()

    def _called(self, handler: Callable[..., Any], params: Any) -> Any:
        """Call a handler. Some of pygls's own are generators that yield one of ours with its arguments."""
        result = handler(params)
        if not inspect.isgenerator(result):
            return result
        ours, arguments, named = next(cast("Iterator[Any]", result))
        return ours(*(arguments or ()), **(named or {}))

    def _finish(self, id: Any, method: str, task: asyncio.Future[Any]) -> None:
        """Answer a request whose coroutine is done, unless `shutdown` has answered it."""
        if task not in self._running:
            return  # already answered
        del self._running[task]
        if task.cancelled():
            self._refuse(id, JsonRpcRequestCancelled(f"{method} was canceled."))
        elif (error := task.exception()) is not None:
            self._answer_with_error(id, method, error)
        else:
            self._answer(id, method, task.result())

    def _answer(self, id: Any, method: str, result: Any) -> None:
        """Send a result; if it cannot be written as JSON, an error."""
        try:
            self._send_response(id, result)
        except (TypeError, ValueError, RecursionError) as error:
            self._answer_with_error(id, method, error)

    def _answer_with_error(self, id: Any, method: str, error: BaseException) -> None:
        """Send an exception as an error response. One that is not JSON-RPC's is logged as a failure."""
        if not isinstance(error, JsonRpcException):
            self.failed(error, method)
            error = JsonRpcInternalError(f"{type(error).__name__}: {str(error)[:500]}")
        self._refuse(id, error)

    def _refuse(self, id: Any, error: JsonRpcException) -> None:
        """Send an error response."""
        LOG.debug("Answered request %r with an error: %s", id, error)
        self._send_response(id, error=error.to_response_error())

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> lsp.InitializeResult:  # type: ignore[override]
        """Offer pull diagnostics only to clients that will pull them. Others get diagnostics pushed."""
        self.fm.features[lsp.INITIALIZE](params)
        self.client_capabilities = params.capabilities
        capabilities = self._server.capabilities_for(params.capabilities)
        client, offered = Client.of(params.capabilities), capabilities.diagnostic_provider
        if not client.pulls:
            capabilities.diagnostic_provider = None
        if not client.has_lenses:
            capabilities.code_lens_provider = None
        elif offered is not None:
            offered.workspace_diagnostics = is_switched_on(Switch.WORKSPACE_DIAGNOSTICS, params.initialization_options)
        self.phase = Phase.SERVING
        return lsp.InitializeResult(capabilities, self.server_info)

    @lsp_method(lsp.SHUTDOWN)
    async def lsp_shutdown(self, *_: object) -> None:  # type: ignore[override]
        """Cancel all work. Requests that are not done in `SHUTDOWN_SECONDS` are answered as canceled."""
        self.phase, self.exit_status = Phase.SHUT_DOWN, 0
        self._shutting_down = asyncio.current_task()
        self._server.stop()
        self._pending.give_up()
        running = {task: id for task, id in self._running.items() if task is not self._shutting_down}
        if running:
            await asyncio.wait(running, timeout=SHUTDOWN_SECONDS)
        for task in running.keys() & self._running.keys():
            del self._running[task]
            task.cancel()
            self._refuse(running[task], JsonRpcRequestCancelled("The server has been shut down."))

    @lsp_method(lsp.CANCEL_REQUEST)
    def lsp_cancel_request(self, params: lsp.CancelParams) -> None:
        """Cancel a request. Does nothing if it is answered already: the two messages often cross."""
        for task, id in list(self._running.items()):
            if id == params.id:
                task.cancel()

    @lsp_method(lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def lsp_work_done_progress_cancel(self, params: lsp.WorkDoneProgressCancelParams) -> None:
        """Cancel the work behind a progress bar. Does nothing if it is done already."""
        ended = self.progress.tokens.get(params.token)
        if ended is not None:
            ended.cancel()
