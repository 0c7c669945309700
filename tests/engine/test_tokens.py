"""Tokens as the newest Python defines them."""

from __future__ import annotations

import ast

import pytest

from posse_checks.python.tokens import UnclearError, kind_of, tokens_of


def is_expression(source: str, level: int) -> bool:
    try:
        ast.parse(f"({source})", mode="eval")
    except SyntaxError:
        return level < 3 and "'" in source  # quotes of the same kind, which the running Python may not read
    return True


def texts(source: str) -> list[str]:
    return [token.text for token in tokens_of(source, 0, is_expression) if token.kind != "space"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1", ["x", "=", "1"]),
        ("x:=a**2", ["x", ":=", "a", "**", "2"]),
        ("a!=b<=c->d", ["a", "!=", "b", "<=", "c", "->", "d"]),
        ("f(# a\n)", ["f", "(", "# a", "\n", ")"]),
        ("a\\\nb", ["a", "\\\n", "b"]),
        ("a\r\nb\rc", ["a", "\r\n", "b", "\r", "c"]),
        ("1_000.5e3 .5", ["1_000.5e3", ".5"]),
        ("é1", ["é1"]),
        ("'a' \"b\"", ["'a'", '"b"']),
        ("'a\\'b'", ["'a\\'b'"]),
        ("'''a\n'b'''", ["'''a\n'b'''"]),
        ("rb'\\''", ["rb'\\''"]),
        ("Rb'a'", ["Rb'a'"]),
        ("f'{a}'", ["f'{a}'"]),
        ("f'{{}}'", ["f'{{}}'"]),
        ("f'{a['b']}' c", ["f'{a['b']}'", "c"]),
        ("f'{a!r:>{b}}'", ["f'{a!r:>{b}}'"]),
        ("f'{a=}'", ["f'{a=}'"]),
        ("t'{a}'", ["t'{a}'"]),
        ("f'''{\na\n}'''", ["f'''{\na\n}'''"]),
        ("xf'a'", ["xf", "'a'"]),
    ],
)
def test_a_source_has_tokens(source: str, expected: list[str]) -> None:
    assert texts(source) == expected
    assert "".join(token.text for token in tokens_of(source, 0, is_expression)) == source


def test_a_token_knows_the_brackets_around_it() -> None:
    depths = {token.text: token.depth for token in tokens_of("a(b[c]d)e", 0, is_expression)}
    assert depths == {"a": 0, "(": 0, "b": 1, "[": 1, "c": 2, "]": 1, "d": 1, ")": 0, "e": 0}


@pytest.mark.parametrize(
    "source", ["'a", "'a\nb'", "'''a''", "f'{a'", "f'{}'", "f'}'", "f'{a b}'", "f'{a!x}'", "f'\\N{a}'", "'a\\"]
)
def test_a_string_without_an_end_is_unclear(source: str) -> None:
    with pytest.raises(UnclearError):
        texts(source)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("'a'", ""), ("f'a'", "f"), ("Rf'a'", "f"), ("t'a'", "t"), ("bR'a'", "b"), ("r'f'", ""), ("u''", "")],
)
def test_the_prefix_of_a_string_is_its_kind(text: str, kind: str) -> None:
    assert kind_of(text) == kind
