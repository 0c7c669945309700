"""Cleaning: from here on, the value of an expression is known to be harmless for some kinds."""

from __future__ import annotations

from collections.abc import Iterator

from posse_checks.flow import kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.machine import Machine
from posse_checks.flow.state import State
from posse_checks.flow.values import UNKNOWN, Taint, clean_taints

SOMEHOW = 1 << 2_000
"""Stands for an unknown check: nothing is claimed about values that pass it. No kind has this bit."""


_SAME_TEXT = {"lower", "upper", "strip", "casefold", "title", "rstrip", "lstrip", "capitalize", "as_posix", "resolve"}


def path_of(operation: ops.Expression) -> str | None:
    """A text that stands for an expression without effects, such as `form["name"]`; None for others."""
    if isinstance(operation, ops.Name):
        return operation.id
    if isinstance(operation, ops.Attribute):
        base = path_of(operation.value)
        return base and f"{base}.{operation.name}"
    if isinstance(operation, ops.Subscript) and isinstance(operation.key, ops.Literal):
        base = path_of(operation.value)
        return base and f"{base}[{operation.key.value!r}]"
    if isinstance(operation, ops.Call) and isinstance(operation.function, ops.Attribute) and not operation.keywords:
        base = path_of(operation.function)
        if base and all(isinstance(argument, ops.Literal) for argument in operation.arguments):
            return (
                f"{base}({[argument.value for argument in operation.arguments if isinstance(argument, ops.Literal)]})"
            )
    return None


def names_of(machine: Machine, operation: ops.Expression, state: State) -> Iterator[str]:
    """The names of the value of an expression."""
    value = machine.evaluate(operation, state)
    if value.identity:
        for name, other in state.env.items():
            if other.identity == value.identity:
                yield name


def peeled(operation: ops.Expression) -> ops.Expression:
    """The expression that a test examines: `x` in `x.lower()` and `str(x)`."""
    for _ in range(4):
        if isinstance(operation, ops.Walrus):
            return ops.Name(operation.name)
        if not isinstance(operation, ops.Call):
            return operation
        function = operation.function
        if isinstance(function, ops.Attribute) and function.name in _SAME_TEXT:
            operation = function.value
        elif isinstance(function, ops.Name) and function.id in ("str", "Path") and len(operation.arguments) == 1:
            operation = operation.arguments[0]
        else:
            return operation
    return operation


def clean(machine: Machine, operation: ops.Expression, state: State, bits: int) -> None:
    """From here on, the value of an expression is clean for these kinds, under all its names."""
    operation = peeled(operation)
    for name in list(names_of(machine, operation, state)):
        value = state.env[name]
        state.bind(name, value.but(taints=clean_taints(value.taints, bits)))
    path = path_of(operation)
    if path and not isinstance(operation, ops.Name):
        state.facts[path] = state.facts.get(path, 0) | bits


def demote(machine: Machine, operation: ops.Expression, state: State) -> None:
    """An unknown function has checked the value: nothing is claimed about it."""
    operation = peeled(operation)
    for name in list(names_of(machine, operation, state)):
        value = state.env[name]
        state.bind(name, value.but(taints=tuple([Taint(UNKNOWN, (), taint.clean) for taint in value.taints[:1]])))
    path = path_of(operation)
    if path and not isinstance(operation, ops.Name):
        state.facts[path] = state.facts.get(path, 0) | kinds.EVERY
