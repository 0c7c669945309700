"""A password, token or secret written into the code as the default of a parameter.

Whoever reads the code has it, and every caller who forgets the argument uses it: the secret that was meant for
development ends up in production. The rule goes by the parameter's name.

## Bad

    def connect(host, user="admin", password="correct horse"):
    #                                        ^^^^^^^^^^^^^^^ Possible hardcoded password: 'correct horse'
        return host.login(user, password)

## Fixed

Read it from the environment (review):

    import os

    def connect(host, user="admin", password=os.environ.get("PASSWORD")):
        return host.login(user, password)

## Good

    def connect(host, user="admin", *, password):
        return host.login(user, password)

## When to suppress

Where the default is a label, a key or a placeholder rather than a secret, as in `def split(text, token=","):`.

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
- https://12factor.net/config
"""

import ast
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import LOW, MEDIUM, rule
from posse_checks.rules.b105_hardcoded_password_string import SECRET
from posse_checks.rules.environment import TITLE, read_from_environment
from posse_checks.source import Source
from posse_checks.syntax import is_string
from posse_checks.views import View, span_of


def _has_string_default(function: ast.FunctionDef) -> bool:
    return any(is_string(default) for default in function.args.defaults)


@rule(
    "B107",
    "hardcoded_password_default",
    LOW,
    MEDIUM,
    Cwe.HARD_CODED_PASSWORD,
    when=_has_string_default,
)
def check(function: View[ast.FunctionDef]) -> Iterator[Finding]:
    """Report the first string that is the default of a parameter called like a secret."""
    parameters, defaults = function.node.args.args, function.node.args.defaults
    # Defaults of positional-only parameters come first in the list. Where that makes more defaults than parameters,
    # Bandit pairs both from the start, so a parameter is judged with another's default.
    first = max(len(parameters) - len(defaults), 0)
    for parameter, default in zip(parameters[first:], defaults, strict=False):
        if is_string(default) and SECRET.search(parameter.arg):
            yield function.finding(f"Possible hardcoded password: '{default.value}'", span=default)
            return


@check.fix(TITLE, REVIEW)
def read(function: View[ast.FunctionDef], source: Source) -> Edits:
    """The variable is called like the parameter, and is read once, when the function is defined."""
    arguments = function.node.args
    parameters = [*arguments.posonlyargs, *arguments.args][-len(arguments.defaults) :]
    for parameter, default in zip(parameters, arguments.defaults, strict=True):
        if span_of(default) == source.finding.span and SECRET.search(parameter.arg):
            return read_from_environment(parameter.arg, default, source, when_called=False)
    return []
