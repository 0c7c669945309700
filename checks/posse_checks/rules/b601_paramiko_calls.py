"""A command run on another machine over SSH.

The command goes through the shell of that machine. If a part of it comes from someone else, they can end the command
with a `;` and add another one, which runs with the rights of the login.

## Bad

    import paramiko

    def remove(client: paramiko.SSHClient, name):
        client.exec_command(f"rm {name}")
    #   ^^^^^^^^^^^^^^^^^^^ Possible shell injection via Paramiko call, check inputs are properly sanitized.

## Fixed

Quote the values with shlex.quote (review):

    import shlex

    import paramiko

    def remove(client: paramiko.SSHClient, name):
        client.exec_command(f"rm {shlex.quote(str(name))}")

## Good

    import paramiko

    def remove(client: paramiko.SSHClient, name):
        client.open_sftp().remove(name)

A quoted value that begins with a dash is still an option of the command: put `--` before it, as in `rm -- `.

## When to suppress

If the command is a constant, or if each variable part has gone through `shlex.quote` and the other machine's shell is a
POSIX shell. The rule cannot tell: it reports every `exec_command`.

## References

- https://docs.paramiko.org/en/stable/api/client.html#paramiko.client.SSHClient.exec_command
- https://docs.python.org/3/library/shlex.html#shlex.quote
- https://cwe.mitre.org/data/definitions/88.html
- https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, UnfixableError, is_string, last, rule
from posse_checks.rules._shared.shell_words import quoted_values


@rule(
    "B601",
    "paramiko_calls",
    MEDIUM,
    MEDIUM,
    Cwe.OS_COMMAND_INJECTION,
    called=last("exec_command"),
    unfixable="the command is not put together here from constants and values",
)
def check(call: Call) -> Iterator[Finding]:
    """Report every call of `exec_command` in a file that imports `paramiko`."""
    if call.has_import_like("paramiko"):
        yield call.finding(
            "Possible shell injection via Paramiko call, check inputs are properly sanitized.", span=call.span
        )


@check.fix("Quote the values with shlex.quote", REVIEW, keeps_finding=True)
def quote(call: Call, source: Source) -> Edits:
    """Makes each value one word of the command, for a POSIX shell on the other machine."""
    command = call.keyword("command") or next(iter(call.node.args), None)
    command = command.value if isinstance(command, ast.keyword) else command
    if command is None or is_string(command):
        raise UnfixableError("the command is a constant, which nobody else can change")
    return quoted_values(command, source)
