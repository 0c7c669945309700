"""Checks in functions of the program: what a true result says about the arguments."""

from __future__ import annotations

from posse_checks.flow import kinds
from posse_checks.flow.cleaning import SOMEHOW
from posse_checks.flow.code import Code, FunctionCode, MethodCode
from posse_checks.flow.functions import CALL_BUDGET, execute, may_call, new_frame
from posse_checks.flow.machine import Abandoned, Arguments, Machine
from posse_checks.flow.state import State
from posse_checks.flow.values import OUTSIDE, UNKNOWN, Taint, Value


def facts_of_call(machine: Machine, code: Code, arguments: Arguments, state: State, truth: bool) -> list[int]:
    """The kinds for which each positional argument is clean if a function of the program returns true (false)."""
    offset = 0
    if isinstance(code, MethodCode):
        code, offset = code.function, 1
    if not isinstance(code, FunctionCode) or not code.is_known or not may_call(machine, code):
        return []
    names = [parameter.name for parameter in code.function.parameters if parameter.kind in ("positional", "any")]
    env: dict[str, Value] = {name: machine.unknown() for name in code.function.bound if name in names}
    wanted = names[offset:][: len(arguments.positional)]
    for name in wanted:
        env[name] = Value((Taint(OUTSIDE, (), 0),), identity=machine.new_identity())
    frame = new_frame(machine, code, state)
    frame.asks = truth
    was_silent, machine.is_silent = machine.is_silent, True
    try:
        with machine.limited(CALL_BUDGET):
            _, exits = execute(machine, code, env, state.fork(), frame)
    except Abandoned:
        return []
    finally:
        machine.is_silent = was_silent
    if not exits:
        return [0] * len(wanted)
    facts = []
    for name in wanted:
        fact = kinds.EVERY
        somehow = False
        for exit_ in exits:
            value = exit_.env[name]
            if value.identity != env[name].identity:
                fact = 0
            for taint in value.taints:
                if taint.level == UNKNOWN:
                    somehow = True
                else:
                    fact &= taint.clean
        facts.append(SOMEHOW if somehow and fact == kinds.EVERY else fact)
    return facts
