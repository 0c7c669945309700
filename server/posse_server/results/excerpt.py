"""The lines of code that reports and baselines show with a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from posse_checks.python.text import content_length
from posse_checks.rule.finding import Finding


def lines_around(line: int, line_range: tuple[int, int], context_lines: int) -> range:
    """Returns the numbers of the lines that a report shows with a finding, chosen as in Bandit."""
    context = max(context_lines, 1)
    first = max(1, line - context // 2)
    return range(first, first + line_range[1] - line_range[0] + context)


def shown_code(
    lines: Sequence[str], findings: Iterable[Finding], shown_lines: Callable[[int, tuple[int, int]], range]
) -> dict[int, str]:
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


def _ranges(findings: Iterable[Finding], shown_lines: Callable[[int, tuple[int, int]], range]) -> Iterator[range]:
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
