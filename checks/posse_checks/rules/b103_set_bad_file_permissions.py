"""A file made writable or executable for its group or for everyone.

Other users of the machine, and the programs they run, can then change or execute the file. If it is a script, a key or
a configuration that an account with more rights uses, they gain those rights.

## Bad

    import os

    def install(script):
        os.chmod(script, 0o777)
    #                    ^^^^^ Chmod setting a permissive mask 0o777 on file (script).

## Fixed

Restrict permissions to the owner (review):

    import os

    def install(script):
        os.chmod(script, 0o700)

## Good

    import os

    def install(script):
        os.chmod(script, 0o700)

For a file that nobody executes, such as a key, pass `0o600`.

## When to suppress

If the group is meant to share the file, or if a program is installed for all users (`0o755`) in a directory that only
its owner can write to.

## References

- https://docs.python.org/3/library/os.html#os.chmod
- https://man7.org/linux/man-pages/man7/inode.7.html
"""

import ast
import stat
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, last_like, rule
from posse_checks.rules._shared.purpose import is_test

PERMISSIVE = stat.S_IWOTH | stat.S_IXOTH | stat.S_IWGRP | stat.S_IXGRP


@rule(
    "B103",
    "set_bad_file_permissions",
    MEDIUM,
    HIGH,
    Cwe.INCORRECT_PERMISSION_ASSIGNMENT,
    called=last_like("chmod"),
    unfixable="the program may need the mode for others",
)
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


@check.fix("Restrict permissions to the owner", REVIEW)
def restrict(call: Call, source: Source) -> Edits:
    """Removes all permissions of group and others if one of them can write.

    Keeps modes for programs of all users, and modes with a special bit, such as those of shared directories.
    """
    mode = call.node.args[1]
    if not isinstance(mode, ast.Constant) or not isinstance(mode.value, int) or is_test(call, source):
        return []
    kept = mode.value & stat.S_IRWXU
    if (
        not kept
        or not mode.value & (stat.S_IWGRP | stat.S_IWOTH)
        or mode.value & ~(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
    ):
        return []
    return [source.replaced(mode, f"{kept:#o}")]
