"""Every regular expression of the project takes linear time on any text."""

from __future__ import annotations

import fnmatch
import re

import pytest

from tests.hostile.growth import LIMIT
from tests.hostile.patterns import Use, growth, uses

ALL = {use.where: use for use in uses()}
SLOW = {
    "a run and an end": (r"(?:\\\\)*\\\r?\n?\Z", "search"),
    "a word and another one": (r"select\s.*from\s|update\s.*set\s", "search"),
    "an opening bracket": (r"`[^`]*`|\[(?P<label>[^]\n]+)\]\((?P<address>[^)\s]+)\)", "sub"),
    "a word in a line": (r"\bimport\b[^\n]*\bword\b", "search"),
}
USER_PATTERNS = ["*a*a*a*b", "**/*test*/**/*x*", "[a-z]*[a-z]*[a-z]*!", "*" * 40 + "x", "?*?*?*?*x"]


@pytest.mark.parametrize("where", ALL)
def test_the_time_of_a_pattern_grows_with_the_text_alone(where: str) -> None:
    found, text = growth(ALL[where])
    assert found < LIMIT, text


@pytest.mark.parametrize("pattern", USER_PATTERNS)
def test_the_time_of_what_users_exclude_grows_with_the_path_alone(pattern: str) -> None:
    use = Use(pattern, re.compile(fnmatch.translate(pattern)), frozenset({"match"}))
    found, text = growth(use)
    assert found < LIMIT, text


@pytest.mark.parametrize("kind", SLOW)
def test_a_slow_pattern_is_found(kind: str) -> None:
    pattern, method = SLOW[kind]
    found, _ = growth(Use(kind, re.compile(pattern, re.DOTALL), frozenset({method})))
    assert found > LIMIT


def test_patterns_are_found_wherever_they_are() -> None:
    modules = {where.split(".")[0] for where in ALL}
    assert modules == {"posse_checks", "posse_server"}
    assert any("_STATEMENTS" in where for where in ALL), "in a collection"
    assert any(":" in where for where in ALL), "in a function"
