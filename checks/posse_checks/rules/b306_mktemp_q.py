"""A call of `tempfile.mktemp`, which returns the name of a temporary file without creating it.

Between the moment the name is chosen and the moment the program opens it, another user of the machine can
create that file or put a link in its place. The program then reads what they planted, or overwrites the file
the link points to with its own rights.

## Bad

    import tempfile

    def save(report):
        path = tempfile.mktemp(suffix=".csv")
    #          ^^^^^^^^^^^^^^^ Use of insecure and deprecated function (mktemp).
        with open(path, "w") as file:
            file.write(report)
        return path

## Fixed

Create the file with mkstemp (review):

    import tempfile

    def save(report):
        path = tempfile.mkstemp(suffix=".csv")[1]
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

Where the name lies in a directory that only this program can write to, such as one from `tempfile.mkdtemp`,
and another program insists on creating the file itself, as for a socket or a pipe.

## References

- https://docs.python.org/3/library/tempfile.html#tempfile.mktemp
- https://owasp.org/www-community/vulnerabilities/Insecure_Temporary_File
"""

from posse_checks.blocklist import blocked_calls
from posse_checks.finding import Cwe
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import MEDIUM
from posse_checks.source import Source
from posse_checks.views import Call

check = blocked_calls(
    "B306",
    "mktemp_q",
    MEDIUM,
    Cwe.INSECURE_TEMP_FILE,
    "Use of insecure and deprecated function (mktemp).",
    ["tempfile.mktemp"],
)


@check.fix("Create the file with mkstemp", REVIEW)
def create(call: Call, source: Source) -> Edits:
    """The file then exists, and is open; its descriptor is the first of what `mkstemp` returns."""
    made = source.renamed(call.node.func, "tempfile", "mkstemp")
    return [*made, source.inserted(source.end(call.node), "[1]")]
