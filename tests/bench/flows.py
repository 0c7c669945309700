"""Costs of following data in an editor: keystrokes, opening, memory, and evidence after an edit.

    python -m tests.bench.flows [--words 6] [--file NAME]

Prints a table of ratios with their bars: a keystroke with data followed at most 1.1 x one without, opening 21,000 lines
and memory at most 1.3 x; evidence after a keystroke in a function at most 5 ms in the median and 50 ms in the 99th
percentile, in time of the processor. The server is told of keystrokes back to back, with and without in turns.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.document_evidence import EvidenceKeeper
from posse_checks.flow.live import Live
from posse_checks.incremental.document import Document
from posse_checks.python.text import Position
from tests.bench.connection import Connection
from tests.bench.keystrokes import COMMENT, FILES, SERVERS, STATEMENT, Buffer, comments, places, statements


class Measured(NamedTuple):
    """Seconds and MiB of one server on one file."""

    keystroke: float
    opening: float
    memory: float


def measure(name: str, text: str, words: int, *, flow: bool) -> Measured:
    """Type comments and statements into a file, once all work after opening it is done."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "bandit.yaml").write_text(f"posse: {{flow: {str(flow).lower()}}}\n")
        connection = Connection(SERVERS["posse"], root, related=True)
        buffer = Buffer(connection, root, text)
        connection.idle()
        memory = connection.memory
        lines = text.split("\n")
        chance, spots = random.Random(7), places(lines, name)
        keystrokes: list[float] = []
        for _ in range(words):
            line = chance.choice(spots)
            keystrokes += comments(buffer, line, lines[line])
            keystrokes += statements(buffer, line, lines[line])
        connection.close()
    return Measured(statistics.median(keystrokes), buffer.opened_in, memory)


def edits(line: int, text: str) -> list[tuple[int, int, int, int, str]]:
    """The keystrokes of a comment and of a statement, as ranges with their replacements."""
    column, indent = len(text), text[: len(text) - len(text.lstrip())]
    typed = [(line, column + count, line, column + count, character) for count, character in enumerate(COMMENT)]
    typed += [(line, column, line, column + len(COMMENT), ""), (line, 0, line, 0, indent + "\n")]
    typed += [(line, count, line, count, character) for count, character in enumerate(STATEMENT, start=len(indent))]
    return [*typed, (line, 0, line + 1, 0, "")]


def evidence(name: str, text: str, words: int) -> list[float]:
    """Processor seconds from the findings of each keystroke to the evidence on them."""
    document = Document.opened(text, Catalogue(rule for rule in all_rules().values() if not rule.optional))
    live = Live(CATALOGUE)
    keeper = EvidenceKeeper(live)
    live.take(document)
    live.finish()
    keeper.update(document)
    lines = text.split("\n")
    chance, spots = random.Random(7), [spot for spot in places(lines, name) if lines[spot].startswith(" ")]
    taken: list[float] = []
    for _ in range(words):
        line = chance.choice(spots)
        for first, column, last, end, new in edits(line, lines[line]):
            document = document.edited(Position(first, column), Position(last, end), new).up_to_date()
            began = time.process_time()
            live.take(document)
            live.finish()
            keeper.update(document)
            taken.append(time.process_time() - began)
    return sorted(taken)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.flows", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--words", type=int, default=6, help="how many comments and statements are typed in each file")
    parser.add_argument("--file", choices=FILES, help="measure this file alone")
    arguments = parser.parse_args()
    print("| file | keystroke without | with | ratio | opening | memory | evidence: median | p99 |")
    print("|---|---|---|---|---|---|---|---|")
    for name in [arguments.file] if arguments.file else FILES:
        text = FILES[name]()
        pairs = [[measure(name, text, arguments.words, flow=flow) for flow in (False, True)] for _ in range(3)]
        off, on = (Measured(*map(statistics.median, zip(*side, strict=True))) for side in zip(*pairs, strict=True))
        taken = evidence(name, text, 3 * arguments.words)
        cells = [f"{off.keystroke * 1e3:.1f} ms", f"{on.keystroke * 1e3:.1f} ms", f"{on.keystroke / off.keystroke:.2f}"]
        cells += [f"{on.opening / off.opening:.2f}", f"{on.memory / off.memory:.2f}"]
        cells += [f"{statistics.median(taken) * 1e3:.1f} ms", f"{taken[len(taken) * 99 // 100] * 1e3:.1f} ms"]
        print("|", name, "|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
