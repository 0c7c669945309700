"""A program started through the shell, with `shell=True`.

The shell reads the command as a script: `;`, `|`, `$( )` and line breaks mean something to it. If any part of
the text comes from outside, whoever wrote that part can run commands of their own with the rights of the
program.

## Bad

    import subprocess

    def history(branch):
        subprocess.run(f"git log {branch}", shell=True)
    #                                       ^^^^^^^^^^ subprocess call with shell=True identified, security issue.

    def free_space():
        return subprocess.check_output("df -h /", shell=True)
    #                                             ^^^^^^^^^^ subprocess call with shell=True seems safe

## Fixed

Start the program without a shell (review):

    import subprocess

    def history(branch):
        subprocess.run(f"git log {branch}", shell=True)

    def free_space():
        return subprocess.check_output(["df", "-h", "/"], shell=False)

## Good

    import subprocess

    def history(branch):
        subprocess.run(["git", "log", "--end-of-options", branch], check=True)

## When to suppress

Where the command needs the shell, as for a pipe or a wildcard, and is written out in full in the code. If a
value must go into it, `shlex.quote` makes it a single word for a POSIX shell.

## References

- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://docs.python.org/3/library/shlex.html#shlex.quote
- https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html
"""

import re
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import HIGH, LOW, rule
from posse_checks.rules.shell_functions import DEFAULTS, SECTION, asks_for_shell, listed_under
from posse_checks.source import Source
from posse_checks.syntax import is_string
from posse_checks.views import Call

SEEMS_SAFE = (
    "subprocess call with shell=True seems safe, but may be changed in the future, consider rewriting without shell"
)

PLAIN_COMMAND = re.compile(r"[\w@%+:,./-]+(?: +[\w@%+=:,./-]+)*", re.ASCII)
"""A command in which nothing means anything to a shell; its words are the arguments."""
SHELL_BUILTINS = frozenset(
    {
        *(".", ":", "alias", "bg", "bind", "cd", "command", "declare", "dir", "echo", "eval", "exec", "exit", "export"),
        *(
            "fg",
            "hash",
            "jobs",
            "read",
            "return",
            "set",
            "shift",
            "source",
            "times",
            "trap",
            "type",
            "typeset",
            "ulimit",
        ),
        *("umask", "unalias", "unset", "wait"),
    }
)
"""What shells do themselves, so that there may be no such program; `cmd.exe` is one of them."""


@rule(
    "B602",
    "subprocess_popen_with_shell_equals_true",
    HIGH,
    HIGH,
    Cwe.OS_COMMAND_INJECTION,
    called=listed_under("subprocess"),
    section=SECTION,
    defaults=DEFAULTS,
)
def check(call: Call) -> Iterator[Finding]:
    """Report commands that are given to the shell: gravely, unless the command is a plain string."""
    if not asks_for_shell(call) or not call.arguments:
        return
    is_plain = is_string(call.node.args[0])
    yield call.finding(
        SEEMS_SAFE if is_plain else "subprocess call with shell=True identified, security issue.",
        severity=LOW if is_plain else HIGH,
        line=call.line_of("shell"),
        span=call.keyword("shell"),
    )


@check.fix("Start the program without a shell", REVIEW, brings=["B603"])
def start_directly(call: Call, source: Source) -> Edits:
    """A program that is missing then raises an exception. B603 reports whatever is started without a shell."""
    command, shell = call.node.args[0], call.keyword("shell")
    if not is_string(command) or shell is None:
        return []
    quote, body = source.string_parts(command)
    if not PLAIN_COMMAND.fullmatch(body) or body.split()[0] in SHELL_BUILTINS:
        return []
    words = ", ".join(f"{quote[0]}{word}{quote[0]}" for word in body.split())
    return [source.replaced(command, f"[{words}]"), source.replaced(shell.value, "False")]
