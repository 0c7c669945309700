"""The process that checks the files of a workspace while the editor's server answers requests.

It names each file before it checks it, so that the server knows which file ended or delayed the process. A file gets
the diagnostics that it would have if it were open, from the text on the disk.
"""

from __future__ import annotations

import enum
import json
import logging
import os
import pickle
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from posse_checks.baseline.match import KnownFindings
from posse_checks.incremental.check_file import decode
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_server.background.diagnostics_cache import CheckResult, DiagnosticsCache
from posse_server.background.files import ChosenFiles, files_of
from posse_server.baselines.read import Baselines
from posse_server.project.editor_settings import EditorSettings
from posse_server.project.effective import EffectiveConfig
from posse_server.project.files import FileTrees
from posse_server.project.workspace import Workspace
from posse_server.protocol.convert import Encoding
from posse_server.protocol.snapshot import Snapshot
from posse_server.system.reading import SOURCE_LIMIT, Stamp, read_bytes, stamp_of
from posse_server.transport.logs import log_to_standard_error

LOG = logging.getLogger(__name__)

LENGTH_BYTES = 4
"""Size, in bytes, of the length before each message, which is big-endian."""
NICENESS = 10
"""Increase of the process's nice level."""
HEARTBEAT_SECONDS = 5.0
"""Interval of heartbeats during long steps that send no other message."""


class Task(enum.Enum):
    """What to do with the files."""

    CHECK = "check"
    ADD_TO_BASELINE = "add"
    PRUNE_BASELINE = "prune"


@dataclass(frozen=True, slots=True)
class Order:
    """The task of the process."""

    folders: Sequence[tuple[Path, EditorSettings]]
    """The workspace folders, each with the editor's settings for it."""
    encoding: Encoding
    chosen: frozenset[Path] | None = None
    """The files to check, and folders with all files in them; None for the whole workspace."""
    task: Task = Task.CHECK
    left_out: frozenset[Path] = frozenset()
    """Files to skip: they are done, or have ended a process."""
    texts: Mapping[Path, str] = field(default_factory=dict)
    """The texts of open documents, which replace those of their files in a baseline."""
    unsaved: frozenset[Path] = frozenset()
    """Files that are open with unsaved changes, and must not be written."""


@dataclass(frozen=True, slots=True)
class FileChecked:
    """The result of a file."""

    path: Path
    diagnostics: str
    """JSON objects, separated by commas."""
    findings: int
    stamp: Stamp | None
    """The file's stamp from before it was read."""


class ServerConnection:
    """The connection to the editor's server. A message is a JSON list, preceded by its length."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, kind: str, *fields: object) -> None:
        """Send a message."""
        body = json.dumps([kind, *fields]).encode()
        message = memoryview(len(body).to_bytes(LENGTH_BYTES, "big") + body)
        with self._lock:
            while message:
                message = message[os.write(self._descriptor, message) :]

    @contextmanager
    def heartbeats(self) -> Iterator[None]:
        """Send heartbeats during a step that sends no message for a long time."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(HEARTBEAT_SECONDS):
                self.send("alive")

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def work(order: Order, server: ServerConnection) -> None:
    """Carry out an order, file by file, in the order of their names."""
    workspace, baselines = Workspace(root for root, _ in order.folders), Baselines()
    workspace.take_settings(dict(order.folders))
    trees = FileTrees() if order.chosen is None else ChosenFiles(order.chosen)
    with server.heartbeats():
        found = [path for root, _ in order.folders for path in files_of(workspace, root, trees)]
    paths = [path for path in found if path not in order.left_out]
    server.send("total", len(paths))
    if order.task is not Task.CHECK:
        from posse_server.background.baseline import rewrite_baselines

        rewrite_baselines(order, workspace, paths, server)
        return
    kept = DiagnosticsCache(order.encoding)
    try:
        for path in paths:
            server.send("at", str(path))
            config, stamp = workspace.resolve(path), stamp_of(path)
            try:
                checked = _checked(path, config, baselines, order.encoding, kept)
            except Exception:
                LOG.exception("cannot check %s", path)
                checked = NOTHING_FOUND
            server.send("found", str(path), checked.diagnostics, checked.findings, stamp)
    finally:
        kept.close()


NOTHING_FOUND = CheckResult("", 0)


def _checked(
    path: Path, config: EffectiveConfig, baselines: Baselines, encoding: Encoding, kept: DiagnosticsCache
) -> CheckResult:
    """Check a file, unless its result was kept. One that cannot be read has no findings."""
    try:
        data = read_bytes(path, SOURCE_LIMIT)
    except (OSError, ValueError) as error:
        LOG.info("cannot read %s: %s", path, error)
        return NOTHING_FOUND
    if config.root is None:
        return NOTHING_FOUND
    known = baselines.known(config.configuration.policy, config.root, path) or KnownFindings()

    def check() -> CheckResult:
        source = decode(data)
        if isinstance(source, Broken):
            return NOTHING_FOUND
        snapshot = Snapshot(path.as_uri(), 0, Document.opened(source, config.catalogue), config, known)
        return CheckResult(snapshot.rendered(encoding).text, len(snapshot.displayed))

    return kept.result(data, config, known, check)


def main() -> None:
    """Read an order from standard input, carry it out, and write messages about it to standard output."""
    log_to_standard_error("WARNING")
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    order: Order = pickle.load(sys.stdin.buffer)  # trusted: it comes from the server, which started this process
    output = sys.stdout.fileno()
    try:
        server = ServerConnection(output)
        work(order, server)
        server.send("done")
    except BrokenPipeError:  # the server is gone or has canceled the order
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)
