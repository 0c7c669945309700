"""Time until diagnostics after each typed character, compared with Ruff and a server without checks.

    python -m tests.bench.keystrokes [--words 8] [--pull] [--file NAME]

Prints a table of medians with their ratios to Ruff's and to the null server's, then the other figures: start, opening,
memory, and a hover while a changed import is worked on. All servers run in turns on the same machine in one run, since
only ratios mean anything. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench import ENVIRONMENT
from tests.bench.connection import Connection, Message

BIN = Path(sys.executable).parent
SERVERS = {
    "ruff": [str(BIN / "ruff"), "server"],
    "null": [sys.executable, str(Path(__file__).with_name("null_server.py"))],
    "posse": [sys.executable, "-m", "posse_server.cli", "server"],
}
STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])
READERS = 2100
COMMENT, STATEMENT = "  # n", "v = call(a, [1])"


# -- the files


def typing_module() -> str:
    """3,500 lines from the standard library."""
    return (STANDARD_LIBRARY / "typing.py").read_text()


def joined_modules() -> str:
    """About 21,000 lines from the standard library in one file."""
    text = ""
    for path in sorted(STANDARD_LIBRARY.glob("*.py")):
        source = path.read_text()
        if text.count("\n") < 21_000 and source.isascii() and "__future__" not in source:
            text += source + "\n"
    return text


def long_class() -> str:
    """A class of 1,200 methods, each with two findings."""
    method = "    def m{0}(self, command):\n        x = {0}\n        assert x\n        return eval(command)\n\n\n"
    return "class C:\n" + "".join(method.format(number) for number in range(1200))


def long_literal() -> str:
    """A dict of 14,000 entries."""
    return "D = {\n" + "".join(f"    'key{n}': ('value {n}', {n}, [1, 2]),\n" for n in range(14_000)) + "}\n"


def all_reading_one_name() -> str:
    """21,000 lines in which every function reads the name imported on the first line."""
    rest = "".join(f"    x{line} = command[{line}]\n" for line in range(7))
    function = "def f{0}(command):\n    subprocess.Popen(command)\n" + rest + "    return {0}\n"
    return "import subprocess\n" + "".join(function.format(number) for number in range(READERS))


FILES: dict[str, Callable[[], str]] = {
    "typing.py": typing_module,
    "21,000 lines": joined_modules,
    "class": long_class,
    "dict": long_literal,
}


# -- typing


@dataclass(frozen=True)
class Measured:
    """Seconds of one server on one file."""

    keystrokes: list[float]
    opening: float
    memory: float
    """In MiB."""

    @property
    def median(self) -> float:
        """Median of all keystrokes."""
        return statistics.median(self.keystrokes)

    @property
    def p95(self) -> float:
        """95th percentile of all keystrokes."""
        return statistics.quantiles(self.keystrokes, n=20)[18]


class Buffer:
    """An open document of a measured server."""

    def __init__(self, connection: Connection, root: Path, text: str) -> None:
        self._connection, self._version = connection, 1
        self.uri = (root / "buffer.py").as_uri()
        began = time.perf_counter()
        item = {"uri": self.uri, "languageId": "python", "version": 1, "text": text}
        connection.notify("textDocument/didOpen", textDocument=item)
        connection.diagnostics(self.uri, 1)
        self.opened_in = connection.received_at - began

    def send(self, line: int, column: int, end_line: int, end_column: int, new: str) -> None:
        """Replace a range. Columns are UTF-16 units; the edited texts are ASCII."""
        self._version += 1
        range = {"start": position(line, column), "end": position(end_line, end_column)}
        identifier = {"uri": self.uri, "version": self._version}
        self._connection.notify(
            "textDocument/didChange", textDocument=identifier, contentChanges=[{"range": range, "text": new}]
        )

    def edit(self, line: int, column: int, end_line: int, end_column: int, new: str) -> float:
        """Seconds from an edit to its diagnostics."""
        began = time.perf_counter()
        self.send(line, column, end_line, end_column, new)
        self._connection.diagnostics(self.uri, self._version)
        return self._connection.received_at - began


def position(line: int, column: int) -> Message:
    """A position of the protocol."""
    return {"line": line, "character": column}


def places(lines: list[str], name: str) -> list[int]:
    """The lines to type at: ends of simple statements; in the literal, its middle."""
    if name == "dict":
        return [len(lines) // 2]
    simple = ("x = ", "return ", "self.")
    return [
        number
        for number, line in enumerate(lines)
        if line.strip().startswith(simple)
        and line.isascii()
        and line.count("(") == line.count(")")
        and not line.rstrip().endswith(("\\", ",", "[", "{"))
    ]


def comments(buffer: Buffer, line: int, text: str) -> Iterator[float]:
    """Type a comment after a line, character by character, and delete it."""
    column = len(text)
    for count, character in enumerate(COMMENT):
        yield buffer.edit(line, column + count, line, column + count, character)
    yield buffer.edit(line, column, line, column + len(COMMENT), "")


def statements(buffer: Buffer, line: int, text: str) -> Iterator[float]:
    """Type a statement on a line of its own, which is broken until it is complete, and delete it."""
    indent = text[: len(text) - len(text.lstrip())]
    yield buffer.edit(line, 0, line, 0, indent + "\n")
    for count, character in enumerate(STATEMENT, start=len(indent)):
        yield buffer.edit(line, count, line, count, character)
    yield buffer.edit(line, 0, line + 1, 0, "")


def measure(server: str, name: str, text: str, words: int, *, whole: bool, pulls: bool) -> Measured:
    """Type this many comments or statements into a file."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "ruff.toml").write_text('[lint]\nselect = ["S"]\n')
        connection = Connection(SERVERS[server], root, pulls=pulls and server != "null")
        buffer = Buffer(connection, root, text)
        lines = text.split("\n")
        chance, spots = random.Random(7), places(lines, name)
        keystrokes: list[float] = []
        for _ in range(words):
            line = chance.choice(spots)
            keystrokes += (statements if whole else comments)(buffer, line, lines[line])
        measured = Measured(keystrokes, buffer.opened_in, connection.memory)
        connection.close()
    return measured


# -- the other figures


def hover_while_importing() -> tuple[float, float]:
    """Seconds until a hover right after an edit of an import is answered, and until the recheck is done."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        connection = Connection(SERVERS["posse"], root)
        buffer = Buffer(connection, root, all_reading_one_name())
        hovers, settled = [], []
        for new in ("import os as subprocess\n", "import subprocess\n") * 5:
            began = time.perf_counter()
            buffer.send(0, 0, 1, 0, new)
            at = {"textDocument": {"uri": buffer.uri}, "position": position(2, 8)}
            for _ in range(5):
                asked = time.perf_counter()
                connection.request("textDocument/hover", **at)
                hovers.append(connection.received_at - asked)
            wanted = READERS + 1 if new == "import subprocess\n" else 0
            while len(connection.next_diagnostics(buffer.uri)) != wanted:
                pass
            settled.append(connection.received_at - began)
        connection.close()
    return max(hovers), statistics.median(settled)


def starts(times: int = 9) -> dict[str, float]:
    """Median seconds from the start of a server to its response to `initialize`.

    The servers take turns. The first start of each does not count, since it may compile modules.
    """
    taken: dict[str, list[float]] = {"null": [], "posse": []}
    with tempfile.TemporaryDirectory() as folder:
        for server in [*taken] * (times + 1):
            connection = Connection(SERVERS[server], Path(folder).resolve())
            taken[server].append(connection.started_in)
            connection.close()
    return {server: statistics.median(seconds[1:]) for server, seconds in taken.items()}


def bandit(text: str) -> float:
    """Seconds of the whole process `bandit FILE`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "buffer.py"
        path.write_text(text)
        began = time.perf_counter()
        command = [sys.executable, "-m", "bandit", "-q", str(path)]
        subprocess.run(command, stdout=subprocess.DEVNULL, env=ENVIRONMENT, check=False)
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.keystrokes",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--words", type=int, default=8, help="how many comments or statements are typed in each file")
    parser.add_argument("--pull", action="store_true", help="let the servers be asked for diagnostics")
    parser.add_argument("--file", choices=FILES, help="measure this file alone")
    arguments = parser.parse_args()
    print(
        "| file | typing | Ruff | null | Posse | to Ruff | to null | p95 to median |\n|---|---|---|---|---|---|---|---|"
    )
    for name in [arguments.file] if arguments.file else FILES:
        text = FILES[name]()
        for whole in (False, True):
            words = arguments.words if whole else 3 * arguments.words
            ruff, null, posse = (
                measure(server, name, text, words, whole=whole, pulls=arguments.pull) for server in SERVERS
            )
            row = [
                name,
                "statement" if whole else "comment",
                *(f"{m.median * 1e3:.1f} ms" for m in (ruff, null, posse)),
            ]
            row += [f"{posse.median / ruff.median:.2f}", f"{posse.median / null.median:.2f}"]
            print("|", " | ".join([*row, f"{posse.p95 / posse.median:.1f}"]), "|", flush=True)
        if name == "21,000 lines":
            once = bandit(text)
            start = starts()
            hover, settled = hover_while_importing()
            others = [
                f"opening: {posse.opening * 1e3:.0f} ms, 1/{once / posse.opening:.1f} of `bandit FILE` ({once:.2f} s)",
                f"memory: {posse.memory:.0f} MiB, {posse.memory / null.memory:.2f} x null",
                f"start to initialized: {start['posse'] * 1e3:.0f} ms, {start['posse'] / start['null']:.2f} x null",
                f"an import changed: a hover within {hover * 1e3:.0f} ms, settled after {settled * 1e3:.0f} ms",
            ]
    if "others" in locals():
        print("", *others, sep="\n")


if __name__ == "__main__":
    main()
