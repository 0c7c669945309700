"""A whole module: its flows from outside, and what is known of the data at every sink."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from posse_checks.flow import functions
from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.code import ClassCode, FunctionCode
from posse_checks.flow.execute import Execution
from posse_checks.flow.machine import Exhausted, Flow, Frame, Judgement, Unreachable
from posse_checks.flow.state import Cell, State, join_cells
from posse_checks.flow.values import ANYTHING, NOTHING, Value
from posse_checks.flow.views import view_parameters

BUDGET = 8_000
"""Number of steps that a function may take, with all that it calls; some milliseconds' worth."""
_MODULE_BUDGET = 60_000
_MOST_FUNCTIONS = 5_000
_SOURCES = {
    *("flask", "quart", "django", "rest_framework", "starlette", "fastapi", "aiohttp", "tornado", "bottle", "sanic"),
    *("websockets", "socket", "socketserver", "http", "cgi", "pyramid", "falcon", "werkzeug", "flask_restful"),
}
"""Packages from which data of others comes."""
_MUTATORS = {
    *("append", "add", "update", "extend", "insert", "setdefault", "pop", "clear", "remove", "appendleft", "discard"),
}


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

    def by_kind(self, kind: int) -> Iterator[tuple[ops.At, Judgement]]:
        """What is known at each place for one kind of sink."""
        return ((at, judgement) for (at, other), judgement in self.judgements.items() if other == kind)


def flows_of(
    body: ops.Block, catalogue: Catalogue, wanted: Collection[int] | None = None, budget: int = BUDGET
) -> ModuleFlows:
    """The flows of a module by its operations.

    With `wanted`, lines of which something is asked, functions are left out that have none of them, if nothing from
    outside can come into the module.
    """
    if wanted is not None and not wanted and not may_have_sources(body):
        return ModuleFlows((), {}, (), 0)
    machine = Execution(catalogue, {}, max(_MODULE_BUDGET, budget))
    run = _ModuleRun(machine, body, budget, None if wanted is None or may_have_sources(body) else sorted(wanted))
    run.module()
    run.functions()
    flows = sorted(machine.flows.values(), key=lambda flow: (flow.at, flow.kind))
    return ModuleFlows(tuple(flows), machine.judgements, tuple(run.given_up), run.steps)


class _ModuleRun:
    def __init__(self, machine: Execution, body: ops.Block, budget: int, wanted: Sequence[int] | None) -> None:
        self.wanted = wanted
        self.machine = machine
        self.body = body
        self.budget = budget
        self.given_up: list[tuple[int, int]] = []
        self.heap: Mapping[int, Cell] = {}
        self.steps = 0
        self._selves: dict[int, Value] = {}

    def module(self) -> None:
        """Run the module's own statements; their names become the globals."""
        machine = self.machine
        machine.mutable = frozenset(_mutated(self.body))
        state = State({}, {}, {}, {}, machine.pairs)
        machine.frames.append(Frame(None, 0, 0, frozenset(), {}))
        env = state.env
        try:
            after = machine.block(self.body, state)
            if after is not None:
                state = after
                env = after.env
        except (Exhausted, Unreachable):
            self.given_up.append((0, 1 << 40))
            env = {name: ANYTHING if value.code is None and not value.name else value for name, value in env.items()}
        machine.frames.pop()
        self.steps += machine.spent
        self.heap = state.heap
        machine.globals = env

    def functions(self) -> None:
        """Run every function on its own, those inside others after them."""
        machine = self.machine
        count = 0
        while machine.defined and count < _MOST_FUNCTIONS:
            batch, machine.defined = machine.defined, []
            owners = {
                value.code.function: cls
                for cls in machine.classes
                for value in cls.attributes.values()
                if isinstance(value.code, FunctionCode)
            }
            for code in batch:
                count += 1
                self._one(code, owners.get(code.function))

    def _one(self, code: FunctionCode, owner: ClassCode | None) -> None:
        machine = self.machine
        first, last = code.function.at[0] + code.base, code.function.at[2] + code.base
        if self.wanted is not None and bisect_left(self.wanted, first) == bisect_right(self.wanted, last):
            return
        machine.spent, machine.depth, machine.budget = 0, 0, self.budget
        machine.frames, machine.calls = [], []
        state = State({}, {}, self.heap, {}, machine.pairs)
        machine.frames.append(Frame(None, -1, code.base, frozenset(), code.outer))
        try:
            self_value = self._self(owner, state) if owner is not None else None
            view, route, env = view_parameters(machine, code, owner, self_value, state)
            machine.frames.pop()
            frame = functions.new_frame(machine, code, state)
            frame.view, frame.route = view, route
            functions.execute(machine, code, env, state, frame)
        except Exhausted:
            self.given_up.append((first, last))
        except Unreachable:
            pass
        self.steps += machine.spent

    def _self(self, owner: ClassCode, state: State) -> Value:
        """An instance of a class as any of its methods may find it: what all of them store, joined."""
        machine = self.machine
        key = id(owner)
        if key not in self._selves:
            number = machine.new_cell()
            rest = ANYTHING
            value = Value(cell=number, code=owner, type=machine.catalogue_type(owner.ancestors()))
            template = Cell(owner.name, {}, rest)
            defined = list(machine.defined)
            machine.is_silent = True
            for method in owner.attributes.values():
                if isinstance(method.code, FunctionCode) and _stores_to_self(method.code.function):
                    template = self._after(method.code, owner, value, template)
            machine.is_silent, machine.defined = False, defined
            self.heap = {**self.heap, number: template}
            self._selves[key] = value
            machine.spent = 0
        state.base_heap = self.heap
        return self._selves[key]

    def _after(self, code: FunctionCode, owner: ClassCode, value: Value, template: Cell) -> Cell:
        machine = self.machine
        machine.spent = 0
        state = State({}, {value.cell: Cell(owner.name, {}, ANYTHING)}, self.heap, {}, machine.pairs)
        try:
            _, _, env = view_parameters(machine, code, owner, value, state)
            _, exits = functions.execute(machine, code, env, state)
        except (Exhausted, Unreachable):
            return Cell(owner.name, {}, ANYTHING)
        for exit_ in exits:
            cell = exit_.heap.get(value.cell)
            if cell is not None:
                flat = Cell(cell.kind, {name: _flat(entry, exit_) for name, entry in cell.entries.items()}, cell.rest)
                template = join_cells(template, flat, state, exit_, state) if template.entries else flat
        return template


def may_have_sources(body: ops.Block) -> bool:
    """Whether a module imports something that data from outside comes from, or answers events."""
    for item in _walk(body):
        if isinstance(item, ops.Import):
            for _, qualified in item.names:
                root, _, rest = qualified.partition(".")
                if root in _SOURCES and (root != "http" or rest.startswith("server")):
                    return True
        elif isinstance(item, ops.Function) and item.name in ("lambda_handler", "handler"):
            return True
    return False


def _flat(value: Value, state: State) -> Value:
    """A value without what it refers to in the heap of a run that is over."""
    if not value.cell:
        return value.but(identity=0, origin=0)
    return Value(state.contents(value) or ANYTHING.taints, NOTHING, value.type, "", 0, value.code)


def _stores_to_self(function: ops.Function) -> bool:
    if not function.parameters:
        return False
    name = function.parameters[0].name
    for item in _walk(function.body):
        targets = item.targets if isinstance(item, ops.Bind) else ()
        for target in targets:
            if isinstance(target, ops.Attribute) and isinstance(target.value, ops.Name) and target.value.id == name:
                return True
    return False


def _walk(body: object) -> Iterator[ops.Operation]:
    pending: list[object] = [body]
    while pending:
        item = pending.pop()
        if isinstance(item, ops.Operation):
            yield item
            pending += item.fields()
        elif isinstance(item, tuple):
            pending += item


def _mutated(body: ops.Block) -> set[str]:
    """Names of containers that functions of the module change, or that they declare global."""
    names: set[str] = set()
    for function in [item for item in _walk(body) if isinstance(item, ops.Function)]:
        for item in _walk(function.body):
            if isinstance(item, ops.Outer):
                names.update(item.names)
            elif isinstance(item, (ops.Bind, ops.Delete)):
                for target in item.targets:
                    if isinstance(target, (ops.Subscript, ops.Attribute)) and isinstance(target.value, ops.Name):
                        names.add(target.value.id)
            elif isinstance(item, ops.Augment) and isinstance(item.target, ops.Subscript):
                if isinstance(item.target.value, ops.Name):
                    names.add(item.target.value.id)
            elif isinstance(item, ops.Call) and isinstance(item.function, ops.Attribute):
                changed = item.function.value
                if item.function.name in _MUTATORS and isinstance(changed, ops.Name):
                    names.add(changed.id)
    return names
