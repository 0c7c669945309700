"""The order in which Bandit visits the nodes of a file, and so finds its issues.

Nothing recurses, so that nesting uses no stack.
"""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from posse_checks.analysis.assessed import Assessed
from posse_checks.python.syntax import line_range
from posse_server.bandit.tests_of_bandit import IN_ORDER, blocklists, node_class_of

VISITED = frozenset(
    (ast.Call, ast.Constant, ast.Assert, ast.ExceptHandler, ast.FunctionDef, ast.Import, ast.ImportFrom)
)
"""The classes of nodes that tests look at."""
_BLOCKED = frozenset((ast.Call, ast.Import, ast.ImportFrom))
_RANK = {id: rank for rank, id in enumerate(IN_ORDER)}
_FILE = 1 << 60
"""The place of issues in the file as a whole, which Bandit looks for last."""


class Visit(NamedTuple):
    """A node that tests look at."""

    node: ast.AST
    lines: tuple[int, int]
    """Its line range; that of its parent for a string."""


_Key = tuple[type[ast.AST], int, int, int, int]
"""The class of a node, its columns, and its line range."""


def visits(statements: Sequence[ast.stmt]) -> Iterator[Visit]:
    """Yields the nodes that tests look at, in Bandit's order."""
    pending: list[tuple[ast.AST, ast.AST | None]] = [(statement, None) for statement in reversed(statements)]
    while pending:
        node, parent = pending.pop()
        if node.__class__ is ast.Constant:
            if node.value.__class__ is str and parent.__class__ is not ast.Expr:
                yield Visit(node, line_range(parent or node))
            continue
        if node.__class__ in VISITED:
            yield Visit(node, line_range(node))
        pending += [(child, node) for child in reversed(list(ast.iter_child_nodes(node)))]


def in_order(assessed: Sequence[Assessed], statements: Sequence[ast.stmt]) -> list[tuple[int, Assessed]]:
    """Returns the findings of a file in the order in which Bandit finds them, each with the number of its node."""
    places = defaultdict[_Key, deque[int]](deque)
    wanted = {key for one in assessed for key in _keys(one)}
    for number, visit in enumerate(visits(statements)):
        key = _key(visit)
        if key in wanted:
            places[key].append(number)
    taken = defaultdict[tuple[str, _Key], int](int)

    def place(one: Assessed) -> tuple[int, int]:
        """Returns the number of its node, and the rank of its test on that."""
        id = one.finding.rule.id
        rank = _RANK.get(id, len(_RANK))
        for key in _keys(one):
            found = places.get(key)
            if found:
                index = taken[id, key]
                taken[id, key] += 1
                return found[min(index, len(found) - 1)], rank
        return _FILE, rank

    placed = [(*place(one), index) for index, one in enumerate(assessed)]
    return [(number, assessed[index]) for number, _, index in sorted(placed)]


def _key(visit: Visit) -> _Key:
    node = visit.node
    return node.__class__, node.col_offset, node.end_col_offset, *visit.lines  # type: ignore[attr-defined]


def _keys(one: Assessed) -> Iterator[_Key]:
    """Yields the nodes, as keys, on which a finding may have been made."""
    finding = one.finding
    classes = _BLOCKED if finding.rule.id in blocklists() else (node_class_of(finding.rule.id),)
    for cls in classes:
        yield cls, finding.column, finding.end_column, *finding.line_range
