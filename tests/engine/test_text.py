"""Text: lines end as Python and the protocol define, also after edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.python.text import Draft, Position, Replacement, Text, changes_between, joined, split_lines

CHARACTERS = st.sampled_from([*"ab \n\r\f\u2028\x85é𝛼", "\r\n"])
SOURCES = st.lists(CHARACTERS, max_size=30).map("".join)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a\n", ""]),
        ("a\r\nb\rc\n\r", ["a\r\n", "b\r", "c\n", "\r", ""]),
        ("a\fb\u2028c\x85d\x1ce\n", ["a\fb\u2028c\x85d\x1ce\n", ""]),
    ],
)
def test_lines_end_at_line_feeds_and_carriage_returns_only(source: str, lines: list[str]) -> None:
    assert split_lines(source) == lines


@given(SOURCES, SOURCES, st.data())
def test_edited_text_is_the_text_of_the_edited_source(source: str, new: str, data: st.DataObject) -> None:
    text = Text.of(source)
    places = st.builds(Position, st.integers(0, len(text.lines)), st.integers(0, 8))
    start, end = sorted((text.clamped(p.line, p.column) for p in (data.draw(places), data.draw(places))), key=_key)
    offsets = [sum(map(len, text.lines[: p.line])) + p.column for p in (start, end)]
    edited, splice = text.edited(start, end, new)
    assert edited == Text.of(source[: offsets[0]] + new + source[offsets[1] :])
    assert list(edited.lines[: splice.first]) == list(text.lines[: splice.first])
    rest = splice.first + splice.removed
    assert list(edited.lines[splice.first + splice.inserted :]) == list(text.lines[rest:])


LINES = st.lists(st.sampled_from(["a\n", "b\r\n", "\n", "cc\n", "\r"]), max_size=30).map("".join)


@given(LINES, LINES)
def test_changes_between_two_texts_turn_one_into_the_other(source: str, other: str) -> None:
    text, wanted = Text.of(source), Text.of(other)
    for change in reversed(changes_between(text, wanted)):
        text, _ = text.edited(change.start, change.end, change.new)
    assert text == wanted


@pytest.mark.parametrize("growth", [0, 1, -1])
def test_changes_between_two_texts_leave_alone_what_is_the_same(growth: int) -> None:
    lines = [f"line {n // 5 if n % 5 else ''}\n" for n in range(4000)]
    changed = [f"{line[:-1]}  # new\n" if n % 10 == 3 else line for n, line in enumerate(lines)]
    changed[:1] = ["\n"] * (1 + growth)
    changes = changes_between(Text.of("".join(lines)), Text.of("".join(changed)))
    assert len(changes) == 401
    assert sum(change.end.line - change.start.line for change in changes) == 401


@given(SOURCES, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 8), st.sampled_from(["", "x", "\n", "y\r\n"]))))
def test_joined_replacements_make_the_same_text(source: str, places: list[tuple[int, int, str]]) -> None:
    text = Text.of(source)
    ends = sorted({text.clamped(line, column): new for line, column, new in places}.items(), key=lambda e: _key(e[0]))
    apart = [Replacement(start, end, new) for (start, new), (end, _) in zip(ends[::2], ends[1::2], strict=False)]
    one_by_one = text
    for item in reversed(apart):
        one_by_one, _ = one_by_one.edited(item.start, item.end, item.new)
    for item in joined(apart, text):
        text, _ = text.edited(item.start, item.end, item.new)
    assert str(text) == str(one_by_one)


def test_position_past_the_end_is_the_end() -> None:
    text = Text.of("ab\r\ncd")
    assert text.clamped(0, 99) == Position(0, 2)
    assert text.clamped(99, 0) == Position(1, 2)
    assert text.clamped(-1, -1) == Position(0, 0)


@pytest.mark.parametrize(
    ("source", "start", "end", "new", "after"),
    [
        ("ab\ncd", (0, 1), (1, 1), "x", "axd"),
        ("ab\ncd", (1, 1), (0, 1), "x", "axd"),
        ("ab\rcd", (1, 0), (1, 0), "\n", "ab\r\ncd"),
        ("ab\n", (1, 0), (1, 0), "cd", "ab\ncd"),
        ("ab\ncd\n", (0, 2), (1, 0), "", "abcd\n"),
        ("ab", (-5, 0), (9, 9), "", ""),
    ],
)
def test_a_draft_is_edited_as_a_text_is(
    source: str, start: tuple[int, int], end: tuple[int, int], new: str, after: str
) -> None:
    draft = Draft(Text.of(source))
    draft.edit(Position(*start), Position(*end), new)
    edited, _ = Text.of(source).edited(Position(*start), Position(*end), new)
    assert str(edited) == after
    assert draft.text().lines == edited.lines


def _key(position: Position) -> tuple[int, int]:
    return position.line, position.column
