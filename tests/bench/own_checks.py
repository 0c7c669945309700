"""Prints what declared checks cost on a keystroke: `python -m tests.bench.own_checks`.

A statement is edited many times, without declared checks and with 200 of all kinds, in turn; the figure is the
ratio of the least processor times.
"""

from __future__ import annotations

import argparse
import time
import typing
from pathlib import Path

from posse_checks.config.reader import read_yaml
from posse_checks.incremental.document import Document
from posse_checks.python.text import Position

KINDS = (
    "call: pkg{n}.call, keyword: {{verify: false}}",
    "call: '*.method{n}', without: timeout",
    "import: module{n}",
    "string: '^scheme{n}://'",
    "decorated_by: pkg{n}.decorate",
    "class_of: pkg{n}.Base",
    "attribute: pkg{n}.value",
    "assigned: NAME_{n}, value: true",
    "any: [{{call: a{n}.f}}, {{import: b{n}}}]",
    "call: pkg{n}.run, inside: {{function: 'test_*'}}",
)
TRIES, EDITS = 9, 40


def configuration(number: int) -> str:
    """Returns a configuration with a number of checks."""
    checks = [
        f"  - {{id: X{n}, message: '{{name}}', {KINDS[n % len(KINDS)].format(n=n)}}}"
        for n in range(1000, 1000 + number)
    ]
    return "\n".join(["posse:", "  checks:", *checks]) if number else "{}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", default=typing.__file__, help="the file to edit")
    given = parser.parse_args()
    text = Path(given.file).read_text(encoding="utf-8")
    line = max(number for number, each in enumerate(text.splitlines()) if each.startswith("    return "))
    documents = {}
    for number in (0, 200):
        parsed = read_yaml(configuration(number))
        assert parsed.configuration is not None and not parsed.problems, parsed.problems
        documents[number] = Document.opened(text, parsed.configuration.catalogue_for("./a.py")).up_to_date()
    best = dict.fromkeys(documents, float("inf"))
    for _ in range(TRIES):
        for number, document in documents.items():
            begin = time.process_time()
            for _ in range(EDITS):
                document = document.edited(Position(line, 11), Position(line, 11), "f('a', x=1) or ")
                document = document.edited(Position(line, 11), Position(line, 26), "")
            best[number] = min(best[number], (time.process_time() - begin) / EDITS / 2)
    for number, seconds in best.items():
        print(f"{number:>4} declared checks: {1e6 * seconds:.0f} us for an edit")
    print(f"ratio {best[200] / best[0]:.2f}")


if __name__ == "__main__":
    main()
