"""Regular expressions of declared checks: found where `re` finds them, and refused where that may take forever."""

from __future__ import annotations

import random
import re

import pytest

from posse_checks.declared.automaton import MAXIMUM_STATES, Expression, automaton_of
from posse_checks.declared.program import ExpressionError

ATOMS = [
    *("a", "b", "_", ".", "c", r"\w", r"\W", r"\d", r"\s", r"\b", "^", "$", r"\.", r"\x61"),
    *("[ab]", "[^a]", "[a-c_]", r"[\d-]", "(a|b)", "(?:ab|b*)", "(a?b)+", "a{2}", "b{1,3}", "(ab){2,}", "(?P<n>a)"),
]


@pytest.mark.parametrize("seed", range(6))
def test_expression_occurs_where_re_finds_it(seed: int) -> None:
    chosen = random.Random(seed)
    for _ in range(300):
        pattern = chosen.choice(["", "", "(?i)"]) + "".join(
            chosen.choice(ATOMS) + chosen.choice(["", "", "", "*", "+", "?", "|", "*?"])
            for _ in range(chosen.randint(1, 5))
        )
        try:
            expected = re.compile(pattern)
        except re.error:
            continue
        try:
            automaton = automaton_of(pattern)
        except ExpressionError:  # newer Pythons read a second + as possessive
            assert "+" in pattern
            continue
        for _ in range(4):
            text = "".join(chosen.choice("aAbBc_ .-é9\n") for _ in range(chosen.randint(0, 9))) + "x"
            assert automaton.search(text) == bool(expected.search(text)), (pattern, text)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"(a)\1", "references are not"),
        ("a(?=b)", "(?=b is not supported"),
        ("a(?<!b)", "(?<! is not supported"),
        ("(?s)a", "(?s) is not supported"),
        ("a(", "an opening parenthesis is not closed"),
        ("a)", "a closing parenthesis has no opening one"),
        ("[a", "a set is not closed"),
        ("[b-a]", "a range in a set is reversed"),
        ("*a", "nothing to repeat"),
        ("a{3,2}", "the second number is less"),
        ("a\\", "it ends in a backslash"),
        (r"\q", "no such escape is"),
        (r"\u12", "4 hexadecimal digits"),
        ("a" * 501, "more than 500 characters"),
        ("(a{100}){100}", "more than 300 steps"),
        ("((a{30}){30}){30}", "more than 300 steps"),
        ("(" * 30 + ")" * 30, "nested more than 20 deep"),
        ("a**", "use a group"),
    ],
)
def test_expression_is_refused_with_the_reason(pattern: str, why: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(why)):
        Expression(pattern).search("")


def test_answer_depends_on_the_text_alone() -> None:
    """Also for an expression with more states than are kept, whatever was searched before."""
    pattern, chosen = "(a|b)*a(a|b){12}c", random.Random(0)
    texts = ["".join(chosen.choice("ab") for _ in range(n)) + "c" for n in range(5, 400, 7)]
    fresh = [automaton_of.__wrapped__(pattern).search(text) for text in texts]
    shared = automaton_of.__wrapped__(pattern)
    assert [shared.search(text) for text in reversed(texts)] == fresh[::-1]
    assert any(fresh) and not all(fresh)
    assert len(shared._states) <= MAXIMUM_STATES
