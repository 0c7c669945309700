"""A program started with `os.exec*`, `os.spawn*` or `os.startfile`, as a reminder to review its arguments.

These functions use no shell, so nobody can append a command. An attacker who chooses the program or its
arguments still decides what runs, and the variants with a `p` look the program up in `PATH`.

## Bad

    import os

    def edit(editor, name):
        os.execvp(editor, [editor, name])
    #   ^^^^^^^^^ Starting a process without a shell.

## Good

    import subprocess

    EDITORS = {"vim": "/usr/bin/vim", "nano": "/usr/bin/nano"}

    def edit(editor, name):
        subprocess.run([EDITORS[editor], "--", name], check=True)

## When to suppress

After the call has been reviewed, as in a launcher that replaces itself with the program it has prepared.

## References

- https://docs.python.org/3/library/os.html#process-management
- https://docs.python.org/3/library/subprocess.html#replacing-the-os-spawn-family
"""

from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, Call, Cwe, Finding, listed, rule
from posse_checks.rules._shared.shell_functions import DEFAULTS, SECTION


@rule(
    "B606",
    "start_process_with_no_shell",
    LOW,
    MEDIUM,
    Cwe.OS_COMMAND_INJECTION,
    called=listed("no_shell"),
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="it is a reminder to read the arguments, and stays however they are written",
)
def check(call: Call) -> Iterator[Finding]:
    """Report every call of these functions."""
    yield call.finding("Starting a process without a shell.", span=call.span)
