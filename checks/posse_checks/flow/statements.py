"""Execution of statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posse_checks.flow import containers, expressions, operators
from posse_checks.flow import operations as ops
from posse_checks.flow.cleaning import clean
from posse_checks.flow.functions import define
from posse_checks.flow.kinds import EVERY
from posse_checks.flow.loops import leave, loop, try_, while_
from posse_checks.flow.machine import Arguments, Machine
from posse_checks.flow.matching import matches
from posse_checks.flow.responses import returned
from posse_checks.flow.state import State, join
from posse_checks.flow.values import Value, constant, named

_SUPPRESSING = ("suppress", "raises", "assertRaises")

_PROVES = {"int", "float", "uuid.UUID", "ipaddress.ip_address", "decimal.Decimal", "datetime.date.fromisoformat"}
"""Functions that raise an exception unless their argument is the text of a number, an identifier or the like."""


def evaluate(machine: Machine, operation: ops.Evaluate, state: State) -> State | None:
    """An expression for its effects; a conversion whose result is dropped is a check that raises."""
    value = operation.value
    machine.evaluate(value, state)
    is_check = isinstance(value, ops.Call) and bool(value.arguments) and not value.stars
    if is_check and isinstance(value, ops.Call) and machine.evaluate(value.function, state).name in _PROVES:
        clean(machine, value.arguments[0], state, EVERY)
    return state


def bind(machine: Machine, operation: ops.Bind, state: State) -> State | None:
    """An assignment."""
    if operation.value is None:
        return state
    value = machine.evaluate(operation.value, state)
    for target in operation.targets:
        containers.bind_target(machine, target, value, state, operation.at)
    return state


def augment(machine: Machine, operation: ops.Augment, state: State) -> State | None:
    """An augmented assignment, which changes lists in place."""
    target = operation.target
    old = machine.evaluate(target, state)
    right = machine.evaluate(operation.value, state)
    cell = state.cell(old)
    if cell is not None and cell.kind == "list" and operation.operator == "Add":
        containers.put_somewhere(old, containers.iterated(machine, right, state), state)
        return state
    if operation.operator == "Add":
        value = operators.sum_of(machine, [old, right], state, operation.at)
    else:
        value = operators.binary(machine, operation.operator, old, right, state, operation.at)
    containers.bind_target(machine, target, value, state, operation.at)
    return state


def delete(machine: Machine, operation: ops.Delete, state: State) -> State | None:
    """A deletion of elements; deleted names are not read again."""
    for target in operation.targets:
        if isinstance(target, ops.Subscript):
            base, key = machine.evaluate(target.value, state), machine.evaluate(target.key, state)
            cell = state.cell(base)
            if cell is not None and cell.kind == "dict" and containers.is_key(key):
                entries = {name: entry for name, entry in cell.entries.items() if name != key.constant}
                state.put(base.cell, cell._replace(entries=entries))
            elif cell is not None and cell.kind == "list":
                rest = containers.everything(base, cell, state)
                state.put(base.cell, cell._replace(entries={}, rest=rest))
    return state


def return_(machine: Machine, operation: ops.Return, state: State) -> State | None:
    """A `return` statement."""
    value = constant(None) if operation.value is None else machine.evaluate(operation.value, state)
    frame = machine.frame
    if frame.view and operation.value is not None:
        returned(machine, value, operation.at, state)
    if frame.asks is not None:
        known = operators.truth(value, state)
        if known is None and operation.value is not None:
            state = state.fork()
            machine.refine(operation.value, state, frame.asks)
        elif known is not None and known != frame.asks:
            return None
    frame.returns.append(value)
    frame.exits.append(state)
    return None


def raise_(machine: Machine, operation: ops.Raise, state: State) -> State | None:
    """A `raise` statement: the code after it is unreachable."""
    if operation.value is not None:
        machine.evaluate(operation.value, state)
    return None


def assert_(machine: Machine, operation: ops.Assert, state: State) -> State | None:
    """An assertion, which `python -O` removes, so it cleans nothing."""
    machine.evaluate(operation.test, state)
    return state


def branch(machine: Machine, operation: ops.Branch, state: State) -> State | None:
    """A condition: both arms if it is unknown, one if it is constant."""
    after: State | None = None
    rest = state
    for test, body in operation.arms:
        known = operators.truth(machine.evaluate(test, rest), rest)
        if known is False:
            continue
        if known is True:
            return join(after, machine.block(body, rest))
        machine.spend(1 + len(rest.env) // 16)
        arm = rest.fork()
        machine.refine(test, arm, True)
        machine.refine(test, rest, False)
        after = join(after, machine.block(body, arm))
    return join(after, machine.block(operation.otherwise, rest))


def with_(machine: Machine, operation: ops.With, state: State) -> State | None:
    """A block with contexts."""
    suppresses = False
    for context, target in operation.items:
        value = machine.evaluate(context, state)
        if isinstance(context, ops.Call):
            function = context.function
            name = function.name if isinstance(function, ops.Attribute) else getattr(function, "id", "")
            suppresses = suppresses or name in _SUPPRESSING
        if target is not None:
            cell = state.cell(value)
            entered = expressions.attribute_of(machine, value, "__enter__", state, operation.at) if cell else None
            if entered is not None and entered.code is not None:
                value = machine.call(entered.code, Arguments((), {}, False), state, operation.at) or value
            elif cell is not None and cell.kind == "list" and not value.constant:
                value = containers.iterated(machine, value, state)  # a generator made a context
            containers.bind_target(machine, target, value, state, operation.at)
    if not suppresses:
        return machine.block(operation.body, state)
    before = state.fork()
    return join(before, machine.block(operation.body, state))


def match(machine: Machine, operation: ops.Match, state: State) -> State | None:
    """The cases that may match."""
    subject = machine.evaluate(operation.subject, state)
    after: State | None = None
    for case in operation.cases:
        machine.spend(1 + len(state.env) // 16)
        arm = state.fork()
        known = matches(machine, case.pattern, subject, arm, operation.subject)
        if known is False:
            continue
        if case.guard is not None:
            holds = operators.truth(machine.evaluate(case.guard, arm), arm)
            if holds is False:
                continue
            machine.refine(case.guard, arm, True)
            known = known if holds else None
        after = join(after, machine.block(case.body, arm))
        if known:
            return after
    return join(after, state)


def import_(machine: Machine, operation: ops.Import, state: State) -> State | None:
    """An import."""
    makers = machine.catalogue.makers
    for local, qualified in operation.names:
        if local != "*":
            made = makers.get(qualified)
            instance = made is not None and not qualified.rpartition(".")[2][:1].isupper() and qualified in _INSTANCES
            state.bind(local, Value(type=made or "") if instance else named(qualified))
    return state


_INSTANCES = frozenset(
    {
        *("flask.request", "flask.session", "bottle.request", "quart.request", "quart.session", "os.environ"),
        *("flask.globals.request", "string.ascii_letters", "string.digits", "string.ascii_lowercase", "os.sep"),
        *(
            "bottle.response",
            "quart.websocket",
            "string.ascii_uppercase",
            "sys.argv",
            "sys.stdin",
            "flask.wrappers.request",
        ),
    }
)
"""The imported names that are objects, not classes or functions that create them."""


def outer(machine: Machine, operation: ops.Outer, state: State) -> State | None:
    """Names of the module or of the functions around."""
    machine.frame.outer_names.update(operation.names)
    return state


def define_(machine: Machine, operation: ops.Define, state: State) -> State | None:
    """The definition of a function or class."""
    state.bind(operation.definition.name, define(machine, operation.definition, state))
    return state


def chunk(machine: Machine, operation: ops.Chunk, state: State) -> State | None:
    """Statements whose positions count from another line."""
    frame = machine.frame
    frame.base += operation.lines
    try:
        return machine.block(operation.body, state)
    finally:
        frame.base -= operation.lines


def havoc(machine: Machine, operation: ops.Havoc, state: State) -> State | None:
    """An unknown statement: all names in it may have any value afterwards."""
    named = operation.names
    if named is None:
        named = frozenset(name for name, value in state.env.items() if not value.name and value.code is None)
    for name in named:
        if name in state.env:
            containers.forget(state.env[name], state)
        state.bind(name, machine.unknown())
    return state


HANDLERS: dict[type, Callable[[Any, Any, State], State | None]] = {
    ops.Evaluate: evaluate, ops.Bind: bind, ops.Augment: augment, ops.Delete: delete, ops.Return: return_,
    ops.Raise: raise_, ops.Assert: assert_, ops.Branch: branch, ops.Loop: loop, ops.While: while_, ops.Leave: leave,
    ops.With: with_, ops.Try: try_, ops.Match: match, ops.Import: import_, ops.Outer: outer, ops.Define: define_,
    ops.Chunk: chunk, ops.Havoc: havoc,
}  # fmt: skip
