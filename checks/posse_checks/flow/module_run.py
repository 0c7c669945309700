"""A run over a module: its own statements, then every function on its own."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from posse_checks.flow import functions
from posse_checks.flow import operations as ops
from posse_checks.flow.code import ClassCode, FunctionCode
from posse_checks.flow.execute import Execution
from posse_checks.flow.machine import Exhausted, Frame, Unreachable
from posse_checks.flow.reuse import Comparison, Record, Result
from posse_checks.flow.scanning import imported_packages, mutated, stores_to_self
from posse_checks.flow.state import Cell, State, join_cells
from posse_checks.flow.values import ANYTHING, NOTHING, Value
from posse_checks.flow.views import view_parameters

_MOST_FUNCTIONS = 5_000


class ModuleRun:
    """One run over a module; what the run before it has found is taken over where that holds."""

    def __init__(
        self,
        machine: Execution,
        body: ops.Block,
        budget: int,
        wanted: Sequence[int] | None,
        previous: Record | None = None,
    ) -> None:
        self.wanted = wanted
        self.machine = machine
        self.body = body
        self.budget = budget
        self.given_up: list[tuple[int, int]] = []
        self.heap: Mapping[int, Cell] = {}
        self.steps = 0
        self.reused = 0
        """Number of functions that were taken over."""
        self._selves: dict[int, Value] = {}
        self._results: dict[object, Result] = {}
        self._templates: dict[ops.Class, tuple[Cell, frozenset[str]]] = {}
        self._previous = previous
        self._comparison: Comparison | None = None

    def module(self) -> None:
        """Run the module's own statements; their names become the globals."""
        machine = self.machine
        machine.mutable = frozenset(mutated(self.body))
        machine.frameworks = imported_packages(self.body)
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
        machine.journal, machine.reads = [], set()
        if self._previous is not None and not self.given_up:
            self._comparison = Comparison(self._previous, self.record())

    def record(self) -> Record:
        """What the next run may take over."""
        machine = self.machine
        return Record(
            machine.globals,
            self.heap,
            machine.frameworks,
            machine.mutable,
            self._results,
            self._templates,
            bool(self.given_up and self.given_up[0][1] == 1 << 40),
        )

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
        key: object = code if code.frame else code.function
        known = self._comparison.reusable(key, code, owner) if self._comparison is not None else None
        if known is not None:
            self.reused += 1
            for place, kind, judgement, flow in known.journal:
                machine.note(place, kind, judgement, flow)
            machine.defined += known.defined
            result = known
        else:
            result = self._run_one(code, owner)
        self._results[key] = result
        if result.is_given_up:
            self.given_up.append((first, last))
        self.steps += result.steps

    def _run_one(self, code: FunctionCode, owner: ClassCode | None) -> Result:
        machine = self.machine
        machine.spent, machine.depth, machine.budget = 0, 0, self.budget
        machine.frames, machine.calls = [], []
        machine.journal, machine.reads = [], set()
        waiting, machine.defined = machine.defined, []
        state = State({}, {}, self.heap, {}, machine.pairs)
        machine.frames.append(Frame(None, -1, code.base, frozenset(), code.outer))
        is_given_up = False
        try:
            self_value = self._self(owner, state) if owner is not None else None
            view, route, env = view_parameters(machine, code, owner, self_value, state)
            machine.frames.pop()
            frame = functions.new_frame(machine, code, state)
            frame.view, frame.route = view, route
            functions.execute(machine, code, env, state, frame)
        except Exhausted:
            is_given_up = True
        except Unreachable:
            pass
        defined, machine.defined = tuple(machine.defined), waiting + machine.defined
        return Result(
            code, owner, tuple(machine.journal), machine.spent, is_given_up, defined, frozenset(machine.reads)
        )

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
            outer_reads, machine.reads = machine.reads, set()
            for method in owner.attributes.values():
                if isinstance(method.code, FunctionCode) and stores_to_self(method.code.function):
                    template = self._after(method.code, owner, value, template)
            machine.is_silent, machine.defined = False, defined
            self.heap = {**self.heap, number: template}
            self._selves[key] = value
            self._templates[owner.definition] = template, frozenset(machine.reads)
            machine.reads |= outer_reads
            machine.spent = 0
        machine.reads |= self._templates[owner.definition][1]
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


def _flat(value: Value, state: State) -> Value:
    """A value without what it refers to in the heap of a run that is over."""
    if not value.cell:
        return value.but(identity=0, origin=0)
    return Value(state.contents(value) or ANYTHING.taints, NOTHING, value.type, "", 0, value.code)
