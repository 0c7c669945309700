"""Time until the playground's first findings, what it transfers, and its keystrokes beside those of the server itself.

    python -m tests.bench.playground [--keys 40]

Takes the built playground (`make playground`) and the browser that `make test-site` unpacks. The server and the page
type in turns, on the same text.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.bench.connection import Connection
from tests.bench.keystrokes import SERVERS, Buffer
from tests.site.playground import Playground
from tests.site.static_host import served

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "build" / "playground"
CHROMIUM = ROOT / ".editors" / "browser" / "chromium"
EXAMPLE = ROOT / "playground" / "src" / "examples" / "orders.py"
KEYS_IN_TURN = 10


@contextmanager
def loaded() -> Iterator[tuple[Playground, Page]]:
    """Open the playground with an empty cache, and print the time and the bytes."""
    with served(BUILT) as host, sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        page = browser.new_page()
        playground = Playground(page, host.address)
        playground.open()
        playground.expect_codes("B201")
        print(f"cold: first findings after {_first(page):.1f} s, {host.sent_bytes / 1e6:.2f} MB by gzip in all")
        page.locator("#offline").wait_for()
        playground.open()
        playground.expect_codes("B201")
        print(f"warm: first findings after {_first(page):.1f} s")
        yield playground, page
        browser.close()


def _first(page: Page) -> float:
    milliseconds: float = page.evaluate("performance.getEntriesByName('first-findings')[0].startTime")
    return milliseconds / 1000


def type_in_page(playground: Playground, page: Page) -> Callable[[], float]:
    """Returns a function that types a key in the page. It returns the seconds until its findings are shown."""
    playground.choose("orders")
    playground.expect_codes("B404", "B608", "B608", "B602", "P105")
    playground.source.focus()
    page.keyboard.press("Control+End")
    entry = "(e => [e.startTime, e.duration])(performance.getEntriesByName('answer').at(-1))"

    def type_key() -> float:
        before, _ = page.evaluate(entry)
        page.keyboard.press("x")
        while True:
            began, duration = page.evaluate(entry)
            if began != before:
                return float(duration) / 1000

    page.keyboard.insert_text("\nname = ")
    time.sleep(1)
    return type_key


def type_natively(folder: Path) -> tuple[Connection, Callable[[], float]]:
    """Returns a server, and a function that types a key in it. It returns the seconds until its findings arrive."""
    (folder / "bandit.yaml").write_text("posse: {flow: true}\n")
    connection = Connection(SERVERS["posse"], folder, related=True)
    text = EXAMPLE.read_text() + "\nname = "
    buffer, line = Buffer(connection, folder, text), text.count("\n")
    columns = iter(range(7, 100_000))

    def type_key() -> float:
        column = next(columns)
        return buffer.edit(line, column, line, column, "x")

    return connection, type_key


def start_natively(folder: Path) -> float:
    """Returns the seconds from the start of a server to its first findings."""
    began = time.perf_counter()
    connection = Connection(SERVERS["posse"], folder)
    Buffer(connection, folder, EXAMPLE.read_text())
    seconds = connection.received_at - began
    connection.close()
    return seconds


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=40, help="number of keys to type in each")
    keys: int = parser.parse_args().keys
    sizes = {path: len(gzip.compress(path.read_bytes(), 9)) for path in BUILT.rglob("*") if path.is_file()}
    for path, size in sorted(sizes.items(), key=lambda each: -each[1])[:5]:
        print(f"{size / 1e6:5.2f} MB {path.relative_to(BUILT)}")
    with tempfile.TemporaryDirectory() as name, loaded() as (playground, page):
        folder = Path(name).resolve()
        print(f"native: first findings after {start_natively(folder):.1f} s")
        connection, natively = type_natively(folder)
        in_page = type_in_page(playground, page)
        times: dict[str, list[float]] = {"native": [], "page": []}
        for _ in range(0, keys, KEYS_IN_TURN):
            times["native"] += [natively() for _ in range(KEYS_IN_TURN)]
            times["page"] += [in_page() for _ in range(KEYS_IN_TURN)]
        connection.close()
    medians = {name: statistics.median(each) * 1000 for name, each in times.items()}
    ratio = medians["page"] / medians["native"]
    print(f"key: native {medians['native']:.2f} ms, page {medians['page']:.2f} ms: {ratio:.1f} x")


if __name__ == "__main__":
    main()
