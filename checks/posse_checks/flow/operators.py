"""Operators, f-strings, comparisons and conditions."""

from __future__ import annotations

from posse_checks.flow import containers, folding, text
from posse_checks.flow import operations as ops
from posse_checks.flow.kinds import SQL, XSS
from posse_checks.flow.machine import Machine
from posse_checks.flow.state import State, join, join_values
from posse_checks.flow.values import (
    ANYTHING,
    NOTHING,
    NUMBER,
    TRUTH,
    Value,
    constant,
)

_MARKUP = "markupsafe.Markup"
"""The type of text that escapes everything added to it or inserted into it."""


def chain(machine: Machine, operation: ops.Chain, state: State) -> Value:
    """The result of binary operators; adjacent additions are evaluated together."""
    left = machine.evaluate(operation.first, state)
    rest = operation.rest
    index = 0
    parts = [left]
    while index < len(rest):
        name_, right = rest[index]
        if name_ == "Add":
            parts.append(machine.evaluate(right, state))
        else:
            left = sum_of(machine, parts, state, operation.at)
            parts = [binary(machine, name_, left, machine.evaluate(right, state), state, operation.at)]
        index += 1
        machine.spend(1)
    return sum_of(machine, parts, state, operation.at)


def sum_of(machine: Machine, parts: list[Value], state: State, at: ops.At) -> Value:
    """The sum of values: a number, a container or a text."""
    if len(parts) == 1:
        return parts[0]
    if all(part.is_constant and not part.taints for part in parts) and not any(
        isinstance(part.constant, str) for part in parts
    ):
        total = parts[0].constant
        for part in parts[1:]:
            total = folding.fold("Add", total, part.constant)
        return constant(total) if total is not NOTHING else Value()
    if any(part.cell for part in parts):
        return containers.added(machine, parts, state)
    if any(part.type == _MARKUP for part in parts):
        escaped = [part if part.type == _MARKUP else part.cleaned(XSS) for part in parts]
        return text.mixed(escaped, state, machine.step(at, "`+`"), type=_MARKUP)
    if all(part.type in ("int", "float", "bool") for part in parts):
        return NUMBER
    value = text.concatenate(parts, state, machine.step(at, "`+`"))
    if any(part.type == "str" for part in parts):
        note_query(machine, value, at, state)
    else:
        value = value.but(type="")
    return value


def note_query(machine: Machine, value: Value, at: ops.At, state: State) -> None:
    """Record what is known about an assembled text, in case it is a query."""
    machine.sink(SQL, at, [value], state, "put into a query", reports=False)


def binary(machine: Machine, operator: str, left: Value, right: Value, state: State, at: ops.At) -> Value:
    """The result of a binary operator other than `+`."""
    if left.is_constant and right.is_constant and not left.taints and not right.taints:
        result = folding.fold(operator, left.constant, right.constant)
        return Value() if result is NOTHING else constant(result)
    if operator == "Mod" and left.type == _MARKUP:
        escaped = Value(state.contents(right)).cleaned(XSS)
        return text.mixed([left, escaped], state, type=left.type)
    if operator == "Mod" and (left.type in ("str", "") or left.text is not None):
        if left.text is not None:
            return _percent(machine, left.text, right, state, at)
        if left.type == "str":
            value = text.concatenate([left, text.mixed([right], state)], state, machine.step(at, "`%`"))
            note_query(machine, value, at, state)
            return value
    if operator == "Div" and "pathlib.Path" in (left.type, right.type):
        value = text.mixed([left, right], state, machine.step(at, "`/`"), type="pathlib.Path")
        return value.but(prefix=left.prefix or left.text or "")
    if operator == "Mult" and left.cell:
        return left
    if operator in ("BitOr", "BitAnd", "Sub") and (left.cell or right.cell):
        return text.mixed([left, right], state)
    if left.type in ("int", "float") and right.type in ("int", "float"):
        return NUMBER
    return text.mixed([left, right], state)


def _percent(machine: Machine, pattern: str, right: Value, state: State, at: ops.At) -> Value:
    cell = state.cell(right)
    parts: list[Value] = []
    position = 0
    for part in folding.percent_fields(pattern):
        if isinstance(part, str):
            parts.append(constant(part))
            continue
        key, is_number = part
        if cell is None:
            value = right
        elif cell.kind == "dict":
            value = cell.entries.get(key) or cell.rest or ANYTHING
        else:
            value = cell.entries.get(position) or cell.rest or ANYTHING
        position += 1
        parts.append(text.quoted(value) if is_number else value)
    value = text.concatenate(parts, state, machine.step(at, "`%`"))
    note_query(machine, value, at, state)
    return value


def format_(machine: Machine, operation: ops.Format, state: State) -> Value:
    """The text of an f-string."""
    parts = []
    for part, is_interpolated, spec in operation.parts:
        value = machine.evaluate(part, state)
        if is_interpolated and spec is not None:
            written = machine.evaluate(spec, state)
            bounded = written.text is not None and written.text[-1:] in "dfexXobcn%" and written.text
            value = text.quoted(value) if bounded else text.mixed([value], state, type="str")
        parts.append(value)
    value = text.concatenate(parts, state, machine.step(operation.at, "f-string"))
    note_query(machine, value, operation.at, state)
    return value


def truth(value: Value, state: State) -> bool | None:
    """The truth value of a value; None if it is unknown."""
    if value.taints or not value.is_constant:
        if value.code is not None and not value.cell:
            return True
        cell = state.cell(value)
        is_container = cell is not None and cell.kind in containers.BUILT_IN and not value.taints
        if cell is not None and is_container and cell.rest is None and not cell.entries:
            return False
        return None
    return bool(value.constant)


def unary(machine: Machine, operation: ops.Unary, state: State) -> Value:
    """The result of a unary operator."""
    value = machine.evaluate(operation.value, state)
    if operation.operator == "not":
        known = truth(value, state)
        return TRUTH if known is None else constant(not known)
    if operation.operator == "-" and value.is_constant:
        result = folding.negate(value.constant)
        return Value() if result is NOTHING else constant(result)
    return NUMBER if value.type in ("int", "float", "bool") else text.mixed([value], state)


def compare(machine: Machine, operation: ops.Compare, state: State) -> Value:
    """The result of comparisons: a constant if all operands are."""
    left = machine.evaluate(operation.left, state)
    result: object = True
    for operator, right_operation in operation.rest:
        right = machine.evaluate(right_operation, state)
        known: object = NOTHING
        if left.is_constant and not left.taints:
            if right.is_constant and not right.taints:
                known = folding.fold(operator, left.constant, right.constant)
            elif operator in ("In", "NotIn") and right.cell and not right.taints:
                known = containers.holds(state.cell(right), left)
                if known is not NOTHING and operator == "NotIn":
                    known = not known
        if known is NOTHING:
            result = NOTHING
        elif not known:
            return constant(False)
        left = right
    return TRUTH if result is NOTHING else constant(result)


def choice(machine: Machine, operation: ops.Choice, state: State) -> Value:
    """The result of `and` or `or`: the join of the operands that it may be."""
    found: Value | None = None
    last = len(operation.values) - 1
    at = state
    for index, operand in enumerate(operation.values):
        value = machine.evaluate(operand, at)
        known = truth(value, at)
        if index == last or (known is not None and known != operation.is_and):
            return value if found is None else join_values(found, value, at, at, state)
        if known is None:
            kept = value
            if not operation.is_and and value.is_constant is False and value.constant is None:
                kept = value
            found = kept if found is None else join_values(found, kept, at, at, state)
            if at is state:
                at = state.fork()
            machine.refine(operand, at, operation.is_and)
    assert found is not None
    return found


def conditional(machine: Machine, operation: ops.Conditional, state: State) -> Value:
    """The result of a conditional expression."""
    known = truth(machine.evaluate(operation.test, state), state)
    if known is not None:
        return machine.evaluate(operation.yes if known else operation.no, state)
    yes, no = state.fork(), state.fork()
    machine.refine(operation.test, yes, True)
    machine.refine(operation.test, no, False)
    first = machine.evaluate(operation.yes, yes)
    second = machine.evaluate(operation.no, no)
    joined = join(yes, no)
    assert joined is not None
    value = join_values(first, second, yes, no, joined)
    state.adopt(joined)
    return value
