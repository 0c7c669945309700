"""A program started by its bare name, so that `PATH` decides which file runs.

Anyone who can change the environment, or write to a directory that is searched first, can substitute another program.
It then runs with the rights of the caller, which matters most for services and for scripts under `sudo`.

## Bad

    import subprocess

    def status():
        subprocess.run(["git", "status"], check=True)
    #                   ^^^^^ Starting a process with a partial executable path

## Fixed

Look up the full path with shutil.which (review):

    import shutil
    import subprocess

    def status():
        subprocess.run([shutil.which("git"), "status"], check=True)

## Good

    import subprocess

    def status():
        subprocess.run(["/usr/bin/git", "status"], check=True)

`shutil.which` reads `PATH` as well, but its result can be checked, logged and kept, and is None without such a program.
A program that runs with more rights than its caller passes `path="/usr/bin:/bin"` to it, or names the full path. On
Windows, `shutil.which` may look in the current directory first.

## When to suppress

If the user's own `PATH` should decide, as in a developer's tool, or if a container fixes `PATH`.

## References

- https://docs.python.org/3/library/subprocess.html#subprocess.Popen
- https://docs.python.org/3/library/shutil.html#shutil.which
- https://cwe.mitre.org/data/definitions/426.html
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import HIGH, LOW, REVIEW, Call, Cwe, Edits, Finding, Source, is_string, listed, rule
from posse_checks.rules._shared.shell_functions import DEFAULTS, SECTION, full_path, has_constant_command

PATH = re.compile(r"[A-Za-z]:|[\\/.]")
"""Matches the start of a path: a drive, a separator or a dot."""


@rule(
    "B607",
    "start_process_with_partial_path",
    LOW,
    HIGH,
    Cwe.OS_COMMAND_INJECTION,
    called=listed("subprocess", "shell", "no_shell"),
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="the program is not named by a plain string",
)
def check(call: Call) -> Iterator[Finding]:
    """Report commands, or lists of arguments, that do not begin with a path."""
    if not call.arguments:
        return
    program = call.node.args[0]
    if isinstance(program, ast.List) and program.elts:
        program = program.elts[0]
    if is_string(program) and not PATH.match(program.value):
        yield call.finding(
            "Starting a process with a partial executable path", span=program, is_reminder=has_constant_command(call)
        )


@check.fix("Look up the full path with shutil.which", REVIEW)
def look_up(call: Call, source: Source) -> Edits:
    """Finds the program with `shutil.which`, which returns None if there is none."""
    first = call.node.args[0]
    return full_path(first.elts[0] if isinstance(first, ast.List) and first.elts else first, call, source)
