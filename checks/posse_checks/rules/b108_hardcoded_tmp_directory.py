"""A fixed path in a directory that every user of the machine can write to.

Whoever guesses the name can put a file or a link there first, and then the program reads what they planted, or writes
through the link to a file of their choice.

## Bad

    def save(report):
        with open("/tmp/report.txt", "w") as file:
    #             ^^^^^^^^^^^^^^^^^ Probable insecure usage of temp file/directory.
            file.write(report)

## Fixed

Use a directory that is made for this run (review):

    import tempfile

    def save(report):
        with open(tempfile.mkdtemp() + "/report.txt", "w") as file:
            file.write(report)

## Good

    import tempfile

    def save(report):
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write(report)

## When to suppress

Where the string is no path to be opened, as in a message or a list of patterns, or where the program runs alone in its
container.

## References

- https://docs.python.org/3/library/tempfile.html
- https://owasp.org/www-community/vulnerabilities/Insecure_Temporary_File
"""

import ast
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import MEDIUM, rule
from posse_checks.source import Source
from posse_checks.views import String

DIRECTORIES = ("/tmp", "/var/tmp", "/dev/shm")
HOLDERS = (ast.Call, ast.keyword, ast.Assign, ast.Return, ast.Dict, ast.List, ast.Tuple)
"""What a string can stand in so that an expression in its place means what it says."""


@rule(
    "B108",
    "hardcoded_tmp_directory",
    MEDIUM,
    MEDIUM,
    Cwe.INSECURE_TEMP_FILE,
    prefixes=lambda options: options.get("tmp_dirs", DIRECTORIES),
    section="hardcoded_tmp_directory",
    defaults={"tmp_dirs": list(DIRECTORIES)},
)
def check(string: String) -> Iterator[Finding]:
    """Report strings that begin with the path of a shared temporary directory."""
    yield string.finding("Probable insecure usage of temp file/directory.")


@check.fix("Use a directory that is made for this run", REVIEW)
def make_directory(string: String, source: Source) -> Edits:
    """Other programs, and the next run, then do not find the file where it was."""
    if not source.ancestors or not isinstance(source.ancestors[0], HOLDERS):
        return []
    quote, body = source.string_parts(string.node)
    directory = next((each for each in DIRECTORIES if body == each or body.startswith(f"{each}/")), None)
    if directory is None:
        return []
    rest = body[len(directory) :].strip("/")
    suffix = f"() + {quote}/{rest}{quote}" if rest else "()"
    return source.rerouted(string.node, "tempfile", "mkdtemp", suffix=suffix)
