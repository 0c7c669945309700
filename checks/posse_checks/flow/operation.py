"""The bases of operations, and positions."""

from __future__ import annotations

from collections.abc import Iterator

At = tuple[int, int, int, int]
"""A range: line (from 1), column (UTF-8 bytes from 0), end line, end column (exclusive)."""


class Operation:
    """A part of a program; equal to itself alone, so that it can stand for its place."""

    __slots__ = ()

    def fields(self) -> Iterator[object]:
        """The values of the fields."""
        names: tuple[str, ...] = self.__slots__
        return (getattr(self, name) for name in names)


class Expression(Operation):
    """What yields a value."""

    __slots__ = ()


class Pattern(Operation):
    """What a case of a `match` compares with."""

    __slots__ = ()


class Statement(Operation):
    """What changes the state or the flow of control."""

    __slots__ = ()


Block = tuple[Statement, ...]
