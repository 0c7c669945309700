"""A call of `eval`, which evaluates a string as Python.

An expression can call anything, so anyone who can write a part of the string controls the program: its data, its
secrets and its rights. Removing names from it with an empty `__builtins__` does not help.

## Bad

    def point(text):
        return eval(text)
    #          ^^^^ Use of possibly insecure function - consider using safer ast.literal_eval.


    LIMITS = eval("(1, 100)")
    #        ^^^^ Use of possibly insecure function - consider using safer ast.literal_eval.

## Fixed

Use ast.literal_eval (safe):

    import ast

    LIMITS = ast.literal_eval("(1, 100)")

Read only literals with ast.literal_eval (review):

    import ast

    def point(text):
        return ast.literal_eval(text)

## Good

    import json

    def point(text):
        x, y = json.loads(text)
        return float(x), float(y)

`ast.literal_eval` runs no code, but it is not meant for untrusted data: a short string can exhaust memory or the C
stack and end the process. Read input from other people with `json.loads` and limit its length.

## When to suppress

If evaluating expressions is what the program is for, as in a debugger or a notebook, and the string comes from the user
who runs it.

## References

- https://docs.python.org/3/library/functions.html#eval
- https://docs.python.org/3/library/ast.html#ast.literal_eval
- https://owasp.org/www-community/attacks/Code_Injection
"""

import ast

from posse_checks.rule import MEDIUM, REVIEW, SAFE, Broken, Call, Cwe, Edits, Source, blocked_calls, is_string, parse
from posse_checks.rules._shared.purpose import is_test, name_of, tries, words, words_for, words_in

check = blocked_calls(
    "B307",
    "eval",
    MEDIUM,
    Cwe.OS_COMMAND_INJECTION,
    "Use of possibly insecure function - consider using safer ast.literal_eval.",
    ["eval"],
    unfixable="the expression may be more than a literal",
)

CODE = {
    *("compile", "code", "source", "src", "expr", "expression", "formula", "func", "function", "stmt", "statement"),
    *(
        "command",
        "cmd",
        "condition",
        "cond",
        "predicate",
        "script",
        "python",
        "annotation",
        "hint",
        "lambda",
        "repl",
        "repr",
    ),
    *("format", "join", "replace", "exec", "calc", "calculator", "calculate", "compute", "evaluate", "cls"),
    *("class", "type", "attr", "module", "debug", "console", "rule", "query", "op", "operator", "macro", "template"),
}
"""Words in names of strings that are code rather than a literal."""


@check.fix("Use ast.literal_eval", SAFE)
def read_constant(call: Call, source: Source) -> Edits:
    """Replaces `eval` of a string literal that contains a literal; the value is the same."""
    text = call.node.args[0] if len(call.node.args) == 1 else None
    if not is_string(text) or not _is_literal(text.value) or call.node.keywords or is_test(call, source):
        return []
    if not source.is_builtin("eval"):
        return []
    return source.replaced_by_name(call.node.func, "ast", "literal_eval")


@check.fix("Read only literals with ast.literal_eval", REVIEW)
def read_literal(call: Call, source: Source) -> Edits:
    """Replaces `eval` if the string may contain a literal. Any other expression then raises an exception."""
    if len(call.node.args) != 1 or call.node.keywords or not source.is_builtin("eval") or is_test(call, source):
        return []
    if not _may_be_literal(call.node.args[0], source) or CODE & words_for(call.node, source):
        return []
    handlers = [handler.type for statement in tries(source) for handler in statement.handlers]
    if handlers and not any(map(_catches_value_error, handlers)):
        return []  # eval raises other exceptions
    return source.replaced_by_name(call.node.func, "ast", "literal_eval")


def _catches_value_error(caught: ast.expr | None) -> bool:
    """Whether an `except` with these classes, or with none, catches a ValueError."""
    named = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(each is None or name_of(each) in ("ValueError", "Exception", "BaseException") for each in named)


def _may_be_literal(text: ast.expr, source: Source) -> bool:
    """Whether a string may contain a literal: no name suggests code, and no visible value is another expression."""
    match text:
        case ast.Constant(value=value):
            return isinstance(value, str) and _is_literal(value)
        case ast.Name(id=name):
            given = source.known_values(text)
            return not CODE & set(words(name)) and all(_may_be_literal(each, source) for each in given)
        case ast.Attribute(attr=name):
            return not CODE & set(words(name))
        case ast.Subscript(value=value):
            return not CODE & words_in(value)
        case ast.Call(func=function):
            return not CODE & set(words(name_of(function)))
    return False


def _is_literal(text: str) -> bool:
    """Whether a text is an expression that `ast.literal_eval` evaluates."""
    statements = parse(text.lstrip(" \t"))
    if isinstance(statements, Broken) or len(statements) != 1 or not isinstance(statements[0], ast.Expr):
        return False
    try:
        ast.literal_eval(statements[0].value)
    except (ValueError, TypeError, RecursionError):
        return False
    return True
