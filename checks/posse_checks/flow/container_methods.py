"""Methods of containers, buffers and configurations."""

from __future__ import annotations

from posse_checks.flow import containers, text
from posse_checks.flow.machine import Machine
from posse_checks.flow.site import CallSite
from posse_checks.flow.state import Cell, State, join_values
from posse_checks.flow.values import ANYTHING, NUMBER, Value, constant


def of_cell(machine: Machine, site: CallSite, receiver: Value, cell: Cell) -> Value | None:
    """The result of a method of a container; None if it is not known here."""
    if cell.kind == "dict":
        return _of_dict(machine, site, receiver, cell)
    if cell.kind in ("list", "tuple", "set"):
        return _of_list(machine, site, receiver, cell)
    if cell.kind == "io.Buffer":
        if site.method == "write" and site.arguments.positional:
            containers.put_somewhere(receiver, site.arguments.positional[0], site.state)
            return NUMBER
        if site.method in ("getvalue", "read", "readline", "readlines"):
            return text.mixed([receiver], site.state, type="str")
    if cell.kind == "xml.sax.Parser" and site.method == "setFeature" and len(site.arguments.positional) == 2:
        feature, setting = site.arguments.positional
        if (feature.name or feature.text or "").endswith(("feature_external_ges", "external-general-entities")):
            site.state.put(receiver.cell, Cell(cell.kind, {"external": setting}))
        return Value()
    if cell.kind == "configparser.ConfigParser":
        return _of_config(machine, site, receiver, cell)
    return None


def _of_config(machine: Machine, site: CallSite, receiver: Value, cell: Cell) -> Value | None:
    values = site.arguments.positional
    known = len(values) >= 2 and all(containers.is_key(value) for value in values[:2])
    key = tuple([value.constant for value in values[:2]]) if known else None
    if site.method == "set" and len(values) == 3:
        if key is None:
            containers.put_somewhere(receiver, values[2], site.state)
        else:
            site.state.put(receiver.cell, Cell(cell.kind, {**cell.entries, key: values[2]}, cell.rest))
        return Value()
    if site.method == "get" and len(values) >= 2:
        found = cell.entries.get(key) if key is not None else None
        if found is not None:
            return found
        return cell.rest or (containers.everything(receiver, cell, site.state) if key is None else ANYTHING)
    if site.method in ("add_section", "has_section"):
        return Value()
    if site.method in ("read", "read_file", "read_string", "read_dict"):
        containers.put_somewhere(receiver, text.mixed([ANYTHING, *site.arguments.every()], site.state), site.state)
        return Value()
    return None


def _of_dict(machine: Machine, site: CallSite, receiver: Value, cell: Cell) -> Value | None:
    method, values, state = site.method, site.arguments.positional, site.state
    if method in ("get", "pop", "setdefault") and values:
        found = containers.element(machine, receiver, values[0], state)
        missing = values[1] if len(values) > 1 else constant(None)
        if containers.is_key(values[0]):
            known = cell.entries.get(values[0].constant)
            if method == "setdefault" and known is None:
                containers.store_element(machine, receiver, values[0], missing, state)
            if known is not None:
                return known
            return missing if cell.rest is None else join_values(cell.rest, missing, state, state, state)
        return join_values(found, missing, state, state, state)
    if method == "update":
        _update(machine, site, receiver)
        return Value()
    if method == "keys":
        return containers.make(machine, "list", {}, state, containers.iterated(machine, receiver, state))
    if method in ("values", "popitem"):
        return containers.make(machine, "list", {}, state, containers.everything(receiver, cell, state))
    if method == "items":
        key = containers.iterated(machine, receiver, state)
        pair = containers.make(machine, "tuple", {0: key, 1: containers.everything(receiver, cell, state)}, state)
        return containers.make(machine, "list", {}, state, pair)
    if method == "copy":
        return containers.make(machine, "dict", cell.entries, state, cell.rest)
    if method == "clear":
        state.put(receiver.cell, Cell("dict", {}))
        return Value()
    return None


def _update(machine: Machine, site: CallSite, receiver: Value) -> None:
    state = site.state
    for value in site.arguments.positional:
        other = state.cell(value)
        if other is not None and other.kind == "dict":
            cell = state.cell(receiver)
            assert cell is not None
            rest = cell.rest if other.rest is None else other.rest
            state.put(receiver.cell, Cell("dict", {**cell.entries, **other.entries}, rest))
        else:
            containers.put_somewhere(receiver, text.mixed([value], state), state)
    for name, value in site.arguments.keywords.items():
        containers.store_element(machine, receiver, constant(name), value, state)


def _of_list(machine: Machine, site: CallSite, receiver: Value, cell: Cell) -> Value | None:
    method, values, state = site.method, site.arguments.positional, site.state
    is_dense = cell.rest is None and cell.kind == "list" and len(cell.entries) < 64
    items = list(cell.entries.values()) if is_dense else []
    if method in ("append", "add", "appendleft", "put", "push") and values:
        if is_dense and method == "append":
            items.append(values[0])
        else:
            containers.put_somewhere(receiver, values[0], state)
            return Value()
    elif method in ("extend", "update") and values:
        other = state.cell(values[0])
        if is_dense and other is not None and other.rest is None and other.kind in ("list", "tuple"):
            items += other.entries.values()
        else:
            containers.put_somewhere(receiver, containers.iterated(machine, values[0], state), state)
            return Value()
    elif method == "insert" and len(values) == 2:
        if is_dense and isinstance(values[0].constant, int):
            items.insert(values[0].constant, values[1])
        else:
            containers.put_somewhere(receiver, values[1], state)
            return Value()
    elif method == "pop":
        return _pop(machine, site, receiver, items, is_dense=is_dense)
    elif method in ("remove", "discard", "sort", "reverse"):
        if cell.kind == "list" and method != "discard":
            return _changed(machine, site, receiver, cell, items, is_dense=is_dense)
        return Value()
    elif method == "clear":
        items = []
    elif method == "copy":
        return containers.make(machine, cell.kind, cell.entries, state, cell.rest)
    elif method in ("index", "count"):
        return NUMBER
    elif method in ("union", "intersection", "difference"):
        return text.mixed([receiver, *values], state)
    else:
        return None
    state.put(receiver.cell, Cell(cell.kind, dict(enumerate(items)), None))
    return Value()


def _pop(machine: Machine, site: CallSite, receiver: Value, items: list[Value], *, is_dense: bool) -> Value:
    values = site.arguments.positional
    index = values[0].constant if values else -1
    if is_dense and isinstance(index, int) and -len(items) <= index < len(items):
        popped = items.pop(index)
        site.state.put(receiver.cell, Cell("list", dict(enumerate(items))))
        return popped
    return containers.iterated(machine, receiver, site.state)


def _changed(
    machine: Machine, site: CallSite, receiver: Value, cell: Cell, items: list[Value], *, is_dense: bool
) -> Value:
    state: State = site.state
    if is_dense and site.method == "reverse":
        state.put(receiver.cell, Cell("list", dict(enumerate(reversed(items)))))
    elif is_dense and site.method == "remove" and site.arguments.positional:
        wanted = site.arguments.positional[0]
        for index, item in enumerate(items):
            if item.is_constant and wanted.is_constant and item.constant == wanted.constant:
                del items[index]
                state.put(receiver.cell, Cell("list", dict(enumerate(items))))
                return Value()
        state.put(receiver.cell, Cell("list", {}, containers.everything(receiver, cell, state)))
    else:
        state.put(receiver.cell, Cell("list", {}, containers.everything(receiver, cell, state)))
    return Value()
