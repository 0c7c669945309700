"""Patterns of `match`: whether a value matches, and the values of bound names."""

from __future__ import annotations

from posse_checks.flow import cleaning, containers, kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.machine import Machine
from posse_checks.flow.state import State
from posse_checks.flow.values import Value, same_constant

_SAFE = {"int", "float", "bool", "uuid.UUID", "datetime.date", "datetime.datetime"}


def matches(
    machine: Machine, pattern: ops.Pattern, value: Value, state: State, subject: ops.Expression | None
) -> bool | None:
    """Whether a value matches a pattern, None if that is unknown; binds names in the state."""
    match pattern:
        case ops.ValuePattern(value=operation):
            wanted = machine.evaluate(operation, state)
            if wanted.is_constant and value.is_constant and not wanted.taints and not value.taints:
                return same_constant(wanted.constant, value.constant)
            if subject is not None and wanted.is_constant and not wanted.taints:
                cleaning.clean(machine, subject, state, kinds.EVERY)
            return None
        case ops.CapturePattern(name=name, inner=inner):
            known = True if inner is None else matches(machine, inner, value, state, subject)
            if name is not None and known is not False:
                if inner is not None and subject is not None and isinstance(subject, ops.Name):
                    value = state.env.get(subject.id, value)
                containers.bind_name(machine, name, value, state)
            return known
        case ops.AlternativePattern(patterns=patterns):
            return _alternatives(machine, patterns, value, state, subject)
        case ops.SequencePattern(patterns=patterns, star=star):
            cell = state.cell(value)
            dense = cell is not None and cell.kind in ("list", "tuple") and cell.rest is None
            for index, part in enumerate(patterns):
                item = None
                if dense and star is None and cell is not None and len(cell.entries) == len(patterns):
                    item = cell.entries.get(index)
                if item is None:
                    item = containers.iterated(machine, value, state)
                if matches(machine, part, item, state, None) is False and dense and star is None:
                    return False
            if dense and star is None and cell is not None and len(cell.entries) != len(patterns):
                return False
            return None
        case ops.MappingPattern(items=items, rest=rest):
            for key, part in items:
                item = containers.element(machine, value, machine.evaluate(key, state), state)
                if matches(machine, part, item, state, None) is False:
                    return False
            if rest is not None:
                containers.bind_name(machine, rest, value, state)
            return None
        case ops.ClassPattern(cls=cls, patterns=patterns, attributes=attributes):
            wanted = machine.evaluate(cls, state)
            safe = wanted.name in _SAFE
            if safe and subject is not None:
                cleaning.clean(machine, subject, state, kinds.EVERY)
            for part in patterns:
                matches(machine, part, value.cleaned(kinds.EVERY) if safe else value, state, None)
            for name, part in attributes:
                matches(machine, part, _attribute(machine, value, name, state), state, None)
    return None


def _attribute(machine: Machine, value: Value, name: str, state: State) -> Value:
    """An attribute of a matched object: the one who controls the object controls it as well."""
    cell = state.cell(value)
    if cell is not None and name in cell.entries:
        return cell.entries[name]
    taints = state.contents(value)
    return Value(taints, origin=value.origin or value.identity) if taints else machine.unknown()


def _alternatives(
    machine: Machine, patterns: tuple[ops.Pattern, ...], value: Value, state: State, subject: ops.Expression | None
) -> bool | None:
    constants = all(isinstance(part, ops.ValuePattern) for part in patterns)
    results = [matches(machine, part, value, state, subject if constants else None) for part in patterns]
    if True in results:
        return True
    return None if None in results else False
