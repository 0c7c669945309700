"""Execution: one evaluation, one block, one function on its own."""

from __future__ import annotations

from collections.abc import Mapping

from posse_checks.flow import asking, calls, expressions, functions, guards, instances, responses, statements
from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.code import ClassCode, Code
from posse_checks.flow.machine import Arguments, Exhausted, Machine, Unreachable
from posse_checks.flow.state import State
from posse_checks.flow.values import Value


class Execution(Machine):
    """The complete machine."""

    def __init__(self, catalogue: Catalogue, globals_: Mapping[str, Value], budget: int) -> None:
        super().__init__(catalogue, globals_, budget)
        self._facts: dict[tuple[int, bool], list[int]] = {}

    def evaluate(self, operation: ops.Expression, state: State) -> Value:
        """The value of an expression."""
        self.enter()
        kind = operation.__class__
        if kind is ops.Call:
            value = calls.call(self, operation, state)  # type: ignore[arg-type]  # its class was just looked at
        else:
            value = expressions.HANDLERS[kind](self, operation, state)
        self.depth -= 1
        return value

    def block(self, body: ops.Block, state: State | None) -> State | None:
        """The state after a block; None if it is left."""
        depth = self.depth
        handlers = statements.HANDLERS
        for statement in body:
            if state is None:
                return None
            self.enter()
            try:
                state = handlers[statement.__class__](self, statement, state)
            except Unreachable:
                state = None
            self.depth = depth
        return state

    def refine(self, test: ops.Expression, state: State, holds: bool) -> None:
        """Clean the values that a condition tests."""
        guards.refine(self, test, state, holds)

    def call(self, code: Code, arguments: Arguments, state: State, at: ops.At) -> Value | None:
        """The result of calling a function of the program."""
        if isinstance(code, ClassCode):
            return instances.instantiate(self, code, arguments, state, at)
        return functions.call(self, code, arguments, state, at)

    def facts_of_call(self, code: Code, arguments: Arguments, state: State, truth: bool) -> list[int]:
        """The kinds for which arguments are clean if a function of the program gives this result."""
        try:
            return asking.facts_of_call(self, code, arguments, state, truth)
        except Unreachable:
            return []

    def stored(
        self, target: ops.Attribute | ops.Subscript, base: Value, key: Value | None, value: Value, state: State
    ) -> None:
        """Judge a value that is stored."""
        responses.stored(self, target, base, key, value, state)


__all__ = ["Execution", "Exhausted"]
