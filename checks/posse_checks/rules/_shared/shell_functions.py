"""The functions that start other programs, and the `shell` argument of their calls; for B602 to B607 and B609."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from posse_checks.python.text import Replacement
from posse_checks.rule import Call, Edits, Options, Source, UnfixableError, is_string
from posse_checks.rules._shared.purpose import refuse_test, tries

_BARE_NAME = re.compile(r"[\w.+-]+", re.ASCII)
SECTION = "shell_injection"
"""The section of the configuration that lists the functions, by kind."""

DEFAULTS: Options = {
    "subprocess": [
        "subprocess.Popen",
        "subprocess.call",
        "subprocess.check_call",
        "subprocess.check_output",
        "subprocess.run",
    ],
    "shell": [
        "os.system",
        "os.popen",
        "os.popen2",
        "os.popen3",
        "os.popen4",
        "popen2.popen2",
        "popen2.popen3",
        "popen2.popen4",
        "popen2.Popen3",
        "popen2.Popen4",
        "commands.getoutput",
        "commands.getstatusoutput",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
    ],
    "no_shell": [
        "os.execl",
        "os.execle",
        "os.execlp",
        "os.execlpe",
        "os.execv",
        "os.execve",
        "os.execvp",
        "os.execvpe",
        "os.spawnl",
        "os.spawnle",
        "os.spawnlp",
        "os.spawnlpe",
        "os.spawnv",
        "os.spawnve",
        "os.spawnvp",
        "os.spawnvpe",
        "os.startfile",
    ],
}
"""The functions that take a `shell` argument, that always use a shell, and that never use one."""


def asks_for_shell(call: Call) -> bool:
    """Whether a call passes a `shell` that is not plainly false; the last one counts if it is repeated (an error)."""
    given = [keyword.value for keyword in call.node.keywords if keyword.arg == "shell"]
    match given[-1] if "shell" in call.keywords else None:
        case None:
            return False
        case ast.Constant(value=value):
            return bool(value)
        case ast.List(elts=items) | ast.Dict(keys=items):
            return bool(items)
        case _:
            return True


def has_constant_command(call: Call) -> bool:
    """Whether the program and its arguments are written into the call as strings, so that nobody else chooses them."""
    given = call.node.args[:1] or [keyword.value for keyword in call.node.keywords if keyword.arg == "args"]
    match given:
        case [ast.List(elts=words) | ast.Tuple(elts=words)]:
            return all(map(is_string, words))
        case [word]:
            return all(map(is_string, [word, *_words_after(call)]))
    return False


def _words_after(call: Call) -> Sequence[ast.expr]:
    """The arguments that `os.exec*` and `os.spawn*` pass on besides the first."""
    return call.node.args[1:] if call.name.startswith("os.") else ()


def is_true(value: ast.expr) -> bool:
    """Whether an argument is exactly `True` or 1, not the name of a shell or a variable."""
    return isinstance(value, ast.Constant) and isinstance(value.value, (bool, int)) and bool(value.value)


def without_shell(call: Call, shell: ast.keyword, source: Source) -> Replacement:
    """Removes the argument `shell` of a call, or makes it false if removing it would lose a comment."""
    try:
        return source.argument_removed(call.node, shell)
    except UnfixableError:
        return source.replaced(shell.value, "False")


def full_path(program: ast.expr | None, call: Call, source: Source) -> Edits:
    """Looks the program up with `shutil.which`, before it is started without a shell.

    Raises UnfixableError unless it is a bare name, for a function of `subprocess`.
    """
    if not (is_string(program) and _BARE_NAME.fullmatch(program.value)):
        raise UnfixableError("the program is not a bare name, written as a string")
    if source.qualified(call.node.func) not in DEFAULTS["subprocess"]:
        raise UnfixableError("the function looks the program up itself, or starts a shell")
    if asks_for_shell(call) or any(keyword.arg in ("executable", None) for keyword in call.node.keywords):
        raise UnfixableError("the shell looks the program up; run it without one first")
    refuse_test(call, source)
    if next(tries(source), None) is not None:
        raise UnfixableError("a missing program is handled below, which `shutil.which` would not raise for")
    access = source.name_access("shutil", "which")
    return [*access.replacements, source.replaced(program, f"{access.expression}({source.slice(program)})")]
