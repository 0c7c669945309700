"""An `assert` statement in code that is not a test.

Python drops assertions when it runs with `-O` or `PYTHONOPTIMIZE`. A check that guards something, such as a
permission or the shape of a request, is then gone without a trace.

## Bad

    def delete(user, record):
        assert user.is_admin
    #   ^^^^^^^^^^^^^^^^^^^^ Use of assert detected.
        record.delete()

## Good

    def delete(user, record):
        if not user.is_admin:
            raise PermissionError("only administrators delete records")
        record.delete()

## When to suppress

In tests, where the runner needs `assert`: list their files under `assert_used: skips:` in the configuration. Elsewhere,
where the assertion only helps a type checker or states what cannot fail.

## References

- https://docs.python.org/3/reference/simple_stmts.html#the-assert-statement
- https://docs.python.org/3/using/cmdline.html#cmdoption-O
"""

import ast
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.rule import HIGH, LOW, rule
from posse_checks.views import View


@rule(
    "B101",
    "assert_used",
    LOW,
    HIGH,
    Cwe.IMPROPER_CHECK_OF_EXCEPT_COND,
    section="assert_used",
    defaults={"skips": []},
    skipped_files="skips",
)
def check(statement: View[ast.Assert]) -> Iterator[Finding]:
    """Report every assert statement."""
    yield statement.finding(
        "Use of assert detected. The enclosed code will be removed when compiling to optimised byte code."
    )
