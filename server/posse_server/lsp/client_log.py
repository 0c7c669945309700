"""The log as the client shows it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, ClassVar

from lsprotocol import types as lsp

from posse_server.system.console import LogFormatter
from posse_server.transport.logs import RepetitionFilter

if TYPE_CHECKING:
    from posse_server.lsp.server import Server


class ClientLog(logging.Handler):
    """Sends log records to the client as `window/logMessage`."""

    TYPES: ClassVar = {
        logging.DEBUG: lsp.MessageType.Log,
        logging.INFO: lsp.MessageType.Info,
        logging.WARNING: lsp.MessageType.Warning,
    }

    def __init__(self, server: Server) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(LogFormatter())
        self.addFilter(RepetitionFilter())
        self._server = server

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        kind = self.TYPES.get(record.levelno, lsp.MessageType.Error)
        self._server.window_log_message(lsp.LogMessageParams(kind, self.format(record)))
