"""An exception that is caught and dropped with `continue`.

The item that failed is skipped without a trace. An attacker who sends one that makes the program fail keeps it out of
the checks that follow, and nothing in the logs says that an item was skipped.

## Bad

    def scan(uploads, scanner):
        for upload in uploads:
            try:
                scanner.check(upload)
            except Exception:
                continue
    #           ^^^^^^^^ Try, Except, Continue detected.

## Fixed

Log the exception (review):

    import logging

    def scan(uploads, scanner):
        for upload in uploads:
            try:
                scanner.check(upload)
            except Exception:
                logging.exception("An exception was ignored")
                continue

## Good

    import logging

    def scan(uploads, scanner):
        for upload in uploads:
            try:
                scanner.check(upload)
            except Exception:
                logging.exception("could not scan %s, keeping it back", upload.name)
                upload.quarantine()

## When to suppress

If items that cannot be read are expected and not needed. It is better to name the exception: the rule then reports
nothing, unless the configuration has `try_except_continue: check_typed_exception: true`.

## References

- https://docs.python.org/3/tutorial/errors.html#handling-exceptions
- https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, LOW, REVIEW, Cwe, Edits, Finding, Options, Source, View, rule
from posse_checks.rules._shared.ignored_exceptions import MESSAGE, catches_everything, is_worth_logging, logger


def _only_continues(handler: ast.ExceptHandler) -> bool:
    return len(handler.body) == 1 and isinstance(handler.body[0], ast.Continue)


@rule(
    "B112",
    "try_except_continue",
    LOW,
    HIGH,
    Cwe.IMPROPER_CHECK_OF_EXCEPTIONAL_CONDITIONS,
    when=_only_continues,
    section="try_except_continue",
    defaults={"check_typed_exception": False},
    unfixable="ignoring the exception may be meant",
)
def check(handler: View[ast.ExceptHandler], options: Options) -> Iterator[Finding]:
    """Report handlers with only `continue`, for any exception or, by option, also for a named one."""
    if options["check_typed_exception"] or catches_everything(handler.node):
        yield handler.finding("Try, Except, Continue detected.", span=handler.node.body[0])


@check.fix("Log the exception", REVIEW)
def log(handler: View[ast.ExceptHandler], source: Source) -> Edits:
    """Logs the exception, and continues as before. Has no effect where `is_worth_logging` is false."""
    if not is_worth_logging(handler, source):
        return []
    start = source.start(handler.node.body[0])
    replacements, function = logger(source)
    indent = source.indent(start.line)
    between = f"{source.line_end}{indent}" if start.column == len(indent) else "; "
    call = f"{function}({source.quoted(MESSAGE)})"
    return [*replacements, source.inserted(start, call + between)]
