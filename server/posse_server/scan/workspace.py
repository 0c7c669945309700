"""The files of a workspace: which ones are checked, and a process that checks them while the editor's server answers.

A file gets the diagnostics that it would have if it were open, from the text on the disk.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from posse_checks.baseline import Known
from posse_checks.document import Document
from posse_checks.module import decode
from posse_checks.syntax import Broken
from posse_server.baselines import Baselines
from posse_server.console import log_to_stderr
from posse_server.editor_settings import EditorSettings
from posse_server.finder import Stamp, stamp_of
from posse_server.protocol import Encoding
from posse_server.reading import SOURCE, read_bytes
from posse_server.scan.files import Trees
from posse_server.session import Snapshot
from posse_server.workspace import Place, Workspace
from posse_server.workspace_files import Chosen, files_of

LOG = logging.getLogger(__name__)

LENGTH = 4
"""How many bytes before each answer say how long it is."""
PATIENCE = 10
"""By how much the process steps back behind others that want the processor."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the process is to check."""

    folders: Sequence[tuple[Path, EditorSettings]]
    """The folders of the workspace, each with the editor's settings for it."""
    encoding: Encoding
    chosen: frozenset[Path] | None = None
    """Some files, and folders with all that is in them; None for all that there is."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one file."""

    path: Path
    diagnostics: str
    """JSON objects with commas between them."""
    findings: int
    stamp: Stamp | None
    """Of the file before it was read."""
    done: int
    """How many files are done now."""
    total: int


def check(order: Order) -> Iterator[Found]:
    """Check files, in the order of their names."""
    workspace, baselines = Workspace(root for root, _ in order.folders), Baselines()
    workspace.take_settings(dict(order.folders))
    trees = Trees() if order.chosen is None else Chosen(order.chosen)
    paths = [path for root, _ in order.folders for path in files_of(workspace, root, trees)]
    for done, path in enumerate(paths, 1):
        place, stamp = workspace.place_of(path), stamp_of(path)
        try:
            diagnostics, findings = _checked(path, place, baselines, order.encoding)
        except Exception:
            LOG.exception("%s cannot be checked", path)
            continue
        yield Found(path, diagnostics, findings, stamp, done, len(paths))


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
    """Read an order from standard input, and write what comes of each file to standard output."""
    log_to_stderr(logging.WARNING, "%(levelname)s %(name)s: %(message)s")
    if hasattr(os, "nice"):
        os.nice(PATIENCE)
    order: Order = pickle.load(sys.stdin.buffer)
    try:
        for found in check(order):
            fields = [str(found.path), found.diagnostics, found.findings, found.stamp, found.done, found.total]
            body = json.dumps(fields).encode()
            sys.stdout.buffer.write(len(body).to_bytes(LENGTH, "big") + body)
            sys.stdout.buffer.flush()
    except BrokenPipeError:  # nobody wants to know any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
