"""Reuse of a function's results if none of its dependencies has changed.

A function's result depends on its operations and their place, on the names of the module that it looked up, also by way
of the functions that it calls, and for a method on its class. Names are compared by value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posse_checks.flow.code import ClassCode, Code, FunctionCode, MethodCode
from posse_checks.flow.machine import Flow, Judgment, Read
from posse_checks.flow.operation import At
from posse_checks.flow.state import Cell
from posse_checks.flow.values import Value

_DEEPEST = 6


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The results of running a function on its own."""

    journal: tuple[tuple[At, int, Judgment, Flow | None], ...]
    steps: int
    is_given_up: bool
    defined: tuple[tuple[FunctionCode, ClassCode | None], ...]
    """The functions that it defined, which are run on their own too, each with its class if it is a method."""
    reads: frozenset[Read]
    heap: Mapping[int, Cell]
    """The containers and instances that existed before it ran; functions that it defined may refer to them."""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The names of a module after running its own statements, with the objects that they refer to."""

    globals: Mapping[str, Value]
    heap: Mapping[int, Cell]
    frameworks: frozenset[str]
    mutable: frozenset[str]
    is_given_up: bool


class Comparison:
    """The names of a module before and after an edit."""

    def __init__(self, before: Names, after: Names) -> None:
        self._before = before
        self._after = after
        self._same: dict[Read, bool] = {}
        self.holds = before.frameworks == after.frameworks and not before.is_given_up and not after.is_given_up
        """Whether any results may be reused."""

    def is_same_class(self, one: ClassCode | None, other: ClassCode | None) -> bool:
        """Whether a class, or its absence, is the same before and after."""
        return one is other if one is None or other is None else self._code(one, other, 0)

    def is_same_cell(self, one: Cell, other: Cell) -> bool:
        """Whether a container or an instance is the same before and after."""
        return self._cell(one, other, 0)

    def is_same(self, read: Read) -> bool:
        """Whether a dependency is the same before and after; functions that were run are reached by names."""
        if not isinstance(read, str):
            return True
        if read not in self._same:
            one, other = self._before.globals.get(read), self._after.globals.get(read)
            same = (read in self._before.mutable) == (read in self._after.mutable)
            equal = one is other if one is None or other is None else self._value(one, other, 0)
            self._same[read] = same and equal
        return self._same[read]

    def _value(self, one: Value, other: Value, depth: int) -> bool:
        if depth > _DEEPEST:
            return False
        if (one.code is None) != (other.code is None):
            return False
        if one.code is not None and other.code is not None and not self._code(one.code, other.code, depth + 1):
            return False
        if bool(one.cell) != bool(other.cell):
            return False
        if one.cell and not self._cell(self._before.heap.get(one.cell), self._after.heap.get(other.cell), depth + 1):
            return False
        if one.constant.__class__ is not other.constant.__class__:
            return False
        return one._replace(cell=0, code=None, identity=0, origin=0) == other._replace(
            cell=0, code=None, identity=0, origin=0
        )

    def _cell(self, one: Cell | None, other: Cell | None, depth: int) -> bool:
        if one is None or other is None or one.kind != other.kind or list(one.entries) != list(other.entries):
            return False
        if (one.rest is None) != (other.rest is None):
            return False
        if one.rest is not None and other.rest is not None and not self._value(one.rest, other.rest, depth):
            return False
        return all(self._value(entry, other.entries[key], depth) for key, entry in one.entries.items())

    def _code(self, one: Code, other: Code, depth: int) -> bool:
        if isinstance(one, FunctionCode) and isinstance(other, FunctionCode):
            same = one.function is other.function and one.base == other.base and one.is_known == other.is_known
            return same and not one.frame and not other.frame
        if isinstance(one, ClassCode) and isinstance(other, ClassCode):
            if one.definition is not other.definition or one.base != other.base or one.is_known != other.is_known:
                return False
            if len(one.bases) != len(other.bases) or list(one.attributes) != list(other.attributes):
                return False
            pairs = [*zip(one.bases, other.bases, strict=True)]
            pairs += [(value, other.attributes[name]) for name, value in one.attributes.items()]
            return all(self._value(first, second, depth + 1) for first, second in pairs)
        return isinstance(one, MethodCode) and one is other
