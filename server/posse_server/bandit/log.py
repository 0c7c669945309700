"""Bandit's log on standard error, record by record. What is named in a record is Bandit's module, not ours."""

from __future__ import annotations

import logging
import re
import sys

from posse_server.system.console import LogFormatter

FORMAT = "[%(module)s]\t%(levelname)s\t%(message)s"
BASELINE_FORMAT = "[%(levelname)7s ] %(message)s"
GENERATOR_FORMAT = "[%(levelname)5s]: %(message)s"
LONGEST_FORMAT = 1000
"""Limit for the characters of a format, which a stranger's configuration may have."""

_LOG = logging.getLogger("posse.bandit")


def start(level: int = logging.INFO, format: str = FORMAT, *, to_stdout: bool = False) -> None:
    """Log records of at least a level from now on. Raises ValueError for a format that cannot be used."""
    if len(format) > LONGEST_FORMAT or re.search(r"\d{4}", format):
        raise ValueError(f"it has more than {LONGEST_FORMAT} characters, or a number of more than three digits")
    formatter = LogFormatter(format)
    try:
        formatter.format(_LOG.makeRecord("root", level, "main.py", 0, "", (), None))
    except (TypeError, LookupError) as error:
        raise ValueError(str(error)) from None
    handler = logging.StreamHandler(sys.stdout if to_stdout else sys.stderr)
    handler.setFormatter(formatter)
    _LOG.propagate = False
    _LOG.handlers[:] = [handler]
    _LOG.setLevel(level)


def debug(module: str, message: str) -> None:
    """Log what is of interest to developers alone."""
    _record(logging.DEBUG, module, message)


def info(module: str, message: str) -> None:
    """Log what goes on."""
    _record(logging.INFO, module, message)


def warning(module: str, message: str) -> None:
    """Log what may be a mistake."""
    _record(logging.WARNING, module, message)


def error(module: str, message: str) -> None:
    """Log what went wrong."""
    _record(logging.ERROR, module, message)


def _record(level: int, module: str, message: str) -> None:
    if not _LOG.isEnabledFor(level):
        return
    record = _LOG.makeRecord("root", level, f"{module}.py", 0, message, (), None)
    record.module = module
    _LOG.handle(record)
