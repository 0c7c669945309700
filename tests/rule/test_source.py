"""The source around a finding: scopes, slices and replacements."""

from __future__ import annotations

import pytest

from posse_checks.rule import UnfixableError
from tests.rule.marked import edited, marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("here('a')\n", ("'", "a")),
        ('here("a")\n', ('"', "a")),
        ('here("""a\nb""")\n', ('"""', "a\nb")),
        ("here(r'a')\n", None),
        ("here('a\\n')\n", None),
        ("here('a' 'b')\n", None),
        ("here('')\n", ("'", "")),
        ("here(('a'))\n", ("'", "a")),
        ("here(u'a')\n", None),
    ],
)
def test_string_parts(text: str, expected: tuple[str, str] | None) -> None:
    call, source = marked(text)
    if expected is None:
        with pytest.raises(UnfixableError, match="unsupported form"):
            source.string_parts(call.node.args[0])
    else:
        assert source.string_parts(call.node.args[0]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("here()\n", "    "),
        ("if a:\n  here()\n", "  "),
        ("if a:\n\there()\n", "\t"),
        ("def f():\n    if a:\n            here()\n", "        "),
        ("x = (\nif a:\n  here()\n", "  "),
    ],
)
def test_indent_unit(text: str, expected: str) -> None:
    assert marked(text).source.indent_unit == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("here()\n", '"v"'),
        ("here('a')\n", "'v'"),
        ("here('a', \"b\")\n", '"v"'),
    ],
)
def test_a_string_is_quoted_as_those_around_it(text: str, expected: str) -> None:
    assert marked(text).source.quoted("v") == expected


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("import a\nhere.b()\na.here()\n", "import a\nhere.b()\na.new()\n"),
        ("from a import here\nhere()\n", "import a\nfrom a import here\na.new()\n"),
        ("import a\na. here()\n", "import a\na. new()\n"),
        ("import a\na.h\u212fre()\n", None),
    ],
)
def test_renamed(text: str, after: str | None) -> None:
    call, source = marked(text)
    if after is None:
        with pytest.raises(UnfixableError, match="unsupported form"):
            source.renamed(call.node.func, "a", "new")
    else:
        assert edited(text, source.renamed(call.node.func, "a", "new")) == after


def test_a_node_is_replaced_by_a_name_with_its_import() -> None:
    text = "x = 1\nhere(secret)\n"
    call, source = marked(text)
    replacements = source.replaced_by_name(call.node.args[0], "os", "environ", suffix="['A']")
    assert edited(text, replacements) == "import os\n\nx = 1\nhere(os.environ['A'])\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_are_those_of_the_text(line_end: str) -> None:
    assert marked(f"x = 1{line_end}here(){line_end}").source.line_end == line_end


def test_positions_are_in_code_points_of_the_text() -> None:
    text = "# \u00e9\ndef f():\n    x = '\u00e9\U0001f600'; here(a)\nx = 1\n"
    call, source = marked(text)
    start = source.start(call.node)
    assert (start.line, start.column) == (2, 14)
    assert source.slice(call.node) == "here(a)"
    assert source.line == 2 and source.statement == (1, 3)
