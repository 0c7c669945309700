"""The abstract machine: the state that all parts of an abstract execution share.

The parts are modules of functions that take the machine and a state. The machine holds the budget, the program's
functions that are under way, and what has been seen of sinks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.code import ClassCode, Code, FunctionCode, OtherModule, Others
from posse_checks.flow.reasons import reason_for
from posse_checks.flow.state import State
from posse_checks.flow.values import OUTSIDE, UNKNOWN, Taint, Value, merge_taints, worst
from posse_checks.rule.evidence import Step

HARMLESS_LEVEL = -1
_DEEPEST = 100
"""Maximum depth of evaluations and blocks, over all running functions; a deeper run is abandoned."""
Read = str | tuple[int, int]
"""A dependency of a run: a name of the module, or the function at a line and column."""


class Exhausted(Exception):
    """The budget of a run is used up."""


class Abandoned(Exception):
    """A part of a run has used up its own budget; the run continues without it."""


class Unreachable(Exception):
    """The code after a call is unreachable: the function never returns."""


class Judgment(NamedTuple):
    """Judgment on the data at a position, for one kind of sink: the worst of all runs over it."""

    level: int
    steps: tuple[Step, ...]
    reason: str


class Flow(NamedTuple):
    """A path from a source to a sink."""

    kind: int
    at: ops.At
    sink: str
    level: int
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Frame:
    """A running function."""

    code: FunctionCode | None
    number: int
    base: int
    bound: frozenset[str]
    outer: Mapping[str, Value]
    view: str = ""
    """For a function that answers requests: its framework."""
    route: str | None = None
    """For such a function: its path, if that is constant."""
    module: OtherModule | None = None
    """The module that its code is in, if that is another one."""
    owner: str = ""
    returns: list[Value] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    exits: list[State] = field(default_factory=list)
    breaks: list[list[State]] = field(default_factory=list)
    continues: list[list[State]] = field(default_factory=list)
    responses: list[tuple[int, ops.At, str]] = field(default_factory=list)
    """The cells of the responses that it has made, with the calls' places; judged when it ends, as they are then."""
    asks: bool | None = None
    """For a run that only computes which arguments give a true (false) result: which of the two."""
    outer_names: set[str] = field(default_factory=set)
    """The names that are declared global or nonlocal."""


class Arguments(NamedTuple):
    """The arguments of a call, evaluated; `has_stars` if some stand behind `*` or `**`."""

    positional: Sequence[Value]
    keywords: Mapping[str, Value]
    has_stars: bool

    def get(self, position: int | str, keyword: str | None = None) -> Value | None:
        """The argument at a position, or of a keyword."""
        if isinstance(position, str):
            return self.keywords.get(position)
        if position < len(self.positional):
            return self.positional[position]
        return self.keywords.get(keyword) if keyword else None

    def every(self) -> list[Value]:
        """All arguments."""
        return [*self.positional, *self.keywords.values()]


class Machine(ABC):
    """The base of the machine; `execute.Execution` completes it."""

    def __init__(self, catalogue: Catalogue, globals_: Mapping[str, Value], budget: int) -> None:
        self.catalogue = catalogue
        self.globals = globals_
        self.mutable: frozenset[str] = frozenset()
        """Names of the module whose containers are changed by functions."""
        self.budget = budget
        self.spent = 0
        self.depth = 0
        self.frames: list[Frame] = []
        self.calls: list[FunctionCode] = []
        self.frame_count = 0
        self.cell_count = 0
        self.pairs: dict[tuple[int, int], int] = {}
        """See `State.pairs`."""
        self.frameworks: frozenset[str] = frozenset()
        """Names of the packages that the module imports anywhere."""
        self.defined: list[FunctionCode] = []
        """Functions that are defined, but have not been run on their own yet."""
        self.classes: list[ClassCode] = []
        self.identity_count = 0
        self.summaries: dict[object, object] = {}
        self.recursions = 0
        """Number of calls that were not followed because the function was running already."""
        self.others: Others | None = None
        """The other modules of the workspace."""
        self.entry: ops.At | None = None
        """The call that led into another module."""
        self.is_silent = False
        """Whether sinks are not judged, since values are stand-ins."""
        self.judgments: dict[tuple[ops.At, int], Judgment] = {}
        self.flows: dict[tuple[int, ops.At], Flow] = {}
        self.journal: list[tuple[ops.At, int, Judgment, Flow | None]] = []
        """All judgments of the current run, in order."""
        self.reads: set[Read] = set()
        """The names of the module that the current run has looked up, and the positions of functions that it ran."""

    def catalogue_type(self, ancestors: Sequence[str]) -> str:
        """The type of the catalogue that a class inherits from."""
        for name in ancestors:
            made = self.catalogue.makers.get(f"{name}()")
            if made is not None:
                return made
        return ""

    # -- the budget

    def spend(self, steps: int) -> None:
        """Use up some of the budget."""
        self.spent += steps
        if self.spent > self.budget:
            raise Exhausted

    def enter(self) -> None:
        """Go one level deeper."""
        self.depth += 1
        self.spent += 1
        if self.depth > _DEEPEST or self.spent > self.budget:
            raise Exhausted

    @contextmanager
    def limited(self, steps: int) -> Iterator[None]:
        """Run a part within a budget of its own. Raises Abandoned where that is used up and the run's is not."""
        budget, depth, frames = self.budget, self.depth, len(self.frames)
        self.budget = min(budget, self.spent + steps)
        try:
            yield
        except Exhausted:
            if not self.budget < self.spent <= budget:
                raise
            self.depth = depth
            del self.frames[frames:]
            raise Abandoned from None
        finally:
            self.budget = budget

    # -- the parts

    @abstractmethod
    def evaluate(self, operation: ops.Expression, state: State) -> Value:
        """The value of an expression."""

    @abstractmethod
    def block(self, body: ops.Block, state: State | None) -> State | None:
        """The state after a block; None if it is left."""

    @abstractmethod
    def refine(self, test: ops.Expression, state: State, holds: bool) -> None:
        """Clean the values that a condition tests, for a state in which it holds, or does not."""

    @abstractmethod
    def call(self, code: Code, arguments: Arguments, state: State, at: ops.At) -> Value | None:
        """The result of calling a function of the program; None if it is unknown."""

    @abstractmethod
    def facts_of_call(self, code: Code, arguments: Arguments, state: State, truth: bool) -> list[int]:
        """The kinds for which each positional argument is clean if a function of the program returns true (false)."""

    @abstractmethod
    def stored(
        self, target: ops.Attribute | ops.Subscript, base: Value, key: Value | None, value: Value, state: State
    ) -> None:
        """Judge a value stored in an attribute or under a key of an object."""

    # -- places and names

    @property
    def frame(self) -> Frame:
        """The running function."""
        return self.frames[-1]

    def place(self, at: ops.At) -> ops.At:
        """A range of the current chunk, in lines of the module."""
        base = self.frames[-1].base
        return (at[0] + base, at[1], at[2] + base, at[3]) if base else at

    def step(self, at: ops.At, what: str) -> Step:
        """A step of a path."""
        frame = self.frames[-1]
        return Step(at[0] + frame.base, at[1], what, frame.module.file if frame.module is not None else "")

    def elsewhere(self, value: Value) -> Value:
        """What a name of another module of the workspace stands for; the value itself if that is not known."""
        if self.others is None or value.code is not None or "." not in value.name:
            return value
        module = self.frames[-1].module
        return self.others.value(value.name, module.file if module is not None else None) or value

    def new_identity(self) -> int:
        """A number for a value that has none yet."""
        self.identity_count += 1
        return self.identity_count

    def new_cell(self) -> int:
        """A number for a new cell of the heap."""
        self.cell_count += 1
        return self.cell_count

    def source(self, at: ops.At, what: str, level: int = OUTSIDE, clean: int = 0, type: str = "") -> Value:
        """A value that comes from a source."""
        return Value((Taint(level, (self.step(at, what),), clean),), type=type, identity=self.new_identity())

    def unknown(self) -> Value:
        """An unknown value."""
        return Value((Taint(UNKNOWN, ()),), identity=self.new_identity())

    # -- sinks

    def sink(
        self,
        kind: int,
        at: ops.At,
        values: Sequence[Value],
        state: State,
        what: str,
        *,
        reports: bool = True,
        harmless: str = "",
    ) -> None:
        """Judge data that reaches a sink, and record the path if an outside user controls it."""
        if self.is_silent:
            return
        taints = merge_taints(*[state.contents(value) for value in values])
        found = worst(taints, kind)
        if self.frames[-1].module is not None:
            if found is not None and found.level > UNKNOWN and self.entry is not None:
                steps = (*found.steps, self.step(at, what))
                known = Flow(kind, self.entry, what, found.level, steps) if reports else None
                self.note(self.entry, kind, Judgment(found.level, steps, ""), known)
            return
        place = self.place(at)
        if found is None:
            reason = harmless or reason_for(values, taints, kind)
            self.note(place, kind, Judgment(HARMLESS_LEVEL, (), reason), None)
            return
        steps = (*found.steps, Step(place[0], place[1], what)) if found.steps else ()
        flow = Flow(kind, place, what, found.level, steps) if reports and found.level > UNKNOWN else None
        self.note(place, kind, Judgment(found.level, steps, ""), flow)

    def note(self, place: ops.At, kind: int, judgment: Judgment, flow: Flow | None) -> None:
        """Record a judgment at a position, unless there is a worse one."""
        self.journal.append((place, kind, judgment, flow))
        known = self.judgments.get((place, kind))
        if known is None or known.level < judgment.level:
            self.judgments[place, kind] = judgment
        if flow is not None:
            key = kind, place
            if key not in self.flows or self.flows[key].level < flow.level:
                self.flows[key] = flow
