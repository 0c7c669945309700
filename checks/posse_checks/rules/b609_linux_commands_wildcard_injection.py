"""A wildcard that the shell expands for `chown`, `chmod`, `tar` or `rsync`.

The shell replaces `*` with the names in the directory, and the command reads a name that begins with a dash as an
option. Anyone who can create files there can thereby pass a `--checkpoint-action` to `tar`, which runs a program of
their choice.

## Bad

    import os

    def backup():
        os.system("tar cf /backup/uploads.tar *")
    #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Possible wildcard injection in call: os.system

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

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Call, Cwe, Finding, Options, listed, rule
from posse_checks.rules._shared.shell_functions import DEFAULTS, SECTION

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
