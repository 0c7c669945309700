"""An exception that is caught and dropped with `pass`.

The failure leaves no trace: a signature check that failed looks like one that succeeded, and an attack that makes the
program fail is not noticed. A handler for every exception also hides plain mistakes, such as a misspelled name.

## Bad

    def verify(message, key):
        try:
            key.verify(message.signature, message.body)
        except Exception:
            pass
    #       ^^^^ Try, Except, Pass detected.
        return message.body

## Fixed

Log the exception (review):

    import logging

    def verify(message, key):
        try:
            key.verify(message.signature, message.body)
        except Exception:
            logging.exception("An exception was ignored")
        return message.body

## Good

    import logging

    def verify(message, key):
        try:
            key.verify(message.signature, message.body)
        except ValueError:
            logging.warning("rejected a message with a bad signature")
            raise
        return message.body

## When to suppress

In clean-up code whose failure changes nothing. It is better to name the exception: the rule then reports nothing,
unless the configuration has `try_except_pass: check_typed_exception: true`.

## References

- https://docs.python.org/3/tutorial/errors.html#handling-exceptions
- https://docs.python.org/3/library/contextlib.html#contextlib.suppress
- https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html
"""

import ast
import re
from collections.abc import Iterator, Sequence

from posse_checks.python.text import Replacement
from posse_checks.rule.finding import Cwe, Finding
from posse_checks.rule.fix import REVIEW, Edits
from posse_checks.rule.rule import HIGH, LOW, Options, rule
from posse_checks.rule.source import Source
from posse_checks.rule.views import View
from posse_checks.rules._shared.purpose import is_test, name_of

CLEAN_UPS = {
    *("close", "flush", "unlink", "remove", "rmtree", "rmdir", "kill", "terminate", "shutdown", "cancel", "release"),
    *("disconnect", "cleanup", "quit", "stop"),
}
CONVERSIONS = {"str", "int", "float", "bool", "repr", "len", "getattr", "fileno"}
"""Functions that are often tried to find out the type of a value."""
DEFINES_LOGGING = re.compile(r"^def getLogger\b", re.MULTILINE)
MESSAGE = "An exception was ignored"
"""The log message in the fixes of this rule and of B112."""


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether a handler names no exception, or only `Exception`; B112 uses it too."""
    return handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id == "Exception")


def _only_passes(handler: ast.ExceptHandler) -> bool:
    return len(handler.body) == 1 and isinstance(handler.body[0], ast.Pass)


@rule(
    "B110",
    "try_except_pass",
    LOW,
    HIGH,
    Cwe.IMPROPER_CHECK_OF_EXCEPTIONAL_CONDITIONS,
    when=_only_passes,
    section="try_except_pass",
    defaults={"check_typed_exception": False},
)
def check(handler: View[ast.ExceptHandler], options: Options) -> Iterator[Finding]:
    """Report handlers with only `pass`, for any exception or, by option, also for a named one."""
    if options["check_typed_exception"] or catches_everything(handler.node):
        yield handler.finding("Try, Except, Pass detected.", span=handler.node.body[0])


@check.fix("Log the exception", REVIEW)
def log(handler: View[ast.ExceptHandler], source: Source) -> Edits:
    """Logs the exception, and continues as before. Has no effect where `is_worth_logging` is false."""
    if not is_worth_logging(handler, source):
        return []
    replacements, function = logger(source)
    return [*replacements, source.replaced(handler.node.body[0], f"{function}({source.quoted(MESSAGE)})")]


def is_worth_logging(handler: View[ast.ExceptHandler], source: Source) -> bool:
    """Whether a log entry would be useful; B112 uses it too.

    It is not in tests; for imports, conversions and clean-ups that may fail; in `__del__` and log handlers; nor with a
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
    """Whether a statement is an import, a conversion or a clean-up, which may fail without a report."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Call(func=function)):
            return name_of(function) in CLEAN_UPS
        case ast.Assign(value=value) | ast.Return(value=ast.expr() as value):
            called = [name_of(each.func) for each in ast.walk(value) if isinstance(each, ast.Call)]
            return set(called) <= CONVERSIONS
    return False


def logger(source: Source) -> tuple[Sequence[Replacement], str]:
    """Finds the function that logs an exception, of the module's own logger if it has one; B112 uses it too.

    Returns the replacements that it needs, and the expression for it.
    """
    for name in ("logger", "log", "LOG", "LOGGER", "_logger", "_log"):
        if source.is_made_by(ast.Name(name, ast.Load()), {"logging.getLogger"}):
            return [], f"{name}.exception"
    reached = source.reach("logging", "exception")
    return reached.replacements, reached.expression
