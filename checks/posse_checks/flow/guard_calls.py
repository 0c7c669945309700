"""Guards that are calls: what a condition such as `name.isalnum()` proves."""

from __future__ import annotations

from posse_checks.flow import kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.cleaning import SOMEHOW, clean, demote
from posse_checks.flow.code import FunctionCode, MethodCode
from posse_checks.flow.machine import Arguments, Machine
from posse_checks.flow.patterns import clean_if_matched
from posse_checks.flow.state import State
from posse_checks.flow.text import clean_behind
from posse_checks.flow.values import OUTSIDE, UNKNOWN, Taint, Value

SAFE_TYPES = {
    *("int", "float", "bool", "complex", "uuid.UUID", "datetime.date", "datetime.datetime", "decimal.Decimal"),
    *("enum.Enum", "ipaddress.IPv4Address", "datetime.timedelta", "numbers.Number"),
}


_CHARACTER_TESTS = {"isdigit", "isdecimal", "isnumeric", "isalnum", "isalpha", "isidentifier"}


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


def called_name(call: ops.Call) -> str:
    """The last part of the callee's name."""
    function = call.function
    return (
        function.id if isinstance(function, ops.Name) else function.name if isinstance(function, ops.Attribute) else ""
    )


def is_not_chosen(taints: tuple[Taint, ...]) -> bool:
    """Whether it is unknown who controls a value."""
    return all(taint.level == UNKNOWN for taint in taints)


def is_resolved(value: Value) -> bool:
    """Whether a value is a path without links and `..`."""
    return bool(value.taints) and all(taint.clean & kinds.RESOLVED for taint in value.taints)


def call_holds(machine: Machine, call: ops.Call, state: State, holds: bool) -> None:
    """Clean the values that a call tests as a condition."""
    function, arguments = call.function, call.arguments
    if isinstance(function, ops.Attribute) and _method(machine, function, call, state, holds):
        return
    name = called_name(call)
    if name == "isinstance" and holds and len(arguments) == 2:
        wanted = arguments[1].elements if isinstance(arguments[1], ops.Sequence) else (arguments[1],)
        if all(machine.evaluate(item, state).name in SAFE_TYPES for item in wanted):
            clean(machine, arguments[0], state, kinds.EVERY)
        return
    if name == "bool" and len(arguments) == 1:
        machine.refine(arguments[0], state, holds)
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


def _without_marks(tested: ops.Expression) -> ops.Expression:
    """The tested value in `name.replace("-", "").isalnum()`: dashes and underscores do no harm."""
    for _ in range(3):
        if not isinstance(tested, ops.Call) or not isinstance(tested.function, ops.Attribute):
            break
        removed = [argument.value for argument in tested.arguments if isinstance(argument, ops.Literal)]
        if tested.function.name != "replace" or len(removed) != 2 or removed[0] not in ("-", "_") or removed[1]:
            break
        tested = tested.function.value
    return tested


def _each_character(machine: Machine, test: ops.Comprehension, state: State, holds: bool) -> None:
    (generator, *more) = test.generators
    if more or generator.conditions or not isinstance(generator.target, ops.Name):
        return
    inner = state.fork()
    probe = Value((Taint(OUTSIDE, (), 0),), identity=machine.new_identity())
    inner.bind(generator.target.id, probe)
    machine.refine(test.element, inner, holds)
    taints = inner.env[generator.target.id].taints
    found = kinds.EVERY if not taints else taints[0].clean
    if taints and taints[0].level == UNKNOWN:
        demote(machine, generator.iterable, state)
    if found:
        clean(machine, generator.iterable, state, found if taints else kinds.PLAIN | kinds.XSS)


def _method(machine: Machine, function: ops.Attribute, call: ops.Call, state: State, holds: bool) -> bool:
    """Clean the values that a method tests as a condition. Returns whether the method is known."""
    name, tested, arguments = function.name, function.value, call.arguments
    if name in _CHARACTER_TESTS:
        if holds:
            clean(machine, _without_marks(tested), state, kinds.EVERY)
        return True
    if name == "startswith" and arguments:
        _begins(machine, tested, arguments[0], state, holds)
        return True
    if name == "endswith":
        return True
    if name == "is_relative_to" and arguments:
        if holds and is_resolved(machine.evaluate(tested, state)):
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
    if isinstance(tested, ops.Call) and called_name(tested) in ("str", "fspath") and tested.arguments:
        inner = tested.arguments[0]
    value = machine.evaluate(tested, state)
    if is_resolved(value) and _ends_in_separator(machine, argument, prefix, state):
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
    elif isinstance(argument, ops.Call) and called_name(argument) == "join" and argument.arguments:
        return machine.evaluate(argument.arguments[-1], state).text == ""
    elif isinstance(argument, ops.Name):
        return prefix.type == "path with separator"
    if last is None:
        return False
    value = machine.evaluate(last, state)
    return (
        value.name in ("os.sep", "os.path.sep") or (value.text or "").endswith(("/", "\\")) or value.type == "separator"
    )
