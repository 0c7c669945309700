"""Results of running a module's functions, by function and by the unit they were found in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from posse_checks.flow import operations as ops
from posse_checks.flow.code import FunctionCode
from posse_checks.flow.machine import Flow, Judgment, Read
from posse_checks.flow.reuse import Result
from posse_checks.flow.virtual_lines import BITS

Seen = tuple[ops.At, int, Judgment, Flow | None]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Results of running a function of the module and the functions inside it."""

    ran: tuple[tuple[FunctionCode, Result], ...]
    skipped: tuple[FunctionCode, ...]
    """The functions inside it that were not needed."""
    reads: frozenset[Read]
    seen: Mapping[int, tuple[Seen, ...]]
    """Judgments at sinks, by the number of their unit."""
    is_given_up: bool

    @property
    def has_inner(self) -> bool:
        """Whether there are functions inside it."""
        return len(self.ran) > 1 or bool(self.skipped)

    def inner(self) -> Iterator[tuple[FunctionCode, bool]]:
        """The function and those inside it, each with whether it was run."""
        for code, _ in self.ran:
            yield code, True
        for code in self.skipped:
            yield code, False


def tree_of(ran: Sequence[tuple[FunctionCode, Result]]) -> Tree:
    """The combined results of a function and of the functions inside it."""
    codes = {code for code, _ in ran}
    skipped = [code for _, result in ran for code, _ in result.defined if code not in codes]
    reads = frozenset[Read]().union(*[result.reads for _, result in ran])
    return Tree(
        tuple(ran),
        tuple(skipped),
        reads,
        _by_number([item for _, result in ran for item in result.journal]),
        any(result.is_given_up for _, result in ran),
    )


def _by_number(journal: Sequence[Seen]) -> Mapping[int, tuple[Seen, ...]]:
    found: dict[int, dict[Seen, None]] = {}
    for item in journal:
        found.setdefault(item[0][0] >> BITS, {})[item] = None
    return {number: tuple(items) for number, items in found.items()}


class Found:
    """The results so far."""

    def __init__(self) -> None:
        self.trees: Mapping[FunctionCode, Tree] = {}
        self.changed: set[int] = set()
        """The numbers of the units whose judgments changed since this was cleared."""
        self._own_seen: Mapping[int, tuple[Seen, ...]] = {}
        self._trees: dict[FunctionCode, Tree] = {}
        self._order: Mapping[FunctionCode, int] = {}
        self._touching: dict[int, dict[FunctionCode, None]] = {}

    def start_over(
        self, journal: Sequence[Seen], order: Mapping[FunctionCode, int], kept: dict[FunctionCode, Tree]
    ) -> None:
        """Keep only what was found of some functions, beside what the module's own statements do.

        `order` has all functions of the module.
        """
        numbers = {*self._touching, *self._own_seen}
        self.trees = self._trees = kept
        self._order, self._touching = order, {}
        self._own_seen = _by_number(journal)
        for code, tree in kept.items():
            for number in tree.seen:
                self._touching.setdefault(number, {})[code] = None
        self.changed |= numbers | {*self._own_seen}

    def put(self, code: FunctionCode, tree: Tree | None) -> None:
        """Replace the results of a function."""
        before = self._trees.pop(code, None)
        if tree is not None:
            self._trees[code] = tree
        old = before.seen if before is not None else {}
        new = tree.seen if tree is not None else {}
        for number in {*old, *new}:
            if old.get(number) != new.get(number):
                self.changed.add(number)
            if number in new:
                self._touching.setdefault(number, {})[code] = None
            else:
                self._touching[number].pop(code)

    def seen_in(self, number: int) -> Iterator[Seen]:
        """The judgments at the sinks of a unit, in the order in which its functions are defined."""
        yield from self._own_seen.get(number, ())
        for code in sorted(self._touching.get(number, ()), key=self._order.__getitem__):
            yield from self._trees[code].seen[number]

    def given_up(self) -> Iterator[FunctionCode]:
        """The functions whose runs exhausted their budget."""
        for tree in self._trees.values():
            if tree.is_given_up:
                yield from [code for code, result in tree.ran if result.is_given_up]
