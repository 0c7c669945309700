"""Text: lines end where Python and the protocol say, and edits keep them so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.text import Position, Text, split_lines

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


def test_position_past_the_end_is_the_end() -> None:
    text = Text.of("ab\r\ncd")
    assert text.clamped(0, 99) == Position(0, 2)
    assert text.clamped(99, 0) == Position(1, 2)
    assert text.clamped(-1, -1) == Position(0, 0)


def _key(position: Position) -> tuple[int, int]:
    return position.line, position.column
