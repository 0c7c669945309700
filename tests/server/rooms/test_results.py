"""`results`: the results of a file, their excerpts, their counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from posse_checks.rule.finding import Level, Span
from posse_server.results.check_file import lines_of_code
from posse_server.results.entry import entry_of, issue_of
from posse_server.results.excerpt import lines_around, numbered
from posse_server.results.result import LevelCounts, Result


@pytest.mark.parametrize(
    ("line", "line_range", "context", "shown"),
    [
        (5, (5, 5), 3, [4, 5, 6]),
        (5, (5, 5), 1, [5]),
        (5, (5, 5), 0, [5]),
        (5, (5, 5), -2, [5]),
        (5, (5, 5), 4, [3, 4, 5, 6]),
        (1, (1, 1), 3, [1, 2, 3]),
        (5, (4, 6), 3, [4, 5, 6, 7, 8]),
    ],
)
def test_lines_that_are_shown_with_a_finding(
    line: int, line_range: tuple[int, int], context: int, shown: list[int]
) -> None:
    assert list(lines_around(line, line_range, context)) == shown


@pytest.mark.parametrize(
    ("numbers", "text"), [([], ""), ([1], "1 a\n"), ([2, 3, 4], "2 b\n4 d\n"), ([1, 2], "1 a\n2 b\n")]
)
def test_code_is_numbered(numbers: Sequence[int], text: str) -> None:
    assert numbered({1: "a\n", 2: "b\n", 4: "d\n"}, numbers) == text


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (b"", 0),
        (b"a", 1),
        (b"a\n\n \n\t\n", 1),
        (b"# a\n  # b\na # c\n", 1),
        (b"a\rb\r\nc", 3),
        (b"'''\n# counted\n\n'''\n", 2),
        (b"\x0ca\n", 1),
    ],
)
def test_lines_of_code_are_counted_as_bandit_counts_them(source: bytes, lines: int) -> None:
    assert lines_of_code(source) == lines


@pytest.mark.parametrize(
    ("levels", "counts"),
    [
        ([], LevelCounts()),
        ([Level.HIGH, Level.LOW, Level.HIGH], LevelCounts(low=1, high=2)),
        (list(Level), LevelCounts(1, 1, 1, 1)),
    ],
)
def test_findings_of_each_level(levels: list[Level], counts: LevelCounts) -> None:
    assert LevelCounts.of(levels) == counts
    assert LevelCounts.of(levels).plus(counts) == LevelCounts.of(levels * 2)


RESULT = Result(
    "a.py", "B101", "Use of assert.", Level.HIGH, Level.LOW, 3, 4, 9, (3, 5), Level.MEDIUM, Span(3, 4, 3, 9)
)


def test_result_as_an_entry() -> None:
    entry = entry_of(RESULT, "3 assert a\n")
    assert {
        "filename": "a.py",
        "line_number": 3,
        "line_range": [3, 4, 5],
        "issue_severity": "HIGH",
    }.items() <= entry.items()
    assert "cell" not in entry
    assert issue_of(RESULT, "").keys() == entry.keys() - {"more_info"}
    assert RESULT.unmapped.severity is Level.MEDIUM
