"""Time of a scan on a Dask cluster of this machine, beside processes, in the same run.

    python -m tests.bench.cluster [--rounds 3] [--workers 1 2]

Prints wall time, files and lines a second for the standard library without its tests, with as many processes of the
scan itself and with as many workers over TCP, and the processor time of the scan itself. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path

from distributed import LocalCluster

from tests.bench.scan import POSSE, Cost, run
from tests.parity.corpora import standard_library


def row(what: str, costs: Sequence[Cost], files: int, lines: int, alone: float) -> float:
    """Print a row. Returns the median of the wall times."""
    wall, user = statistics.median(cost.wall for cost in costs), statistics.median(cost.user for cost in costs)
    ratio = f"{alone / wall:.2f}" if alone else "1.00"
    print(f"| {what} | {wall:.2f} s | {ratio} | {files / wall:,.0f} | {lines / wall:,.0f} | {user:.2f} s |", flush=True)
    return wall


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    files = [str(path) for path in standard_library(with_tests=False)]
    lines = sum(Path(file).read_bytes().count(b"\n") for file in files)
    print(f"{len(files)} files, {lines} lines\n")
    print("| with | wall | growth | files a second | lines a second | processor of the scan and its processes |")
    print("|---|---|---|---|---|---|")
    alone = 0.0
    for count in arguments.workers:
        costs = [run([*POSSE, "-j", str(count), *files]) for _ in range(arguments.rounds)]
        wall = row(f"-j {count}", costs, len(files), lines, alone)
        alone = alone or wall
    alone = 0.0
    for count in arguments.workers:
        with LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None) as cluster:  # type: ignore[no-untyped-call]
            command = [*POSSE, "--scheduler", cluster.scheduler_address, *files]
            run(command)  # workers load the rules
            costs = [run(command) for _ in range(arguments.rounds)]
        wall = row(f"{count} worker{'s' if count > 1 else ''}", costs, len(files), lines, alone)
        alone = alone or wall


if __name__ == "__main__":
    main()
