"""Processes that run one of the commands in a folder again and again."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
VOLATILE = [
    (re.compile(r"Run started:.*"), "Run started:"),
    (re.compile(r"(generated_at['\"]?: ).*"), r"\1"),
    (re.compile(r'("endTimeUtc": ).*'), r"\1"),
    (re.compile(r"(?<=object) at 0x\w+"), ""),
]
"""What differs between two runs of the same command."""


@dataclass(frozen=True)
class Ended:
    """What a run of a command left."""

    status: int
    out: str
    err: str
    files: Mapping[str, str] = field(default_factory=dict)
    """The files that it wrote or changed, by path."""


@contextlib.contextmanager
def started(name: str) -> Iterator[subprocess.Popen[str]]:
    """Start the process that runs a command."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.scan.bandit_server", name]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "COLUMNS": "100"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def ended(process: subprocess.Popen[str], words: Sequence[str], folder: Path, stdin: bytes = b"") -> Ended:
    """Run a command in a folder. Returns what it left, but for files."""
    request = {"arguments": words, "folder": str(folder), "stdin": stdin.decode("latin-1")}
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(request) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    return Ended(answer["status"], stable(answer["out"]), stable(answer["err"]))


def stable(text: str) -> str:
    """Returns what a command wrote, without what differs from run to run."""
    for pattern, replacement in VOLATILE:
        text = pattern.sub(replacement, text)
    return text
