"""A program started without a shell, as a reminder to review its arguments.

No shell reads the arguments, so nobody can append a command. An attacker who chooses the program's name still runs what
they like, and one who chooses an argument can pass an option, such as `--output=/etc/passwd`, in place of a file name.

## Bad

    import subprocess

    def thumbnail(upload):
        subprocess.run(["convert", upload, "-resize", "200", "thumbnail.png"], check=True)
    #   ^^^^^^^^^^^^^^ subprocess call - check for execution of untrusted input.

## Fixed

Look up the full path with shutil.which (review):

    import shutil
    import subprocess

    def thumbnail(upload):
        subprocess.run([shutil.which("convert"), upload, "-resize", "200", "thumbnail.png"], check=True)

## Good

    from PIL import Image

    def thumbnail(upload):
        with Image.open(upload) as image:
            image.thumbnail((200, 200))
            image.save("thumbnail.png")

On Windows, a program that is a batch file (`.bat`, `.cmd`) is run by a shell all the same, which can read an argument
as a command.

## When to suppress

After the call has been reviewed: the program's name is fixed, and every argument is fixed, validated, or placed after
`--`, where it cannot be read as an option. The rule reports every such call, so many projects turn it off and keep
B602.

## References

- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/88.html
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, LOW, REVIEW, Call, Cwe, Edits, Finding, Source, listed, rule
from posse_checks.rules._shared.shell_functions import (
    DEFAULTS,
    SECTION,
    asks_for_shell,
    full_path,
    has_constant_command,
)


@rule(
    "B603",
    "subprocess_without_shell_equals_true",
    LOW,
    HIGH,
    Cwe.OS_COMMAND_INJECTION,
    called=listed("subprocess"),
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="it is a reminder to read the arguments, and stays however they are written",
)
def check(call: Call) -> Iterator[Finding]:
    """Report calls that start a program without a shell."""
    if not asks_for_shell(call):
        yield call.finding(
            "subprocess call - check for execution of untrusted input.",
            line=call.line_of("shell"),
            span=call.span,
            is_reminder=has_constant_command(call),
        )


@check.fix("Look up the full path with shutil.which", REVIEW, keeps_finding=True)
def look_up(call: Call, source: Source) -> Edits:
    """Finds the program with `shutil.which`, which returns None if there is none. The arguments need a look as well."""
    first = next(iter(call.node.args), None)
    return full_path(first.elts[0] if isinstance(first, ast.List) and first.elts else first, call, source)
