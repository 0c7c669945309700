"""Draw fixes at random from real programs and show each with its context, for a person to judge.

    python -m tests.parity.draw                        60 fixes from the standard library
    python -m tests.parity.draw --seed 7 PATH...       from files and folders of your own

At most one fix is drawn from a file, so that no file with many alike decides the figure. The seed is printed first.
"""

from __future__ import annotations

import argparse
import difflib
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.fixes.apply import fixes
from posse_checks.incremental.check_file import decode
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import Fix
from tests.oracle import python_files
from tests.parity.corpora import standard_library

CATALOGUE = Catalogue(bandit_rules().values())
LARGEST_BYTES = 200_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.parity.draw", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--each", type=int, default=60, help="at most so many of a rule")
    arguments = parser.parse_args()
    files = [file for path in arguments.paths for file in (python_files(path) if path.is_dir() else [path])]
    files = files or standard_library()
    chance, drawn = random.Random(arguments.seed), Counter[str]()
    print(f"seed {arguments.seed}, {len(files)} files")
    chance.shuffle(files)
    for path in files:
        offered = list(_offered(path)) if path.stat().st_size < LARGEST_BYTES else []
        offered = [each for each in offered if drawn[each[1].rule.id] < arguments.each]
        if offered:
            document, finding, fix = chance.choice(offered)
            drawn[finding.rule.id] += 1
            print(f"\n{drawn.total()}. {path}:{finding.line}: {finding.rule.id}: {fix.title}")
            print(*_difference(document, fix), sep="\n")
        if drawn.total() == arguments.count:
            break
    print(*(f"{id} {count}" for id, count in sorted(drawn.items())), sep=", ")
    return 0


def _offered(path: Path) -> Iterator[tuple[Document, Finding, Fix]]:
    """The fixes of a few findings of each rule in a file."""
    source = decode(path.read_bytes())
    if isinstance(source, Broken):
        return
    document, seen = Document.opened(source, CATALOGUE), Counter[str]()
    for finding in document.findings():
        seen[finding.rule.id] += 1
        if seen[finding.rule.id] <= 3:
            yield from ((document, finding, fix) for fix in fixes(document, finding))


def _difference(document: Document, fix: Fix) -> list[str]:
    before, after = str(document.text), str(document.replaced(fix.replacements).text)
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return [line[:160] for line in lines if not line.startswith(("---", "+++"))]


if __name__ == "__main__":
    sys.exit(main())
