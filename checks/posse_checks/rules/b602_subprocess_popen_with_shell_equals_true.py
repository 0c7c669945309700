"""A program started through the shell, with `shell=True`.

The shell reads the command as a script, in which `;`, `|`, `$( )` and line breaks have a meaning. If any part of the
command comes from outside, the author of that part can run any command with the rights of the program.

## Bad

    import subprocess

    def history(branch):
        subprocess.run(f"git log {branch}", shell=True)
    #                                       ^^^^^^^^^^ subprocess call with shell=True identified, security issue.

    def free_space():
        return subprocess.check_output("df -h /", shell=True)
    #                                             ^^^^^^^^^^ subprocess call with shell=True seems safe

## Fixed

Run without a shell (review):

    import subprocess

    def history(branch):
        subprocess.run(f"git log {branch}", shell=True)

    def free_space():
        return subprocess.check_output(["df", "-h", "/"])

## Good

    import subprocess

    def history(branch):
        subprocess.run(["git", "log", "--end-of-options", branch], check=True)

## When to suppress

If the command needs the shell, as for a pipe or a wildcard, and is a constant. If a value must go into it,
`shlex.quote` makes it a single word for a POSIX shell.

## References

- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://docs.python.org/3/library/shlex.html#shlex.quote
- https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, LOW, REVIEW, Call, Cwe, Edits, Finding, Source, is_string, listed, rule
from posse_checks.rules._shared.shell_functions import (
    DEFAULTS,
    SECTION,
    asks_for_shell,
    is_true,
    without_shell,
)
from posse_checks.rules._shared.shell_words import as_list, command_words

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


@check.fix("Run without a shell", REVIEW, may_introduce=["B603"])
def start_directly(call: Call, source: Source) -> Edits:
    """Passes the words as a list, without a shell. A missing program raises an exception; B603 reports the call."""
    shell, command = call.keyword("shell"), call.node.args[0]
    source.verify(call.node.func, f"subprocess.{call.function}")
    if shell is None or not is_true(shell.value) or {"executable", None} & {each.arg for each in call.node.keywords}:
        return []
    words = command_words(command, source)
    listed = source.replaced(command, as_list(words, source.string_parts(command).quote[0]))
    return [listed, without_shell(call, shell, source)]
