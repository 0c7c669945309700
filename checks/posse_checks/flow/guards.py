"""Guards: what a condition proves about the values that it tests, if it holds and if it does not."""

from __future__ import annotations

from posse_checks.flow import kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.cleaning import clean, demote, path_of
from posse_checks.flow.guard_calls import (
    SAFE_TYPES,
    call_holds,
    called_name,
    is_not_chosen,
    is_resolved,
)
from posse_checks.flow.machine import Machine
from posse_checks.flow.state import State
from posse_checks.flow.values import UNKNOWN, Taint

_HOSTS = {"netloc", "hostname", "host"}


def refine(machine: Machine, test: ops.Expression, state: State, holds: bool) -> None:
    """Clean the values that a condition tests, for a state in which it holds, or does not."""
    machine.spend(1)
    if isinstance(test, ops.Unary) and test.operator == "not":
        refine(machine, test.value, state, not holds)
    elif isinstance(test, ops.Choice):
        _choice(machine, test, state, holds)
    elif isinstance(test, ops.Walrus):
        refine(machine, test.value, state, holds)
    elif isinstance(test, ops.Compare):
        if len(test.rest) == 1:
            (operator, right), *_ = test.rest
            _compare(machine, test.left, operator, right, state, holds)
        elif holds:
            left = test.left
            for operator, right in test.rest:
                _compare(machine, left, operator, right, state, True)
                left = right
    elif isinstance(test, ops.Call):
        call_holds(machine, test, state, holds)
    elif isinstance(test, ops.Attribute) and test.name in _HOSTS and not holds:
        _clean_origin(machine, test, state, kinds.NO_SCHEME)
    elif isinstance(test, ops.Name):
        _variable(machine, test, state, holds)


def _choice(machine: Machine, test: ops.Choice, state: State, holds: bool) -> None:
    if test.is_and == holds:
        for value in test.values:
            refine(machine, value, state, holds)
        return
    arms = []
    before = state.fork()
    for operand in test.values:
        arm = before.fork()
        refine(machine, operand, arm, holds)
        arms.append(arm)
        refine(machine, operand, before, not holds)  # the next operand is looked at only if this one did not decide
    for name, known in state.env.items():
        if known.taints:
            refined = [arm.env[name].taints for arm in arms]
            if all(taints is not known.taints for taints in refined):
                state.bind(name, known.but(taints=_least(known.taints, refined)))


def _least(taints: tuple[Taint, ...], refined: list[tuple[Taint, ...]]) -> tuple[Taint, ...]:
    """The taints that hold whichever of several refinements applies."""
    kept = []
    for taint in taints:
        versions = []
        for others in refined:
            same = [other for other in others if other.steps == taint.steps]
            versions.append(same[0] if same else None)
        clean, level = kinds.EVERY, UNKNOWN
        for version in versions:
            if version is not None:
                clean &= version.clean
                level = max(level, version.level)
        if clean != kinds.EVERY:
            kept.append(Taint(level, taint.steps, clean))
    return tuple(kept)


def _compare(
    machine: Machine, left: ops.Expression, operator: str, right: ops.Expression, state: State, holds: bool
) -> None:
    if operator in ("NotIn", "NotEq", "IsNot"):
        operator, holds = {"NotIn": "In", "NotEq": "Eq", "IsNot": "Is"}[operator], not holds
    if operator == "In":
        _membership(machine, left, right, state, holds)
    elif operator in ("Eq", "Is"):
        for one, other in ((left, right), (right, left)):
            _equality(machine, one, other, state, holds)
    elif operator in ("LtE", "Lt") and holds and isinstance(left, ops.Call) and called_name(left) == "set":
        harmless = not state.contents(machine.evaluate(right, state))
        if left.arguments and harmless:
            clean(machine, left.arguments[0], state, kinds.PLAIN)


def _equality(machine: Machine, one: ops.Expression, other: ops.Expression, state: State, holds: bool) -> None:
    value = machine.evaluate(other, state)
    if value.is_constant and value.constant is None and isinstance(one, ops.Call):
        call_holds(machine, one, state, not holds)  # `re.fullmatch(...) is not None`
        return
    if isinstance(one, ops.Attribute) and one.name in _HOSTS:
        if holds and not state.contents(value):
            empty = value.constant == ""
            _clean_origin(machine, one, state, kinds.NO_SCHEME if empty else kinds.REDIRECT | kinds.SSRF)
        elif holds and is_not_chosen(state.contents(value)):
            _clean_origin(machine, one, state, kinds.NO_SCHEME)
        return
    if not holds:
        return
    if isinstance(one, ops.Call):
        name = called_name(one)
        if name in ("basename", "secure_filename") and one.arguments and path_of(one.arguments[0]) == path_of(other):
            clean(machine, other, state, kinds.PATH | kinds.NO_PARENT | kinds.NOT_ABSOLUTE)
            return
        if name in ("commonpath", "commonprefix") and one.arguments and isinstance(one.arguments[0], ops.Sequence):
            for element in one.arguments[0].elements:
                if name == "commonpath" and is_resolved(machine.evaluate(element, state)):
                    clean(machine, element, state, kinds.PATH)
            return
        if name == "type" and one.arguments and value.name in SAFE_TYPES:
            clean(machine, one.arguments[0], state, kinds.EVERY)
            return
        if name == "len":
            return
    contents = state.contents(value)
    if not contents:
        clean(machine, one, state, kinds.EVERY)
    elif is_not_chosen(contents) and not isinstance(other, ops.Literal) and not value.is_constant:
        demote(machine, one, state)


_ABSENT = {
    "..": kinds.NO_PARENT, "../": kinds.NO_PARENT, "/..": kinds.NO_PARENT, "'": kinds.NO_QUOTE, '"': kinds.NO_QUOTE,
    "\\": kinds.NO_BACKSLASH, "\n": kinds.NO_LINE_BREAK, "\r\n": kinds.NO_LINE_BREAK, "<": kinds.XSS,
    "/": kinds.NOT_ABSOLUTE | kinds.NO_DOUBLE_SLASH,
}  # fmt: skip


def _membership(machine: Machine, left: ops.Expression, right: ops.Expression, state: State, holds: bool) -> None:
    if isinstance(left, ops.Literal) and isinstance(left.value, str) and not holds:
        absent = _ABSENT.get(left.value, 0)
        if absent:
            clean(machine, right, state, absent)
        return
    if not holds:
        return
    container = machine.evaluate(right, state)
    contents = state.contents(container)
    if isinstance(left, ops.Attribute) and left.name in _HOSTS:
        if not contents:
            _clean_origin(machine, left, state, kinds.REDIRECT | kinds.SSRF)
        elif is_not_chosen(contents):
            _clean_origin(machine, left, state, kinds.NO_SCHEME | kinds.NO_BACKSLASH)
        return
    if isinstance(right, ops.Attribute) and right.name == "parents":
        of = machine.evaluate(right.value, state)
        if is_resolved(of):
            clean(machine, right.value, state, kinds.PATH)
        return
    if not contents:
        clean(machine, left, state, kinds.EVERY)
    elif is_not_chosen(contents):
        demote(machine, left, state)


def _variable(machine: Machine, test: ops.Name, state: State, holds: bool) -> None:
    """A name that holds the result of a match or of a host: `if not match: abort()`."""
    value = state.env.get(test.id)
    if value is None:
        return
    if not holds and value.type in ("", "str") and value.taints and not value.cell:
        clean(machine, test, state, kinds.EVERY)  # it is empty
    if value.type == "re.Match" and holds and value.origin:
        fact = int(value.prefix[:-1]) if value.prefix.endswith(".") else 0
        for name, other in list(state.env.items()):
            if other.identity == value.origin:
                state.bind(name, other.cleaned(fact))


def _clean_origin(machine: Machine, operation: ops.Attribute, state: State, bits: int) -> None:
    """The host of an address was checked: the address is clean, under all its names."""
    value = machine.evaluate(operation, state)
    for name, other in list(state.env.items()):
        if (value.origin and value.origin in (other.identity, other.origin)) or (
            isinstance(operation.value, ops.Name) and name == operation.value.id
        ):
            state.bind(name, other.cleaned(bits))
    base = operation.value
    if isinstance(base, ops.Call) and base.arguments:
        clean(machine, base.arguments[0], state, bits)
