"""A whole module: its flows from outside, and the judgments at every sink."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.code import FunctionCode, Others
from posse_checks.flow.execute import Execution
from posse_checks.flow.machine import Flow, Judgment
from posse_checks.flow.module_run import MOST_FUNCTIONS, ModuleRun
from posse_checks.flow.scanning import facts_of
from posse_checks.flow.wanted import Wanted

BUDGET = 8_000
"""Budget of a function, in steps, with everything that it calls; some milliseconds' worth."""
MODULE_BUDGET = 60_000
"""Budget of the module's own statements, in steps."""


@dataclass(frozen=True, slots=True)
class ModuleFlows:
    """The results of a module.

    `flows` are paths from sources to sinks, in the order of their places. `judgments` say what is known at each place
    for each kind of sink; nothing counts in the ranges of lines `given_up`, other than what is shown.
    """

    flows: tuple[Flow, ...]
    judgments: Mapping[tuple[ops.At, int], Judgment]
    given_up: tuple[tuple[int, int], ...]
    steps: int

    def by_kind(self, kind: int) -> Iterator[tuple[ops.At, Judgment]]:
        """The judgment at each position, for one kind of sink."""
        return ((at, judgment) for (at, other), judgment in self.judgments.items() if other == kind)

    def gave_up(self, line: int) -> bool:
        """Whether the code in a line exhausted its budget of steps."""
        return any(first <= line <= last for first, last in self.given_up)


NO_FLOWS = ModuleFlows((), {}, (), 0)
"""The results of a module that was not run."""


def flows_of(
    body: ops.Block,
    catalogue: Catalogue,
    wanted: Wanted | None = None,
    packages: frozenset[str] = frozenset(),
    budget: int = BUDGET,
    others: Others | None = None,
) -> ModuleFlows:
    """The flows of a module by its operations.

    With `wanted`, functions are left out of which nothing is asked. `packages` are those that are imported by parts of
    the module which are not in the body.
    """
    machine = Execution(catalogue, {}, max(MODULE_BUDGET, budget))
    machine.others = others
    return flows_by(machine, body, wanted, budget, packages)


def flows_by(
    machine: Execution,
    body: ops.Block,
    wanted: Wanted | None,
    budget: int,
    packages: frozenset[str] = frozenset(),
) -> ModuleFlows:
    """The same, by a machine that has not run yet."""
    facts = facts_of(body)
    facts = replace(facts, packages=facts.packages | packages)
    run = ModuleRun(machine, facts, budget)
    for _ in run.module(body):
        pass
    given_up: list[tuple[int, int]] = [(0, 1 << 40)] if run.is_given_up else []

    def range_of(code: FunctionCode) -> tuple[int, int]:
        return code.place[0], code.function.at[2] + code.base

    def is_asked(code: FunctionCode) -> bool:
        return wanted is None or wanted.asks(*range_of(code))

    steps = run.steps
    for code, owner in run.defined[:MOST_FUNCTIONS]:
        for inner, result in run.tree(code, owner, is_asked) if is_asked(code) else ():
            steps += result.steps
            if result.is_given_up:
                given_up.append(range_of(inner))
    flows = sorted(machine.flows.values(), key=lambda flow: (flow.at, flow.kind))
    return ModuleFlows(tuple(flows), machine.judgments, tuple(given_up), steps)
