"""`config/suggestions.py`: suggestions for a misspelled word, and the way messages show it."""

from __future__ import annotations

import pytest

from posse_checks.config.suggestions import MAXIMUM_SHOWN_CHARACTERS, clipped, did_you_mean, similar_id, unknown_id


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("B1O1", "Unknown test ID `B1O1`. Did you mean B101?"),
        ("b602", "Unknown test ID `b602`. Did you mean B602?"),
        ("BIO2", "Unknown test ID `BIO2`. Did you mean B102?"),
        ("assert_used", "`assert_used` is a test's name. Use its ID here: B101."),
        ("", "Unknown test ID ``."),
        ("?", "Unknown test ID `?`."),
    ],
)
def test_an_unknown_id_gets_a_suggestion(given: str, message: str) -> None:
    assert unknown_id(given) == message


@pytest.mark.parametrize(
    ("given", "known", "suggestion"),
    [
        ("skip", ["skips", "tests"], " Did you mean skips?"),
        ("testz", ["skips", "tests"], " Did you mean tests?"),
        ("zzz", ["skips", "tests"], ""),
        ("skips", [], ""),
        ("s" * (MAXIMUM_SHOWN_CHARACTERS + 1), ["s" * MAXIMUM_SHOWN_CHARACTERS], ""),
    ],
)
def test_only_a_close_word_is_suggested(given: str, known: list[str], suggestion: str) -> None:
    assert did_you_mean(given, known) == suggestion


@pytest.mark.parametrize("excess", [0, 1, 10_000])
def test_a_long_word_is_shortened_and_gets_no_suggestion(excess: int) -> None:
    word = "B" * (MAXIMUM_SHOWN_CHARACTERS + excess)
    shown = clipped(word)
    assert shown == (word if excess == 0 else "B" * MAXIMUM_SHOWN_CHARACTERS + "...")
    assert similar_id(word) is None
