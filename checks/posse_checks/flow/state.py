"""The state of an abstract execution: names, a heap of containers and instances, the facts from checks.

States fork where control does and join where it meets again. Cells are immutable; a state replaces them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from posse_checks.flow.values import (
    ANYTHING,
    NOTHING,
    UNKNOWN_TAINT,
    Taint,
    Value,
    merge_taints,
    same_constant,
)

_LAST = (0, 0)
"""Where the last number of a joined cell is kept."""
MOST_ENTRIES = 64
"""Number of entries of a container that are kept apart; beyond it they are joined."""


class Cell(NamedTuple):
    """A container or an instance.

    `entries` has what is under known keys; `rest` is what other keys may hold, None if there are none. `kind` is
    `list`, `tuple`, `set`, `dict` or a qualified class name.
    """

    kind: str
    entries: Mapping[object, Value]
    rest: Value | None = None


class State:
    """What holds at one point of a function."""

    __slots__ = ("_owns_env", "_owns_heap", "base_heap", "env", "facts", "heap", "pairs")

    def __init__(
        self,
        env: dict[str, Value],
        heap: dict[int, Cell],
        base_heap: Mapping[int, Cell],
        facts: dict[str, int],
        pairs: dict[tuple[int, int], int],
    ) -> None:
        self.env = env
        self.heap = heap
        self.base_heap = base_heap
        self.facts = facts
        """The facts from checks about expressions that are not plain names, by their text."""
        self.pairs = pairs
        """Numbers of the cells that two others were joined to, by theirs, and of those that are being joined.

        All states of a run share it.
        """
        self._owns_env = True
        self._owns_heap = True

    def fork(self) -> State:
        """A copy that changes on its own; both share what neither has changed."""
        self._owns_env = self._owns_heap = False
        forked = State(self.env, self.heap, self.base_heap, dict(self.facts) if self.facts else {}, self.pairs)
        forked._owns_env = forked._owns_heap = False
        return forked

    def inside(self, env: dict[str, Value]) -> State:
        """The state in which a function called here begins, with its own names."""
        self._owns_heap = False
        inner = State(env, self.heap, self.base_heap, {}, self.pairs)
        inner._owns_heap = False
        return inner

    def bind(self, name: str, value: Value) -> None:
        """Give a name a value."""
        if not self._owns_env:
            self.env, self._owns_env = dict(self.env), True
        self.env[name] = value

    def put(self, number: int, cell: Cell) -> None:
        """Replace a cell."""
        if not self._owns_heap:
            self.heap, self._owns_heap = dict(self.heap), True
        self.heap[number] = cell

    def share_heap(self) -> None:
        """Copy the heap before it is changed: another state refers to it."""
        self._owns_heap = False

    def rename(self, env: dict[str, Value]) -> None:
        """Take names that no other state refers to."""
        self.env, self._owns_env = env, True

    def adopt_heap(self, other: State) -> None:
        """Take over the heap of a state that followed this one."""
        if self.heap is not other.heap:
            self.heap = other.heap
            self._owns_heap = other._owns_heap = False

    def adopt(self, other: State) -> None:
        """Take over names and heap of a state that followed this one."""
        self.adopt_heap(other)
        if self.env is not other.env:
            self.env = other.env
            self._owns_env = other._owns_env = False

    def add_missing(self, heap: Mapping[int, Cell]) -> None:
        """Add cells of another heap that are not here."""
        for number, cell in heap.items():
            if number not in self.heap:
                self.put(number, cell)

    def cell(self, value: Value) -> Cell | None:
        """The container or instance that a value is."""
        if not value.cell:
            return None
        return self.heap.get(value.cell) or self.base_heap.get(value.cell)

    def contents(self, value: Value, depth: int = 0) -> tuple[Taint, ...]:
        """The taints of a value and of everything in it."""
        if not value.cell:
            return value.taints
        cell = self.cell(value)
        if cell is None or depth > 3:
            return merge_taints(value.taints, (UNKNOWN_TAINT,))
        groups = [value.taints]
        groups += [self.contents(entry, depth + 1) for entry in cell.entries.values()]
        if cell.rest is not None:
            groups.append(self.contents(cell.rest, depth + 1))
        return merge_taints(*groups)


def join_values(one: Value, other: Value, left: State, right: State, into: State) -> Value:
    """A value that is one of two; what is worse of either is kept."""
    if one is other or one == other:
        return one
    taints = one.taints if one.taints == other.taints else merge_taints(one.taints, other.taints)
    cell = 0
    if one.cell or other.cell:
        cell = one.cell
        if one.cell != other.cell:
            cell = _joined_cell(one, other, left, right, into)
            if not cell:
                taints = merge_taints(taints, left.contents(one), right.contents(other))
    both_known = one.is_constant and other.is_constant and same_constant(one.constant, other.constant)
    name = one.name if one.name == other.name else ""
    code = one.code if one.code is other.code else None
    if (one.name or other.name or one.code or other.code) and not name and code is None:
        taints = merge_taints(taints, (UNKNOWN_TAINT,))
    return Value(
        taints,
        one.constant if both_known else NOTHING,
        _joined_type(one, other),
        name,
        cell,
        code,
        _common(beginning(one), beginning(other)),
        one.identity if one.identity == other.identity else 0,
        one.origin if one.origin == other.origin else 0,
    )


def _joined_type(one: Value, other: Value) -> str:
    if one.type == other.type:
        return one.type
    if one.constant is None:
        return other.type
    return one.type if other.constant is None else ""


def beginning(value: Value) -> str:
    """The constant text that a value begins with."""
    return value.constant if isinstance(value.constant, str) else value.prefix


def _common(one: str, other: str) -> str:
    length = min(len(one), len(other))
    while one[:length] != other[:length]:
        length -= 1
    return one[:length]


def _joined_cell(one: Value, other: Value, left: State, right: State, into: State) -> int:
    """A new cell for what is one of two containers; 0 if they do not go together."""
    first, second = left.cell(one), right.cell(other)
    if first is None or second is None or first.kind != second.kind:
        return 0
    pair = one.cell, other.cell
    if pair not in into.pairs:
        into.pairs[_LAST] = into.pairs.get(_LAST, 0) - 1
        into.pairs[pair] = into.pairs[_LAST]
    number = into.pairs[pair]
    key = 0, number
    if key in into.pairs:
        return number  # containers that hold each other
    known = into.cell(Value(cell=number))
    into.pairs[key] = number
    joined = join_cells(first, second, left, right, into)
    del into.pairs[key]
    into.put(number, joined if known is None else join_cells(known, joined, into, into, into))
    return number


def join_cells(first: Cell, second: Cell, left: State, right: State, into: State) -> Cell:
    """A cell that is one of two."""
    if first is second:
        return first
    if first.kind != second.kind:
        return Cell("", {}, ANYTHING)
    entries: dict[object, Value] = {}
    for key in {**first.entries, **second.entries}:
        a, b = first.entries.get(key), second.entries.get(key)
        if a is None:
            a = first.rest
        if b is None:
            b = second.rest
        if a is None or b is None:
            missing = a if b is None else b
            assert missing is not None
            entries[key] = missing if not missing.is_constant else missing._replace(constant=NOTHING)
        else:
            entries[key] = join_values(a, b, left, right, into)
    rest = first.rest
    if second.rest is not None:
        rest = second.rest if rest is None else join_values(rest, second.rest, left, right, into)
    return Cell(first.kind, entries, rest)


def join(left: State | None, right: State | None) -> State | None:
    """The state where two meet; None stands for a point that is not reached."""
    if left is None or right is None or left is right:
        return right if left is None else left
    joined = left.fork()
    joined.facts = {}
    if left.heap is not right.heap:
        right.share_heap()
        _join_heaps(left, right, joined)
    if left.env is not right.env:
        others = right.env
        env = {}
        for name, value in left.env.items():
            other = others.get(name)
            if other is None or other is value:
                env[name] = value
            else:
                env[name] = join_values(value, other, left, right, joined)
        for name, value in others.items():
            if name not in env:
                env[name] = value
        joined.rename(env)
    if left.facts and right.facts:
        joined.facts = {key: clean & right.facts[key] for key, clean in left.facts.items() if key in right.facts}
    return joined


def _join_heaps(left: State, right: State, joined: State) -> None:
    for number, cell in right.heap.items():
        other = left.heap.get(number)
        if other is None:
            other = left.base_heap.get(number, cell)
            if other is cell:
                joined.put(number, cell)
        if other is not cell:
            joined.put(number, join_cells(other, cell, left, right, joined))
    if right.base_heap:
        for number, cell in left.heap.items():
            if number not in right.heap and number in right.base_heap:
                joined.put(number, join_cells(cell, right.base_heap[number], left, right, joined))
