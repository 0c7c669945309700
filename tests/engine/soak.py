"""Edit texts at random for as long as asked, and compare each result with the same text freshly opened.

    python -m tests.engine.soak [--edits 100000] [--seed SEED]

Texts are made up, with statements of any length split, or files of the standard library. Where a text is whole, its
findings must also be those of a scan, which `make parity` compares with Bandit's. What is shown beside a baseline must
be what is shown of the text freshly opened. Prints the seed, a random one by default, the progress, and on a
failure the text and the edit; exits with 1 then.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from posse_checks.baseline.match import KnownFindings, finding_key
from posse_checks.config.policy import Matching
from posse_checks.flow.document_evidence import EvidenceKeeper
from posse_checks.flow.live import Live
from posse_checks.incremental.check_file import check_module
from posse_checks.incremental.chunk import LIMITS, Limits
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import BYTE_ORDER_MARK, Broken
from posse_checks.python.text import Text
from posse_server.protocol.convert import Encoding
from posse_server.protocol.diagnostics_json import rendered
from tests.engine.edits import ALL_RULES, BLOCKS, FRAGMENTS, STANDARD_LIBRARY, place, same
from tests.flow.edits import FLOW_BLOCKS, evidence_of, known, worked_out

FILES = ("subprocess.py", "shelve.py", "hmac.py", "getpass.py", "netrc.py", "tempfile.py")
EDITS_A_TEXT = 20
PROGRESS = 5000
"""The number of edits after which progress is printed."""
USUAL = replace(LIMITS, lines_parsed_at_once=3, lines_a_slice=1)
"""Limits for files. Slices are short, so that edits meet documents that are not up to date yet."""
SHORT = replace(USUAL, long_lines=2)
"""Limits for generated texts, in which short statements are split too."""
DEPTH = LIMITS.block_depth

Change = tuple[int, int, str]
"""A replacement: start and end offset, and the new text."""


def sources(chance: random.Random) -> Iterator[tuple[str, Limits]]:
    """Initial texts, each with its limits."""
    while True:
        kind = chance.random()
        mark = BYTE_ORDER_MARK if chance.random() < 0.1 else ""
        if kind < 0.05:
            yield mark + (STANDARD_LIBRARY / chance.choice(FILES)).read_text(), USUAL
        elif kind < 0.08:
            yield mark + "".join([*chance.choices(BLOCKS, k=2), deep(chance), *chance.choices(BLOCKS, k=2)]), SHORT
        elif kind < 0.4:
            yield mark + "".join(chance.choices(FLOW_BLOCKS, k=chance.randrange(3, 10))), chance.choice([SHORT, USUAL])
        elif kind < 0.75:
            yield mark + "".join(chance.choices(BLOCKS, k=chance.randrange(1, 6))), SHORT
        else:
            yield mark + "".join(chance.choices(FRAGMENTS + BLOCKS, k=chance.randrange(1, 30))), SHORT


def deep(chance: random.Random) -> str:
    """Nested blocks, sometimes deeper than Python allows."""
    depth = chance.choice([20, DEPTH - 1, DEPTH, DEPTH + 1, 98, 99, 100, 101])
    heads = [f"{' ' * level}{chance.choice(['if a', 'class A', 'def f()', 'try'])}:\n" for level in range(depth)]
    return "".join(heads) + " " * depth + chance.choice(["exec(a)\n", "x = (\n", "x = '''\n"])


def change(text: str, undo: Change | None, chance: random.Random) -> Change:
    """An insertion, deletion or replacement, or the inverse of the previous edit."""
    if undo and chance.random() < 0.3:
        return undo
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice([0, 0, 0, 0, 1, 2, 10, 100]))
    pool = FRAGMENTS + BLOCKS + FLOW_BLOCKS if chance.random() < 0.4 else [*FRAGMENTS, BYTE_ORDER_MARK]
    return start, end, "".join(chance.choices(pool, k=chance.choice([0, 1, 1, 1, 2, 3])))


def verify(document: Document, opened: Document) -> None:
    """Compare a document with its text freshly opened and, if that parses, with a scan of it."""
    text = str(document.text)
    same(document, opened)
    if "\r" in text or "\udc00" in text:
        return  # a scan reads bytes, in which Python counts lone carriage returns as one more kind of line end
    scanned = check_module(text.encode(), ALL_RULES)
    assert isinstance(scanned, Broken) == bool(document.broken), text
    if isinstance(scanned, Broken):
        return
    if text.startswith(BYTE_ORDER_MARK):  # which takes a column in a text, and none in a file
        both = (document.assessed, scanned)
        kinds = [[(item.finding.rule.id, item.finding.line, item.suppressed_by) for item in items] for items in both]
        assert kinds[0] == kinds[1], text
    else:
        assert list(document.assessed) == list(scanned), text


def verify_flows(
    document: Document, opened: Document, live: Live, keeper: EvidenceKeeper, chance: random.Random
) -> None:
    """Follow the data after an edit, sometimes not to the end, and compare with the text freshly opened."""
    live.take(document)
    if chance.random() < 0.2:
        live.work(lambda: chance.random() < 0.2)
        return
    live.finish()
    fresh = worked_out(opened)
    assert known(live) == known(fresh), "flows"
    assert evidence_of(document, keeper) == evidence_of(opened, EvidenceKeeper(fresh)), "evidence"


def known_of(document: Document, chance: random.Random) -> KnownFindings:
    """A baseline with most of a document's findings, some of them too often or too seldom."""
    keys = Counter(map(finding_key, document.findings()))
    counts = {key: max(1, count + chance.choice([-1, 0, 0, 1])) for key, count in keys.items() if chance.random() < 0.8}
    return KnownFindings(counts, chance.choice(list(Matching)))


def soak(edits: int, seed: int) -> int:
    """Make this many edits. Returns the number made, up to the first failure."""
    chance = random.Random(seed)
    done = 0
    for source, limits in sources(chance):
        document, undo = Document.opened(source, ALL_RULES, limits), None
        baseline = known_of(document, chance)
        shown = rendered(document, Encoding.UTF16, known=baseline)
        live = worked_out(document)
        keeper = EvidenceKeeper(live)
        for _ in range(EDITS_A_TEXT):
            text = str(document.text)
            first = change(text, undo, chance)
            try:
                if chance.random() < 0.1:
                    document = document.with_text(Text.of(text[: first[0]] + first[2] + text[first[1] :]))
                else:
                    document = document.edited(place(text, first[0]), place(text, first[1]), first[2])
                current = document.up_to_date()
                opened = Document.opened(str(document.text), document.catalogue, limits)
                verify(current, opened)
                verify_flows(current, opened, live, keeper, chance)
                shown = rendered(document, Encoding.UTF16, shown, known=baseline)
                assert shown.text == rendered(document, Encoding.UTF16, known=baseline).text, "what is shown"
            except Exception:
                print(f"after {done} edits, seed {seed}: {first!r} in\n{text!r}", file=sys.stderr)
                raise
            undo = (first[0], first[0] + len(first[2]), text[first[0] : first[1]])
            done += 1
            if done % PROGRESS == 0:
                print(f"{done} edits", flush=True)
            if done == edits:
                return done
    raise AssertionError("texts never end")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.engine.soak", description=__doc__)
    parser.add_argument("--edits", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="default: a random one")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    began = time.perf_counter()
    done = soak(arguments.edits, arguments.seed)
    print(f"{done} edits, seed {arguments.seed}: each as freshly opened ({time.perf_counter() - began:.0f} s)")


if __name__ == "__main__":
    main()
