"""A function that is not part of `subprocess`, called with a `shell` argument that is true.

Wrappers around `subprocess` usually pass that argument on. The shell then reads the command as a script, and the author
of any part of it can run any command.

## Bad

    from deploy import run_on_host

    def restart(service):
        run_on_host(f"systemctl restart {service}", shell=True)
    #                                               ^^^^^^^^^^ Function call with shell=True parameter identified


    from deploy import run_on_host

    def stop(service):
        run_on_host(["systemctl", "stop", "--", service], shell=True)
    #                                                     ^^^^^^^^^^ Function call with shell=True parameter identified

## Fixed

Run without a shell (review):

    from deploy import run_on_host

    def stop(service):
        run_on_host(["systemctl", "stop", "--", service], shell=False)

Quote the values with shlex.quote (review):

    import shlex

    from deploy import run_on_host

    def restart(service):
        run_on_host(f"systemctl restart {shlex.quote(str(service))}", shell=True)

## Good

    from deploy import run_on_host

    def restart(service):
        run_on_host(["systemctl", "restart", "--", service], shell=False)

`shlex.quote` is for POSIX shells: on Windows, it does not protect.

## When to suppress

If the argument means something else, such as a login shell in a table of users. List a wrapper of your own under
`shell_injection: subprocess:` in the configuration, so that B602 and B603 check it.

## References

- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://docs.python.org/3/library/shlex.html#shlex.quote
- https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import (
    LOW,
    MEDIUM,
    REVIEW,
    Call,
    Cwe,
    Edits,
    Finding,
    Options,
    Source,
    UnfixableError,
    is_string,
    rule,
)
from posse_checks.rules._shared.shell_functions import DEFAULTS, SECTION, asks_for_shell, is_true, without_shell
from posse_checks.rules._shared.shell_words import command_list, quoted_values

FOR_SHELL = re.compile(r"[|&;<>$`*?~\n]")
"""Characters that have a meaning in a shell."""


@rule(
    "B604",
    "any_other_function_with_shell_equals_true",
    MEDIUM,
    LOW,
    Cwe.OS_COMMAND_INJECTION,
    keyword={"shell"},
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="whether the function starts a program cannot be seen here",
)
def check(call: Call, options: Options) -> Iterator[Finding]:
    """Report calls with a true `shell` argument, except for the functions that B602 checks."""
    if options and call.name not in options["subprocess"] and asks_for_shell(call):
        yield call.finding(
            "Function call with shell=True parameter identified, possible security issue.",
            line=call.line_of("shell"),
            span=call.keyword("shell"),
        )


@check.fix("Run without a shell", REVIEW, may_introduce=["B603", "B607"])
def do_without(call: Call, source: Source) -> Edits:
    """Removes the shell if the command is already a list of words, or if the function is certainly of `subprocess`."""
    shell, command = _command(call)
    given = source.values(command) or []
    if given and all(map(_is_list_of_words, given)):
        return [source.replaced(shell.value, "False")]
    if source.qualified(call.node.func) not in DEFAULTS["subprocess"]:
        raise UnfixableError("whether the function takes a list of words cannot be seen here")
    return [command_list(command, source).replaced(), without_shell(call, shell, source)]


@check.fix("Quote the values with shlex.quote", REVIEW, keeps_finding=True)
def quote(call: Call, source: Source) -> Edits:
    """Makes each value one word of the command, for a POSIX shell. An option in it still is one."""
    _, command = _command(call)
    return quoted_values(command, source)


def _command(call: Call) -> tuple[ast.keyword, ast.expr]:
    """The argument `shell` and the command. Raises UnfixableError if the call chooses the shell in another way."""
    shell, command = call.keyword("shell"), next(iter(call.node.args), None)
    if command is None or shell is None or not is_true(shell.value):
        raise UnfixableError("whether a shell is used is not written here")
    if {"executable", None} & {each.arg for each in call.node.keywords}:
        raise UnfixableError("the call chooses a shell, or takes arguments from a mapping")
    return shell, command


def _is_list_of_words(command: ast.expr) -> bool:
    """Whether a command is a list of at least a program and an argument, without characters for a shell."""
    if not isinstance(command, (ast.List, ast.Tuple)) or len(command.elts) < 2:
        return False
    return not any(is_string(each) and FOR_SHELL.search(each.value) for each in command.elts)
