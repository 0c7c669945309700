"""Problems in a configuration file: found at a node of its tree, reported at a range of its text."""

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
"""Limit for the problems reported for one file: guessing what was meant takes time for each."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in a configuration file. Lines and columns (in code points) count from 0; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    fatal: bool = True
    """Whether it makes the file unusable. If not, only the faulty entry is ignored."""
    is_hint: bool = False
    """Whether it may be correct for other programs than Posse."""
    is_information: bool = False
    """Whether nothing is wrong."""
    unknown_id: str | None = None
    """The ID or section that it says is unknown, which a plug-in or another file may have."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem that is located by a node, whose marks are offsets in code points from the start of the source."""

    node: yaml.Node
    message: str | Callable[[], str]
    """The message, or a function that computes one with a guess at what was meant."""
    fatal: bool = True
    is_hint: bool = False
    unknown_id: str | None = None
    """The ID that it says is unknown, which another part of the file may declare."""

    @property
    def text(self) -> str:
        """The message."""
        return self.message if isinstance(self.message, str) else self.message()


class LineIndex:
    """The lines of a source, to convert offsets into positions.

    PyYAML's own line numbers are not usable: it also ends lines at U+0085, U+2028 and U+2029, where no editor does.
    """

    def __init__(self, source: str) -> None:
        self._lines = split_lines(source)
        self._starts = list(accumulate(map(len, self._lines), initial=0))

    def position(self, offset: int) -> Position:
        """The position of an offset, in code points."""
        line = min(bisect_right(self._starts, offset), len(self._lines)) - 1
        return Position(line, min(offset - self._starts[line], content_length(self._lines[line])))

    def problem(self, start: int, end: int, message: str, *, fatal: bool = True) -> Problem:
        """Returns a problem between two offsets, cut at the end of its first line."""
        first, last = self.position(start), self.position(end)
        if last.line != first.line:
            last = Position(first.line, content_length(self._lines[first.line]))
        return Problem(first.line, first.column, last.line, last.column, message, fatal)

    def placed(self, faults: Iterable[Fault]) -> tuple[Problem, ...]:
        """Turns faults into problems, in order. A fault that is reached through several aliases is reported once.

        Returns at most `MAXIMUM_PROBLEMS`, always including a fatal one if there is any, and a note if more were left
        out.
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
            problems[Problem(0, 0, 0, 0, f"Only the first {MAXIMUM_PROBLEMS} problems are shown.", fatal=False)] = None
        return tuple(problems)

    def _placed(self, fault: Fault) -> Problem:
        """Turns a fault into a problem at its node, or at the start of the source if the node has no marks."""
        start, end = fault.node.start_mark, fault.node.end_mark
        message = fault.text
        if start is None or end is None:
            return Problem(0, 0, 0, 0, message, fault.fatal, fault.is_hint, unknown_id=fault.unknown_id)
        problem = self.problem(start.index, end.index, message, fatal=fault.fatal)
        return replace(problem, is_hint=fault.is_hint, unknown_id=fault.unknown_id)


def _key(fault: Fault) -> tuple[object, ...]:
    """The identity of a fault; leaves out its message if that must be computed."""
    return id(fault.node), fault.message if isinstance(fault.message, str) else ""
