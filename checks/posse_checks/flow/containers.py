"""Containers and targets: reading and storing elements by key, aliases, elements of iterations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posse_checks.flow import folding, text
from posse_checks.flow import operations as ops
from posse_checks.flow.machine import Machine
from posse_checks.flow.state import MOST_ENTRIES, Cell, State, join_values
from posse_checks.flow.values import (
    ANYTHING,
    NOTHING,
    UNKNOWN_TAINT,
    Value,
    constant,
    merge_taints,
    same_constant,
)

BUILT_IN = frozenset({"list", "tuple", "set", "dict"})


def is_key(value: Value) -> bool:
    """Whether a value is a constant that can be a key."""
    return value.is_constant and not value.taints and folding.is_scalar(value.constant)


def make(
    machine: Machine, kind: str, entries: Mapping[object, Value], state: State, rest: Value | None = None
) -> Value:
    """A new container."""
    if len(entries) > MOST_ENTRIES:
        for entry in entries.values():
            rest = entry if rest is None else join_values(rest, entry, state, state, state)
        machine.spend(len(entries))
        entries = {}
    number = machine.new_cell()
    state.put(number, Cell(kind, entries, rest))
    return Value(type=kind, cell=number)


def with_stars(machine: Machine, kind: str, values: Sequence[Value], stars: Sequence[int], state: State) -> Value:
    """A sequence with some elements unpacked from others."""
    entries: dict[object, Value] = {}
    rest: Value | None = None
    position: int | None = 0
    for index, value in enumerate(values):
        found = [value]
        if index in stars:
            cell = state.cell(value)
            if cell is not None and cell.rest is None and _is_dense(cell):
                found = [cell.entries[number] for number in range(len(cell.entries))]
            else:
                position, found = None, [iterated(machine, value, state)]
        for item in found:
            if position is None:
                rest = item if rest is None else join_values(rest, item, state, state, state)
            else:
                entries[position] = item
                position += 1
    return make(machine, kind, entries, state, rest)


def _is_dense(cell: Cell) -> bool:
    return cell.kind in ("list", "tuple") and all(number in cell.entries for number in range(len(cell.entries)))


def element(machine: Machine, base: Value, key: Value, state: State) -> Value:
    """The element under a key."""
    cell = state.cell(base)
    if cell is not None and cell.kind in BUILT_IN:
        if is_key(key):
            index = key.constant
            if isinstance(index, int) and index < 0 and cell.kind != "dict" and cell.rest is None:
                index += len(cell.entries)
            found = cell.entries.get(index)
            if found is not None:
                return found if not base.taints else found.but(taints=merge_taints(found.taints, base.taints))
            if cell.rest is not None:
                return cell.rest
            return ANYTHING if not base.taints else Value(base.taints)
        return everything(base, cell, state)
    if base.is_constant and key.is_constant and not base.taints:
        return _constant_element(base.constant, key.constant)
    if base.type == "django.Meta" and not from_client(key):
        return ANYTHING
    if not base.taints:
        return ANYTHING
    return Value(base.taints, type=base.type if base.type == "str" else element_type(machine, base), origin=0)


def element_type(machine: Machine, base: Value) -> str:
    """The type of the elements of a type in the catalogue."""
    return machine.catalogue.makers.get(f"{base.type}[]", "")


def from_client(key: Value) -> bool:
    """Whether the value of a key in a request's variables was sent by the client."""
    name = key.text
    return name is None or name.startswith("HTTP_") or name in _SENT


_SENT = {"QUERY_STRING", "PATH_INFO", "REQUEST_URI", "CONTENT_TYPE", "wsgi.input", "RAW_URI", "REQUEST_METHOD"}


def _constant_element(base: object, key: object) -> Value:
    if isinstance(base, (str, bytes)) and isinstance(key, int):
        try:
            return constant(base[key])
        except IndexError:
            return Value()
    return ANYTHING


def everything(base: Value, cell: Cell, state: State) -> Value:
    """The join of all elements of a container."""
    found: Value | None = cell.rest
    for entry in cell.entries.values():
        found = entry if found is None else join_values(found, entry, state, state, state)
    if found is None:
        return ANYTHING if base.taints else Value()
    if base.taints:
        found = found.but(taints=merge_taints(found.taints, base.taints))
    return found


def iterated(machine: Machine, value: Value, state: State, at: ops.At | None = None) -> Value:
    """The elements of an iteration over a value."""
    cell = state.cell(value)
    if cell is not None and cell.kind in BUILT_IN:
        machine.spend(len(cell.entries))
        if cell.kind == "dict":
            taints = cell.rest.taints if cell.rest is not None else ()
            return Value(merge_taints(taints, value.taints), type="str")
        return everything(value, cell, state)
    if value.is_constant and not value.taints:
        return Value(type="str" if isinstance(value.constant, str) else "int")
    source = machine.catalogue.sources.get(f"{value.type}.__iter__") if value.type else None
    if source is not None:
        return Value(machine.source(at or (1, 0, 1, 0), source.what, source.level).taints)
    return Value(value.taints)


def sliced(machine: Machine, base: Value, bounds: Sequence[Value | None], state: State) -> Value:
    """A slice of a value."""
    cell = state.cell(base)
    known = all(bound is None or (bound.is_constant and not bound.taints) for bound in bounds)
    numbers = [bound.constant if bound is not None and isinstance(bound.constant, int) else None for bound in bounds]
    whole: slice[int | None, int | None, int | None] = slice(*numbers)
    if known and all(bound is None or isinstance(bound.constant, (int, type(None))) for bound in bounds):
        if isinstance(base.constant, (str, bytes)) and not base.taints:
            try:
                return constant(base.constant[whole])
            except ValueError:
                return Value()
        if cell is not None and cell.rest is None and _is_dense(cell) and whole.step != 0:
            items = [cell.entries[number] for number in range(len(cell.entries))][whole]
            return make(machine, cell.kind, dict(enumerate(items)), state)
    if cell is not None:
        return make(machine, cell.kind, {}, state, everything(base, cell, state))
    return Value(base.taints, type=base.type if base.type in ("str", "bytes") else "")


def added(machine: Machine, parts: Sequence[Value], state: State) -> Value:
    """The sum of sequences."""
    kinds = {cell.kind for part in parts if (cell := state.cell(part)) is not None}
    kind = kinds.pop() if len(kinds) == 1 else "list"
    if kind not in BUILT_IN:
        return text.mixed(parts, state)
    return with_stars(machine, kind, parts, range(len(parts)), state)


def holds(cell: Cell | None, value: Value) -> object:
    """Whether a container contains a constant; None if that is unknown."""
    if cell is None or cell.rest is not None or cell.kind not in BUILT_IN:
        return NOTHING
    if cell.kind == "dict":
        return value.constant in cell.entries if folding.is_scalar(value.constant) else NOTHING
    entries = cell.entries.values()
    if any(
        entry.is_constant and not entry.taints and same_constant(entry.constant, value.constant) for entry in entries
    ):
        return True
    return False if all(entry.is_constant and not entry.taints for entry in entries) else NOTHING


# -- storing


def store_element(machine: Machine, base: Value, key: Value, value: Value, state: State) -> None:
    """Store a value under a key of a container, visible through all its names."""
    cell = state.cell(base)
    if cell is None:
        return
    entries = dict(cell.entries)
    machine.spend(len(entries) // 8)
    if is_key(key) and cell.kind in BUILT_IN and len(entries) < MOST_ENTRIES:
        index = key.constant
        if isinstance(index, int) and index < 0 and cell.kind == "list":
            index += len(entries)
        entries[index] = value
        state.put(base.cell, Cell(cell.kind, entries, cell.rest))
    else:
        put_somewhere(base, value.but(taints=merge_taints(state.contents(value), key.taints)), state)


def put_somewhere(base: Value, value: Value, state: State) -> None:
    """Store a value in a container under an unknown key."""
    cell = state.cell(base)
    if cell is not None:
        rest = value if cell.rest is None else join_values(cell.rest, value, state, state, state)
        state.put(base.cell, Cell(cell.kind, cell.entries, rest))


def store_attribute(machine: Machine, base: Value, name: str, value: Value, state: State) -> None:
    """Set an attribute of an instance."""
    cell = state.cell(base)
    if cell is not None and cell.kind not in BUILT_IN:
        entries = dict(cell.entries)
        machine.spend(len(entries) // 8)
        entries[name] = value
        if len(entries) <= MOST_ENTRIES * 4:
            state.put(base.cell, Cell(cell.kind, entries, cell.rest))


def forget(value: Value, state: State) -> None:
    """Account for an unknown change of a container: any element may be anything."""
    cell = state.cell(value)
    if cell is not None:
        entries = {
            key: entry if entry.code is not None else entry.but(taints=merge_taints(entry.taints, (UNKNOWN_TAINT,)))
            for key, entry in cell.entries.items()
        }
        state.put(value.cell, Cell(cell.kind, {k: v._replace(constant=NOTHING) for k, v in entries.items()}, ANYTHING))


# -- targets


def bind_name(machine: Machine, name: str, value: Value, state: State, at: ops.At | None = None) -> None:
    """Bind a name to a value."""
    if value.taints:
        if at is not None:
            value = value.with_step(machine.step(at, f"`{name}`"))
        if not value.identity:
            value = value.but(identity=machine.new_identity())
    state.bind(name, value)
    if state.facts:
        for path in [path for path in state.facts if path.startswith((f"{name}.", f"{name}["))]:
            del state.facts[path]


def bind_target(machine: Machine, target: ops.Expression, value: Value, state: State, at: ops.At | None = None) -> None:
    """Store a value in a name, an attribute or an element, or in several of them in turn."""
    if isinstance(target, ops.Name):
        bind_name(machine, target.id, value, state, at)
    elif isinstance(target, ops.Sequence):
        _unpack(machine, target.elements, value, state, at)
    elif isinstance(target, ops.Starred):
        bind_target(machine, target.target, value, state, at)
    elif isinstance(target, ops.Attribute):
        base = machine.evaluate(target.value, state)
        machine.stored(target, base, None, value, state)
        store_attribute(machine, base, target.name, value, state)
    elif isinstance(target, ops.Subscript):
        base = machine.evaluate(target.value, state)
        key = machine.evaluate(target.key, state) if not isinstance(target.key, ops.Slice) else ANYTHING
        machine.stored(target, base, key, value, state)
        store_element(machine, base, key, value, state)


def _unpack(machine: Machine, targets: Sequence[ops.Expression], value: Value, state: State, at: ops.At | None) -> None:
    cell = state.cell(value)
    stars = [index for index, target in enumerate(targets) if isinstance(target, ops.Starred)]
    if cell is not None and cell.rest is None and _is_dense(cell):
        items = [cell.entries[number] for number in range(len(cell.entries))]
        if stars and len(items) >= len(targets) - 1:
            star, behind = stars[0], len(targets) - stars[0] - 1
            middle = items[star : len(items) - behind]
            taken = make(machine, "list", dict(enumerate(middle)), state)
            items = [*items[:star], taken, *items[len(items) - behind :]]
        if len(items) == len(targets):
            for target, item in zip(targets, items, strict=True):
                bind_target(machine, target, item, state, at)
            return
    each = iterated(machine, value, state)
    for target in targets:
        bind_target(machine, target, each, state, at)
