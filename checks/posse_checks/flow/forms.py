"""Forms and models with a client's data: WTForms, Django forms, serializers, Pydantic validators."""

from __future__ import annotations

from posse_checks.flow import kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.annotations import clean_by_field, type_name
from posse_checks.flow.code import ClassCode, FunctionCode
from posse_checks.flow.machine import Arguments, Machine
from posse_checks.flow.patterns import clean_if_matched
from posse_checks.flow.state import Cell, State
from posse_checks.flow.values import OUTSIDE, Taint, Value

_FORMS = {
    *("Form", "FlaskForm", "ModelForm", "BaseForm", "SecureForm", "Serializer", "ModelSerializer", "QuartForm"),
    *("BaseModelForm", "StarletteForm"),
}
_MODELS = {"BaseModel", "SQLModel", "BaseSettings", "Struct", "Schema"}
_SAFE_FIELDS = {
    *("IntegerField", "DecimalField", "FloatField", "BooleanField", "DateField", "DateTimeField", "TimeField"),
    *("UUIDField", "SelectField", "RadioField", "ChoiceField", "TypedChoiceField", "DurationField", "SubmitField"),
    *("NullBooleanField", "IntegerRangeField", "ModelChoiceField", "IPAddressField", "GenericIPAddressField"),
    *("MultipleChoiceField", "SelectMultipleField", "DateTimeLocalField", "SlugField"),
}


def is_form(code: ClassCode) -> bool:
    """Whether a class is a form or a serializer of a framework."""
    return any(name.rpartition(".")[2] in _FORMS for name in code.ancestors())


def is_model(code: ClassCode) -> bool:
    """Whether a class checks the types of its fields when it is instantiated."""
    return any(name.rpartition(".")[2] in _MODELS for name in code.ancestors())


def set_form_fields(machine: Machine, code: ClassCode, instance: Value, state: State, at: ops.At) -> None:
    """Add the fields of a form: text from the client, unless the kind of field guarantees more."""
    values: dict[object, Value] = {}
    for name, field in _fields(code, 0):
        called = type_name(field.function)
        if called in _SAFE_FIELDS:
            values[name] = Value()
            continue
        source = Value((Taint(OUTSIDE, (machine.step(at, f"field `{name}` of `{code.name}`"),)),))
        values[name] = source.cleaned(_by_validators(machine, field, state))
    entries: dict[object, Value] = {}
    for field_name, value in values.items():
        entries[field_name] = _cell(machine, state, Cell("form field", {"data": value, "raw_data": value}))
    data = _cell(machine, state, Cell("dict", values))
    for name in ("cleaned_data", "validated_data", "data"):
        entries[name] = data
    cell = state.cell(instance)
    assert cell is not None
    state.put(instance.cell, cell._replace(entries={**cell.entries, **entries}))


def _cell(machine: Machine, state: State, cell: Cell) -> Value:
    number = machine.new_cell()
    state.put(number, cell)
    return Value(type=cell.kind if cell.kind == "dict" else "", cell=number)


def _fields(code: ClassCode, depth: int) -> list[tuple[str, ops.Call]]:
    found: list[tuple[str, ops.Call]] = []
    for base in code.bases:
        if isinstance(base.code, ClassCode) and depth < 4:
            found += _fields(base.code, depth + 1)
    for statement in ops.statements_of(code.definition.body):
        if isinstance(statement, ops.Bind) and isinstance(statement.value, ops.Call):
            target = statement.targets[0]
            if isinstance(target, ops.Name) and type_name(statement.value.function).endswith("Field"):
                found.append((target.id, statement.value))
    return found


def _by_validators(machine: Machine, field: ops.Call, state: State) -> int:
    """The kinds for which the validators of a field make its value clean."""
    clean = 0
    called = type_name(field.function)
    options = [value for name, value in field.keywords if name == "validators"] + list(field.arguments)
    if called == "RegexField":
        for name, value in field.keywords:
            if name == "regex":
                clean |= clean_if_matched(machine.evaluate(value, state).text or "", is_full=False)
    for option in options:
        for validator in option.elements if isinstance(option, ops.Sequence) else ():
            if not isinstance(validator, ops.Call):
                continue
            name = type_name(validator.function)
            if name in ("AnyOf", "NumberRange", "UUID"):
                clean |= kinds.EVERY
            elif name in ("Regexp", "RegexValidator"):
                operations = [*validator.arguments, *[v for key, v in validator.keywords if key == "regex"]]
                pattern = machine.evaluate(operations[0], state).text if operations else None
                clean |= clean_if_matched(pattern, is_full=False) if pattern else 0
    return clean


def validated(machine: Machine, code: ClassCode, name: str, value: Value, state: State, at: ops.At) -> Value:
    """The value of a model's field after its validators."""
    for statement in ops.statements_of(code.definition.body):
        if isinstance(statement, ops.Bind) and statement.value is not None:
            target = statement.targets[0]
            if isinstance(target, ops.Name) and target.id == name:
                value = value.cleaned(clean_by_field(machine, statement.value, state))
    for member in code.attributes.values():
        function = member.code
        if not isinstance(function, FunctionCode) or not _validates(function, name):
            continue
        result = machine.call(function, Arguments([Value(), value], {}, False), state, at)
        if result is not None:
            value = result
    return value


def _validates(function: FunctionCode, name: str) -> bool:
    for decorator in function.function.decorators:
        if not isinstance(decorator, ops.Call):
            continue
        named = any(isinstance(argument, ops.Literal) and argument.value == name for argument in decorator.arguments)
        if named and type_name(decorator.function) in ("field_validator", "validator"):
            return True
    return False
