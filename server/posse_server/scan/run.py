"""Checks all files of a scan, one after the other or in several processes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from posse_server.project.files import FoundFiles
from posse_server.results.check_file import FileChecker
from posse_server.results.job import Job
from posse_server.results.result import CheckedFile
from posse_server.results.stored import encoded
from posse_server.results.time_limit import OutOfTimeError, limited
from posse_server.scan.progress import watched
from posse_server.system.collector import without_collector

if TYPE_CHECKING:
    from posse_server.system.store import Store


def check_all(
    discovery: FoundFiles,
    job: Job,
    *,
    processes: int = 1,
    scheduler: str | None = None,
    quiet: bool = False,
    store: Store | None = None,
) -> list[CheckedFile]:
    """Check the files found. Returns the outcomes: standard input first, then the files in order.

    New results are kept in `store`.
    """
    stdin = [_check_stdin(discovery.stdin, job)] if discovery.stdin else []
    files = discovery.files
    checked: Iterable[CheckedFile] = _check_in_time(files, job)
    processes = min(processes, len(files))
    if scheduler is not None:
        from posse_server.scan.cluster import check_on_cluster

        checked = check_on_cluster(files, job, scheduler)
    elif processes > 1:
        from posse_server.scan.processes import check_in_processes, is_safe

        if is_safe():
            checked = check_in_processes(files, job, processes)
    if not quiet:
        checked = watched(checked, len(files))
    if store is not None:
        checked = _kept(checked, store)
    with without_collector():
        by_name = {one.name: one for one in checked}
    return [*stdin, *(by_name[name] for name in files)]


def _check_stdin(name: str, job: Job) -> CheckedFile:
    """Check standard input under a name."""
    with contextlib.closing(FileChecker(job)) as checker:
        return checker.check_stdin(name)


def _check_in_time(files: Iterable[str], job: Job) -> Iterator[CheckedFile]:
    """Check files one after the other, each within the time limit."""
    checker = FileChecker(job)
    try:
        for path in files:
            try:
                with limited(job.time_limit):
                    checked = checker.check_file(path)
            except OutOfTimeError:
                checked = job.out_of_time(path)
            yield checked
    finally:
        checker.close()


def _kept(checked: Iterable[CheckedFile], store: Store) -> Iterator[CheckedFile]:
    """Yields outcomes as they come, and keeps the new ones."""
    for one in checked:
        value = None if one.cache_key is None else encoded(one)
        if one.cache_key is not None and value is not None:
            store.put(one.cache_key, value)
        yield one
