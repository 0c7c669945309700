"""The bases of operations, and positions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, ClassVar

At = tuple[int, int, int, int]
"""A range: line (from 1), column (UTF-8 bytes from 0), end line, end column (exclusive)."""


class Operation:
    """A part of a program; equal to itself alone, so that it can stand for its place."""

    __slots__ = ()
    _values: ClassVar[Callable[[Any], Sequence[object]]] = staticmethod(lambda _: ())

    def __init_subclass__(cls) -> None:
        """Compile the access to the fields, which is frequent."""
        super().__init_subclass__()
        names: tuple[str, ...] = cls.__slots__
        if len(names) == 1:
            get = attrgetter(names[0])
            cls._values = staticmethod(lambda operation: (get(operation),))
        elif names:
            cls._values = staticmethod(attrgetter(*names))

    def fields(self) -> Sequence[object]:
        """The values of the fields."""
        values: Sequence[object] = type(self)._values(self)  # noqa: SLF001 - its own
        return values


class Expression(Operation):
    """An operation with a value."""

    __slots__ = ()


class Pattern(Operation):
    """A pattern in a case of a `match`."""

    __slots__ = ()


class Statement(Operation):
    """An operation that changes the state or the flow of control."""

    __slots__ = ()


Block = tuple[Statement, ...]
