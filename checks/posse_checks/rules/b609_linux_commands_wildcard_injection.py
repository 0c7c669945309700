"""A wildcard that the shell expands for `chown`, `chmod`, `tar` or `rsync`.

The shell replaces `*` with the names in the directory, and the command reads a name that begins with a dash as an
option. Anyone who can create files there can thereby pass a `--checkpoint-action` to `tar`, which runs a program of
their choice.

## Bad

    import os

    def backup():
        os.system("tar cf /backup/uploads.tar *")
    #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Possible wildcard injection in call: os.system

## Fixed

Begin the names with ./ (review):

    import os

    def backup():
        os.system("tar cf /backup/uploads.tar ./*")

## Good

    import subprocess

    def backup():
        subprocess.run(["tar", "cf", "/backup/uploads.tar", "--", "."], check=True)

## When to suppress

If nobody else can create files in the directory, if the wildcard follows `--` or a path such as `./*`, or if the words
only look like one of these commands, as in `starting *`.

## References

- https://www.gnu.org/software/tar/manual/html_section/checkpoints.html
- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://cwe.mitre.org/data/definitions/155.html
"""

import re
from collections.abc import Iterator

from posse_checks.rule import (
    HIGH,
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
    listed,
    rule,
)
from posse_checks.rules._shared.shell_functions import DEFAULTS, SECTION

WILDCARD = re.compile(r"(?<=\s)(?=\*)")
"""The place before a word that begins with an asterisk."""
COMMANDS = ("chown", "chmod", "tar", "rsync")


@rule(
    "B609",
    "linux_commands_wildcard_injection",
    HIGH,
    MEDIUM,
    Cwe.IMPROPER_NEUTRALIZATION_OF_WILDCARDS,
    called=listed("shell", "subprocess"),
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="nothing here shows which files the wildcard stands for",
)
def check(call: Call, options: Options) -> Iterator[Finding]:
    """Report commands for a shell that contain the name of a command with this flaw, and an asterisk."""
    always_uses_shell = call.name in options["shell"]
    if "subprocess" not in options or not (always_uses_shell or call.passes("shell", "True")):
        return
    command = _text(call.argument(0))
    if "*" in command and any(name in command for name in COMMANDS):
        yield call.finding(
            f"Possible wildcard injection in call: {call.name}", line=call.line_of("shell"), span=call.node.args[0]
        )


def _text(command: object) -> str:
    if isinstance(command, list):
        return "".join(f" {word}" for word in command)
    return command if isinstance(command, str) else ""


@check.fix("Begin the names with ./", REVIEW, keeps_finding=True)
def begin_with_path(call: Call, source: Source) -> Edits:
    """Writes `./*` for `*`, so that no name begins with a dash. `tar` stores the names with `./` before them."""
    command = call.node.args[0]
    if not is_string(command):
        raise UnfixableError("the command is not a plain string")
    _, body = source.string_parts(command)
    if any(mark in body for mark in "'\""):
        raise UnfixableError("the wildcard may be in quotes")
    if not WILDCARD.search(body):
        raise UnfixableError("the wildcard follows something else, so that no name begins with a dash")
    return [source.string_replaced(command, WILDCARD.sub("./", body))]
