"""A whole module: its flows from outside, and what is known of the data at every sink."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.execute import Execution
from posse_checks.flow.machine import Flow, Judgement
from posse_checks.flow.module_run import ModuleRun
from posse_checks.flow.reuse import Record
from posse_checks.flow.scanning import may_have_sources

BUDGET = 8_000
"""Number of steps that a function may take, with all that it calls; some milliseconds' worth."""
_MODULE_BUDGET = 60_000


@dataclass(frozen=True, slots=True)
class ModuleFlows:
    """What was found in a module.

    `flows` are paths from sources to sinks, in the order of their places. `judgements` say what is known at each place
    for each kind of sink; nothing counts in the ranges of lines `given_up`, other than what is shown.
    """

    flows: tuple[Flow, ...]
    judgements: Mapping[tuple[ops.At, int], Judgement]
    given_up: tuple[tuple[int, int], ...]
    steps: int
    record: Record | None = None
    """What the next run may take over."""
    reused: int = 0
    """Number of functions that were taken over from the run before."""

    def by_kind(self, kind: int) -> Iterator[tuple[ops.At, Judgement]]:
        """What is known at each place for one kind of sink."""
        return ((at, judgement) for (at, other), judgement in self.judgements.items() if other == kind)


def flows_of(
    body: ops.Block,
    catalogue: Catalogue,
    wanted: Collection[int] | None = None,
    budget: int = BUDGET,
    previous: ModuleFlows | None = None,
) -> ModuleFlows:
    """The flows of a module by its operations.

    With `wanted`, lines of which something is asked, functions are left out that have none of them, if nothing from
    outside can come into the module. With `previous`, the flows of the module before an edit, functions are taken over
    that depend on nothing that has changed; the result is the same.
    """
    if wanted is not None and not wanted and not may_have_sources(body):
        return ModuleFlows((), {}, (), 0)
    machine = Execution(catalogue, {}, max(_MODULE_BUDGET, budget))
    asked = None if wanted is None or may_have_sources(body) else sorted(wanted)
    run = ModuleRun(machine, body, budget, asked, None if previous is None else previous.record)
    run.module()
    run.functions()
    flows = sorted(machine.flows.values(), key=lambda flow: (flow.at, flow.kind))
    return ModuleFlows(tuple(flows), machine.judgements, tuple(run.given_up), run.steps, run.record(), run.reused)
