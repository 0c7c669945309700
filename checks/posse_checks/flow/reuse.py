"""Taking over what a run has found of a function: where nothing that it depends on has changed.

A function's result depends on its operations and their place, on the names of the module that it looked up, also by way
of the functions that it calls, and for a method on its class. Names are compared by value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posse_checks.flow import operations as ops
from posse_checks.flow.code import ClassCode, Code, FunctionCode, MethodCode
from posse_checks.flow.machine import Flow, Judgement
from posse_checks.flow.state import Cell
from posse_checks.flow.values import Value

_DEEPEST = 6


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a run of a function on its own has found."""

    code: FunctionCode
    owner: ClassCode | None
    journal: tuple[tuple[ops.At, int, Judgement, Flow | None], ...]
    steps: int
    is_given_up: bool
    defined: tuple[FunctionCode, ...]
    """The functions that it defined, which run on their own too."""
    reads: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What a run over a module leaves for the next one."""

    globals: Mapping[str, Value]
    heap: Mapping[int, Cell]
    frameworks: frozenset[str]
    mutable: frozenset[str]
    results: Mapping[object, Result]
    """By the operations of functions of the module, and by the code of those inside others."""
    templates: Mapping[ops.Class, tuple[Cell, frozenset[str]]]
    is_given_up: bool


class Comparison:
    """Two runs over a module, before and after an edit, the later one with its names only."""

    def __init__(self, before: Record, after: Record) -> None:
        self._before = before
        self._after = after
        self._same: dict[str, bool] = {}
        self._holds = before.frameworks == after.frameworks and not before.is_given_up

    def reusable(self, key: object, code: FunctionCode, owner: ClassCode | None) -> Result | None:
        """The result of a function before the edit, if a run would yield the same; else None."""
        found = self._before.results.get(key) if self._holds else None
        if found is None or found.code.base != code.base or not self._holds_for(found):
            return None
        if (owner is None) != (found.owner is None):
            return None
        if owner is not None and found.owner is not None and not self._code(owner, found.owner, 0):
            return None
        return found if found.code.is_known == code.is_known else None

    def _holds_for(self, result: Result) -> bool:
        if not all(map(self._is_same, result.reads)):
            return False
        for inner in result.defined:
            known = self._before.results.get(inner)
            if known is None or not self._holds_for(known):
                return False
        return True

    def _is_same(self, name: str) -> bool:
        if name not in self._same:
            one, other = self._before.globals.get(name), self._after.globals.get(name)
            same = (name in self._before.mutable) == (name in self._after.mutable)
            equal = one is other if one is None or other is None else self._value(one, other, 0)
            same = same and equal
            self._same[name] = same
        return self._same[name]

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
