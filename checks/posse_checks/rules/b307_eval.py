"""A call of `eval`, which computes a text as a Python expression.

An expression can call anything, so whoever can write a part of the text has the program: its data, its secrets
and its rights. Taking names away from it with an empty `__builtins__` does not help.

## Bad

    def point(text):
        return eval(text)
    #          ^^^^ Use of possibly insecure function - consider using safer ast.literal_eval.

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

from posse_checks.blocklist import blocked_calls
from posse_checks.finding import Cwe
from posse_checks.rule import MEDIUM

check = blocked_calls(
    "B307",
    "eval",
    MEDIUM,
    Cwe.OS_COMMAND_INJECTION,
    "Use of possibly insecure function - consider using safer ast.literal_eval.",
    ["eval"],
)
