"""A password, token or secret written into the code as the default of a parameter.

Anyone who can read the code can read the secret, and every caller that omits the argument uses it, so a password meant
for development ends up in production. The rule goes by the parameter's name.

## Bad

    def connect(host, user="admin", password="correct-horse"):
    #                                        ^^^^^^^^^^^^^^^ Possible hardcoded password: 'correct-horse'
        return host.login(user, password)

## Fixed

Read the secret from the environment (review):

    import os

    def connect(host, user="admin", password=None):
        if password is None:
            password = os.environ["PASSWORD"]
        return host.login(user, password)

## Good

    def connect(host, user="admin", *, password):
        return host.login(user, password)

Environment variables can end up in logs and dumps: where there is a secret store or a mounted file, read the secret
from there.

## When to suppress

If the default is not a secret, but a label, a key or a placeholder, as in `def split(text, token=","):`.

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
- https://12factor.net/config
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import (
    LOW,
    MEDIUM,
    REVIEW,
    Cwe,
    Edits,
    Finding,
    Options,
    Position,
    Source,
    UnfixableError,
    View,
    is_string,
    rule,
    span_of,
)
from posse_checks.rules._shared.allowed_secrets import DEFAULTS, SECTION, is_allowed
from posse_checks.rules._shared.environment import TITLE, check_secret, variable_for
from posse_checks.rules._shared.purpose import name_of
from posse_checks.rules._shared.secret_names import SECRET


def _has_string_default(function: ast.FunctionDef) -> bool:
    return any(is_string(default) for default in function.args.defaults)


@rule(
    "B107",
    "hardcoded_password_default",
    LOW,
    MEDIUM,
    Cwe.USE_OF_HARD_CODED_PASSWORD,
    when=_has_string_default,
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="nothing here shows that the string is a secret",
)
def check(function: View[ast.FunctionDef], options: Options) -> Iterator[Finding]:
    """Report the first string that is the default of a parameter with the name of a secret."""
    parameters, defaults = function.node.args.args, function.node.args.defaults
    # Defaults of positional-only parameters come first in the list. Where that makes more defaults than parameters,
    # Bandit pairs both from the start, so a parameter is judged with another's default.
    first = max(len(parameters) - len(defaults), 0)
    for parameter, default in zip(parameters[first:], defaults, strict=False):
        if not is_string(default) or is_allowed(parameter.arg, default.value, options):
            continue
        if SECRET.search(parameter.arg):
            yield function.finding(f"Possible hardcoded password: '{default.value}'", span=default)
            return


@check.fix(TITLE, REVIEW)
def read(function: View[ast.FunctionDef], source: Source) -> Edits:
    """Reads the environment variable in each call that omits the argument; without it, that call raises KeyError."""
    node, arguments = function.node, function.node.args
    parameters = [*arguments.posonlyargs, *arguments.args][-len(arguments.defaults) :]
    for parameter, default in zip(parameters, arguments.defaults, strict=True):
        if span_of(default) == source.finding.span and SECRET.search(parameter.arg):
            check_secret(parameter.arg, default, function, source)
            begin, indent = _begin_of_block(source.whole(node), parameter.arg, source)
            access = source.name_access("os", "environ")
            variable = f"{access.expression}[{variable_for(parameter.arg, source)}]"
            lines = f"if {parameter.arg} is None:", f"{source.indent_unit}{parameter.arg} = {variable}"
            block = "".join(f"{indent}{line}{source.line_end}" for line in lines)
            annotated = _with_none(parameter.annotation, source)
            return [*access.replacements, *annotated, source.replaced(default, "None"), source.inserted(begin, block)]
    return []


def _begin_of_block(node: ast.AST, parameter: str, source: Source) -> tuple[Position, str]:
    """The position of a function's first statement after its docstring, and its indentation.

    Lines of `node` are those of the text, from 1. Raises UnfixableError if the function has no code of its own, binds
    the name `os`, or compares the argument with None.
    """
    assert isinstance(node, ast.FunctionDef)
    code = [statement for statement in node.body if not _is_empty(statement)]
    if not code:
        raise UnfixableError("the function has no body of its own")
    for inner in ast.walk(node):
        compared = inner.comparators if isinstance(inner, ast.Compare) and name_of(inner.left) == parameter else []
        if any(isinstance(each, ast.Constant) and each.value is None for each in compared):
            raise UnfixableError("None has its own meaning in the function")
        if isinstance(inner, ast.arg) and inner.arg == "os":
            raise UnfixableError("an argument is called os")
        if isinstance(inner, ast.Name) and inner.id == "os" and not isinstance(inner.ctx, ast.Load):
            raise UnfixableError("a variable is called os")
    decorators = getattr(code[0], "decorator_list", [])
    line, column = (decorators or code)[0].lineno - 1, (decorators or code)[0].col_offset
    indent = source.indent(line)
    if len(indent.encode()) + bool(decorators) != column or line + 1 == node.lineno:
        raise UnfixableError("the block shares a line with something else")
    return Position(line, 0), indent


def _is_empty(statement: ast.stmt) -> bool:
    """Whether a statement is a docstring, `...`, `pass` or `raise NotImplementedError`."""
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return name_of(raised) == "NotImplementedError"
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_constant or isinstance(statement, ast.Pass)


def _with_none(annotation: ast.expr | None, source: Source) -> Edits:
    """Adds None to the annotation of a parameter. Raises UnfixableError if the annotation is not `str`."""
    if annotation is None or any(name_of(each) == "Optional" for each in ast.walk(annotation)):
        return []
    if not (isinstance(annotation, ast.Name) and annotation.id == "str"):
        raise UnfixableError("the parameter is annotated with another type")
    return [source.replaced(annotation, "str | None")]
