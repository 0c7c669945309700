"""Functions and classes of the program: their definitions, calls and checks."""

from __future__ import annotations

from posse_checks.flow import containers, kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.code import ClassCode, FunctionCode, MethodCode
from posse_checks.flow.machine import Abandoned, Arguments, Frame, Machine, Unreachable
from posse_checks.flow.responses import judge_made
from posse_checks.flow.state import State, join, join_values
from posse_checks.flow.summaries import Summary, key_of, may_keep
from posse_checks.flow.values import UNKNOWN, Taint, Value, constant
from posse_checks.flow.views import is_transparent

_DEEPEST_CALL = 5
"""Maximum depth of followed calls."""
CALL_BUDGET = 1_000
"""Number of steps that a call may take; nothing is known of what one does that takes more."""


def define(machine: Machine, definition: ops.Function | ops.Class, state: State) -> Value:
    """The value of a definition; with an unknown decorator, calls of it are unknown."""
    decorators = [(operation, machine.evaluate(operation, state)) for operation in definition.decorators]
    known = all(is_transparent(operation, value) for operation, value in decorators)
    frame = machine.frame
    if isinstance(definition, ops.Class):
        return _define_class(machine, definition, state, is_known=known)
    for parameter in definition.parameters:
        if parameter.default is not None:
            machine.evaluate(parameter.default, state)
    outer = {**frame.outer, **state.env} if frame.number else {}
    machine.spend(len(outer) // 16)
    code = FunctionCode(definition, frame.base, outer, frame.number, is_known=known)
    code.module = frame.module
    if not machine.is_silent:
        machine.defined.append(code)
    return Value((), code=code)


def _define_class(machine: Machine, definition: ops.Class, state: State, *, is_known: bool) -> Value:
    bases = tuple([machine.evaluate(base, state) for base in definition.bases])
    frame = machine.frame
    outer = {**frame.outer, **state.env} if frame.number else frame.outer
    machine.frame_count += 1
    inner_frame = Frame(
        None, 0 if not frame.number else machine.frame_count, frame.base, frozenset(), outer, module=frame.module
    )
    machine.frames.append(inner_frame)
    if not frame.number:
        inner_frame.outer = state.env
    inner = state.inside({})
    after = machine.block(definition.body, inner)
    machine.frames.pop()
    attributes = dict(after.env) if after is not None else {}
    if after is not None:
        state.adopt_heap(after)
    code = ClassCode(definition.name, bases, attributes, frame.base, definition, is_known=is_known)
    if not machine.is_silent:
        machine.classes.append(code)
    return Value((), code=code)


def call(
    machine: Machine, code: FunctionCode | MethodCode, arguments: Arguments, state: State, at: ops.At
) -> Value | None:
    """The result of calling a function of the program; None if it is unknown."""
    if isinstance(code, MethodCode):
        receiver = code.receiver
        return run_function(machine, code.function, Arguments([receiver, *arguments.positional], arguments.keywords,
                                                      arguments.has_stars), state, at)  # fmt: skip
    return run_function(machine, code, arguments, state, at)


def run_function(machine: Machine, code: FunctionCode, arguments: Arguments, state: State, at: ops.At) -> Value | None:
    """The result of running a function with its arguments; None if it is not followed."""
    if not code.is_known or arguments.has_stars or not may_call(machine, code):
        return None
    env = parameters(machine, code, arguments, state, at)
    entry = machine.entry
    if code.module is not None and machine.frame.module is None:
        machine.entry = machine.place(at)
    try:
        return _run(machine, code, arguments, env, state)
    finally:
        machine.entry = entry


def _run(
    machine: Machine, code: FunctionCode, arguments: Arguments, env: dict[str, Value], state: State
) -> Value | None:
    key = key_of(machine, code, arguments, state)
    known = machine.summaries.get(key) if key is not None else None
    if isinstance(known, Summary):
        known.replay(machine)
        if known.result is None:
            raise Unreachable
        _apply(env, dict(known.learned), state)
        return known.result
    spent, recursions, seen = machine.spent, machine.recursions, len(machine.journal)
    defined, classes = len(machine.defined), len(machine.classes)
    outer_reads, machine.reads = machine.reads, set()
    before = state.fork()
    try:
        with machine.limited(CALL_BUDGET):
            result, exits = execute(machine, code, env, state)
    except Abandoned:
        _forget_everything(machine, arguments, state)
        return None
    finally:
        reads = frozenset(machine.reads)
        machine.reads = outer_reads | reads
    is_new = defined == len(machine.defined) and classes == len(machine.classes)
    may_summarize = key is not None and recursions == machine.recursions and is_new
    if not exits and not code.function.is_generator:
        if may_summarize:
            machine.summaries[key] = Summary(None, (), machine.spent - spent, tuple(machine.journal[seen:]), reads)
        raise Unreachable
    joined: State | None = None
    for exit_ in exits:
        joined = join(joined, exit_)
    if joined is not None:
        state.adopt_heap(joined)
        learned = _learned(code, env, joined)
        _apply(env, learned, state)
        if may_summarize and may_keep(result, before, joined):
            assert result is not None
            result = result.but(identity=0, origin=0)
            machine.summaries[key] = Summary(
                result, tuple(learned.items()), machine.spent - spent, tuple(machine.journal[seen:]), reads
            )
    return result


def _forget_everything(machine: Machine, arguments: Arguments, state: State) -> None:
    """Forget everything that an abandoned call may have changed: whatever its arguments refer to."""
    pending, seen = arguments.every(), set[int]()
    for value in pending:  # which grows
        cell = state.cell(value)
        if cell is not None and value.cell not in seen:
            seen.add(value.cell)
            machine.spend(1)
            pending += cell.entries.values()
            if cell.rest is not None:
                pending.append(cell.rest)
            containers.forget(value, state)


def may_call(machine: Machine, code: FunctionCode) -> bool:
    """Whether a function may be followed: not too deep, and not running already."""
    if len(machine.calls) >= _DEEPEST_CALL:
        return False
    if any(other.function is code.function and other.base == code.base for other in machine.calls):
        machine.recursions += 1
        return False
    return True


def _learned(code: FunctionCode, env: dict[str, Value], after: State) -> dict[str, tuple[Taint, ...]]:
    """What a helper has checked about its arguments, or it would not have returned."""
    learned: dict[str, tuple[Taint, ...]] = {}
    for parameter in code.function.parameters:
        before, now = env.get(parameter.name), after.env.get(parameter.name)
        if before is None or now is None or not before.identity or now.identity != before.identity:
            continue
        if now.taints != before.taints:
            learned[parameter.name] = now.taints
    return learned


def _apply(env: dict[str, Value], learned: dict[str, tuple[Taint, ...]], state: State) -> None:
    """Clean the caller's values by the checks of a helper."""
    for parameter, taints in learned.items():
        identity = env[parameter].identity
        for name, value in list(state.env.items()):
            if value.identity == identity:
                clean = kinds.EVERY
                for taint in taints:
                    clean &= taint.clean
                demoted = taints and all(taint.level == UNKNOWN for taint in taints)
                state.bind(name, value.but(taints=taints if demoted else value.cleaned(clean).taints))


def execute(
    machine: Machine, code: FunctionCode, env: dict[str, Value], state: State, frame: Frame | None = None
) -> tuple[Value | None, list[State]]:
    """Run a function's body; its result, and the states at its exits."""
    function = code.function
    if frame is None:
        frame = new_frame(machine, code, state)
    machine.frames.append(frame)
    machine.calls.append(code)
    if code.module is None:
        machine.reads.add(code.place)
    depth = machine.depth
    machine.spend(2)
    try:
        inner = state.inside(dict(env))
        after = machine.block(function.body, inner)
        if frame.responses:
            judge_made(machine, frame.exits if after is None else [*frame.exits, after])
    finally:
        machine.calls.pop()
        machine.frames.pop()
        machine.depth = depth
    if after is not None and frame.asks is not True:
        frame.returns.append(constant(None))
        frame.exits.append(after)
    result: Value | None = None
    if function.is_generator:
        items: Value | None = None
        for item in frame.yields:
            items = item if items is None else join_values(items, item, state, state, state)
        result = containers.make(machine, "list", {}, state, items)
        for exit_ in frame.exits:
            exit_.add_missing(state.heap)
        return result, frame.exits
    into = State({}, {}, state.base_heap, {}, state.pairs)
    for exit_ in frame.exits:
        into.heap = {**into.heap, **exit_.heap}
    for value, exit_ in zip(frame.returns, frame.exits, strict=True):
        result = value if result is None else join_values(result, value, into, exit_, into)
    if frame.exits and into.heap:
        frame.exits[0].add_missing(into.heap)
    return result, frame.exits


def new_frame(machine: Machine, code: FunctionCode, state: State) -> Frame:
    """The frame of a call of a function; names around it are looked up in the frames that still run."""
    machine.frame_count += 1
    outer = code.outer
    current = machine.frames[-1] if machine.frames else None
    if current is not None and code.frame and current.number == code.frame:
        outer = {**code.outer, **state.env}
        machine.spend(len(outer) // 16)
    return Frame(code, machine.frame_count, code.base, code.function.bound, outer, module=code.module)


def parameters(
    machine: Machine, code: FunctionCode, arguments: Arguments, state: State, at: ops.At
) -> dict[str, Value]:
    """The values of a function's parameters in a call."""
    env: dict[str, Value] = {}
    remaining = list(arguments.positional)
    keywords = dict(arguments.keywords)
    for parameter in code.function.parameters:
        name = parameter.name
        if parameter.kind in ("positional", "any") and remaining:
            value: Value | None = remaining.pop(0)
        elif parameter.kind == "arguments":
            value = containers.make(machine, "tuple", dict(enumerate(remaining)), state)
            remaining = []
        elif parameter.kind == "keywords":
            value = containers.make(machine, "dict", dict[object, Value](keywords.items()), state)
        else:
            value = keywords.pop(name, None)
            default = parameter.default if value is None else None
            if default is not None and (code.module is None or isinstance(default, ops.Literal)):
                value = machine.evaluate(default, state)
        if value is None:
            value = machine.unknown()
        if value.taints:
            value = value.with_step(machine.step(at, f"`{name}` of `{code.function.name}()`"))
            if not value.identity:
                value = value.but(identity=machine.new_identity())
        env[name] = value
    return env
