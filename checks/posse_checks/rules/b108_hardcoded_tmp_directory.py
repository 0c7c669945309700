"""A fixed path in a directory that every user of the machine can write to.

Another user who guesses the name can put a file or a link there first. The program then reads what they planted, or
writes through the link to a file of their choice.

## Bad

    def save(report):
        with open("/tmp/report.txt", "w") as file:
    #             ^^^^^^^^^^^^^^^^^ Probable insecure usage of temp file/directory.
            file.write(report)

## Fixed

Use a private temporary directory (review):

    import tempfile

    def save(report):
        with open(tempfile.mkdtemp() + "/report.txt", "w") as file:
            file.write(report)

## Good

    import tempfile

    def save(report):
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write(report)

The program must delete the files that `mkdtemp` and `delete=False` create. `tempfile.TemporaryDirectory` does that at
the end of a `with` block.

## When to suppress

If the string is not a path that is opened, as in a message or a list of patterns, or if the program runs alone in its
container.

## References

- https://docs.python.org/3/library/tempfile.html
- https://owasp.org/www-community/vulnerabilities/Insecure_Temporary_File
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import MEDIUM, REVIEW, Cwe, Edits, Finding, Source, String, is_string, rule
from posse_checks.rules._shared.purpose import is_test, name_of

DIRECTORIES = ("/tmp", "/var/tmp", "/dev/shm")
OPENERS = ("open", "io.open", "codecs.open")
CREATORS = ("os.mkdir", "os.makedirs")


@rule(
    "B108",
    "hardcoded_tmp_directory",
    MEDIUM,
    MEDIUM,
    Cwe.INSECURE_TEMPORARY_FILE,
    prefixes=lambda options: options.get("tmp_dirs", DIRECTORIES),
    section="hardcoded_tmp_directory",
    defaults={"tmp_dirs": list(DIRECTORIES)},
    unfixable="nothing here shows that the program creates a file at this path",
)
def check(string: String) -> Iterator[Finding]:
    """Report strings that begin with the path of a shared temporary directory."""
    yield string.finding("Probable insecure usage of temp file/directory.")


@check.fix("Use a private temporary directory", REVIEW)
def make_directory(string: String, source: Source) -> Edits:
    """Moves a file or directory that the program creates into a new directory of `mkdtemp`.

    Other programs, and the next run, no longer find it under its old name.
    """
    name = _created(string, source)
    quote, body = source.string_parts(string.node)
    directory = next((each for each in DIRECTORIES if body.startswith(f"{each}/")), None)
    if name is None or directory is None or is_test(string, source):
        return []
    parts = body[len(directory) :].strip("/").split("/")
    rest = "/".join(parts) if name == "os.makedirs" else parts[-1]
    return source.replaced_by_name(string.node, "tempfile", "mkdtemp", f"() + {quote}/{rest}{quote}") if rest else []


def _created(path: String, source: Source) -> str | None:
    """The name of the function that creates a file or a directory at a path; None if the path is not its argument."""
    call = source.ancestors[0] if source.ancestors else None
    if not isinstance(call, ast.Call) or not call.args or call.args[0] is not path.node:
        return None
    name = source.qualified(call.func) or name_of(call.func)
    if name in CREATORS:
        return name
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    mode = call.args[1] if len(call.args) > 1 else keywords.get("mode")
    return name if name in OPENERS and is_string(mode) and mode.value[:1] in ("w", "x") else None
