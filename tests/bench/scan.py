"""Time of a scan, as a ratio to Bandit's in the same run. Nothing here is a test.

    python -m tests.bench.scan [--rounds 3]

Prints user CPU and wall time of both command lines on the standard library without its tests, on a literal of 14,000
entries, and with two processes; the two tools take turns, and medians are compared.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import ENVIRONMENT
from tests.parity.corpora import standard_library

BANDIT = (sys.executable, "-m", "bandit", "-q", "-f", "json", "-o", os.devnull)
POSSE = (sys.executable, "-m", "posse_server.cli", "scan", "-q", "-f", "json", "-o", os.devnull)
LITERAL_ENTRIES = 14_000


@dataclass(frozen=True)
class Cost:
    """Seconds of one run of a process and its children."""

    user: float
    wall: float


def run(command: Sequence[str]) -> Cost:
    """Run a command to its end and discard its output."""
    began = time.perf_counter()
    pid = os.posix_spawn(
        command[0],
        list(command),
        ENVIRONMENT,
        file_actions=[(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)],
    )
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"failed: {' '.join(command[:8])} ...")
    return Cost(usage.ru_utime, time.perf_counter() - began)


def compare(title: str, slow: Sequence[str], fast: Sequence[str], rounds: int) -> None:
    """Run two commands alternately and print their medians and ratios."""
    pairs = [(run(slow), run(fast)) for _ in range(rounds)]
    for name in ("user", "wall"):
        a, b = (statistics.median(getattr(pair[index], name) for pair in pairs) for index in (0, 1))
        print(f"{title}: {name:4}  Bandit {a:7.2f} s  Posse {b:6.2f} s  1/{a / b:.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scan", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    files = [str(path) for path in standard_library(with_tests=False)]
    lines = sum(Path(file).read_bytes().count(b"\n") for file in files)
    print(f"Python {sys.version.split()[0]}; standard library without tests: {len(files)} files, {lines} lines")
    compare("one process  ", [*BANDIT, *files], [*POSSE, *files], rounds)
    compare("two processes", [*BANDIT, *files], [*POSSE, "-j", "2", *files], rounds)
    with tempfile.TemporaryDirectory() as folder:
        literal = Path(folder) / "literal.py"
        entries = "".join(f"    'key{index}': ['value', {index}],\n" for index in range(LITERAL_ENTRIES))
        literal.write_text(f"TABLE = {{\n{entries}}}\n")
        compare("14,000 entries", [*BANDIT, str(literal)], [*POSSE, str(literal)], 1)


if __name__ == "__main__":
    main()
