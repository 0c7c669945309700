"""An exception that is caught and dropped with `continue`.

The item that failed is skipped without a trace. Whoever sends one that makes the program stumble keeps it out
of the checks that come next, and nothing in the logs says that anything was left out.

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

Where an item that cannot be read is expected and of no use to anybody. Naming the exception says so better, and
the rule lets it pass unless the configuration has `try_except_continue: check_typed_exception: true`.

## References

- https://docs.python.org/3/tutorial/errors.html#handling-exceptions
- https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html
"""

import ast
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import HIGH, LOW, Options, rule
from posse_checks.rules.b110_try_except_pass import MESSAGE, catches_everything
from posse_checks.source import Source
from posse_checks.views import View


def _only_continues(handler: ast.ExceptHandler) -> bool:
    return len(handler.body) == 1 and isinstance(handler.body[0], ast.Continue)


@rule(
    "B112",
    "try_except_continue",
    LOW,
    HIGH,
    Cwe.IMPROPER_CHECK_OF_EXCEPT_COND,
    when=_only_continues,
    section="try_except_continue",
    defaults={"check_typed_exception": False},
)
def check(handler: View[ast.ExceptHandler], options: Options) -> Iterator[Finding]:
    """Report handlers that do nothing but `continue`, for any exception or, by option, for a named one as well."""
    if options["check_typed_exception"] or catches_everything(handler.node):
        yield handler.finding("Try, Except, Continue detected.", span=handler.node.body[0])


@check.fix("Log the exception", REVIEW)
def log(handler: View[ast.ExceptHandler], source: Source) -> Edits:
    """The program goes on as before, and the log says what happened."""
    start = source.start(handler.node.body[0])
    logging = source.reach("logging", "exception")
    indent = source.indent(start.line)
    between = f"{source.line_end}{indent}" if start.column == len(indent) else "; "
    call = f"{logging.expression}({source.quoted(MESSAGE)})"
    return [*logging.replacements, source.inserted(start, call + between)]
