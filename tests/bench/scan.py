"""Time and memory of a scan, as ratios to those of Bandit, and of a port of it to Rust, in the same run.

    python -m tests.bench.scan [--rounds 3] [--files 1000 10000]

The tools take turns on the standard library without its tests, on many small files, and on a literal of 14,000 entries;
medians are compared. Then it prints how time and memory grow with the number of files. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import ENVIRONMENT
from tests.parity.corpora import standard_library

BANDIT = (sys.executable, "-m", "bandit", "-q", "-f", "json", "-o", os.devnull)
PORT = (str(Path(sys.executable).with_name("banditrs")), "-q", "-f", "json", "-o", os.devnull)
"""`banditrs`: the checks of Bandit in Rust, on as many cores as there are."""
KEEPING = (sys.executable, "-m", "posse_server.cli", "scan", "-q", "-f", "json", "-o", os.devnull)
POSSE = (*KEEPING, "--no-cache")
LITERAL_ENTRIES = 14_000
SMALL_FILES = 2000


@dataclass(frozen=True)
class Cost:
    """What a run of a process and its children took."""

    user: float
    """Seconds."""
    wall: float
    """Seconds."""
    memory: float
    """The largest process, in MiB."""


def run(command: Sequence[str], cache: str = os.devnull) -> Cost:
    """Run a command to its end and discard its output."""
    began = time.perf_counter()
    pid = os.posix_spawn(
        command[0],
        list(command),
        ENVIRONMENT | {"POSSE_CACHE_DIR": cache},
        file_actions=[(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)],
    )
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"failed: {' '.join(command[:8])} ...")
    return Cost(usage.ru_utime, time.perf_counter() - began, usage.ru_maxrss / 1024)


Turns = dict[str, list[Cost]]
"""The costs of each contestant, one for each round."""


def take_turns(contestants: dict[str, Callable[[], Cost]], rounds: int) -> Turns:
    """Run all contestants in each round."""
    turns: Turns = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            turns[name].append(contestant())
    return turns


def row(what: str, turns: Turns, this: str, that: str, figure: str, bar: str) -> None:
    """Print a row: two medians, and how many times the second is in the first."""
    a, b = (statistics.median(getattr(cost, figure) for cost in turns[name]) for name in (this, that))
    unit = "MiB" if figure == "memory" else "s"
    print(f"| {what} | {this} {a:.2f} {unit} | {that} {b:.2f} {unit} | {b / a:.2f} | {bar} |", flush=True)


def standard_library_rows(rounds: int) -> None:
    """Scan the standard library with all tools."""
    files = [str(path) for path in standard_library(with_tests=False)]
    with tempfile.TemporaryDirectory() as folder:
        caches = iter(Path(folder, str(number)) for number in range(rounds))
        kept = ""

        def first() -> Cost:
            nonlocal kept
            kept = str(next(caches))
            return run([*KEEPING, *files], kept)

        turns = take_turns(
            {
                "Bandit": lambda: run([*BANDIT, *files]),
                "banditrs": lambda: run([*PORT, *files]),
                "Posse": lambda: run([*POSSE, *files]),
                "Posse -j 2": lambda: run([*POSSE, "-j", "2", *files]),
                "first": first,
                "second": lambda: run([*KEEPING, *files], kept),
            },
            rounds,
        )
    row("standard library, processor", turns, "Posse", "Bandit", "user", "at least 9")
    row("the same, wall", turns, "Posse -j 2", "Bandit", "wall", "at least 13")
    row("scanned again, wall", turns, "second", "Bandit", "wall", "at least 60")
    row("scanned again, wall", turns, "banditrs", "second", "wall", "at most 1.3")
    row("first scan with the cache, processor", turns, "Posse", "first", "user", "at most 1.05")
    row("memory", turns, "Bandit", "Posse", "memory", "at most 0.6")
    row("a port to Rust, processor", turns, "banditrs", "Posse", "user", "")


def write_small_files(folder: Path, count: int) -> None:
    """Write a tree of modules of about 60 lines, of which one in twenty has a finding."""
    for number in range(count):
        path = folder / f"p{number // 1000}" / f"d{number // 50 % 20}" / f"m{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        functions = (
            f"def f{index}(command, *, timeout={index}):\n"
            f'    """Run it."""\n    value = [{number}, timeout]\n'
            f"    if timeout > 3:\n        return value\n    return command.join(value, {{'a': {index}}})\n\n\n"
            for index in range(7)
        )
        finding = "subprocess.run('ls', shell=True)\n" if number % 20 == 0 else ""
        path.write_text(f"import os\nimport subprocess\n\n\n{''.join(functions)}{finding}")


def small_file_rows(rounds: int) -> None:
    """Scan a tree of small files, and a file that is one literal."""
    with tempfile.TemporaryDirectory() as folder:
        tree, literal = Path(folder, "tree"), Path(folder, "literal.py")
        write_small_files(tree, SMALL_FILES)
        entries = "".join(f"    'key{index}': ['value', {index}],\n" for index in range(LITERAL_ENTRIES))
        literal.write_text(f"TABLE = {{\n{entries}}}\n")
        small = {
            "Bandit": lambda: run([*BANDIT, "-r", str(tree)]),
            "Posse": lambda: run([*POSSE, "-r", str(tree)]),
        }
        row(f"{SMALL_FILES} small files, processor", take_turns(small, rounds), "Posse", "Bandit", "user", "at least 7")
        long = {
            "Bandit": lambda: run([*BANDIT, str(literal)]),
            "Posse": lambda: run([*POSSE, str(literal)]),
        }
        row("a literal of 14,000 entries, processor", take_turns(long, 1), "Posse", "Bandit", "user", "")


def growth(counts: Sequence[int]) -> None:
    """Print time and memory for trees of these numbers of files."""
    print("\n| files | processor | of that for a thousand | memory |\n|---|---|---|---|")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            write_small_files(Path(folder), count)
            cost = run([*POSSE, "-r", folder])
        each = cost.user / count * 1000
        print(f"| {count:,} | {cost.user:.2f} s | {each:.3f} s | {cost.memory:.0f} MiB |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scan", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, nargs="*", default=[1000, 10_000])
    arguments = parser.parse_args()
    print(f"Python {sys.version.split()[0]}\n\n| what | this | that | ratio | bar |\n|---|---|---|---|---|")
    standard_library_rows(arguments.rounds)
    small_file_rows(arguments.rounds)
    growth(arguments.files)


if __name__ == "__main__":
    main()
