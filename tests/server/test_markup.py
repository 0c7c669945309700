"""Texts for people: as Markdown that renders as meant, and as plain text."""

from __future__ import annotations

import pytest

from posse_server.protocol.markup import escaped, plain, with_code


@pytest.mark.parametrize(
    "text", ["a *b* _c_ `d` [e](f) <g> #h ~~i~~ |j| &amp; \\k !l {m} $n$", "Possible hardcoded password: '**é𝛼`'"]
)
def test_escaped_text_shows_just_itself(text: str) -> None:
    assert "**" not in escaped(text)
    assert plain(escaped(text)) == text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("`a_b` is <b> *c*", "`a_b` is \\<b\\> \\*c\\*"),
        ("x `y\n# z`", "x `y # z`"),
        ("one ` *only*", "one \\` \\*only\\*"),
    ],
)
def test_code_stays_code_and_all_else_is_literal(text: str, markdown: str) -> None:
    assert with_code(text) == markdown


def test_escaped_text_stays_in_its_line() -> None:
    assert escaped("a\n# b\r\n- c") == "a \\# b - c"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**B101** `assert_used`", "B101 assert_used"),
        ("a `'\nOR *1*` b", "a '\nOR *1* b"),
        ("[CWE-78](https://x.org/78.html)", "CWE-78: https://x.org/78.html"),
        ("**Bad**\n\n```python\nf(**a, *`b`)\n\n  c\n```\n\nd", "Bad\n\n    f(**a, *`b`)\n\n      c\n\nd"),
        ("`**kwargs` and [x]", "**kwargs and [x]"),
    ],
)
def test_plain_text_has_no_marks_and_all_else(markdown: str, text: str) -> None:
    assert plain(markdown) == text
