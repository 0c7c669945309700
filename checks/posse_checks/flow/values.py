"""Abstract values: what is known about a value at run time.

A value without taints is harmless. A taint says where text comes from that others may choose, or that nothing is known
of where it comes from, and for which kinds of sinks it is clean nevertheless. Values are immutable; containers and
instances, which change, are cells of a heap that values refer to by number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from posse_checks.flow.kinds import EVERY, completed
from posse_checks.rule.evidence import Step

if TYPE_CHECKING:
    from posse_checks.flow.code import Code

UNKNOWN, LOCAL, OUTSIDE = 0, 1, 2
"""Levels of a taint: nothing is known; the user who starts the program controls; an outside user controls."""
_MOST_STEPS = 12
_MOST_TAINTS = 5
KNOWN_BITS = (1 << 32) - 1
"""The bits of the kinds that the catalogue knows."""
_LONGEST = 4096
"""Length of text, and number of digits of a number in bits, beyond which a constant is not kept."""


class Nothing:
    """The class of `NOTHING`: the value is not a known constant."""

    __slots__ = ()


NOTHING = Nothing()


class Taint(NamedTuple):
    """The origin of a value, the steps from there, and the kinds for which it is clean (bits, see `kinds`)."""

    level: int
    steps: tuple[Step, ...]
    clean: int = 0


class Value(NamedTuple):
    """What is known about one value.

    `type` is a qualified class name, `name` the qualified name of an imported or built-in thing, `prefix` the constant
    text that it begins with. `identity` is the same for values that are one and the same at run time; `origin` is the
    identity of the value that this one was made of without loss, such as the parts of an address.
    """

    taints: tuple[Taint, ...] = ()
    constant: object = NOTHING
    type: str = ""
    name: str = ""
    cell: int = 0
    code: Code | None = None
    prefix: str = ""
    identity: int = 0
    origin: int = 0

    @property
    def is_constant(self) -> bool:
        """Whether it is one known constant."""
        return self.constant is not NOTHING

    @property
    def text(self) -> str | None:
        """The constant, if it is a string."""
        return self.constant if isinstance(self.constant, str) else None

    def but(
        self,
        *,
        taints: tuple[Taint, ...] | None = None,
        type: str | None = None,
        identity: int | None = None,
        origin: int | None = None,
        prefix: str | None = None,
    ) -> Value:
        """The same value with other fields."""
        return Value(
            self.taints if taints is None else taints,
            self.constant,
            self.type if type is None else type,
            self.name,
            self.cell,
            self.code,
            self.prefix if prefix is None else prefix,
            self.identity if identity is None else identity,
            self.origin if origin is None else origin,
        )

    def cleaned(self, clean: int) -> Value:
        """The same value, clean for more kinds."""
        if not self.taints:
            return self
        return self.but(taints=clean_taints(self.taints, clean))

    def with_step(self, step: Step) -> Value:
        """The same value with a step added to its known paths."""
        if not self.taints or (len(self.taints) == 1 and self.taints[0].level == UNKNOWN):
            return self
        return self.but(taints=tuple([add_step(taint, step) for taint in self.taints]))


def clean_taints(taints: tuple[Taint, ...], clean: int) -> tuple[Taint, ...]:
    """The taints, clean for more kinds; those that become clean for everything are dropped."""
    found = [taint._replace(clean=completed(taint.clean | clean)) for taint in taints]
    return tuple([taint for taint in found if taint.clean != EVERY])


def add_step(taint: Taint, step: Step) -> Taint:
    """A taint with one more step, unless there are many or it is the last one already."""
    steps = taint.steps
    if taint.level == UNKNOWN or len(steps) >= _MOST_STEPS or (steps and steps[-1] == step):
        return taint
    return Taint(taint.level, (*steps, step), taint.clean)


def merge_taints(*groups: tuple[Taint, ...]) -> tuple[Taint, ...]:
    """All taints of several values, without those that others make redundant."""
    found: list[Taint] = []
    for group in groups:
        for taint in group:
            if any(_covers(other, taint) for other in found):
                continue
            found = [other for other in found if not _covers(taint, other)]
            found.append(taint)
    if len(found) > _MOST_TAINTS:
        found.sort(key=lambda taint: (-taint.level, (taint.clean & KNOWN_BITS).bit_count()))
        clean = EVERY
        for taint in found[_MOST_TAINTS - 1 :]:
            clean &= taint.clean
        found = [*found[: _MOST_TAINTS - 1], found[_MOST_TAINTS - 1]._replace(clean=clean)]
    return tuple(found)


def _covers(one: Taint, other: Taint) -> bool:
    """Whether a taint is at least as bad as another for every kind."""
    return one.level >= other.level and one.clean & other.clean == one.clean


def worst(taints: tuple[Taint, ...], kind: int) -> Taint | None:
    """The worst taint for a kind of sink; None if the value is harmless there."""
    found: Taint | None = None
    for taint in taints:
        if not taint.clean & kind and (found is None or taint.level > found.level):
            found = taint
    return found


HARMLESS = Value()
"""An unknown value that nobody outside can choose: a number, the result of a comparison."""
UNKNOWN_TAINT = Taint(UNKNOWN, ())
ANYTHING = Value((UNKNOWN_TAINT,))
"""An unknown value."""
NUMBER = Value(type="int")
TRUTH = Value(type="bool")
TEXT = Value((UNKNOWN_TAINT,), type="str")


def constant(value: object) -> Value:
    """The value of a constant, which is kept only if it is small."""
    kind = value.__class__
    if (kind is str or kind is bytes) and len(value) > _LONGEST:  # type: ignore[arg-type]
        return Value(type=kind.__name__, prefix=value[:64] if isinstance(value, str) else "")
    if kind is int and value.bit_length() > _LONGEST:  # type: ignore[attr-defined]
        return Value(type="int")
    if kind is tuple or kind is frozenset:
        return Value(type=kind.__name__)
    return Value((), value, kind.__name__)


def named(name: str) -> Value:
    """The value of an imported or built-in thing."""
    return Value((UNKNOWN_TAINT,), NOTHING, "", name)


def same_constant(one: object, other: object) -> bool:
    """Whether two constants are equal in type and value; 0 and False differ."""
    return one is other or (one.__class__ is other.__class__ and one == other)
