"""Costs of rare but real messages: thousands of edits at once, a long line, a save with many open documents.

    python -m tests.bench.extremes

Prints a table of ratios, each with its bar. Both sides of a ratio are measured in turns in one run, since only ratios
mean anything on a shared machine. Nothing here is a test.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.connection import Connection, Message
from tests.bench.keystrokes import SERVERS, Buffer, position

TURNS = 5
EDITS = 3000
LINE_LENGTH = 1_000_000
"""Length, in characters, of the long line."""
OPEN_DOCUMENTS = 400
SAVES = 40


@contextmanager
def running(server: str) -> Iterator[tuple[Connection, Path]]:
    """A server in its own folder."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "ruff.toml").write_text('[lint]\nselect = ["S"]\n')
        connection = Connection(SERVERS[server], root)
        yield connection, root
        connection.close()


def many_edits(server: str) -> float:
    """Seconds from a message with thousands of edits to its diagnostics."""
    text = "".join(f"def f{number}(a):\n    x = a + {number}\n    return x\n" for number in range(EDITS))
    with running(server) as (connection, root):
        buffer = Buffer(connection, root, text)
        changes: list[Message] = [
            {"range": {"start": position(3 * number + 1, 4), "end": position(3 * number + 1, 5)}, "text": "y"}
            for number in range(EDITS)
        ]
        identifier = {"uri": buffer.uri, "version": 2}
        began = time.perf_counter()
        connection.notify("textDocument/didChange", textDocument=identifier, contentChanges=changes)
        connection.diagnostics(buffer.uri, 2)
        return connection.received_at - began


def long_line(character: str) -> float:
    """Median seconds, of ten, from a keystroke at the end of a long line to its diagnostics."""
    line = f"x = '{character * LINE_LENGTH}'"
    with running("posse") as (connection, root):
        buffer = Buffer(connection, root, line + "\nassert x\n")
        return statistics.median(buffer.edit(0, len(line), 0, len(line), " ") for _ in range(10))


def saves(documents: int) -> float:
    """Seconds from a save, with this many open documents, to the response to a request sent after it."""
    with running("posse") as (connection, root):
        uris = [(root / f"m{number}.py").as_uri() for number in range(documents)]
        for uri in uris:
            item = {"uri": uri, "languageId": "python", "version": 1, "text": "assert x\n"}
            connection.notify("textDocument/didOpen", textDocument=item)
            connection.diagnostics(uri, 1)
        taken = []
        for _ in range(SAVES):
            began = time.perf_counter()
            connection.notify("textDocument/didSave", textDocument={"uri": uris[0]})
            connection.request("textDocument/hover", textDocument={"uri": uris[0]}, position=position(0, 0))
            taken.append(connection.received_at - began)
        return statistics.median(taken)


def compared(one: Callable[[], float], other: Callable[[], float], turns: int = TURNS) -> tuple[float, float]:
    """Medians of two measurements taken alternately."""
    pairs = [(one(), other()) for _ in range(turns)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


ROWS: dict[str, tuple[Callable[[], float], Callable[[], float], float]] = {
    f"{EDITS:,} edits in one message, to Ruff": (lambda: many_edits("posse"), lambda: many_edits("ruff"), 2),
    "a key in a line of 1 MB that is not ASCII, to ASCII": (lambda: long_line("é"), lambda: long_line("e"), 5),
    f"a save with {OPEN_DOCUMENTS} documents open, to one": (lambda: saves(OPEN_DOCUMENTS), lambda: saves(1), 3),
}


def main() -> None:
    print("| what | this | that | ratio | bar |\n|---|---|---|---|---|")
    for what, (one, other, bar) in ROWS.items():
        this, that = compared(one, other)
        print(f"| {what} | {this * 1e3:.1f} ms | {that * 1e3:.1f} ms | {this / that:.2f} | {bar} |", flush=True)


if __name__ == "__main__":
    main()
