"""Instances of the program's classes, of dataclasses, models and forms."""

from __future__ import annotations

from posse_checks.flow import forms
from posse_checks.flow import operations as ops
from posse_checks.flow.annotations import converted
from posse_checks.flow.code import ClassCode, FunctionCode
from posse_checks.flow.functions import run_function
from posse_checks.flow.machine import Arguments, Machine
from posse_checks.flow.state import Cell, State
from posse_checks.flow.values import ANYTHING, Value

_FIELDS_MAKE_INIT = {"dataclass", "define", "frozen", "attrs", "s", "NamedTuple", "BaseModel", "TypedDict", "Struct"}
_ENUMERATIONS = {"enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag"}


def instantiate(machine: Machine, code: ClassCode, arguments: Arguments, state: State, at: ops.At) -> Value | None:
    """A new instance of a class; None if it is unknown."""
    ancestors = code.ancestors()
    if any(name in _ENUMERATIONS for name in ancestors):
        return Value()
    if (
        not code.is_known
        or code.find("__new__") is not None
        or (code.is_elsewhere and (forms.is_form(code) or forms.is_model(code)))
    ):
        return None
    number = machine.new_cell()
    rest = ANYTHING if code.inherits_unknown() else None
    state.put(number, Cell(code.name, {}, rest))
    instance = Value(cell=number, code=code, type=machine.catalogue_type(ancestors))
    if forms.is_form(code):
        forms.set_form_fields(machine, code, instance, state, at)
        return instance
    init = code.find("__init__")
    if init is not None and isinstance(init.code, FunctionCode):
        handed = Arguments([instance, *arguments.positional], arguments.keywords, arguments.has_stars)
        if run_function(machine, init.code, handed, state, at) is None:
            state.put(number, Cell(code.name, {}, ANYTHING))
        return instance
    _set_fields(machine, code, arguments, state, instance, at)
    return instance


def _annotated(code: ClassCode, depth: int = 0) -> dict[str, ops.Expression]:
    """The fields of a class with their types, inherited ones first."""
    found: dict[str, ops.Expression] = {}
    for base in code.bases:
        if isinstance(base.code, ClassCode) and depth < 4:
            found |= _annotated(base.code, depth + 1)
    for statement in ops.statements_of(code.definition.body):
        if isinstance(statement, ops.Bind) and statement.annotation and isinstance(statement.targets[0], ops.Name):
            found[statement.targets[0].id] = statement.annotation
    return found


def _set_fields(
    machine: Machine, code: ClassCode, arguments: Arguments, state: State, instance: Value, at: ops.At
) -> None:
    """Set the fields of a dataclass or model to the arguments; fields of a model have their types."""
    entries: dict[object, Value] = {}
    checks = forms.is_model(code)
    for index, (name, annotation) in enumerate(_annotated(code).items()):
        value = arguments.get(index, name)
        if value is None and arguments.has_stars:
            value = Value(state.contents(arguments.every()[-1]))
        if value is not None:
            entries[name] = _checked(machine, code, name, annotation, value, state, at) if checks else value
    cell = state.cell(instance)
    assert cell is not None
    if any(base.rpartition(".")[2] in _FIELDS_MAKE_INIT for base in code.ancestors()):
        cell = cell._replace(rest=None)
    state.put(instance.cell, cell._replace(entries=entries))


def _checked(
    machine: Machine,
    code: ClassCode,
    name: str,
    annotation: ops.Expression,
    value: Value,
    state: State,
    at: ops.At,
) -> Value:
    if isinstance(annotation, ops.Name) and value.taints:
        inner = machine.evaluate(annotation, state).code
        if isinstance(inner, ClassCode) and forms.is_model(inner) and inner is not code:
            nested = machine.call(inner, Arguments([], {"**": value}, True), state, at)
            if nested is not None:
                return nested
    return forms.validated(machine, code, name, converted(machine, annotation, value, state), state, at)
