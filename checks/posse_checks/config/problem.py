"""What is wrong in a configuration file: found at a node of its tree, told with its place in the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from posse_checks.python.text import Position, content_length, split_lines

if TYPE_CHECKING:
    import yaml


MAXIMUM_PROBLEMS = 50
"""Largest number of problems that are told of one file; to guess what was meant takes time for each."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a configuration file, and where.

    Lines and columns (in code points) count from 0, and the end is exclusive.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    fatal: bool = True
    """Whether there is no configuration because of it; else a sensible one remains, and only this is not heeded."""
    is_hint: bool = False
    """Whether it may well be right, for others than Posse."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem whose place is still a node; the node's marks count code points from the start of the source."""

    node: yaml.Node
    message: str | Callable[[], str]
    """What to say; a function where that takes a guess at what was meant."""
    fatal: bool = True
    is_hint: bool = False

    @property
    def said(self) -> str:
        """The message."""
        return self.message if isinstance(self.message, str) else self.message()


class Places:
    """The lines of a source, to tell where an offset lies.

    PyYAML's own line numbers will not do: it also ends lines at U+0085, U+2028 and U+2029, where no editor does.
    """

    def __init__(self, source: str) -> None:
        self._lines = split_lines(source)
        self._starts = list(accumulate(map(len, self._lines), initial=0))

    def position(self, offset: int) -> Position:
        """The place of an offset in code points."""
        line = min(bisect_right(self._starts, offset), len(self._lines)) - 1
        return Position(line, min(offset - self._starts[line], content_length(self._lines[line])))

    def problem(self, start: int, end: int, message: str, *, fatal: bool = True) -> Problem:
        """A problem between two offsets; where they are in different lines, it is shown in the first of these."""
        first, last = self.position(start), self.position(end)
        if last.line != first.line:
            last = Position(first.line, content_length(self._lines[first.line]))
        return Problem(first.line, first.column, last.line, last.column, message, fatal)

    def placed(self, faults: Iterable[Fault]) -> tuple[Problem, ...]:
        """Turn faults into problems, in their order: each once, however often an alias leads to it.

        Of many, only the first are told, and the first fatal one.
        """
        first: list[Fault] = []
        seen = set[tuple[object, ...]]()
        left_out = 0
        for fault in faults:
            if (key := _key(fault)) in seen:
                continue
            seen.add(key)
            if len(first) < MAXIMUM_PROBLEMS:
                first.append(fault)
            elif fault.fatal and not any(one.fatal for one in first):
                first[-1] = fault
            else:
                left_out += 1
        problems = dict.fromkeys(map(self._placed, first))
        if left_out:
            problems[
                Problem(0, 0, 0, 0, f"There are more problems than the {MAXIMUM_PROBLEMS} shown.", fatal=False)
            ] = None
        return tuple(problems)

    def _placed(self, fault: Fault) -> Problem:
        start, end = fault.node.start_mark, fault.node.end_mark
        message = fault.said
        if start is None or end is None:
            return Problem(0, 0, 0, 0, message, fault.fatal, fault.is_hint)
        problem = self.problem(start.index, end.index, message, fatal=fault.fatal)
        return replace(problem, is_hint=fault.is_hint)


def _key(fault: Fault) -> tuple[object, ...]:
    """What tells a fault from others, without its message where that takes a guess."""
    return id(fault.node), fault.message if isinstance(fault.message, str) else ""
