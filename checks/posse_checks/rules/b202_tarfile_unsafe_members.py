"""A tar archive extracted without checking what is in it.

The names in an archive may be absolute or contain `..`, and links may point anywhere. The archive's author can thus
write files outside the target directory, such as a shell profile or a module that is imported later.

## Bad

    import tarfile

    def unpack(path):
        with tarfile.open(path) as archive:
            archive.extractall("target")
    #       ^^^^^^^^^^^^^^^^^^ tarfile.extractall used without any validation.


    import tarfile

    def unpack(path, chosen):
        with tarfile.open(path) as archive:
            archive.extractall("target", members=chosen)
    #                                    ^^^^^^^^^^^^^^ Found tarfile.extractall(members=?) but couldn't
            archive.extractall("target", members=inspected(archive))
    #                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^ Usage of tarfile.extractall(members=

## Fixed

Add filter="data" (review):

    import tarfile

    def unpack(path):
        with tarfile.open(path) as archive:
            archive.extractall("target", filter="data")

## Good

    import tarfile

    def unpack(path):
        with tarfile.open(path) as archive:
            archive.extractall("target", filter="data")

The filter has had holes itself: CVE-2025-4517 and others let links lead out of the target directory. They are fixed in
Python 3.13.4, 3.12.11, 3.11.13, 3.10.18 and 3.9.23. Extract other people's archives with one of these or a newer one.

No filter limits the size of the unpacked files: look at the members of other people's archives first.

## When to suppress

If the program made the archive itself, or if the members were checked one by one. From Python 3.14 on, the filter
`data` is the default.

## References

- https://docs.python.org/3/library/tarfile.html#tarfile-extraction-filter
- https://docs.python.org/3/library/tarfile.html#hints-for-further-verification
- https://nvd.nist.gov/vuln/detail/CVE-2025-4517
- https://peps.python.org/pep-0706/
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import HIGH, LOW, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, last_like, rule

ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
"""The memory address of a node: Bandit's message contains it, and so differs from run to run. Posse removes it."""

OPENERS = {
    "tarfile.open",
    "tarfile.TarFile",
    *(f"tarfile.TarFile.{name}" for name in ("open", "taropen", "gzopen", "bz2open", "xzopen", "zstopen")),
}
"""The functions that open a tar archive."""


@rule(
    "B202",
    "tarfile_unsafe_members",
    HIGH,
    HIGH,
    Cwe.PATH_TRAVERSAL,
    called=last_like("extractall"),
    unfixable="it is not certain that this is an archive of tarfile",
)
def check(call: Call) -> Iterator[Finding]:
    """Report extractions in files that import `tarfile`, unless they filter for plain data."""
    if not call.has_import("tarfile") or _is_for_data(call.keyword("filter")):
        return
    if "members" in call.keywords:
        yield from _with_members(call)
        return
    yield call.finding(
        "tarfile.extractall used without any validation. Please check and discard dangerous members.",
        span=call.keyword("filter") or call.span,
    )


def _is_for_data(chosen: ast.keyword | None) -> bool:
    return chosen is not None and isinstance(chosen.value, ast.Constant) and chosen.value.value == "data"


def _with_members(call: Call) -> Iterator[Finding]:
    """Yields the finding for a `members` argument, in Bandit's words for a call of a function and for anything else."""
    members = call.keyword("members")
    assert members is not None
    value = members.value
    if not isinstance(value, ast.Call):
        other = {"Other": value.id if isinstance(value, ast.Name) else value}
        yield call.finding(
            "Found tarfile.extractall(members=?) but couldn't identify the type of members. "
            f"Check if the members were properly validated {ADDRESS.sub('', str(other))}).",
            severity=MEDIUM,
            confidence=MEDIUM,
            span=members,
        )
    elif isinstance(value.func, ast.Name):  # Bandit fails on any other function, and so reports nothing
        yield call.finding(
            "Usage of tarfile.extractall(members=function(tarfile)). Make sure your function properly discards "
            f"dangerous members { ({'Function': value.func.id}) }).",
            severity=LOW,
            confidence=LOW,
            span=members,
        )


@check.fix('Add filter="data"', REVIEW)
def filter_data(call: Call, source: Source) -> Edits:
    """Adds `filter="data"`: members outside the target directory then raise an exception.

    The object must certainly be a TarFile, as the method of `zipfile` with this name takes no filter.
    """
    function, given = call.node.func, call.keyword("filter")
    if not isinstance(function, ast.Attribute) or function.attr != "extractall":
        return []
    if not source.is_made_by(function.value, OPENERS, {"tarfile.TarFile"}):
        return []
    if given is not None and not (isinstance(given.value, ast.Constant) and given.value.value is None):
        return []  # the author chose another one
    return source.keyword_set(call.node, "filter", source.quoted("data"))
