"""Evaluation of expressions, except calls."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from posse_checks.flow import containers, text
from posse_checks.flow import operations as ops
from posse_checks.flow.cleaning import path_of
from posse_checks.flow.code import ClassCode, FunctionCode, MethodCode
from posse_checks.flow.machine import Arguments, Machine
from posse_checks.flow.operators import (
    chain,
    choice,
    compare,
    conditional,
    format_,
    unary,
)
from posse_checks.flow.responses import returned
from posse_checks.flow.state import State
from posse_checks.flow.values import (
    ANYTHING,
    Value,
    constant,
    merge_taints,
    named,
)

_BUILTINS = frozenset(dir(builtins)) | {"raw_input", "unicode", "xrange"}
_OWN_TEXTS = {"__file__", "__name__", "__doc__", "__package__"}


def name(machine: Machine, operation: ops.Name, state: State) -> Value:
    """The value of a name: of the function, those around it, the module, or built in."""
    value = _name(machine, operation, state)
    return machine.elsewhere(value) if value.name else value


def _name(machine: Machine, operation: ops.Name, state: State) -> Value:
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
    module = frame.module
    if module is None:
        machine.reads.add(id)
        value = machine.globals.get(id)
        mutable = machine.mutable
    else:
        value, mutable = module.globals.get(id), module.mutable
    if value is not None:
        if id in mutable and not value.name and value.code is None:
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
        clean = state.facts.get(path_of(operation) or "")
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
            return machine.elsewhere(named(qualified))
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
        clean = state.facts.get(path_of(operation) or "")
        if clean:
            value = value.cleaned(clean)
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
    """A comprehension, run once for an element that stands for all."""
    inner = state.fork()
    for generator in operation.generators:
        source = machine.evaluate(generator.iterable, inner)
        containers.bind_target(machine, generator.target, containers.iterated(machine, source, inner), inner)
        for condition in generator.conditions:
            machine.evaluate(condition, inner)
            machine.refine(condition, inner, True)
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
    """A yielded value is kept for iterations over the generator."""
    if operation.value is not None:
        value = machine.evaluate(operation.value, state)
        if operation.is_from:
            value = containers.iterated(machine, value, state)
        if machine.frame.view in ("flask", "bottle", "quart"):
            returned(machine, value, operation.at, state)
        machine.frame.yields.append(value)
    return machine.unknown()


def opaque(machine: Machine, operation: ops.Expression, state: State) -> Value:
    """An expression that is not modeled."""
    return machine.unknown()


HANDLERS: dict[type, Callable[[Any, Any, State], Value]] = {
    ops.Name: name, ops.Literal: literal, ops.Attribute: attribute, ops.Subscript: subscript, ops.Chain: chain,
    ops.Format: format_, ops.Unary: unary, ops.Compare: compare, ops.Choice: choice, ops.Conditional: conditional,
    ops.Sequence: sequence, ops.Mapping: mapping, ops.Comprehension: comprehension, ops.Walrus: walrus,
    ops.Lambda: lambda_, ops.Yield: yield_, ops.Opaque: opaque, ops.Starred: opaque, ops.Slice: opaque,
}  # fmt: skip
