"""The lines of code that reports and baselines show with a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Protocol, TypeVar

from posse_checks.python.text import content_length
from posse_checks.rule.finding import Finding

LARGEST_EXCERPTS = 4 << 20
"""Number of characters that the excerpts of a file may have together.

Each finding has its own, so that those in one long line, or in one long statement, would grow with its square."""
LONGEST_CUT_LINE = 200
"""Number of characters that are left of a line where they have more."""


class HasLines(Protocol):
    """Something in a file, at a line and in a range of lines."""

    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def line_range(self) -> tuple[int, int]: ...  # noqa: D102


Placed = TypeVar("Placed", bound=HasLines)
ShownLines = Callable[[int, tuple[int, int]], range]
"""Returns the numbers of the lines to show for a line and a range of lines."""


def lines_around(line: int, line_range: tuple[int, int], context_lines: int) -> range:
    """Returns the numbers of the lines that a report shows with a finding, chosen as in Bandit."""
    context = max(context_lines, 1)
    first = max(1, line - context // 2)
    return range(first, first + line_range[1] - line_range[0] + context)


def within_limit(
    placed: Sequence[Placed], lines: Sequence[str], shown_lines: ShownLines
) -> tuple[Sequence[Placed], Sequence[str]]:
    """Returns findings and the lines of their file as a report shows them: unchanged, unless that would be too much.

    Then each finding has only its own line as its range, and long lines are cut. Takes linear time.
    """
    before = list(accumulate(map(len, lines), initial=0))
    left = LARGEST_EXCERPTS
    for one in placed:
        shown = shown_lines(one.line, one.line_range)
        first, stop = (min(number, len(before)) - 1 for number in (shown.start, shown.stop))
        left -= before[stop] - before[first] + one.line_range[1] - one.line_range[0]
        if left < 0:
            narrow = [replace(one, line_range=(one.line, one.line)) for one in placed]  # type: ignore[type-var]
            return narrow, [_cut(line) for line in lines]
    return placed, lines


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_CUT_LINE else f"{line[:LONGEST_CUT_LINE]}…\n"


def shown_code(lines: Sequence[str], findings: Iterable[Finding], shown_lines: ShownLines) -> dict[int, str]:
    """Returns the lines of code that a report shows with these findings, and those of their ranges, by number."""
    count = len(lines) - (not lines[-1])
    code: dict[int, str] = {}
    end = 1
    for shown in sorted(_ranges(findings, shown_lines), key=lambda shown: shown.start):
        for number in range(max(shown.start, end), min(shown.stop, count + 1)):
            line = lines[number - 1]
            code[number] = line[: content_length(line)] + "\n"
        end = max(end, shown.stop)
    return code


def _ranges(findings: Iterable[Finding], shown_lines: ShownLines) -> Iterator[range]:
    """Yields the lines around each finding, and those in which its span and the steps of its path begin and end."""
    for finding in findings:
        yield shown_lines(finding.line, finding.line_range)
        for line in {finding.span.line, finding.span.end_line}:
            yield range(line, line + 1)
        for step in finding.evidence.steps if finding.evidence else ():
            if not step.file:
                yield range(step.line, step.line + 1)


def numbered(lines: Mapping[int, str], numbers: Iterable[int], separator: str = " ") -> str:
    """Returns lines of code, each after its number; numbers without a line are skipped."""
    return "".join(f"{number}{separator}{lines[number]}" for number in numbers if number in lines)
