"""A process that works through the files of a workspace while the editor's server answers.

It names each file before it begins with it, so that the server knows which one ended it or holds it up. A file gets the
diagnostics that it would have if it were open, from the text on the disk.
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

from posse_checks.baseline.match import Known
from posse_checks.incremental.check_file import decode
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_server.background.files import Chosen, files_of
from posse_server.baselines.read import Baselines
from posse_server.project.discovery import Stamp, stamp_of
from posse_server.project.editor_settings import EditorSettings
from posse_server.project.files import Trees
from posse_server.project.workspace import Place, Workspace
from posse_server.protocol.convert import Encoding
from posse_server.protocol.snapshot import Snapshot
from posse_server.system.reading import SOURCE, read_bytes
from posse_server.transport.logs import log_to_standard_error

LOG = logging.getLogger(__name__)

LENGTH = 4
"""Number of bytes before each message that say how long it is."""
NICENESS = 10
"""How far the process steps back behind others that want the processor."""
HEARTBEAT_SECONDS = 5.0
"""Time between signs of life while the files of the workspace are being found."""


class Task(enum.Enum):
    """What is done with the files."""

    CHECK = "check"
    ADD_TO_BASELINE = "add"
    PRUNE_BASELINE = "prune"


@dataclass(frozen=True, slots=True)
class Order:
    """What the process is to do."""

    folders: Sequence[tuple[Path, EditorSettings]]
    """The folders of the workspace, each with the editor's settings for it."""
    encoding: Encoding
    chosen: frozenset[Path] | None = None
    """Some files, and folders with all that is in them; None for all that there is."""
    task: Task = Task.CHECK
    left_out: frozenset[Path] = frozenset()
    """Files that are not looked at: they are done, or have ended such a process."""
    texts: Mapping[Path, str] = field(default_factory=dict)
    """The texts of open documents, which count in place of their files in a baseline."""
    unsaved: frozenset[Path] = frozenset()
    """The files that are open with changes, so that they must not be written."""


@dataclass(frozen=True, slots=True)
class Found:
    """The result of one file."""

    path: Path
    diagnostics: str
    """JSON objects with commas between them."""
    findings: int
    stamp: Stamp | None
    """Of the file before it was read."""


class Server:
    """The editor's server, as the process speaks to it: one JSON list per message."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def tell(self, kind: str, *fields: object) -> None:
        """Send a message."""
        body = json.dumps([kind, *fields]).encode()
        message = memoryview(len(body).to_bytes(LENGTH, "big") + body)
        with self._lock:
            while message:
                message = message[os.write(self._descriptor, message) :]

    @contextmanager
    def hears_that_we_live(self) -> Iterator[None]:
        """Send signs of life for as long as something takes that says nothing itself."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(HEARTBEAT_SECONDS):
                self.tell("alive")

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def work(order: Order, server: Server) -> None:
    """Do what is ordered, file by file in the order of their names."""
    workspace, baselines = Workspace(root for root, _ in order.folders), Baselines()
    workspace.take_settings(dict(order.folders))
    trees = Trees() if order.chosen is None else Chosen(order.chosen)
    with server.hears_that_we_live():
        found = [path for root, _ in order.folders for path in files_of(workspace, root, trees)]
    paths = [path for path in found if path not in order.left_out]
    server.tell("total", len(paths))
    if order.task is not Task.CHECK:
        from posse_server.background.baseline import rewrite_baselines

        rewrite_baselines(order, workspace, paths, server)
        return
    for path in paths:
        server.tell("at", str(path))
        place, stamp = workspace.place_of(path), stamp_of(path)
        try:
            diagnostics, findings = _checked(path, place, baselines, order.encoding)
        except Exception:
            LOG.exception("%s cannot be checked", path)
            diagnostics, findings = "", 0
        server.tell("found", str(path), diagnostics, findings, stamp)


def _checked(path: Path, place: Place, baselines: Baselines, encoding: Encoding) -> tuple[str, int]:
    """A file's diagnostics, and how many of them are findings; nothing of one that cannot be read."""
    try:
        source = decode(read_bytes(path, SOURCE))
    except (OSError, ValueError) as error:
        LOG.info("%s cannot be read: %s", path, error)
        return "", 0
    if isinstance(source, Broken) or place.root is None:
        return "", 0
    known = baselines.known(place.configuration.policy, place.root, path) or Known()
    snapshot = Snapshot(path.as_uri(), 0, Document.opened(source, place.catalogue), place, known)
    return snapshot.rendered(encoding)[1], len(snapshot.findings)


def main() -> None:
    """Read an order from standard input, and write messages about it to standard output."""
    log_to_standard_error("WARNING")
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    order: Order = pickle.load(sys.stdin.buffer)  # from the server, which has started this process
    output = sys.stdout.fileno()
    try:
        server = Server(output)
        work(order, server)
        server.tell("done")
    except BrokenPipeError:  # nobody wants to know any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)
