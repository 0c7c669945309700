"""Types of parameters and fields: what a framework guarantees when it converts a value."""

from __future__ import annotations

import re

from posse_checks.flow import kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.code import ClassCode
from posse_checks.flow.machine import Machine
from posse_checks.flow.patterns import clean_if_matched
from posse_checks.flow.state import State
from posse_checks.flow.values import Value

_CONVERTED = {
    *("int", "float", "bool", "complex", "UUID", "UUID1", "UUID3", "UUID4", "UUID5", "date", "datetime", "time"),
    *("timedelta", "Decimal", "PositiveInt", "NonNegativeInt", "NegativeInt", "conint", "confloat", "StrictInt"),
    *("PositiveFloat", "IPvAnyAddress", "IPv4Address", "IPv6Address", "Literal", "Enum", "StrEnum", "StrictBool"),
}


_WRAPPERS = {"Optional", "Annotated", "List", "list", "Union", "Final", "Required", "tuple", "Tuple", "set", "Sequence"}


def converted(machine: Machine, annotation: ops.Expression, value: Value, state: State) -> Value:
    """The value that a framework passes for a parameter or field of this type."""
    bits = _clean_for(machine, annotation, state, 0)
    if bits == kinds.EVERY:
        return Value(type="int") if type_name(annotation) == "int" else Value()
    return value.cleaned(bits) if bits else value


def type_name(annotation: ops.Expression) -> str:
    """The last part of the name of a type."""
    if isinstance(annotation, ops.Attribute):
        return annotation.name
    if isinstance(annotation, ops.Literal) and isinstance(annotation.value, str):
        return annotation.value.partition("[")[0].rpartition(".")[2].strip()
    return getattr(annotation, "id", "")


_TEXTS = {"str", "bytes", "Any", "object", "AnyStr", "Text"}
_TEXT = re.compile(r"\b(?:str|bytes|Any|object|AnyStr|Text)\b")


def may_be_text(annotation: ops.Expression | None) -> bool:
    """Whether a parameter of this type may be a part of an address; others are made from something else."""
    if annotation is None:
        return True
    if isinstance(annotation, ops.Literal):
        return isinstance(annotation.value, str) and _TEXT.search(annotation.value) is not None
    if isinstance(annotation, ops.Chain):
        return any(map(may_be_text, (annotation.first, *(option for _, option in annotation.rest))))
    if isinstance(annotation, ops.Subscript):
        inside = annotation.key
        parts = inside.elements if isinstance(inside, ops.Sequence) else (inside,)
        return type_name(annotation.value) in ("Optional", "Union", "Annotated") and any(map(may_be_text, parts))
    return type_name(annotation) in _TEXTS


def _clean_for(machine: Machine, annotation: ops.Expression, state: State, depth: int) -> int:
    """The kinds for which values of a type are clean."""
    if depth > 4:
        return 0
    if isinstance(annotation, ops.Literal) and annotation.value is None:
        return kinds.EVERY
    if isinstance(annotation, ops.Chain) and all(operator == "BitOr" for operator, _ in annotation.rest):
        bits = _clean_for(machine, annotation.first, state, depth + 1)
        for _, option in annotation.rest:
            bits &= _clean_for(machine, option, state, depth + 1)
        return bits
    if isinstance(annotation, ops.Subscript):
        name = type_name(annotation.value)
        inside = annotation.key
        parts = inside.elements if isinstance(inside, ops.Sequence) else (inside,)
        if name == "Literal":
            return kinds.EVERY
        if name == "Annotated":
            bits = _clean_for(machine, parts[0], state, depth + 1)
            for extra in parts[1:]:
                bits |= clean_by_field(machine, extra, state)
            return bits
        if name in _WRAPPERS:
            bits = kinds.EVERY
            for part in parts:
                bits &= _clean_for(machine, part, state, depth + 1)
            return bits
        return 0
    if isinstance(annotation, ops.Call):  # constr(pattern=...), conint(...)
        return (
            kinds.EVERY if type_name(annotation.function) in _CONVERTED else clean_by_field(machine, annotation, state)
        )
    if type_name(annotation) in _CONVERTED or type_name(annotation) == "None":
        return kinds.EVERY
    if isinstance(annotation, ops.Name):
        known = machine.evaluate(annotation, state)
        if isinstance(known.code, ClassCode) and any("enum." in f".{name}".lower() for name in known.code.ancestors()):
            return kinds.EVERY
    return 0


def clean_by_field(machine: Machine, field: ops.Expression, state: State) -> int:
    """The kinds for which the pattern of a `Query(...)`, `Field(...)` or `constr(...)` makes a value clean."""
    if isinstance(field, ops.Call):
        for name, operation in field.keywords:
            if name in ("pattern", "regex"):
                pattern = machine.evaluate(operation, state).text
                return clean_if_matched(pattern, is_full=False) if pattern else 0
            if name in ("ge", "gt", "le", "lt") and type_name(field.function) in ("conint", "confloat"):
                return kinds.EVERY
    return 0
