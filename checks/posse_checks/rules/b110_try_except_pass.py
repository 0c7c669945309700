"""An exception that is caught and dropped with `pass`.

What went wrong leaves no trace: a failed check of a signature looks like a successful one, and an attack that
makes the program stumble is never seen. A handler for everything also hides plain mistakes, such as a misspelt
name.

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

In clean-up code whose failure changes nothing. Naming the exception says so better, and the rule lets it pass
unless the configuration has `try_except_pass: check_typed_exception: true`.

## References

- https://docs.python.org/3/tutorial/errors.html#handling-exceptions
- https://docs.python.org/3/library/contextlib.html#contextlib.suppress
- https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html
"""

import ast
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import HIGH, LOW, Options, rule
from posse_checks.source import Source
from posse_checks.views import View

MESSAGE = "An exception was ignored"
"""What the fixes of this rule and of B112 write to the log."""


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether a handler names no exception, or just `Exception`; B112 asks it too."""
    return handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id == "Exception")


def _only_passes(handler: ast.ExceptHandler) -> bool:
    return len(handler.body) == 1 and isinstance(handler.body[0], ast.Pass)


@rule(
    "B110",
    "try_except_pass",
    LOW,
    HIGH,
    Cwe.IMPROPER_CHECK_OF_EXCEPT_COND,
    when=_only_passes,
    section="try_except_pass",
    defaults={"check_typed_exception": False},
)
def check(handler: View[ast.ExceptHandler], options: Options) -> Iterator[Finding]:
    """Report handlers that do nothing but `pass`, for any exception or, by option, for a named one as well."""
    if options["check_typed_exception"] or catches_everything(handler.node):
        yield handler.finding("Try, Except, Pass detected.", span=handler.node.body[0])


@check.fix("Log the exception", REVIEW)
def log(handler: View[ast.ExceptHandler], source: Source) -> Edits:
    """The program goes on as before, and the log says what happened."""
    return source.rerouted(handler.node.body[0], "logging", "exception", suffix=f"({source.quoted(MESSAGE)})")
