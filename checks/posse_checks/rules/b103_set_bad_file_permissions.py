"""A file made writable or executable for its group or for everyone.

Any user of the machine, or any program that one of them runs, can then change the file or start it. Where it
is a script, a key or a configuration that somebody with more rights reads, they act with those rights.

## Bad

    import os

    def install(script):
        os.chmod(script, 0o777)
    #                    ^^^^^ Chmod setting a permissive mask 0o777 on file (script).

## Fixed

Leave the file to its owner alone (review):

    import os

    def install(script):
        os.chmod(script, 0o700)

## Good

    import os

    def install(script):
        os.chmod(script, 0o700)

## When to suppress

Where the group is meant to share the file, or where a program is installed for all users (`0o755`) in a
directory that only its owner can write to.

## References

- https://docs.python.org/3/library/os.html#os.chmod
- https://man7.org/linux/man-pages/man7/inode.7.html
"""

import ast
import stat
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import HIGH, MEDIUM, Options, rule
from posse_checks.source import Source
from posse_checks.views import Call

PERMISSIVE = stat.S_IWOTH | stat.S_IXOTH | stat.S_IWGRP | stat.S_IXGRP

ALL = 0o177777
"""Every bit that a file's mode has."""


def is_chmod(name: str, options: Options) -> bool:
    """Whether the called function's own name has `chmod` in it, as `fchmod` and `lchmod` have."""
    return "chmod" in name.rpartition(".")[2]


@rule("B103", "set_bad_file_permissions", MEDIUM, HIGH, Cwe.INCORRECT_PERMISSION_ASSIGNMENT, called=is_chmod)
def check(call: Call) -> Iterator[Finding]:
    """Report calls of two arguments whose second is a permissive mode, more severely if everyone may write."""
    if len(call.node.args) != 2:
        return
    mode = call.argument(1)
    if isinstance(mode, int) and mode & PERMISSIVE:
        file = call.argument(0)
        shown = "NOT PARSED" if file is None else file
        yield call.finding(
            f"Chmod setting a permissive mask {oct(mode)} on file ({shown}).",
            severity=HIGH if mode & stat.S_IWOTH else MEDIUM,
            span=call.node.args[1],
        )


@check.fix("Leave the file to its owner alone", REVIEW)
def restrict(call: Call, source: Source) -> Edits:
    """Its group and all others lose their rights."""
    mode = call.node.args[1]
    if not isinstance(mode, ast.Constant) or not isinstance(mode.value, int) or mode.value > ALL:
        return []
    written = source.slice(mode)
    kept = mode.value & ~(stat.S_IRWXG | stat.S_IRWXO)
    return [source.replaced(mode, f"{written[:2]}{kept:o}" if written[:2] in ("0o", "0O") else str(kept))]
