"""Apply every fix and every suppression offered in real programs, and check that each keeps its promise.

    python -m tests.parity.fixes                       everything: standard library, wheels from PyPI
    python -m tests.parity.fixes --corpus stdlib       one corpus
    python -m tests.parity.fixes PATH...               files and folders of your own

Exits with 1 where one does not.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.fixes import apply as fixing
from posse_checks.incremental.check_file import decode
from posse_checks.incremental.document import Document
from posse_checks.nosec.write import suppressed, suppressing_edit
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Replacement
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import UnfixableError
from tests.oracle import python_files
from tests.parity.corpora import CORPORA

Row = tuple[str, str]
"""The ID and the message of a finding: the parts that stay the same when lines move."""
LEFT = 20
"""Limit for the remaining findings of a file to look at, since each has to be tried."""


class Strict(Catalogue):
    """A catalogue with which a failing fix is an error; checks fail only where Bandit's do."""

    def note_failure(self, rule: Rule, error: Exception) -> None:
        if error.__traceback__ and error.__traceback__.tb_frame.f_globals["__name__"] == fixing.__name__:
            raise AssertionError(f"a fix of {rule.id} failed") from error


CATALOGUE = Strict(bandit_rules().values())
REMINDERS = {"B404", "B603", "B607"}
"""Findings that some fixes add: they report any program that is started without a shell, and the import for it."""
BROUGHT = dict.fromkeys(("B602", "B604", "B605", "B609"), REMINDERS)


def broken_promises(source: str, counts: Counter[str], at_most: int | None = None) -> Iterator[str]:
    """The problems with each fix and suppression of each finding, or of this many findings of each rule."""
    document = Document.opened(source, CATALOGUE)
    seen: Counter[str] = Counter()
    for finding in document.findings():
        seen[finding.rule.id] += 1
        if at_most is not None and seen[finding.rule.id] > at_most:
            continue
        counts[finding.rule.id] += 1
        for fix in fixing.fixes(document, finding):
            counts[f"{finding.rule.id} fixed"] += 1
            for wrong in _wrong(document, finding, fix.replacements, keeps_finding=fix.keeps_finding):
                yield f"{finding.line}: {finding.rule.id}: {fix.title}: {wrong}"
        try:
            comment = suppressing_edit(document, finding)
        except UnfixableError as error:
            counts[f"not suppressed: {error}"] += 1
            continue
        counts["suppressed"] += 1
        for wrong in _wrong(document, finding, [comment], is_comment=True):
            yield f"{finding.line}: {finding.rule.id}: suppression: {wrong}"

    yield from (f"whole file: {wrong}" for wrong in _wrong_in_whole(document))


def _wrong_in_whole(document: Document) -> Iterator[str]:
    """The problems with fixing, or suppressing, all findings at once."""
    before, old = str(document.text), document.counts_by_message()
    fixed = fixing.fixed(fixing.fixed(document, lambda *_: True), lambda *_: True)  # a renamed import allows others
    try:
        _tree(str(fixed.text))
    except SyntaxError as error:
        yield f"fixed, it does not parse: {error}"
        return
    had, has = (Counter(id for id, _ in rows.elements()) for rows in (old, _rows(str(fixed.text))))
    if brought := {id for id in has if has[id] > had[id]} - REMINDERS:
        yield f"fixed, it has {brought}"
    if left := [finding.line for finding in fixed.findings()[:LEFT] if _is_fixable(fixed, finding)]:
        yield f"fixed, there is still something to fix in the lines {left}"
    silent = suppressed(document, lambda _: True)
    if _tree(str(silent.text)) != _tree(before):
        yield "suppressed, it is another program"
    if _rows(str(silent.text)) - old:
        yield "suppressed, it has other findings"
    for finding in silent.findings()[:LEFT]:
        with suppress(UnfixableError):
            suppressing_edit(silent, finding)
            yield f"suppressed, {finding.rule.id} is left in line {finding.line}"


def _is_fixable(document: Document, finding: Finding) -> bool:
    """Whether a fix ends a finding that "fix all" left. Two fixes of one rule may be in each other's way."""
    return finding.rule.id not in BROUGHT and any(not fix.keeps_finding for fix in fixing.fixes(document, finding))


def _wrong(
    document: Document,
    finding: Finding,
    replacements: Sequence[Replacement],
    *,
    is_comment: bool = False,
    keeps_finding: bool = False,
) -> Iterator[str]:
    before, after = str(document.text), replaced(document, replacements)
    try:
        tree = _tree(after)
    except SyntaxError as error:
        yield f"does not parse: {error}"
        return
    old, new = _rows(before), _rows(after)
    row = finding.rule.id, finding.message
    if new[row] >= old[row] and not keeps_finding:
        yield "the finding stays"
    had, has = (Counter(id for id, _ in rows.elements()) for rows in (old, new))
    brought = {id for id, _ in new - old if id == finding.rule.id or has[id] > had[id]}
    if brought := brought - (set() if is_comment else BROUGHT.get(finding.rule.id, set())):
        yield f"brings {brought}"
    if is_comment and tree != _tree(before):
        yield "changes the program"
    if is_comment and {id for id, _ in old - new} != {finding.rule.id}:
        yield "suppresses others"


def replaced(document: Document, replacements: Sequence[Replacement]) -> str:
    """The text after the replacements, applied independently of the engine."""
    lines = list(document.text.lines)
    starts = [sum(map(len, lines[:index])) for index in range(len(lines))]
    text = "".join(lines)
    places = [(starts[r.start.line] + r.start.column, starts[r.end.line] + r.end.column, r.new) for r in replacements]
    assert all(end <= start for (_, end, _), (start, _, _) in pairwise(places)), "they overlap"
    for start, end, new in reversed(places):
        text = text[:start] + new + text[end:]
    return text


def _rows(source: str) -> Counter[Row]:
    return Counter((f.rule.id, f.message) for f in Document.opened(source, CATALOGUE).findings())


def _tree(source: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(ast.parse(source))


def check_file(path: Path, at_most: int | None = 3) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    source = decode(path.read_bytes())
    if isinstance(source, Broken):
        return counts, []
    try:
        _tree(source)
    except (SyntaxError, ValueError, RecursionError):
        return counts, []
    return counts, [f"{path}:{wrong}" for wrong in broken_promises(source, counts, at_most)]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.parity.fixes", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--corpus", choices=[*CORPORA, "all"], default="all")
    parser.add_argument("-j", "--processes", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.paths:
        files = [file for path in arguments.paths for file in (python_files(path) if path.is_dir() else [path])]
    else:
        files = [f for name in CORPORA if arguments.corpus in (name, "all") for f in CORPORA[name]()]
    began, counts, wrong = time.monotonic(), Counter[str](), 0
    with ProcessPoolExecutor(arguments.processes) as pool:
        for more, messages in pool.map(check_file, files, chunksize=4):
            counts += more
            wrong += len(messages)
            if messages:
                print(*messages, sep="\n", flush=True)
    print(*(f"{name} {count}" for name, count in sorted(counts.items())), sep=", ")
    print(f"{len(files)} files, {wrong} broken promises ({time.monotonic() - began:.0f} s)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
