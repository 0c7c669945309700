"""Checks files in several processes. If one dies, the file it was checking is skipped, and another replaces it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from posse_server.results.check_file import FileChecker
from posse_server.results.job import Job
from posse_server.results.result import CheckedFile

BATCHES = 12
"""Approximate number of batches per process: the more, the more even the load."""
LARGEST_BATCH = 16


@dataclass
class _Worker:
    """A process, its pipe, and the files that it has not answered yet. The first of these is being checked."""

    process: BaseProcess
    connection: Connection
    batch: deque[str]
    since: float
    """When it started to check the first file of the batch."""


def is_safe() -> bool:
    """Whether several processes may be used.

    Without forking, Python before 3.11 would import modules from the working folder.
    """
    return sys.platform == "linux" or sys.version_info >= (3, 11)


def check_in_processes(paths: Sequence[str], job: Job, processes: int) -> Iterator[CheckedFile]:
    """Check files in up to that many processes. Yields results in the order in which they are done."""
    size = max(1, min(LARGEST_BATCH, len(paths) // (processes * BATCHES)))
    batches = deque(deque(paths[start : start + size]) for start in range(0, len(paths), size))
    context = _context()
    workers: dict[Connection, _Worker] = {}
    try:
        while workers or batches:
            while batches and len(workers) < processes:
                worker = _start(context, job, batches.popleft(), workers)
                workers[worker.connection] = worker
            ends = min(worker.since for worker in workers.values()) + job.time_limit
            for ready in wait(list(workers), max(0, ends - time.monotonic())):
                assert isinstance(ready, Connection)
                worker = workers[ready]
                try:
                    checked: CheckedFile = ready.recv()
                except (EOFError, OSError):
                    del workers[ready]
                    yield _lost(worker)
                    if worker.batch:
                        batches.append(worker.batch)
                    continue
                worker.batch.popleft()
                worker.since = time.monotonic()
                yield checked
                if not worker.batch and not _give(worker, batches):
                    del workers[ready]
            for worker in _late(workers, job):
                del workers[worker.connection]
                worker.process.kill()
                worker.connection.close()
                worker.process.join()
                yield job.out_of_time(worker.batch.popleft())
                if worker.batch:
                    batches.append(worker.batch)
    finally:
        for worker in workers.values():
            worker.process.kill()
            worker.process.join()


def _late(workers: Mapping[Connection, _Worker], job: Job) -> list[_Worker]:
    """Returns the workers that exceeded the time limit and have not sent a result since."""
    now = time.monotonic()
    return [
        worker for worker in workers.values() if now - worker.since >= job.time_limit and not worker.connection.poll()
    ]


def _start(context: BaseContext, job: Job, batch: deque[str], others: Iterable[Connection]) -> _Worker:
    """Start a worker with its first batch. `others` are the pipes that a forked process inherits."""
    ours, theirs = context.Pipe()
    # A forked process inherits our ends of all pipes. While it has them open, closing them here has no effect.
    inherited = [ours, *others] if context.get_start_method() == "fork" else []
    process = context.Process(target=_work, args=(theirs, inherited, job), daemon=True)  # type: ignore[attr-defined]
    with _without_interrupts():  # until the process ignores them
        process.start()
    theirs.close()
    with contextlib.suppress(OSError):  # it has died already, which receiving will detect
        ours.send(list(batch))
    return _Worker(process, ours, batch, time.monotonic())


def _give(worker: _Worker, batches: deque[deque[str]]) -> bool:
    """Send a worker its next batch. Returns whether there was one; if not, the worker is stopped."""
    if not batches:
        worker.connection.close()
        worker.process.join()
        return False
    worker.batch = batches.popleft()
    with contextlib.suppress(OSError):
        worker.connection.send(list(worker.batch))
    return True


def _lost(worker: _Worker) -> CheckedFile:
    """Returns the outcome for the file at which a process died."""
    worker.connection.close()
    worker.process.join()
    code = worker.process.exitcode or 0
    how = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit status {code}"
    return CheckedFile(worker.batch.popleft(), skipped=f"its process died ({how}); please report it")


def _work(connection: Connection, inherited: Iterable[Connection], job: Job) -> None:
    """Check batches of files until the pipe is closed. Runs in the worker."""
    for other in inherited:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    checker = FileChecker(job)
    with contextlib.suppress(EOFError, OSError):
        while True:
            for path in connection.recv():
                connection.send(checker.check_file(path))
    checker.close()


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Block Ctrl+C for a moment."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _context() -> BaseContext:
    """Forked processes have all rules loaded already. Where forking is not safe, each process loads them again.

    A process that is not forked must not import a file of the scanned folder as a module.
    """
    if sys.platform == "linux":
        return multiprocessing.get_context("fork")
    os.environ["PYTHONSAFEPATH"] = "1"
    return multiprocessing.get_context("spawn")
