"""Where a formatted string ends, as Python 3.12 and later read it."""

from __future__ import annotations

import pytest

from posse_checks.incremental.document import Document
from posse_checks.python.formatted_strings import ARE_NESTED, FormattedEnd, end_of_formatted
from posse_checks.python.text import Position
from tests.engine.edits import CATALOGUE, same


@pytest.mark.parametrize(
    ("string", "after"),
    [
        ("f'a'", " + b\n"),
        ("f'{a}'", " + '('\n"),
        ("f'{f('(')}'", "\n"),
        ("f'{f(')')}'", "\n"),
        ("f'{', '.join(f'({a})' for a in b)}'", "\n"),
        ("f'{a[']']}'", "; b\n"),
        ("f'{a['#']}'", "  # b\n"),
        ("f'''{a['''(''']}'''", "\n"),
        ("f'''it's {a}'''", "''\n"),
        ("f'{a!r:>{'('}}'", "\n"),
        ("f'{a:{{b}}}'", "\n"),
        ("f'{{'", "\n"),
        ("f'}}{{{a}'", "\n"),
        (r"f'\N{LEFT PARENTHESIS}{a}'", "\n"),
        (r"f'\'{a}\''", "\n"),
        (r"rf'\{a}'", "\n"),
        (r"rf'\N{f('(')}\'{b}'", "\n"),
        ("f'{a[b:'}']}'", "\n"),
        ("f'{f'{f'{'('}'}'}'", "\n"),
        ("f'{{a: b}}'", "\n"),
    ],
)
def test_a_formatted_string_ends_behind_its_quote(string: str, after: str) -> None:
    opening = string.index("'")
    quote = "'''" if string.startswith("f'''") else "'"
    end = end_of_formatted(string + after, opening + len(quote), quote)
    assert end == FormattedEnd(len(string), 0)


@pytest.mark.parametrize(
    ("line", "depth"), [("f'{\n", 1), ("f'{f(a,\n", 2), ("f'{f('(')\n", 1), ("f'{a:{b\n", 1), ("f'{a['b'  # ')\n", 2)]
)
def test_a_field_that_goes_on_leaves_brackets_open(line: str, depth: int) -> None:
    assert end_of_formatted(line, 2, "'") == FormattedEnd(len(line), depth)


@pytest.mark.parametrize("line", ["f'a\n", "f'{a'\n", "f'{'a\n", "f'{a:b'\n", "f'{f'b\n", "f'{f'''{a\n"])
def test_a_text_or_a_string_in_a_field_that_never_ends(line: str) -> None:
    assert end_of_formatted(line, 2, "'") is None


NESTED = ["f'{f('(')}'", "rf'{f('(')}'", "f'''{a['''(''']}'''", "f'{a!r:{'('}}'", "f'{\n  a\n}'", "f'{\na}'"]
LONG = ["f'''{a\n}'''", "f'''\n{a(\n'b')} c\n'''", "f'''{a(\nb)}(\n'''"]


@pytest.mark.parametrize("string", [*LONG, *(NESTED if ARE_NESTED else [])])
@pytest.mark.parametrize("behind", ["", ", 'b'", "  # c"])
def test_a_broken_line_costs_no_formatted_string_beside_it(string: str, behind: str) -> None:
    source = f"z = 1\ny = {string}{behind}\nexec(a)\n"
    edited = Document.opened(source, CATALOGUE).edited(Position(0, 4), Position(0, 5), "*").up_to_date()
    assert [one.line for one in edited.broken] == [1]
    same(edited, Document.opened(str(edited.text), CATALOGUE))
