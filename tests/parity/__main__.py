"""Compare Posse with Bandit, file by file, and print each difference with its source lines.

    python -m tests.parity                       everything: standard library, wheels from PyPI
    python -m tests.parity --corpus stdlib       one corpus
    python -m tests.parity PATH...               files and folders of your own

Exits with 1 where the tools differ. Files that Bandit skips are counted and listed with --verbose.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.oracle import python_files
from tests.parity.compare import SETTINGS, Comparison, Setting, compare
from tests.parity.corpora import CORPORA


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.parity", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--corpus", choices=[*CORPORA, "all"], default="all")
    parser.add_argument("--only", default="", help="IDs, separated by commas; without it, all that both tools have")
    parser.add_argument("--ignore-nosec", action="store_true", help="compare under this setting alone")
    parser.add_argument("-j", "--processes", type=int, default=1)
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    only = tuple(id for id in arguments.only.split(",") if id)
    settings: Sequence[Setting] = SETTINGS
    if only or arguments.ignore_nosec:
        settings = [Setting("as asked", ignore_nosec=arguments.ignore_nosec, only=only)]
    if arguments.paths:
        files = [file for path in arguments.paths for file in (python_files(path) if path.is_dir() else [path])]
        return compare_all("given", files, settings, arguments.processes, verbose=arguments.verbose)
    names = CORPORA if arguments.corpus == "all" else [arguments.corpus]
    return max(
        compare_all(name, CORPORA[name](), settings, arguments.processes, verbose=arguments.verbose) for name in names
    )


def compare_all(name: str, files: Sequence[Path], settings: Sequence[Setting], processes: int, *, verbose: bool) -> int:
    began = time.monotonic()
    totals: Counter[str] = Counter()
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            results = list(pool.map(partial(compare, settings=settings), files, chunksize=8))
    else:
        results = [compare(file, settings) for file in files]
    for result in results:
        tell(result, totals, verbose=verbose)
    print(
        f"{name}: {totals['compared']} files compared under {len(settings)} settings, {totals['findings']} findings, "
        f"{totals['skipped']} files skipped by Bandit, {totals['different']} files differ "
        f"(Python {sys.version.split()[0]}, {time.monotonic() - began:.0f} s)"
    )
    return 1 if totals["different"] else 0


def tell(result: Comparison, totals: Counter[str], *, verbose: bool) -> None:
    totals["skipped" if result.skipped else "compared"] += 1
    totals["findings"] += result.findings
    if result.differences:
        totals["different"] += 1
        print(result.path, *result.differences, sep="\n")
    elif result.skipped and verbose:
        print(f"{result.path}: {result.skipped}")


if __name__ == "__main__":
    sys.exit(main())
