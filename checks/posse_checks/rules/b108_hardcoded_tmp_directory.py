"""A fixed path in a directory that every user of the machine can write to.

Whoever guesses the name can put a file or a link there first, and then the program reads what they planted, or writes
through the link to a file of their choice.

## Bad

    def save(report):
        with open("/tmp/report.txt", "w") as file:
    #             ^^^^^^^^^^^^^^^^^ Probable insecure usage of temp file/directory.
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

from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.rule import MEDIUM, rule
from posse_checks.views import String

DIRECTORIES = ("/tmp", "/var/tmp", "/dev/shm")


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
