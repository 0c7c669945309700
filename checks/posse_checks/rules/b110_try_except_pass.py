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

Logging alone is too little where the failure is that of a check: raise the exception again, or refuse what was checked.

## When to suppress

In clean-up code whose failure changes nothing. It is better to name the exception: the rule then reports nothing,
unless the configuration has `try_except_pass: check_typed_exception: true`.

## References

- https://docs.python.org/3/tutorial/errors.html#handling-exceptions
- https://docs.python.org/3/library/contextlib.html#contextlib.suppress
- https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html
- https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, LOW, REVIEW, Cwe, Edits, Finding, Options, Source, View, rule
from posse_checks.rules._shared.ignored_exceptions import MESSAGE, catches_everything, is_worth_logging, logger


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
    unfixable="ignoring the exception may be meant",
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
