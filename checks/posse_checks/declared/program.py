"""Programs of regular expressions: the steps that `automaton.py` takes on all paths at once."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

MAXIMUM_INSTRUCTIONS = 300
"""Limit for the instructions of a program, with counted repetitions written out."""
Test = Callable[[str], bool]
"""A condition on a character."""


class ExpressionError(ValueError):
    """A pattern that is not accepted; the message says why, as the rest of a sentence."""


class Assertion(enum.Enum):
    """A condition on a position between two characters."""

    START = "start"
    END = "end"
    BOUNDARY = "boundary"
    NO_BOUNDARY = "no boundary"


@dataclass(frozen=True, slots=True)
class Instruction:
    """A step of a program: a character to read, a condition on the position, a branch, or the end."""

    test: Test | None = None
    assertion: Assertion | None = None
    goes_to: tuple[int, ...] = ()
    """For a branch, the instructions that may follow; after others, it is the next one."""
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items one after the other."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several items."""

    alternatives: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """An item, repeated; without a limit if `most` is None."""

    item: Item
    least: int
    most: int | None


Item = Instruction | Sequence | Either | Repeated


@dataclass(frozen=True, slots=True)
class Program:
    """The steps of an expression, and which characters they tell apart."""

    instructions: tuple[Instruction, ...]
    bounds: tuple[int, ...]
    """Numbers of characters in order: those between two of them are told apart by their classes alone."""
    ignores_case: bool


def write(item: Item, program: list[Instruction]) -> None:
    """Appends the instructions of an item. Raises ExpressionError if they are too many."""
    if len(program) > MAXIMUM_INSTRUCTIONS:
        raise ExpressionError(f"it needs more than {MAXIMUM_INSTRUCTIONS:,} steps once its repetitions are written out")
    match item:
        case Instruction():
            program.append(item)
        case Sequence(items):
            for one in items:
                write(one, program)
        case Either(alternatives):
            ends = []
            for one in alternatives:
                branch = len(program)
                program.append(Instruction())
                write(one, program)
                ends.append(len(program))
                program.append(Instruction())
                program[branch] = Instruction(goes_to=(branch + 1, len(program)))
            program[branch] = Instruction(goes_to=(branch + 1,))  # the last one has no other after it
            for end in ends:
                program[end] = Instruction(goes_to=(len(program),))
        case Repeated(one, least, most):
            for _ in range(least):
                write(one, program)
            optional = range(0 if most is None else most - least)
            for _ in optional:
                branch = len(program)
                program.append(Instruction())
                write(one, program)
                program[branch] = Instruction(goes_to=(branch + 1, len(program)))
            if most is None:
                branch = len(program)
                program.append(Instruction())
                write(one, program)
                program.append(Instruction(goes_to=(branch,)))
                program[branch] = Instruction(goes_to=(branch + 1, len(program)))
