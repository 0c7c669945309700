"""Evaluation of expressions but for calls."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from posse_checks.flow import containers, folding, guards, text
from posse_checks.flow import operations as ops
from posse_checks.flow.code import ClassCode, FunctionCode, MethodCode
from posse_checks.flow.kinds import SQL, XSS
from posse_checks.flow.machine import Arguments, Machine
from posse_checks.flow.state import State, join, join_values
from posse_checks.flow.values import (
    ANYTHING,
    NOTHING,
    NUMBER,
    TRUTH,
    Step,
    Value,
    constant,
    merge_taints,
    named,
)

_BUILTINS = frozenset(dir(builtins)) | {"raw_input", "unicode", "xrange"}
_OWN_TEXTS = {"__file__", "__name__", "__doc__", "__package__"}


def name(machine: Machine, operation: ops.Name, state: State) -> Value:
    """The value of a name: of the function, those around it, the module, or built in."""
    id = operation.id
    value = state.env.get(id)
    if value is not None:
        return value
    frame = machine.frame
    if id in frame.bound and id not in frame.outer_names:
        return machine.unknown()
    value = frame.outer.get(id)
    if value is not None:
        return value
    value = machine.globals.get(id)
    if value is not None:
        if id in machine.mutable and not value.name and value.code is None:
            return Value(ANYTHING.taints, type=value.type)
        return value
    if id in _BUILTINS:
        return named(id)
    return Value(type="str") if id in _OWN_TEXTS else machine.unknown()


def literal(machine: Machine, operation: ops.Literal, state: State) -> Value:
    """The value of a constant."""
    return constant(operation.value)


def attribute(machine: Machine, operation: ops.Attribute, state: State) -> Value:
    """The value of an attribute."""
    base = machine.evaluate(operation.value, state)
    value = attribute_of(machine, base, operation.name, state, operation.at)
    if state.facts and value.taints:
        clean = state.facts.get(guards.path_of(operation) or "")
        if clean:
            value = value.cleaned(clean)
    return value


def attribute_of(machine: Machine, base: Value, attribute_name: str, state: State, at: ops.At) -> Value:
    """An attribute of a value."""
    catalogue = machine.catalogue
    if base.is_constant and not base.taints:
        return base if attribute_name in ("value", "_value_") else Value()
    cell = state.cell(base)
    if cell is not None and attribute_name in cell.entries and cell.kind not in containers.BUILT_IN:
        return cell.entries[attribute_name]
    code = base.code
    if isinstance(code, ClassCode):
        found = code.find(attribute_name)
        if found is not None:
            return _member(machine, bound(found, base, is_class=cell is None), state, at)
    owner = base.name or base.type
    if owner:
        qualified = f"{owner}.{attribute_name}"
        if qualified in catalogue.makers:
            return Value(base.taints if base.type else (), type=catalogue.makers[qualified])
        source = catalogue.sources.get(qualified)
        if source is not None:
            if attribute_name == "path" and machine.frame.route is not None:
                return constant(machine.frame.route)
            return machine.source(at, f"`{source.what}`", source.level, source.clean, source.type)
        if base.name:
            return named(qualified)
    if cell is not None and code is not None:
        return cell.rest if cell.rest is not None else machine.unknown()
    if base.taints:
        kind = base.type if base.type in _KEEPS_TYPE else ""
        return Value(base.taints, type=kind, origin=base.origin or base.identity)
    return machine.unknown()


def _member(machine: Machine, value: Value, state: State, at: ops.At) -> Value:
    """A property of an instance is called when it is read."""
    code = value.code
    if isinstance(code, MethodCode):
        decorators = {item.id for item in code.function.function.decorators if isinstance(item, ops.Name)}
        if "property" in decorators or "cached_property" in decorators:
            return machine.call(code, Arguments((), {}, False), state, at) or machine.unknown()
    return value


_KEEPS_TYPE = {"pathlib.Path", "urllib.parse.ParseResult"}


def bound(value: Value, receiver: Value, *, is_class: bool) -> Value:
    """A method of a class bound to its instance; other attributes as they are."""
    code = value.code
    if isinstance(code, FunctionCode) and not is_class:
        decorators = {item.id for item in code.function.decorators if isinstance(item, ops.Name)}
        if "staticmethod" in decorators:
            return value
        return Value((), code=MethodCode(code, receiver))
    return value


def subscript(machine: Machine, operation: ops.Subscript, state: State) -> Value:
    """An element of a value."""
    base = machine.evaluate(operation.value, state)
    key = operation.key
    if isinstance(key, ops.Slice):
        bounds = [
            None if bound is None else machine.evaluate(bound, state) for bound in (key.lower, key.upper, key.step)
        ]
        return containers.sliced(machine, base, bounds, state)
    value = containers.element(machine, base, machine.evaluate(key, state), state)
    if state.facts and value.taints:
        clean = state.facts.get(guards.path_of(operation) or "")
        if clean:
            value = value.cleaned(clean)
    return value


def chain(machine: Machine, operation: ops.Chain, state: State) -> Value:
    """The result of binary operators; neighboring additions are taken together."""
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
    if all(part.type in ("int", "float", "bool") for part in parts):
        return NUMBER
    value = text.concatenate(parts, state, _step(machine, at, "`+`"))
    if any(part.type == "str" for part in parts):
        note_query(machine, value, at, state)
    else:
        value = value.but(type="")
    return value


def _step(machine: Machine, at: ops.At, what: str) -> Step:
    return machine.step(at, what)


def note_query(machine: Machine, value: Value, at: ops.At, state: State) -> None:
    """Note what is known of a text that was put together, in case that it is a query."""
    machine.sink(SQL, at, [value], state, "put into a query", reports=False)


def binary(machine: Machine, operator: str, left: Value, right: Value, state: State, at: ops.At) -> Value:
    """The result of a binary operator but `+`."""
    if left.is_constant and right.is_constant and not left.taints and not right.taints:
        result = folding.fold(operator, left.constant, right.constant)
        return Value() if result is NOTHING else constant(result)
    if operator == "Mod" and left.type == "markupsafe.Markup":
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
    """Whether a value counts as true, if that is known."""
    if value.taints or not value.is_constant:
        if value.code is not None and not value.cell:
            return True
        cell = state.cell(value)
        if cell is not None and cell.kind in containers.BUILT_IN and not value.taints:
            if cell.rest is None and not cell.entries:
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
    """The result of `and` or `or`: of the operands that may be it."""
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
            guards.refine(machine, operand, at, operation.is_and)
    assert found is not None
    return found


def conditional(machine: Machine, operation: ops.Conditional, state: State) -> Value:
    """The result of a conditional expression."""
    known = truth(machine.evaluate(operation.test, state), state)
    if known is not None:
        return machine.evaluate(operation.yes if known else operation.no, state)
    yes, no = state.fork(), state.fork()
    guards.refine(machine, operation.test, yes, True)
    guards.refine(machine, operation.test, no, False)
    first = machine.evaluate(operation.yes, yes)
    second = machine.evaluate(operation.no, no)
    joined = join(yes, no)
    assert joined is not None
    value = join_values(first, second, yes, no, joined)
    state.adopt(joined)
    return value


def sequence(machine: Machine, operation: ops.Sequence, state: State) -> Value:
    """A list, tuple or set."""
    values = [machine.evaluate(element, state) for element in operation.elements]
    if operation.stars:
        return containers.with_stars(machine, operation.kind, values, operation.stars, state)
    return containers.make(machine, operation.kind, dict(enumerate(values)), state)


def mapping(machine: Machine, operation: ops.Mapping, state: State) -> Value:
    """A dict."""
    entries: dict[object, Value] = {}
    rest: Value | None = None
    for key_operation, value_operation in operation.items:
        value = machine.evaluate(value_operation, state)
        if key_operation is None:
            cell = state.cell(value)
            if cell is not None and cell.kind == "dict":
                entries.update(cell.entries)
                rest = cell.rest if rest is None else rest
            else:
                rest = value if rest is None else text.mixed([rest, value], state)
            continue
        key = machine.evaluate(key_operation, state)
        if containers.is_key(key):
            entries[key.constant] = value
        else:
            both = text.mixed([key, value], state)
            rest = both if rest is None else text.mixed([rest, both], state)
    return containers.make(machine, "dict", entries, state, rest)


def comprehension(machine: Machine, operation: ops.Comprehension, state: State) -> Value:
    """A comprehension, run for one element that stands for all."""
    inner = state.fork()
    for generator in operation.generators:
        source = machine.evaluate(generator.iterable, inner)
        containers.bind_target(machine, generator.target, containers.iterated(machine, source, inner), inner)
        for condition in generator.conditions:
            machine.evaluate(condition, inner)
            guards.refine(machine, condition, inner, True)
    element = machine.evaluate(operation.element, inner)
    if operation.value is None:
        state.adopt_heap(inner)
        kind = "set" if operation.kind == "set" else "list"
        return containers.make(machine, kind, {}, state, element.but(identity=0))
    value = machine.evaluate(operation.value, inner)
    state.adopt_heap(inner)
    key_taints = Value(element.taints)
    return containers.make(machine, "dict", {}, state, value if not key_taints.taints else _with(value, element, state))


def _with(value: Value, key: Value, state: State) -> Value:
    return value.but(taints=merge_taints(value.taints, state.contents(key)))


def walrus(machine: Machine, operation: ops.Walrus, state: State) -> Value:
    """An assignment expression."""
    value = machine.evaluate(operation.value, state)
    containers.bind_name(machine, operation.name, value, state, operation.at)
    return state.env[operation.name]


def lambda_(machine: Machine, operation: ops.Lambda, state: State) -> Value:
    """A function without a name."""
    frame = machine.frame
    outer = {**frame.outer, **state.env} if frame.number else {}
    return Value((), code=FunctionCode(operation.function, frame.base, outer, frame.number))


def yield_(machine: Machine, operation: ops.Yield, state: State) -> Value:
    """What a generator hands out is kept for those who iterate over it."""
    if operation.value is not None:
        value = machine.evaluate(operation.value, state)
        if operation.is_from:
            value = containers.iterated(machine, value, state)
        machine.frame.yields.append(value)
    return machine.unknown()


def opaque(machine: Machine, operation: ops.Expression, state: State) -> Value:
    """What is not modeled."""
    return machine.unknown()


HANDLERS: dict[type, Callable[[Any, Any, State], Value]] = {
    ops.Name: name, ops.Literal: literal, ops.Attribute: attribute, ops.Subscript: subscript, ops.Chain: chain,
    ops.Format: format_, ops.Unary: unary, ops.Compare: compare, ops.Choice: choice, ops.Conditional: conditional,
    ops.Sequence: sequence, ops.Mapping: mapping, ops.Comprehension: comprehension, ops.Walrus: walrus,
    ops.Lambda: lambda_, ops.Yield: yield_, ops.Opaque: opaque, ops.Starred: opaque, ops.Slice: opaque,
}  # fmt: skip
