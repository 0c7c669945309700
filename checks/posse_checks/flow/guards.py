"""Guards: what a condition tells of the values that it tests, where it holds and where it does not."""

from __future__ import annotations

from collections.abc import Iterator

from posse_checks.flow import kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.code import FunctionCode, MethodCode
from posse_checks.flow.machine import Arguments, Machine
from posse_checks.flow.patterns import clean_if_matched
from posse_checks.flow.state import State
from posse_checks.flow.text import clean_behind
from posse_checks.flow.values import OUTSIDE, UNKNOWN, Taint, Value, clean_taints

SOMEHOW = -1
"""Stands for a check by something that is not known: nothing is claimed of what passes it."""
_SAME_TEXT = {"lower", "upper", "strip", "casefold", "title", "rstrip", "lstrip", "capitalize", "as_posix", "resolve"}
_SAFE_TYPES = {
    *("int", "float", "bool", "complex", "uuid.UUID", "datetime.date", "datetime.datetime", "decimal.Decimal"),
    *("enum.Enum", "ipaddress.IPv4Address", "datetime.timedelta", "numbers.Number"),
}
_CHARACTER_TESTS = {"isdigit", "isdecimal", "isnumeric", "isalnum", "isalpha", "isidentifier"}
_HOSTS = {"netloc", "hostname", "host"}
_SAYS_VALID = (
    "valid",
    "safe",
    "allow",
    "permit",
    "check",
    "verify",
    "trusted",
    "sanit",
    "is_local",
    "whitelist",
    "legal",
)


def path_of(operation: ops.Expression) -> str | None:
    """A text that stands for an expression without effects, such as `form["name"]`; None for others."""
    if isinstance(operation, ops.Name):
        return operation.id
    if isinstance(operation, ops.Attribute):
        base = path_of(operation.value)
        return base and f"{base}.{operation.name}"
    if isinstance(operation, ops.Subscript) and isinstance(operation.key, ops.Literal):
        base = path_of(operation.value)
        return base and f"{base}[{operation.key.value!r}]"
    if isinstance(operation, ops.Call) and isinstance(operation.function, ops.Attribute) and not operation.keywords:
        base = path_of(operation.function)
        if base and all(isinstance(argument, ops.Literal) for argument in operation.arguments):
            return (
                f"{base}({[argument.value for argument in operation.arguments if isinstance(argument, ops.Literal)]})"
            )
    return None


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
        _call(machine, test, state, holds)
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
    """What holds of taints whichever of several refinements applies."""
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
    elif operator in ("LtE", "Lt") and holds and isinstance(left, ops.Call) and _called(left) == "set":
        if left.arguments and not state.contents(machine.evaluate(right, state)):
            clean(machine, left.arguments[0], state, kinds.PLAIN)


def _called(call: ops.Call) -> str:
    function = call.function
    return (
        function.id if isinstance(function, ops.Name) else function.name if isinstance(function, ops.Attribute) else ""
    )


def _equality(machine: Machine, one: ops.Expression, other: ops.Expression, state: State, holds: bool) -> None:
    value = machine.evaluate(other, state)
    if value.is_constant and value.constant is None and isinstance(one, ops.Call):
        _call(machine, one, state, not holds)  # `re.fullmatch(...) is not None`
        return
    if isinstance(one, ops.Attribute) and one.name in _HOSTS:
        if holds and not state.contents(value):
            empty = value.constant == ""
            _clean_origin(machine, one, state, kinds.NO_SCHEME if empty else kinds.REDIRECT | kinds.SSRF)
        elif holds and _is_not_chosen(state.contents(value)):
            _clean_origin(machine, one, state, kinds.NO_SCHEME)
        return
    if not holds:
        return
    if isinstance(one, ops.Call):
        name = _called(one)
        if name in ("basename", "secure_filename") and one.arguments and path_of(one.arguments[0]) == path_of(other):
            clean(machine, other, state, kinds.PATH | kinds.NO_PARENT | kinds.NOT_ABSOLUTE)
            return
        if name in ("commonpath", "commonprefix") and one.arguments and isinstance(one.arguments[0], ops.Sequence):
            for element in one.arguments[0].elements:
                if name == "commonpath" and _is_resolved(machine.evaluate(element, state)):
                    clean(machine, element, state, kinds.PATH)
            return
        if name == "type" and one.arguments and value.name in _SAFE_TYPES:
            clean(machine, one.arguments[0], state, kinds.EVERY)
            return
        if name == "len":
            return
    contents = state.contents(value)
    if not contents:
        clean(machine, one, state, kinds.EVERY)
    elif _is_not_chosen(contents) and not isinstance(other, ops.Literal) and not value.is_constant:
        demote(machine, one, state)


def _is_not_chosen(taints: tuple[Taint, ...]) -> bool:
    return all(taint.level == UNKNOWN for taint in taints)


def _is_resolved(value: Value) -> bool:
    return bool(value.taints) and all(taint.clean & kinds.RESOLVED for taint in value.taints)


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
        elif _is_not_chosen(contents):
            _clean_origin(machine, left, state, kinds.NO_SCHEME | kinds.NO_BACKSLASH)
        return
    if isinstance(right, ops.Attribute) and right.name == "parents":
        of = machine.evaluate(right.value, state)
        if _is_resolved(of):
            clean(machine, right.value, state, kinds.PATH)
        return
    if not contents:
        clean(machine, left, state, kinds.EVERY)
    elif _is_not_chosen(contents):
        demote(machine, left, state)


def _call(machine: Machine, call: ops.Call, state: State, holds: bool) -> None:
    function, arguments = call.function, call.arguments
    if isinstance(function, ops.Attribute):
        if _method(machine, function, call, state, holds):
            return
    name = _called(call)
    if name == "isinstance" and holds and len(arguments) == 2:
        wanted = arguments[1].elements if isinstance(arguments[1], ops.Sequence) else (arguments[1],)
        if all(machine.evaluate(item, state).name in _SAFE_TYPES for item in wanted):
            clean(machine, arguments[0], state, kinds.EVERY)
        return
    if name == "bool" and len(arguments) == 1:
        refine(machine, arguments[0], state, holds)
        return
    if name in ("all", "any") and len(arguments) == 1 and isinstance(arguments[0], ops.Comprehension):
        if (name == "all") == holds:
            _each_character(machine, arguments[0], state, holds)
        return
    if name in ("url_has_allowed_host_and_scheme", "is_safe_url"):
        tested = arguments[0] if arguments else dict(call.keywords).get("url")
        if holds and tested is not None:
            clean(machine, tested, state, kinds.REDIRECT)
        return
    callee = machine.evaluate(function, state) if not isinstance(function, ops.Attribute) else None
    if isinstance(function, ops.Attribute):
        callee = machine.evaluate(function, state)
    if callee is None:
        return
    if isinstance(callee.code, (FunctionCode, MethodCode)):
        values = [machine.evaluate(argument, state) for argument in arguments]
        facts = machine.facts_of_call(callee.code, Arguments(values, {}, bool(call.stars)), state, holds)
        for argument, fact in zip(arguments, facts, strict=False):
            if fact == SOMEHOW:
                demote(machine, argument, state)
            elif fact:
                clean(machine, argument, state, fact)
    elif holds and callee.name and any(word in name.lower() for word in _SAYS_VALID):
        for argument in arguments:
            demote(machine, argument, state)


def _each_character(machine: Machine, test: ops.Comprehension, state: State, holds: bool) -> None:
    (generator, *more) = test.generators
    if more or generator.conditions or not isinstance(generator.target, ops.Name):
        return
    inner = state.fork()
    probe = Value((Taint(OUTSIDE, (), 0),), identity=machine.new_identity())
    inner.bind(generator.target.id, probe)
    refine(machine, test.element, inner, holds)
    taints = inner.env[generator.target.id].taints
    found = kinds.EVERY if not taints else taints[0].clean
    if taints and taints[0].level == UNKNOWN:
        demote(machine, generator.iterable, state)
    if found:
        clean(machine, generator.iterable, state, found if taints else kinds.PLAIN | kinds.XSS)


def _method(machine: Machine, function: ops.Attribute, call: ops.Call, state: State, holds: bool) -> bool:
    """Whether a condition is a method that is known here; the values that it tests are cleaned."""
    name, tested, arguments = function.name, function.value, call.arguments
    if name in _CHARACTER_TESTS:
        if holds:
            clean(machine, tested, state, kinds.EVERY)
        return True
    if name == "startswith" and arguments:
        _begins(machine, tested, arguments[0], state, holds)
        return True
    if name == "endswith":
        return True
    if name == "is_relative_to" and arguments:
        if holds and _is_resolved(machine.evaluate(tested, state)):
            clean(machine, tested, state, kinds.PATH)
        return True
    if name == "is_absolute":
        if not holds:
            clean(machine, tested, state, kinds.NOT_ABSOLUTE)
        return True
    if name == "isabs" and arguments:
        if not holds:
            clean(machine, arguments[0], state, kinds.NOT_ABSOLUTE)
        return True
    if name in ("fullmatch", "match") and arguments:
        if holds:
            receiver = machine.evaluate(tested, state)
            pattern = receiver.prefix if receiver.type == "re.Pattern" else None
            subject = arguments[0]
            if receiver.name == "re" and len(arguments) > 1:
                pattern, subject = machine.evaluate(arguments[0], state).text, arguments[1]
            if pattern:
                clean(machine, subject, state, clean_if_matched(pattern, is_full=name == "fullmatch"))
        return True
    if name in ("search", "findall") and arguments and not holds:
        receiver = machine.evaluate(tested, state)
        if receiver.name == "re" and len(arguments) > 1:
            pattern = machine.evaluate(arguments[0], state).text
            if pattern and pattern.startswith("[^") and pattern.endswith(("]", "]+")):
                clean(machine, arguments[1], state, clean_if_matched("[" + pattern[2:], is_full=True))
        return True
    return False


def _begins(machine: Machine, tested: ops.Expression, argument: ops.Expression, state: State, holds: bool) -> None:
    prefix = machine.evaluate(argument, state)
    cell = state.cell(prefix)
    options = [prefix] if cell is None else list(cell.entries.values())
    texts = [option.text for option in options]
    if not holds:
        found = 0
        for text in texts:
            if text == "//":
                found |= kinds.NO_DOUBLE_SLASH
            elif text == "/":
                found |= kinds.NOT_ABSOLUTE | kinds.NO_DOUBLE_SLASH
            elif text in ("/\\", "\\"):
                found |= kinds.NO_BACKSLASH
        if found:
            clean(machine, tested, state, found)
        return
    inner = tested
    if isinstance(tested, ops.Call) and _called(tested) in ("str", "fspath") and tested.arguments:
        inner = tested.arguments[0]
    value = machine.evaluate(tested, state)
    if _is_resolved(value) and _ends_in_separator(machine, argument, prefix, state):
        clean(machine, inner, state, kinds.PATH)
        return
    if texts and all(text is not None for text in texts):
        common = kinds.EVERY
        for text in texts:
            common &= clean_behind(text or "")
        if common:
            clean(machine, inner, state, common & ~kinds.NOT_ABSOLUTE)


def _ends_in_separator(machine: Machine, argument: ops.Expression, prefix: Value, state: State) -> bool:
    if prefix.text is not None:
        return prefix.text.endswith(("/", "\\")) and len(prefix.text) > 1
    last: ops.Expression | None = None
    if isinstance(argument, ops.Chain) and argument.rest[-1][0] == "Add":
        last = argument.rest[-1][1]
    elif isinstance(argument, ops.Format) and argument.parts:
        last = argument.parts[-1][0]
    elif isinstance(argument, ops.Call) and _called(argument) == "join" and argument.arguments:
        return machine.evaluate(argument.arguments[-1], state).text == ""
    elif isinstance(argument, ops.Name):
        return prefix.type == "path with separator"
    if last is None:
        return False
    value = machine.evaluate(last, state)
    return (
        value.name in ("os.sep", "os.path.sep") or (value.text or "").endswith(("/", "\\")) or value.type == "separator"
    )


def _variable(machine: Machine, test: ops.Name, state: State, holds: bool) -> None:
    """A name that holds the result of a match or of a host: `if not match: abort()`."""
    value = state.env.get(test.id)
    if value is None:
        return
    if not holds and value.type in ("", "str") and value.taints and not value.cell:
        clean(machine, test, state, kinds.EVERY)  # it is empty
    if value.type == "re.Match" and holds and value.origin:
        fact = sum(1 << bit for bit in range(28) if value.prefix and int(value.prefix) >> bit & 1)
        for name, other in list(state.env.items()):
            if other.identity == value.origin:
                state.bind(name, other.cleaned(fact))


def _targets(machine: Machine, operation: ops.Expression, state: State) -> Iterator[str]:
    value = machine.evaluate(operation, state)
    if value.identity:
        for name, other in state.env.items():
            if other.identity == value.identity:
                yield name


def _peeled(operation: ops.Expression) -> ops.Expression:
    """What a test of an expression tests: `x` in `x.lower()` and `str(x)`."""
    for _ in range(4):
        if isinstance(operation, ops.Walrus):
            return ops.Name(operation.name)
        if not isinstance(operation, ops.Call):
            return operation
        function = operation.function
        if isinstance(function, ops.Attribute) and function.name in _SAME_TEXT:
            operation = function.value
        elif isinstance(function, ops.Name) and function.id in ("str", "Path") and len(operation.arguments) == 1:
            operation = operation.arguments[0]
        else:
            return operation
    return operation


def clean(machine: Machine, operation: ops.Expression, state: State, bits: int) -> None:
    """The value of an expression is clean for these kinds from here on, under all its names."""
    operation = _peeled(operation)
    for name in list(_targets(machine, operation, state)):
        value = state.env[name]
        state.bind(name, value.but(taints=clean_taints(value.taints, bits)))
    path = path_of(operation)
    if path and not isinstance(operation, ops.Name):
        state.facts[path] = state.facts.get(path, 0) | bits


def demote(machine: Machine, operation: ops.Expression, state: State) -> None:
    """Something that is not known has checked the value: nothing is claimed of it."""
    operation = _peeled(operation)
    for name in list(_targets(machine, operation, state)):
        value = state.env[name]
        state.bind(name, value.but(taints=tuple([Taint(UNKNOWN, (), taint.clean) for taint in value.taints[:1]])))
    path = path_of(operation)
    if path and not isinstance(operation, ops.Name):
        state.facts[path] = state.facts.get(path, 0) | kinds.EVERY


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
