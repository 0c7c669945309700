"""An import of `subprocess`, as a reminder that this module starts other programs.

The import itself is harmless. It marks the files in which a command may come from an untrusted source, so that a
reviewer knows where to look.

## Bad

    import subprocess
    #      ^^^^^^^^^^ Consider possible security implications associated with the subprocess module.

## Good

    import shutil
    shutil.copytree("source", "target")

## When to suppress

After the calls in the file have been reviewed: B602, B603 and B607 report them. Many projects turn this rule off with
`skips: [B404]`.

## References

- https://docs.python.org/3/library/subprocess.html#security-considerations
"""

from posse_checks.rule import LOW, Cwe, blocked_imports

check = blocked_imports(
    "B404",
    "import_subprocess",
    LOW,
    Cwe.OS_COMMAND_INJECTION,
    "Consider possible security implications associated with the subprocess module.",
    ["subprocess"],
    unfixable="an import does no harm; what counts is each call, which B602, B603 and B607 report",
)
