"""An `assert` statement in code that is not a test.

Python removes assertions when it runs with `-O` or `PYTHONOPTIMIZE`. A check that protects something, such as a
permission or the format of a request, is then missing, and nothing says so.

## Bad

    def delete(user, record):
        assert user.is_admin
    #   ^^^^^^^^^^^^^^^^^^^^ Use of assert detected.
        record.delete()

## Fixed

Raise AssertionError instead (review):

    def delete(user, record):
        if not user.is_admin:
            raise AssertionError
        record.delete()

## Good

    def delete(user, record):
        if not user.is_admin:
            raise PermissionError("only administrators delete records")
        record.delete()

## When to suppress

In tests, whose runner needs `assert`: list their files under `assert_used: skips:` in the configuration. Elsewhere, if
the assertion only helps a type checker or documents what cannot fail.

## References

- https://docs.python.org/3/reference/simple_stmts.html#the-assert-statement
- https://docs.python.org/3/using/cmdline.html#cmdoption-O
"""

import ast
from collections.abc import Iterator, Mapping

from posse_checks.rule import (
    HIGH,
    LOW,
    REVIEW,
    Cwe,
    Edits,
    Finding,
    Position,
    Replacement,
    Source,
    UnfixableError,
    View,
    advanced,
    rule,
)
from posse_checks.rules._shared.purpose import is_test

TIGHT = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Compare, ast.Constant, ast.BinOp)
"""The expressions that bind tighter than `not`, so that they need no parentheses after it."""
OPPOSITES: Mapping[type, tuple[str, str]] = {
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
}
"""Comparison operators and their opposites. `<` has none, as values need not be ordered."""
BLANK = " \t\f\r\n\\"
"""The characters that are possible around an expression, between it and the tokens next to it."""


@rule(
    "B101",
    "assert_used",
    LOW,
    HIGH,
    Cwe.IMPROPER_CHECK_OF_EXCEPTIONAL_CONDITIONS,
    section="assert_used",
    defaults={"skips": []},
    skipped_files="skips",
    unfixable="what to do in place of the assertion depends on what it protects",
)
def check(statement: View[ast.Assert]) -> Iterator[Finding]:
    """Report every assert statement."""
    yield statement.finding(
        "Use of assert detected. The enclosed code will be removed when compiling to optimised byte code."
    )


@check.fix("Raise AssertionError instead", REVIEW)
def raise_instead(statement: View[ast.Assert], source: Source) -> Edits:
    """Replaces `assert` by `if` and `raise`, which `-O` keeps. Leaves tests alone, as pytest shows asserted values."""
    node = statement.node
    if is_test(statement, source):
        raise UnfixableError("it is in a test, where assertions say what went wrong; `skips` leaves tests out")
    if isinstance(node.test, ast.Tuple):
        raise UnfixableError("the assertion is of a tuple, and always holds")
    start, end = source.start(node), source.end(node)
    line_end = source.end_of_line(end.line)
    indent, rest = source.indent(start.line), source.between(end, line_end)
    if start.column != len(indent) or rest.strip()[:1] not in ("", "#"):
        raise UnfixableError("the assertion shares its line with something else")
    test, message = _parts(node, source)
    if isinstance(node.test, ast.Constant) and node.test.value:
        raise UnfixableError("the assertion always holds, so that it protects nothing")
    if isinstance(node.test, ast.Constant):
        return [Replacement(start, end, f"raise AssertionError{message}")]
    raised = f"{source.line_end}{indent}{source.indent_unit}raise AssertionError{message}"
    if start.line == end.line:  # keeps a comment after the condition
        return [Replacement(start, end, f"if {test}:"), source.inserted(line_end, raised)]
    return [Replacement(start, end, f"if {test}:{raised}")]


def _parts(node: ast.Assert, source: Source) -> tuple[str, str]:
    """The negated condition, and the arguments of the exception in parentheses."""
    start, end = source.start(node), source.end(node)
    begin = advanced(start, "assert")
    if node.msg is None:
        return _negated(node.test, source, begin, end), ""
    comma = source.comma_between(node.test, node.msg)
    message = source.between(comma, end).strip(BLANK)
    if not message.startswith("(") or source.slice(node.msg).startswith("("):
        message = f"({message})"
    return _negated(node.test, source, begin, Position(comma.line, comma.column - 1)), message


def _compared_otherwise(test: ast.Compare, source: Source) -> str:
    """Writes a comparison with the opposite operator; negates it as a whole if it is written in an unusual way."""
    left, right = test.left, test.comparators[0]
    between = source.between(source.end(left), source.start(right))
    operator, opposite = OPPOSITES[type(test.ops[0])]
    if between.strip(BLANK) != operator:  # also if a side is in parentheses
        return f"not {source.slice(test)}"
    return f"{source.slice(left)}{between.replace(operator, opposite)}{source.slice(right)}"


def _negated(test: ast.expr, source: Source, begin: Position, end: Position) -> str:
    """The source of a test's negation, with the parentheses and comments that it has."""
    written = source.between(begin, end).strip(BLANK)
    if written != source.slice(test):
        return f"not {written}"  # it is in parentheses
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and written[:4] == "not ":
        operand = written[4:].strip(BLANK)
        return operand if "#" not in operand else f"not ({written})"
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in OPPOSITES:
        return _compared_otherwise(test, source)
    if isinstance(test, TIGHT):
        return f"not {written}"
    return f"not ({written})"
