"""IPython syntax, removed from the cells of notebooks."""

from __future__ import annotations

import pytest

from posse_checks.python.ipython import first_line, program_of
from posse_checks.python.text import split_lines

PROGRAMS = {
    "a line magic": ("%matplotlib inline\nx = 1", ["0", "x = 1"]),
    "a command": ("if a:\n    !ls {a}\n    !!ls", ["if a:", "    0", "    0"]),
    "a magic over several lines": ("!ls \\\n  -la \\\n  /tmp\nx = 1", ["0", "", "", "x = 1"]),
    "what a magic returns": ("x = %time f()\n  a.b, c['d'] = !ls", ["x = 0", "  a.b, c['d'] = 0"]),
    "help": ("?a\na.b??\n*load*?\n%time?\nx = a?", ["0"] * 5),
    "automatic calls": (",f a b\n;f a b\n/f a", ["0"] * 3),
    "an operator at the beginning of a line": (
        "x = (a\n  % b)\ny = a \\\n  % b",
        ["x = (a", "  % b)", "y = a \\", "  % b"],
    ),
    "what looks like a magic in a string": ("x = '''\n%s\n!a\nb?\n'''", ["x = '''", "%s", "!a", "b?", "'''"]),
    "a question in a comment or a string": ("# why?\nx = 'a?'\nf('x = !y')", ["# why?", "x = 'a?'", "f('x = !y')"]),
    "comparisons and augmented assignments": (
        "x != y\nx %= 3\nx == y\na[b] = c",
        ["x != y", "x %= 3", "x == y", "a[b] = c"],
    ),
    "a comment behind a magic": ("# x \\\n%time f()", ["# x \\", "0"]),
    "a magic behind a bracket that never closes": ("f(\nimport a\n%cd /", ["f(", "import a", "0"]),
    "a cell magic below which there is Python": ("\n%%time\n%%capture x\nx = 1", ["#", "#", "#", "x = 1"]),
    "a cell magic that is not at the top": ("x = 1\n%%time", ["x = 1", "0"]),
    "line ends of all kinds": ("a\r\nb\rc", ["a", "b", "c"]),
    "nothing": ("", [""]),
}


@pytest.mark.parametrize(("source", "lines"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_line_for_ipython_costs_itself_only(source: str, lines: list[str]) -> None:
    assert program_of(split_lines(source)) == [f"{line}\n" for line in [*lines, ""]]


@pytest.mark.parametrize("source", ["%%bash\nls", "\n%%html", "%%", "%%time\n%%js\nx", "%%tim"])
def test_a_cell_in_another_language_is_no_program(source: str) -> None:
    assert program_of(split_lines(source)) is None


@pytest.mark.parametrize(("source", "line"), [("", 0), ("\n\nx", 0), ("%%time\nx", 1), ("\n%%time\n%%capture\n", 3)])
def test_statements_stand_below_cell_magics(source: str, line: int) -> None:
    assert first_line(split_lines(source)) == line
