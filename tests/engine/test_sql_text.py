"""Whether a string looks like SQL: Bandit's answer, in linear time."""

from __future__ import annotations

import pytest
from bandit.plugins import injection_sql
from hypothesis import given, settings
from hypothesis import strategies as st

from posse_checks.rules._shared.sql_text import reads_like_sql

BANDIT = injection_sql.SIMPLE_SQL_RE
WORDS = [
    *(
        "select",
        "from",
        "delete",
        "insert",
        "into",
        "values",
        "update",
        "set",
        "SELECT",
        "Insert",
        "VALUES(",
        "values(",
    ),
    *(
        "ſelect",
        "ınsert",
        "İnto",
        "deleteſ",
        "inſert",
        "ſet",
        "valueſ ",
        "updatE",
        "selectfrom",
        "fromselect",
        "offset",
    ),
    *(" ", "  ", "\n", "\t", "\r\n", "\x0b", "\u2028", "\u00a0", "\x1c", "(", ")", "a", "é", ".", ",", "\0"),
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=40).map("".join)
REPEATED = st.lists(st.tuples(st.sampled_from(WORDS), st.integers(1, 60)), max_size=12).map(
    lambda parts: "".join(word * count for word, count in parts)
)


@settings(max_examples=2000, deadline=None)
@given(TEXTS | REPEATED | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_a_text_reads_like_sql_where_bandit_says_so(text: str) -> None:
    assert reads_like_sql(text) == bool(BANDIT.search(text))


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("other", ["from ", "into x values (", "set ", " from "])
def test_any_two_words_read_as_for_bandit(word: str, other: str) -> None:
    for text in (word + other, f"{word} {other}", f"{word} " * 200 + other, other + f" {word}" * 200):
        assert reads_like_sql(text) == bool(BANDIT.search(text))
