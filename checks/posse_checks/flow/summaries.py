"""Summaries: the effect of calling a function, by what is known about its arguments.

A summary is kept where the call changes nothing but its result, so that it can stand for the call. It costs as many
steps as the call did: whether a budget lasts must not depend on what ran before.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from posse_checks.flow import operations as ops
from posse_checks.flow.code import FunctionCode
from posse_checks.flow.machine import Arguments, Flow, Judgment, Machine, Read
from posse_checks.flow.state import State
from posse_checks.flow.values import NOTHING, UNKNOWN, Taint, Value


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a call, None if it never returns, and the refined values of its parameters."""

    result: Value | None
    learned: tuple[tuple[str, tuple[Taint, ...]], ...]
    steps: int
    journal: tuple[tuple[ops.At, int, Judgment, Flow | None], ...]
    reads: frozenset[Read]

    def replay(self, machine: Machine) -> None:
        """Record the judgments of the call, and use up as many steps as it took."""
        machine.spend(self.steps)
        machine.reads |= self.reads
        for place, kind, judgment, flow in self.journal:
            machine.note(place, kind, judgment, flow)


def key_of(machine: Machine, code: FunctionCode, arguments: Arguments, state: State) -> Hashable | None:
    """The key of a call's summary; None if the call cannot have one."""
    if code.frame or arguments.has_stars or code.function.is_generator:
        return None
    parts: list[Hashable] = [code, len(machine.calls), machine.is_silent, machine.entry if code.module else None]
    for name, value in [*enumerate(arguments.positional), *arguments.keywords.items()]:
        if value.code is not None and not value.cell:
            return None
        if value.cell and (value.cell in state.heap or value.cell not in state.base_heap):
            return None
        if any(taint.level != UNKNOWN for taint in value.taints):
            return None
        known = value.constant
        kept = (known.__class__, known) if known is not NOTHING else None
        parts.append((name, kept, value.type, value.name, value.prefix, value.cell, *[t.clean for t in value.taints]))
    return tuple(parts)


def may_keep(result: Value | None, before: State, after: State | None) -> bool:
    """Whether a call changed no existing object, and its result refers to no new one."""
    if result is not None and (result.cell or (result.code is not None)):
        return False
    if after is None or after.heap is before.heap:
        return True
    known = before.heap
    for number, cell in after.heap.items():
        if number in known:
            if known[number] is not cell:
                return False
        elif number in before.base_heap:
            return False
    return True
