"""A run over a module: its own statements, then every function on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from posse_checks.flow import functions
from posse_checks.flow import operations as ops
from posse_checks.flow.code import ClassCode, FunctionCode
from posse_checks.flow.execute import Execution
from posse_checks.flow.machine import Exhausted, Flow, Frame, Judgment, Read, Unreachable
from posse_checks.flow.reuse import Names, Result
from posse_checks.flow.scanning import Facts, stores_to_self
from posse_checks.flow.state import Cell, State, join_cells
from posse_checks.flow.values import ANYTHING, NOTHING, Value
from posse_checks.flow.views import view_parameters

MOST_FUNCTIONS = 5_000
"""Maximum number of functions of a module that are run on their own, without nested ones."""
MOST_INNER = 100
"""Maximum number of functions inside a function that are run on their own."""
Defined = tuple[FunctionCode, ClassCode | None]
"""A function, and the class that it is a method of."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An instance of a class as a method may find it."""

    value: Value
    cell: Cell
    heap: Mapping[int, Cell]
    """The containers and instances of the module, and this one."""
    reads: frozenset[Read]

    def with_reads(self, reads: frozenset[Read]) -> Instance:
        """The same, computed by reading another value."""
        return replace(self, reads=reads)


class ModuleRun:
    """One run over a module: what its statements bind, and what its functions do when they run on their own.

    What running a function finds depends on the names of the module alone, not on which others have run before.
    """

    def __init__(self, machine: Execution, facts: Facts, budget: int) -> None:
        self.machine = machine
        self.budget = budget
        self.heap: Mapping[int, Cell] = {}
        self.steps = 0
        """Number of steps of the module's own statements."""
        self.is_given_up = False
        """Whether the module's own statements exhausted their budget."""
        self.defined: tuple[Defined, ...] = ()
        """The functions that the module's own statements define."""
        self.reads: frozenset[Read] = frozenset()
        """The functions that the module's own statements ran."""
        self.journal: tuple[tuple[ops.At, int, Judgment, Flow | None], ...] = ()
        """Judgments at sinks of the module's own statements."""
        self.classes: Mapping[ClassCode, None] = {}
        """The classes that the module's own statements define."""
        self._instances: dict[ClassCode, Instance] = {}
        self._pairs = 0
        machine.mutable = facts.changes_in_functions
        machine.frameworks = facts.packages

    def module(self, body: ops.Block) -> Iterator[None]:
        """Run the module's own statements, one for each step of the iteration; their names become the globals."""
        machine = self.machine
        state: State | None = State({}, {}, {}, {}, machine.pairs)
        assert state is not None
        last = state
        machine.frames.append(Frame(None, 0, 0, frozenset(), {}))
        env: Mapping[str, Value]
        try:
            for statement in body:
                state = machine.block((statement,), last)
                if state is None:
                    break
                last = state
                yield
            env = last.env
        except (Exhausted, Unreachable):
            self.is_given_up = True
            env = {
                name: ANYTHING if value.code is None and not value.name else value for name, value in last.env.items()
            }
        machine.frames.pop()
        self.steps = machine.spent
        self.heap = last.heap
        machine.globals = env
        self._pairs = machine.pairs.get((0, 0), 0)
        self.classes = dict.fromkeys(machine.classes)
        self.defined = self._take_defined()
        self.reads = frozenset(machine.reads)
        self.journal = tuple(machine.journal)

    @property
    def names(self) -> Names:
        """The names bound by the module's own statements."""
        machine = self.machine
        return Names(machine.globals, self.heap, machine.frameworks, machine.mutable, self.is_given_up)

    def _take_defined(self) -> tuple[Defined, ...]:
        """The functions that the run has defined so far, each once, with the classes that they are methods of."""
        machine = self.machine
        owners = {
            value.code.function: cls
            for cls in machine.classes
            for value in cls.attributes.values()
            if isinstance(value.code, FunctionCode)
        }
        defined = tuple([(code, owners.get(code.function)) for code in dict.fromkeys(machine.defined)])
        machine.defined, machine.classes = [], []
        return defined

    def tree(
        self, code: FunctionCode, owner: ClassCode | None, is_asked: Callable[[FunctionCode], bool]
    ) -> Iterator[tuple[FunctionCode, Result]]:
        """Run a function of the module, then the needed ones among those that it defines, and so on."""
        pending = [(code, owner, self.heap)]
        for count, (inner, its_owner, heap) in enumerate(pending):
            if count and (count > MOST_INNER or not is_asked(inner)):
                continue
            result = self._function(inner, its_owner, heap)
            pending += [(defined, cls, result.heap) for defined, cls in result.defined]
            yield inner, result

    def _function(self, code: FunctionCode, owner: ClassCode | None, heap: Mapping[int, Cell]) -> Result:
        """Run a function on its own."""
        machine = self.machine
        machine.spent, machine.depth, machine.budget = 0, 0, self.budget
        machine.frames, machine.calls, machine.defined, machine.classes = [], [], [], []
        machine.journal, machine.reads = [], set()
        machine.pairs = {(0, 0): self._pairs}
        state = State({}, {}, heap, {}, machine.pairs)
        machine.frames.append(Frame(None, -1, code.base, frozenset(), code.outer))
        is_given_up = False
        try:
            self_value = None
            if owner is not None:
                instance = self.instance_of(owner, heap)
                self_value, state.base_heap = instance.value, instance.heap
                if owner not in self.classes:
                    machine.reads |= instance.reads
            view, route, env = view_parameters(machine, code, owner, self_value, state)
            machine.frames.pop()
            frame = functions.new_frame(machine, code, state)
            frame.view, frame.route = view, route
            functions.execute(machine, code, env, state, frame)
        except Exhausted:
            is_given_up = True
        except Unreachable:
            pass
        journal, defined = tuple(machine.journal), self._take_defined()
        reads = frozenset(machine.reads)
        return Result(journal, machine.spent, is_given_up, defined, reads, state.base_heap)

    def forget_instance(self, owner: ClassCode) -> Instance | None:
        """Forget the instance of a class. Returns it."""
        return self._instances.pop(owner, None)

    def keep_instance(self, owner: ClassCode, instance: Instance) -> None:
        """Restore the instance of a class, which is still valid."""
        self._instances[owner] = instance

    def known_instance(self, owner: ClassCode) -> Instance | None:
        """The known instance of a class, if a method of it has run."""
        return self._instances.get(owner)

    def instance_of(self, owner: ClassCode, heap: Mapping[int, Cell] | None = None) -> Instance:
        """An instance of a class as any of its methods may find it: the join of everything that they store."""
        known = self._instances.get(owner)
        if known is not None:
            return known
        heap = self.heap if heap is None else heap
        machine = self.machine
        number = machine.new_cell()
        value = Value(cell=number, code=owner, type=machine.catalogue_type(owner.ancestors()))
        template = Cell(owner.name, {}, ANYTHING)
        outer_reads, machine.reads = machine.reads, set()
        machine.is_silent = True
        frames, machine.frames = machine.frames, [Frame(None, -1, owner.base, frozenset(), {})]
        for method in owner.attributes.values():
            if isinstance(method.code, FunctionCode) and stores_to_self(method.code.function):
                template = self._after(method.code, owner, value, template, heap)
        machine.is_silent, machine.frames = False, frames
        instance = Instance(value, template, {**heap, number: template}, frozenset(machine.reads))
        machine.reads, machine.spent = outer_reads, 0
        if owner in self.classes:
            self._instances[owner] = instance
        return instance

    def _after(
        self, code: FunctionCode, owner: ClassCode, value: Value, template: Cell, heap: Mapping[int, Cell]
    ) -> Cell:
        machine = self.machine
        machine.spent = 0
        state = State({}, {value.cell: Cell(owner.name, {}, ANYTHING)}, heap, {}, machine.pairs)
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
    """A value without its references to the heap of a finished run."""
    if not value.cell:
        return value.but(identity=0, origin=0)
    return Value(state.contents(value) or ANYTHING.taints, NOTHING, value.type, "", 0, value.code)
