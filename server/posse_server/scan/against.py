"""The findings that a revision has already, as a baseline for the files that have changed since."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from posse_checks.baseline.match import KnownFindings
from posse_server.project.files import FoundFiles
from posse_server.results.check_file import FileChecker
from posse_server.results.job import Job
from posse_server.results.time_limit import OutOfTimeError, limited
from posse_server.scan.baseline import KnownIn
from posse_server.scan.changes import base_of, repositories_of
from posse_server.system.console import CommandError
from posse_server.system.git import GitError, Repository
from posse_server.system.reading import SOURCE_LIMIT

OPTION = "--against"
_NOTHING = frozenset("0")


def known_at(revision: str, targets: Sequence[str]) -> Callable[[FoundFiles, Job], KnownIn]:
    """Returns the function that checks the files of a scan as they are at a revision. It raises CommandError.

    A file that has another name there is known by its present one.
    """

    def known_in(discovery: FoundFiles, job: Job) -> KnownIn:
        names = {os.path.abspath(name): name for name in discovery.files}
        checker = FileChecker(job)
        known: dict[str, KnownFindings] = {}
        try:
            for repository in repositories_of(targets, OPTION).values():
                before = _objects_before(repository, base_of(repository, revision, OPTION))
                wanted = {names[path]: object for path, object in before.items() if path in names}
                contents = repository.contents(list(wanted.values()), SOURCE_LIMIT.size)
                for name, content in zip(wanted, contents, strict=True):
                    if content is not None:
                        known[name] = _findings_of(checker, job, name, content)
        except GitError as error:
            raise CommandError(f"{OPTION}: {error}") from None
        finally:
            checker.close()
        return known.get

    return known_in


def _findings_of(checker: FileChecker, job: Job, name: str, content: bytes) -> KnownFindings:
    try:
        with limited(job.time_limit):
            return KnownFindings(Counter(result.key for result in checker.check_source(name, content).results))
    except OutOfTimeError:
        return KnownFindings()


def _objects_before(repository: Repository, base: str) -> Mapping[str, str]:
    """Returns the objects of changed files at a commit, by the absolute paths that they have now. Raises GitError."""
    options = ("--raw", "-z", "--no-abbrev", "--find-renames", "--diff-filter=d", "--no-relative")
    return dict(_parsed(repository, repository.run("diff", *options, base, "--").split(b"\0")))


def _parsed(repository: Repository, parts: Sequence[bytes]) -> Iterator[tuple[str, str]]:
    """Yields the path and the earlier object of each file in `diff --raw -z`."""
    left = iter(parts)
    for head in left:
        fields = head.decode("ascii", "replace").split()
        if len(fields) != 5:
            return
        name = next(left, b"")
        if fields[4][0] in "RC":
            name = next(left, b"")
        if not _NOTHING.issuperset(fields[2]):
            yield os.path.normpath(os.path.join(repository.top, os.fsdecode(name))), fields[2]
