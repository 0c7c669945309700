"""A call of `tempfile.mktemp`, which returns the name of a temporary file without creating it.

Before the program opens the name, another user of the machine can create that file or put a link in its place. The
program then reads what they planted, or overwrites the file that the link points to with its own rights.

## Bad

    import tempfile

    def save(report):
        path = tempfile.mktemp(suffix=".csv")
    #          ^^^^^^^^^^^^^^^ Use of insecure and deprecated function (mktemp).
        with open(path, "w") as file:
            file.write(report)
        return path

## Fixed

Use NamedTemporaryFile (review):

    import tempfile

    def save(report):
        path = tempfile.NamedTemporaryFile(suffix=".csv", delete=False).name
        with open(path, "w") as file:
            file.write(report)
        return path

## Good

    import tempfile

    def save(report):
        with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as file:
            file.write(report)
        return file.name

## When to suppress

If the name lies in a directory that only this program can write to, such as one from `tempfile.mkdtemp`, and the file
must not exist yet, as for a socket or a pipe.

## References

- https://docs.python.org/3/library/tempfile.html#tempfile.mktemp
- https://owasp.org/www-community/vulnerabilities/Insecure_Temporary_File
"""

import ast
import re

from posse_checks.rule import MEDIUM, REVIEW, Call, Cwe, Edits, Source, blocked_calls
from posse_checks.rules._shared.purpose import is_test, name_of, names_for

check = blocked_calls(
    "B306",
    "mktemp_q",
    MEDIUM,
    Cwe.INSECURE_TEMPORARY_FILE,
    "Use of insecure and deprecated function (mktemp).",
    ["tempfile.mktemp"],
    unfixable="the name may be needed before the file exists",
)


PARAMETERS = ("suffix", "prefix", "dir")
"""The parameters of `mktemp`, in order; `NamedTemporaryFile` takes them by name."""
NEEDS_NO_FILE = {
    *("mkdir", "makedirs", "mkfifo", "mknod", "bind", "symlink", "link", "copytree", "create_connection"),
    *("symlink_to", "hardlink_to", "start_unix_server", "create_unix_server", "UnixStreamServer", "rename"),
}
"""Functions that fail if the name exists, or that create something other than a file."""
NO_FILE = re.compile(r"(?i)sock|fifo|pipe|folder|link|(?<!\b)dir|directory")
"""Matches names of things other than files; `dir` itself is a parameter."""


@check.fix("Use NamedTemporaryFile", REVIEW)
def create(call: Call, source: Source) -> Edits:
    """Creates the file with `NamedTemporaryFile`, so that it is new and empty, and nobody else can have created it."""
    source.verify(call.node.func, "tempfile.mktemp")
    if any(isinstance(each, ast.Starred) for each in call.node.args) or not _may_exist(source):
        return []
    if is_test(call, source) or NO_FILE.search(" ".join([*names_for(call.node, source), source.slice(call.node)])):
        return []
    names = zip(PARAMETERS, call.node.args, strict=False)
    named = [source.inserted(source.start(argument), f"{name}=") for name, argument in names]
    made = source.renamed(call.node.func, "tempfile", "NamedTemporaryFile")
    kept = source.keyword_set(call.node, "delete", "False")
    return [*made, *named, *kept, source.inserted(source.end(call.node), ".name")]


def _may_exist(source: Source) -> bool:
    """Whether no visible code needs the file not to exist yet."""
    match source.ancestors:
        case [ast.Call(func=function), *_] | [ast.Tuple(), ast.Call(func=function), *_]:
            return name_of(function) not in NEEDS_NO_FILE
        case [ast.Assign(targets=[ast.Name(id=name)]), *_] | [ast.AnnAssign(target=ast.Name(id=name)), *_]:
            return not any(name_of(call.func) in NEEDS_NO_FILE for call in source.calls_with(name))
        case [ast.Expr(), *_] | [ast.Return(), *_] | [ast.keyword(), *_]:
            return True
    return False
