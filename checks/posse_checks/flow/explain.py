"""Explains one line: each value in it, its origin, and each sink."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from posse_checks.flow import kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.code import ClassCode
from posse_checks.flow.execute import Execution
from posse_checks.flow.lower import StatementLowering
from posse_checks.flow.machine import HARMLESS_LEVEL, Judgment
from posse_checks.flow.module import BUDGET, MODULE_BUDGET, flows_by
from posse_checks.flow.state import State
from posse_checks.flow.values import KNOWN_BITS, LOCAL, OUTSIDE, Taint, Value, merge_taints
from posse_checks.python.syntax import Broken
from posse_checks.rule.evidence import Step, controller

MOST_VALUES = 200
"""Maximum number of expressions of a line to explain."""
MOST_ANSWERS = 3
"""Maximum number of values of one expression, over several runs."""
_LONGEST = 60
"""Maximum length, in characters, of a shown constant."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a value, in words, and the steps by which data from outside gets into it."""

    what: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known about a line.

    `values` has what each expression that begins there may hold, in their order; `sinks` what was seen where data does
    harm, by the name of the kind. `gave_up` says that a function there took too many steps to be followed to its end.
    """

    values: Mapping[ops.At, tuple[Known, ...]]
    sinks: tuple[tuple[str, Known], ...]
    gave_up: bool


def explained(parts: Iterable[Sequence[ast.stmt] | Broken], line: int, catalogue: Catalogue) -> Explanation:
    """Returns what is known about a line, from 1, of a module in parts; nothing is known after a broken one."""
    lowering = _Placing(line)
    body: ops.Block = ()
    for part in parts:
        body += (ops.Havoc(None),) if isinstance(part, Broken) else lowering.block(part)
    machine = _Watching(catalogue, lowering.places)
    found = flows_by(machine, body, None, BUDGET)
    values = {at: tuple(answers) for at, answers in sorted(machine.seen.items()) if answers}
    sinks = [
        (kinds.name_of(kind), _judged(judgment))
        for (at, kind), judgment in sorted(found.judgments.items(), key=lambda item: item[0])
        if at[0] <= line <= at[2]
    ]
    return Explanation(values, tuple(sinks), found.gave_up(line))


class _Placing(StatementLowering):
    """Lowers statements, and records the positions of expressions that begin in a line."""

    def __init__(self, line: int) -> None:
        super().__init__(0)
        self._line = line
        self.places: dict[ops.Expression, ops.At] = {}

    def expression(self, node: ast.expr) -> ops.Expression:
        """The operation of an expression."""
        operation = super().expression(node)
        if node.lineno == self._line and len(self.places) < MOST_VALUES and not isinstance(operation, ops.Literal):
            self.places[operation] = self.at(node)
        return operation


class _Watching(Execution):
    """A machine that records the values of the expressions of a line."""

    def __init__(self, catalogue: Catalogue, places: Mapping[ops.Expression, ops.At]) -> None:
        super().__init__(catalogue, {}, MODULE_BUDGET)
        self._places = places
        self.seen: dict[ops.At, list[Known]] = {at: [] for at in places.values()}

    def evaluate(self, operation: ops.Expression, state: State) -> Value:
        """The value of an expression."""
        value = super().evaluate(operation, state)
        at = self._places.get(operation)
        if at is not None and not self.is_silent:
            known, answers = _known(value, state.contents(value)), self.seen[at]
            if known not in answers and len(answers) < MOST_ANSWERS:
                answers.append(known)
        return value


def _known(value: Value, contents: tuple[Taint, ...]) -> Known:
    """Returns what is known about a value and its contents."""
    if value.is_constant and not contents:
        shown = repr(value.constant)
        return Known(f"the constant {shown if len(shown) <= _LONGEST else shown[:_LONGEST] + '...'}")
    if value.name:
        return Known(f"`{value.name}`")
    if value.code is not None and not value.cell:
        return Known(f"a {'class' if isinstance(value.code, ClassCode) else 'function'} of this file")
    type_ = f" It is of type `{value.type}`." if value.type else ""
    taints = merge_taints(contents)
    if not taints:
        return Known(f"no outside user controls it.{type_}")
    worst = max(taints, key=lambda taint: (taint.level, -(taint.clean & KNOWN_BITS).bit_count()))
    clean = kinds.EVERY
    for taint in taints:
        clean &= taint.clean
    for_ = ", ".join(_names_of(clean))
    harmless = f" It is harmless for: {for_}." if for_ else ""
    is_controlled = worst.level in (OUTSIDE, LOCAL)
    what = f"{_controller(worst.level)} controls it" if is_controlled else "its origin is unknown"
    return Known(f"{what}.{type_}{harmless}", worst.steps)


def _controller(level: int) -> str:
    return controller(is_local=level == LOCAL)


def _names_of(clean: int) -> Iterator[str]:
    return (kinds.NAMES[kind] for kind in kinds.each(clean) if kinds.IDS[kind])


def _judged(judgment: Judgment) -> Known:
    """Returns what is known about the data at a sink."""
    if judgment.level == HARMLESS_LEVEL:
        return Known(f"harmless: {judgment.reason}")
    if judgment.level >= LOCAL:
        return Known(f"{_controller(judgment.level)} controls the data", judgment.steps)
    return Known("the origin of the data is unknown")
