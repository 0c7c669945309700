"""`# nosec` comments with what Bandit logs about them."""

from __future__ import annotations

import ast
import contextlib
import io
import tokenize
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from posse_checks.analysis.assessed import Assessed
from posse_checks.analysis.comments import comments_in
from posse_checks.analysis.suppression import COMMENT, TEST, Nosecs
from posse_server.bandit import log
from posse_server.bandit.order import visits
from posse_server.bandit.tests_of_bandit import BLOCKLIST, IN_ORDER, blocklists, ids_by_name, is_known, node_class_of


def read_nosecs(source: str) -> Nosecs:
    """Returns the comments of a file with the IDs that Bandit knows, and logs those that it does not."""
    found = sorted(comments_in(source).nosecs.items())
    return Nosecs({line: replace(nosec, ids=_known_in(nosec.text)) for line, nosec in found})


def require_tokens(data: bytes, *, tokenizes: bool, tells: bool) -> None:
    """Raise the error, if any, on which Bandit gives up a file before it parses it.

    Without `tokenizes`, only the encoding is read. With `tells`, logs unknown IDs in the comments up to the error.
    """
    tokens = tokenize.tokenize(io.BytesIO(data).readline)
    with contextlib.suppress(tokenize.TokenError):
        for token in tokens if tokenizes else ():
            if tells and token.type == tokenize.COMMENT and COMMENT.search(token.string):
                _known_in(token.string)


def _known_in(comment: str) -> frozenset[str]:
    match = COMMENT.search(comment)
    ids = set[str]()
    for test in TEST.finditer((match and match["tests"]) or ""):
        name = test.group(1)
        id = name if is_known(name) else ids_by_name().get(name)
        if id is None:
            log.warning("manager", f"Test in comment: {name} is not a test name or id, ignoring")
        else:
            ids.add(id)
    return frozenset(ids)


def tell_unused(
    name: str, statements: Sequence[ast.stmt], nosecs: Nosecs, assessed: Iterable[Assessed], running: Collection[str]
) -> None:
    """Log each node in the lines of a comment on which a test that the comment names found nothing."""
    if not any(nosec.ids for nosec in nosecs.values()):
        return
    found = Counter[tuple[str, int, int, int, int]]()
    for one in assessed:
        finding = one.finding
        id = BLOCKLIST if finding.rule.id in blocklists() else finding.rule.id
        found[(id, finding.column, finding.end_column, *finding.line_range)] += 1
    tests = _tests_by_class(running)
    for visit in visits(statements):
        ids = _ids_at(visit.lines, nosecs)
        node: ast.expr | ast.stmt = visit.node  # type: ignore[assignment]  # those that are visited have a position
        for id in tests.get(node.__class__, ()):
            key = (id, node.col_offset, node.end_col_offset or 0, *visit.lines)
            if found[key]:
                found[key] -= 1
            elif id in ids:
                log.warning("tester", f"nosec encountered ({id}), but no failed test on file {name}:{node.lineno}")


def _tests_by_class(running: Collection[str]) -> Mapping[type, Sequence[str]]:
    tests = defaultdict[type, list[str]](list)
    for id in IN_ORDER:
        if id in running:
            tests[node_class_of(id)].append(id)
    blocked = {id for id in running if id in blocklists()}
    if blocked:
        tests[ast.Call].append(BLOCKLIST)
    if any(id.startswith("B4") for id in blocked):
        tests[ast.Import].append(BLOCKLIST)
        tests[ast.ImportFrom].append(BLOCKLIST)
    return tests


def _ids_at(lines: tuple[int, int], nosecs: Nosecs) -> Collection[str]:
    """Returns the IDs of the first comment in some lines."""
    first = first_within(lines, nosecs)
    return () if first is None else nosecs[first].ids


def first_within(lines: tuple[int, int], nosecs: Nosecs) -> int | None:
    """Returns the line of the first comment in some lines; None if there is none."""
    index = bisect_left(nosecs.lines, lines[0])
    return next((line for line in nosecs.lines[index : index + 1] if line <= lines[1]), None)
