"""A program started through the shell, with `shell=True`.

The shell reads the command as a script, in which `;`, `|`, `$( )` and line breaks have a meaning. If any part of the
command comes from outside, the author of that part can run any command with the rights of the program.

## Bad

    import subprocess

    def history(branch):
        subprocess.run(f"git log {branch}", shell=True)
    #                                       ^^^^^^^^^^ subprocess call with shell=True identified

    def free_space():
        return subprocess.check_output("df -h /", shell=True)
    #                                             ^^^^^^^^^^ subprocess call with shell=True seems safe


    import subprocess

    def count(name):
        subprocess.run("sort %s | uniq -c" % name, shell=True)
    #                                              ^^^^^^^^^^ subprocess call with shell=True identified

## Fixed

Run without a shell (review):

    import subprocess

    def history(branch):
        subprocess.run(["git", "log", str(branch)])

    def free_space():
        return subprocess.check_output(["df", "-h", "/"])

Quote the values with shlex.quote (review):

    import shlex
    import subprocess

    def count(name):
        subprocess.run("sort %s | uniq -c" % shlex.quote(str(name)), shell=True)

## Good

    import subprocess

    def history(branch):
        subprocess.run(["git", "log", "--end-of-options", branch], check=True)

Best is no command at all: `shutil.disk_usage("/")` needs no `df`.

## When to suppress

If the command needs the shell, as for a pipe or a wildcard, and is a constant. If a value must go into it,
`shlex.quote` makes it a single word for a POSIX shell; Bandit still reports the call. A value that begins with a
dash is an option in either form, so put `--` before it where the program knows that.

## References

- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://docs.python.org/3/library/shlex.html#shlex.quote
- https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import (
    HIGH,
    LOW,
    REVIEW,
    Call,
    Cwe,
    Edits,
    Finding,
    Source,
    UnfixableError,
    is_string,
    listed,
    rule,
)
from posse_checks.rules._shared.shell_functions import (
    DEFAULTS,
    SECTION,
    asks_for_shell,
    is_true,
    without_shell,
)
from posse_checks.rules._shared.shell_words import command_list, quoted_values

SEEMS_SAFE = (
    "subprocess call with shell=True seems safe, but may be changed in the future, consider rewriting without shell"
)


@rule(
    "B602",
    "subprocess_popen_with_shell_equals_true",
    HIGH,
    HIGH,
    Cwe.OS_COMMAND_INJECTION,
    called=listed("subprocess"),
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="the command needs the shell, or its parts cannot be told apart here",
)
def check(call: Call) -> Iterator[Finding]:
    """Report commands that are passed to a shell, with high severity unless the command is a plain string."""
    if not asks_for_shell(call) or not call.arguments:
        return
    is_plain = is_string(call.node.args[0])
    yield call.finding(
        SEEMS_SAFE if is_plain else "subprocess call with shell=True identified, security issue.",
        severity=LOW if is_plain else HIGH,
        line=call.line_of("shell"),
        span=call.keyword("shell"),
    )


@check.fix("Run without a shell", REVIEW, may_introduce=["B603", "B607"])
def start_directly(call: Call, source: Source) -> Edits:
    """Passes the words as a list, without a shell. A missing program raises an exception; B603 reports the call."""
    shell, command = _command(call, source)
    return [command_list(command, source).replaced(), without_shell(call, shell, source)]


@check.fix("Quote the values with shlex.quote", REVIEW, keeps_finding=True)
def quote(call: Call, source: Source) -> Edits:
    """Makes each value one word of the command, for a POSIX shell. An option in it still is one."""
    _, command = _command(call, source)
    return quoted_values(command, source)


def _command(call: Call, source: Source) -> tuple[ast.keyword, ast.expr]:
    """The argument `shell` and the command. Raises UnfixableError if the call chooses the shell in another way."""
    shell = call.keyword("shell")
    source.verify(call.node.func, f"subprocess.{call.function}")
    if shell is None or not is_true(shell.value):
        raise UnfixableError("whether a shell is used is not written here")
    if {"executable", None} & {each.arg for each in call.node.keywords}:
        raise UnfixableError("the call chooses a shell, or takes arguments from a mapping")
    return shell, call.node.args[0]
