"""Loops, and blocks with handlers."""

from __future__ import annotations

from posse_checks.flow import containers, operators
from posse_checks.flow import operations as ops
from posse_checks.flow.machine import Machine
from posse_checks.flow.state import State, join

_ROUNDS = 2
"""Number of times that the body of a loop is run."""


def loop(machine: Machine, operation: ops.Loop, state: State) -> State | None:
    """A loop over what an iterable yields."""
    iterable = machine.evaluate(operation.iterable, state)
    frame = machine.frame
    frame.breaks.append([])
    frame.continues.append([])
    out: State | None = state
    for _ in range(_ROUNDS):
        assert out is not None
        machine.spend(1 + len(out.env) // 16)
        inner = out.fork()
        item = containers.iterated(machine, iterable, inner, operation.at)
        containers.bind_target(machine, operation.target, item, inner, operation.at)
        after = machine.block(operation.body, inner)
        for jumped in frame.continues[-1]:
            after = join(after, jumped)
        frame.continues[-1].clear()
        out = join(out, after)
    frame.continues.pop()
    broken = frame.breaks.pop()
    out = machine.block(operation.otherwise, out) if operation.otherwise else out
    for jumped in broken:
        out = join(out, jumped)
    return out


def while_(machine: Machine, operation: ops.While, state: State) -> State | None:
    """A loop for as long as a condition holds."""
    frame = machine.frame
    frame.breaks.append([])
    frame.continues.append([])
    out: State | None = None
    entry: State | None = state
    for _ in range(_ROUNDS):
        if entry is None:
            break
        known = operators.truth(machine.evaluate(operation.test, entry), entry)
        if known is not True:
            left = entry.fork()
            machine.refine(operation.test, left, False)
            out = join(out, left)
        if known is False:
            break
        machine.spend(1 + len(entry.env) // 16)
        inner = entry.fork()
        machine.refine(operation.test, inner, True)
        after = machine.block(operation.body, inner)
        for jumped in frame.continues[-1]:
            after = join(after, jumped)
        frame.continues[-1].clear()
        entry = join(entry, after)
        if known is not True and after is not None:
            left = after.fork()
            machine.refine(operation.test, left, False)
            out = join(out, left)
    frame.continues.pop()
    broken = frame.breaks.pop()
    out = machine.block(operation.otherwise, out) if operation.otherwise and out is not None else out
    for jumped in broken:
        out = join(out, jumped)
    return out


def leave(machine: Machine, operation: ops.Leave, state: State) -> State | None:
    """The end of a round of a loop, or of the loop."""
    frame = machine.frame
    stack = frame.breaks if operation.is_break else frame.continues
    if stack:
        stack[-1].append(state)
    return None


def try_(machine: Machine, operation: ops.Try, state: State) -> State | None:
    """A block with handlers, which may begin after any of its statements."""
    at_handlers: State | None = state.fork()
    after: State | None = state
    for statement in operation.body:
        if after is None:
            break
        after = machine.block((statement,), after)
        if after is not None and operation.handlers:
            machine.spend(1 + len(after.env) // 16)
            at_handlers = join(at_handlers, after.fork())
    if after is not None and operation.otherwise:
        after = machine.block(operation.otherwise, after)
    for handler in operation.handlers:
        assert at_handlers is not None
        inner = at_handlers.fork()
        if handler.type is not None:
            machine.evaluate(handler.type, inner)
        if handler.name is not None:
            containers.bind_name(machine, handler.name, machine.unknown(), inner)
        after = join(after, machine.block(handler.body, inner))
    if not operation.final:
        return after
    if after is None:
        machine.block(operation.final, at_handlers)
        return None
    return machine.block(operation.final, after)
