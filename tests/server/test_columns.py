"""Columns in the units of clients equal those found by counting character by character."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posse_server.protocol.encoding import Encoding, Ruler

LINES = st.lists(st.sampled_from(["a", "é", "€", "𝛼", "\ud835", "\udefc", "\ufeff", " "]), max_size=12).map("".join)
WIDTHS = {
    Encoding.UTF8: lambda character: len(character.encode(errors="surrogatepass")),
    Encoding.UTF16: lambda character: 1 + (character > "\uffff"),
    Encoding.UTF32: lambda _: 1,
}


@settings(max_examples=500, deadline=None)
@given(LINES, st.integers(-2, 50), st.sampled_from(Encoding))
def test_units_are_as_many_code_points_as_fit_into_them(line: str, units: int, encoding: Encoding) -> None:
    fitting = [end for end in range(len(line) + 1) if sum(map(WIDTHS[encoding], line[:end])) <= units]
    assert encoding.code_points(line, units) == max(fitting, default=0)
    assert encoding.units(line) == sum(map(WIDTHS[encoding], line))


@settings(max_examples=500, deadline=None)
@given(LINES, st.lists(st.integers(0, 12), max_size=8), st.sampled_from(Encoding))
def test_columns_are_measured_in_any_order(line: str, places: list[int], encoding: Encoding) -> None:
    ruler = Ruler(line, encoding)
    for place in places:
        before = line[:place]
        assert ruler.units(len(before.encode(errors="surrogatepass"))) == sum(map(WIDTHS[encoding], before))


@pytest.mark.parametrize(("column", "units"), [(-1, 0), (1, 0), (2, 1), (4, 1), (6, 3), (99, 3)])
def test_a_column_within_a_character_or_beyond_the_line_is_near(column: int, units: int) -> None:
    assert Ruler("é𝛼", Encoding.UTF16).units(column) == units
