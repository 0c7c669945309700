"""Handlers that ignore an exception: which catch everything, and whether a log of it would help."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from posse_checks.python.text import Replacement
from posse_checks.rule import Source, View
from posse_checks.rules._shared.purpose import is_test, name_of

CLEAN_UPS = {
    *(
        "close",
        "closer",
        "flush",
        "unlink",
        "remove",
        "rmtree",
        "rmdir",
        "kill",
        "terminate",
        "shutdown",
        "cancel",
        "release",
    ),
    *("disconnect", "cleanup", "quit", "stop", "finish", "abort", "logout", "rollback", "dispose", "join", "sleep"),
}
DEFINES_LOGGING = re.compile(r"^def getLogger\b", re.MULTILINE)
MESSAGE = "An exception was ignored"
"""The log message in fixes."""


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether a handler names no exception, or only `Exception`."""
    return handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id == "Exception")


def is_worth_logging(handler: View[ast.ExceptHandler], source: Source) -> bool:
    """Whether a log entry would be useful.

    It is not in tests; for imports, look-ups and clean-ups that may fail; in `__del__` and log handlers; nor with a
    comment in the handler, which probably gives the reason.
    """
    statement = source.ancestors[0] if source.ancestors else None
    tried = statement.body if isinstance(statement, ast.Try) else []
    if tried and (all(map(_may_fail, tried)) or getattr(statement, "orelse", [])):
        return False
    start, end = source.start(handler.node), source.end_of_line(source.end(handler.node).line)
    if "#" in source.between(start, end):
        return False
    if is_test(handler, source) or source.outline.mentions(DEFINES_LOGGING):
        return False
    return not any(getattr(scope, "name", "") in ("__del__", "emit") for scope in source.scopes())


def _may_fail(statement: ast.stmt) -> bool:
    """Whether a statement is an import, a look-up or a clean-up, which may fail without a report."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Call(func=function)):
            return name_of(function) in CLEAN_UPS
        case ast.Assign() | ast.AnnAssign() | ast.Return():
            return True  # a value that is looked up, with another one below where that fails
    return False


def logger(source: Source) -> tuple[Sequence[Replacement], str]:
    """Finds the function that logs an exception, of the module's own logger if it has one.

    Returns the replacements that it needs, and the expression for it.
    """
    for name in ("logger", "log", "LOG", "LOGGER", "_logger", "_log"):
        if source.is_made_by(ast.Name(name, ast.Load()), {"logging.getLogger"}):
            return [], f"{name}.exception"
    access = source.name_access("logging", "exception")
    return access.replacements, access.expression
