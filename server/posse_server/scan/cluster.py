"""Checks files on a Dask cluster. They go to the workers by content, so no worker needs the disk of this machine.

Connecting to a scheduler trusts it: Dask's messages can run code. So only the command line names one.
"""

from __future__ import annotations

import logging
import pickle
import queue
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from posse_server.project.effective import EffectiveConfig
from posse_server.results.check_file import FileChecker
from posse_server.results.job import Due, Job
from posse_server.results.result import CheckedFile
from posse_server.scan.cluster_worker import Batch, Level, OtherLevelError, check_batch, check_in_time, level
from posse_server.system.console import CommandError, shown

Client = Any
"""Dask's connection to a scheduler; its methods have no types."""
Future = Any
"""Dask's handle of a task."""

ANSWER_SECONDS = 10.0
"""How long the scheduler may take to answer, and to have a worker."""
LARGEST_BATCH = 16
"""Largest number of files in a batch."""
LARGEST_BATCH_BYTES = 1 << 20
"""Number of bytes from which a batch gets no more files."""
BATCHES_PER_THREAD = 3
"""Number of batches under way for each thread of the cluster, so that none waits for the next."""
LOOK_SECONDS = 1.0
"""Time between two looks at the connection while no result comes."""
_ADDRESS = re.compile(r"(?:tcp|tls)://[\w.:%\[\]-]+:\d{1,5}", re.ASCII)


def check_on_cluster(paths: Sequence[str], job: Job, address: str) -> Iterator[CheckedFile]:
    """Check files on the cluster of a scheduler. Yields results in the order in which they are done.

    Raises CommandError if the scheduler does not answer or is lost, or if a worker has another version of Posse.
    """
    try:
        import distributed
    except ImportError:
        raise CommandError("a cluster needs Dask; install it with: pip install 'posse-lsp[cluster]'") from None
    if not _ADDRESS.fullmatch(address):
        raise CommandError(f"{shown(address)} is not the address of a scheduler; write tcp://HOST:PORT")
    _silence()
    client = _connected(address, distributed.Client)
    checker = FileChecker(job)
    try:
        _verify_workers(client, address)
        yield from _Run(client, address, job).checked(paths, checker)
    finally:
        checker.close()
        client.close(timeout=1)


def _connected(address: str, connect: Callable[..., Client]) -> Client:
    """Connect to a scheduler. Raises CommandError if it does not answer in time.

    Dask has no time limit for the handshake, so it connects in a thread.
    """
    answers: queue.Queue[Client | Exception] = queue.Queue()

    def work() -> None:
        try:
            answers.put(connect(address, timeout=ANSWER_SECONDS, set_as_default=False))
        except Exception as error:
            answers.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        answer = answers.get(timeout=ANSWER_SECONDS + LOOK_SECONDS)
    except queue.Empty:
        answer = TimeoutError(f"nothing came in {ANSWER_SECONDS:g} s")
    if isinstance(answer, Exception):
        reason = answer if str(answer) else type(answer).__name__
        raise CommandError(f"the scheduler at {address} does not answer: {reason}")
    return answer


def _silence() -> None:
    """Keep Dask's loggers from printing what is told in our own words. Each of them has a level of its own."""
    for name in ("distributed", "tornado", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _verify_workers(client: Client, address: str) -> None:
    """Raises CommandError unless there is a worker, and all are of this version."""
    try:
        client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        levels = cast("Mapping[str, Level]", client.run(level))
    except (ImportError, AttributeError) as error:
        raise CommandError(f"a worker of {address} lacks a module: {error}; install the same posse-lsp there") from None
    except (OSError, TimeoutError) as error:
        raise CommandError(f"the scheduler at {address} has no worker that answers: {error}") from None
    others = {worker: other for worker, other in levels.items() if other != level()}
    if others:
        worker, other = min(others.items())
        raise CommandError(_other_level(worker, other))


def _other_level(worker: str, other: Level) -> str:
    return f"the worker {worker} has {Level(*other)}, but this is {level()}; install the same there"


class _Run:
    """The batches that are under way."""

    def __init__(self, client: Client, address: str, job: Job) -> None:
        self._client = client
        self._address = address
        self._job = job
        self._how = replace(job, resolver=_nothing, read=_no_bytes, files=(), cache_folder=None)
        self._done: queue.Queue[Future] = queue.Queue()
        self._under_way: dict[Future, Sequence[Due]] = {}
        self._suspects: list[Due] = []
        """The files of batches at which workers died; any of them may be the reason, or none."""
        self._configs: dict[int, tuple[EffectiveConfig, bytes]] = {}
        self._room = self._batches_for_all()

    def checked(self, paths: Iterable[str], checker: FileChecker) -> Iterator[CheckedFile]:
        """Yields the results of files as they come. What is known is not sent."""
        try:
            batch: list[Due] = []
            for path in paths:
                file = checker.look_up(path)
                if isinstance(file, Due) and file.config.configuration.policy.flow:
                    # its data is followed through files that workers lack
                    file = check_in_time(checker, file, self._job)
                if isinstance(file, CheckedFile):
                    yield file
                    continue
                batch.append(file)
                if len(batch) >= LARGEST_BATCH or sum(len(due.data) for due in batch) >= LARGEST_BATCH_BYTES:
                    self._send(batch)
                    batch = []
                while len(self._under_way) >= self._room:
                    yield from self._received()
            if batch:
                self._send(batch)
            while self._under_way:
                yield from self._received()
            while self._suspects:  # one by one: a file that is alone when workers die is the reason
                self._send([self._suspects.pop()])
                yield from self._received(is_alone=True)
        finally:
            if self._under_way and self._client.status == "running":
                self._client.cancel(list(self._under_way), asynchronous=False, force=True)

    def _batches_for_all(self) -> int:
        """Returns how many batches may be under way."""
        threads: int = sum(self._client.nthreads().values())
        return BATCHES_PER_THREAD * max(1, threads)

    def _send(self, files: Sequence[Due]) -> None:
        batch = Batch(self._how, tuple((self._pickled(due.config), due.config.path) for due in files), tuple(files))
        parts = [replace(due, config=None) for due in batch.files]  # type: ignore[arg-type]  # the worker fills it in
        future = self._client.submit(check_batch, level(), batch._replace(files=tuple(parts)), pure=False)
        self._under_way[future] = files
        future.add_done_callback(self._done.put)

    def _pickled(self, config: EffectiveConfig) -> bytes:
        """Returns a configuration without the path of a file; files under one configuration share it."""
        kept = self._configs.get(id(config.configuration))
        if kept is None:
            kept = self._configs[id(config.configuration)] = (config, pickle.dumps(replace(config, path="")))
        return kept[1]

    def _received(self, *, is_alone: bool = False) -> Iterator[CheckedFile]:
        """Wait for a batch. Yields its results. If workers died with it, its files become suspects, or are skipped."""
        future = self._next()
        files = self._under_way.pop(future)
        from distributed import KilledWorker

        try:
            checked = cast("Sequence[CheckedFile]", future.result(timeout=ANSWER_SECONDS))
        except OtherLevelError as error:
            raise CommandError(_other_level(error.worker, error.level)) from None
        except KilledWorker:
            if is_alone:
                died = "the processes of several workers died with it; please report it"
                yield CheckedFile(files[0].name, skipped=died)
            else:
                self._suspects.extend(files)
            return
        except Exception as error:  # the scheduler or its connection is gone, or what a worker has is broken
            if self._client.status != "running" or future.cancelled():
                raise self._lost() from None
            raise CommandError(f"a worker of {self._address} failed: {error!r}") from None
        self._room = self._batches_for_all()
        yield from checked

    def _next(self) -> Future:
        """Wait for the next batch that is done. Raises CommandError if there is nobody to wait for."""
        ends = time.monotonic() + self._job.time_limit * LARGEST_BATCH
        while (future := self._look()) is None:
            if self._client.status != "running":
                raise self._lost()
            if time.monotonic() > ends:
                raise CommandError(f"no worker of {self._address} answers anymore")
        return future

    def _look(self) -> Future | None:
        """Returns a batch that is done; None if there is none for a while."""
        try:
            return self._done.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            return None

    def _lost(self) -> CommandError:
        return CommandError(f"the scheduler at {self._address} was lost; start again: what was checked is in the cache")


def _nothing(name: str) -> Any:
    raise LookupError(name)


def _no_bytes(path: str) -> bytes:
    raise FileNotFoundError(path)
