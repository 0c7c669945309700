"""A call of `eval`, which computes a text as a Python expression.

An expression can call anything, so whoever can write a part of the text has the program: its data, its secrets
and its rights. Taking names away from it with an empty `__builtins__` does not help.

## Bad

    def point(text):
        return eval(text)
    #          ^^^^ Use of possibly insecure function - consider using safer ast.literal_eval.


    LIMITS = eval("(1, 100)")
    #        ^^^^ Use of possibly insecure function - consider using safer ast.literal_eval.

## Fixed

Read it with ast.literal_eval (safe):

    import ast

    LIMITS = ast.literal_eval("(1, 100)")

Read literals only, with ast.literal_eval (review):

    import ast

    def point(text):
        return ast.literal_eval(text)

## Good

    import ast

    def point(text):
        return ast.literal_eval(text)

## When to suppress

Where computing expressions is what the program is for, as in a debugger or a notebook, and the text comes from
the user who runs it.

## References

- https://docs.python.org/3/library/functions.html#eval
- https://docs.python.org/3/library/ast.html#ast.literal_eval
- https://owasp.org/www-community/attacks/Code_Injection
"""

import ast

from posse_checks.blocklist import blocked_calls
from posse_checks.finding import Cwe
from posse_checks.fix import REVIEW, SAFE, Edits
from posse_checks.rule import MEDIUM
from posse_checks.source import Source
from posse_checks.syntax import Broken, is_string, parse
from posse_checks.views import Call

check = blocked_calls(
    "B307",
    "eval",
    MEDIUM,
    Cwe.OS_COMMAND_INJECTION,
    "Use of possibly insecure function - consider using safer ast.literal_eval.",
    ["eval"],
)


@check.fix("Read it with ast.literal_eval", SAFE)
def read_constant(call: Call, source: Source) -> Edits:
    """Where the text is in the code and is a literal, the value is the same."""
    text = call.node.args[0] if len(call.node.args) == 1 else None
    return read_literal(call, source) if is_string(text) and _is_literal(text.value) else []


@check.fix("Read literals only, with ast.literal_eval", REVIEW)
def read_literal(call: Call, source: Source) -> Edits:
    """Any expression that is no literal then raises an exception."""
    if len(call.node.args) != 1 or call.node.keywords or isinstance(call.node.args[0], ast.Starred):
        return []
    return source.rerouted(call.node.func, "ast", "literal_eval")


def _is_literal(text: str) -> bool:
    statements = parse(text.lstrip(" \t"))
    if isinstance(statements, Broken) or len(statements) != 1 or not isinstance(statements[0], ast.Expr):
        return False
    try:
        ast.literal_eval(statements[0].value)
    except (ValueError, TypeError, RecursionError):
        return False
    return True
