"""Count the findings in real programs for which a fix is offered, and show some of the fixes for a person to judge.

    python -m tests.parity.fix_share                        Bandit's examples and three applications from PyPI
    python -m tests.parity.fix_share PATH...                files and folders of your own
    python -m tests.parity.fix_share --draw 100 --seed 7    afterwards, draw 100 fixes at random and show the changes

A finding counts as fixed if one of its fixes changes the program: suppressing it, adding it to a baseline, and a fix
that only declares the code harmless do not count. No more than 12 findings of a file count, so that no file with many
alike decides the figure.
"""

from __future__ import annotations

import argparse
import difflib
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.fixes.apply import fixes
from posse_checks.fixes.refusal import fix_refusal
from posse_checks.incremental.check_file import decode
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import Fix
from tests.bandit_suite.source import source_folder
from tests.oracle import python_files
from tests.parity.corpora import wheel

CATALOGUE = Catalogue(bandit_rules().values())
MOST_OF_A_FILE = 12
APPLICATIONS = ("ansible-core==2.18.4", "apache-airflow-core==3.0.0", "celery==5.5.1")


class Counted(NamedTuple):
    """A finding, by its ID and line, with the title and the change of each fix that counts, or the reason for none."""

    path: Path
    line: int
    rule: str
    offered: tuple[tuple[str, str], ...]
    refusal: str


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.parity.fix_share",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--draw", type=int, default=0, metavar="N", help="show N fixes, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", metavar="ID", help="show the findings of a check that have no fix, and why")
    parser.add_argument("-j", "--processes", type=int, default=1)
    arguments = parser.parse_args()
    files = [file for path in arguments.paths for file in (python_files(path) if path.is_dir() else [path])]
    files = files or corpus()
    counted = [each for found in _mapped(counted_in, files, arguments.processes) for each in found]
    if arguments.without:
        print(*_without_fix(counted, arguments.without), sep="\n")
    print(*table(counted), sep="\n")
    if arguments.draw:
        print(*_drawn(counted, arguments.draw, arguments.seed), sep="\n")
    return 0


def corpus() -> list[Path]:
    """Bandit's examples, and the files of three applications."""
    examples = sorted((source_folder() / "examples").rglob("*.py"))
    return [*examples, *(path for each in APPLICATIONS for path in sorted(wheel(each).rglob("*.py")))]


def counted_in(path: Path) -> list[Counted]:
    """The findings of a file that count; none if the file does not parse."""
    source = decode(path.read_bytes())
    if isinstance(source, Broken):
        return []
    document = Document.opened(source, CATALOGUE)
    return [_counted(path, document, finding) for finding in document.findings()[:MOST_OF_A_FILE]]


def _counted(path: Path, document: Document, finding: Finding) -> Counted:
    offered = [fix for fix in fixes(document, finding) if fix.keeps_finding or not fix.one_by_one]
    changes = tuple((f"{fix.title} ({fix.safety.value})", "\n".join(_difference(document, fix))) for fix in offered)
    return Counted(path, finding.line, finding.rule.id, changes, "" if offered else fix_refusal(document, finding))


def table(counted: Sequence[Counted]) -> Iterator[str]:
    """Yields the lines of a table: for each check the findings, those with a fix, and the share; at the end all."""
    found, fixed = Counter(each.rule for each in counted), Counter(each.rule for each in counted if each.offered)
    yield "| check | findings | with a fix | share |"
    yield "|---|---|---|---|"
    for id, count in sorted(found.items(), key=lambda item: (fixed[item[0]] - item[1], item[0])):
        yield f"| {id} | {count} | {fixed[id]} | {fixed[id] / count:.0%} |"
    yield f"| all | {found.total()} | {fixed.total()} | {fixed.total() / max(found.total(), 1):.1%} |"


def _drawn(counted: Sequence[Counted], number: int, seed: int) -> Iterator[str]:
    """Yields fixes drawn at random, each with its change, and how many of them are of each check."""
    offered = [(each, change) for each in counted for change in each.offered]
    drawn = random.Random(seed).sample(offered, min(number, len(offered)))
    yield f"\nseed {seed}: {len(drawn)} of {len(offered)} fixes"
    for index, (each, (title, change)) in enumerate(drawn, start=1):
        yield f"\n{index}. {each.path}:{each.line}: {each.rule}: {title}\n{change}"
    yield "\n" + ", ".join(f"{id} {count}" for id, count in sorted(Counter(each.rule for each, _ in drawn).items()))


def _without_fix(counted: Sequence[Counted], id: str) -> Iterator[str]:
    """Yields the findings of a check without a fix, each with its line and the reason."""
    for each in counted:
        if each.rule == id and not each.offered:
            line = _line(each.path, each.line)
            yield f"{each.path}:{each.line}: {line.strip()[:140]}\n    {each.refusal}"
    yield ""


def _line(path: Path, line: int) -> str:
    """A line of a file, from 1."""
    source = decode(path.read_bytes())
    return "" if isinstance(source, Broken) else Document.opened(source, Catalogue([])).text.lines[line - 1]


def _difference(document: Document, fix: Fix) -> list[str]:
    before, after = str(document.text), str(document.replaced(fix.replacements).text)
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return [line[:160] for line in lines if not line.startswith(("---", "+++"))]


def _mapped(count: Callable[[Path], list[Counted]], files: Sequence[Path], processes: int) -> Iterator[list[Counted]]:
    if processes == 1:
        yield from map(partial(count), files)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(count, files, chunksize=8)


if __name__ == "__main__":
    sys.exit(main())
