"""Configuration files in YAML, TOML and INI, valid and not: their content, and the positions of mistakes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.config.problem import LineIndex
from posse_checks.config.reader import read_selection, read_toml, read_yaml
from posse_checks.config.toml_source import has_table, parse_toml
from posse_checks.config.yaml_source import SourceTree
from posse_checks.rule.finding import Level

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LETTERS = "abcdefghijkl"
LAUGHS = "a: &a [x]\n" + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in pairwise(LETTERS))
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{new}: &{new} {{<<: [{', '.join([f'*{old}'] * 10)}]}}\n" for old, new in pairwise(LETTERS)
)
REPEATS = f"list: &l [{', '.join(['B101'] * 5000)}]\nposse: {{per_file_ignores: {{" + "".join(
    f"a{n}: *l, " for n in range(5000)
)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (LAUGHS, "aliases"),
        (MERGES, "aliases"),
        (f"{REPEATS}}}}}", "aliases"),
        ("[" * 10_000, "nested too deeply"),
        ("a: !!bool x", "Invalid YAML"),
        ("a: !!timestamp x", "Invalid YAML"),
        ("a: !!python/object/apply:os.system [x]", "Invalid YAML"),
        (f"a: {'1:' * 50}1", "a number has more than 100 characters"),
        (f"a: {'1' * 101}", "a number has more than 100 characters"),
        (f"a: -{'1' * 100}.5", "a number has more than 100 characters"),
        ("a: \0", "Invalid YAML"),
        ("skips:\n\t- B101", "Invalid YAML"),
    ],
    ids=[
        *("laughs", "merges", "repeats", "nested", "bool", "timestamp", "code", "base 60", "digits", "fraction"),
        *("nul", "tab"),
    ],
)
def test_yaml_that_is_meant_to_break_something_is_a_problem(source: str, message: str) -> None:
    reading = read_yaml(source)
    assert reading.configuration is None
    assert message in reading.problems[0].message


@pytest.mark.parametrize("source", ["a: &a [*a]\nskips: [B101]", "a: &a {<<: *a}\nskips: [B101]"])
def test_anchor_to_itself_harms_nothing(source: str) -> None:
    configuration = read_yaml(source).configuration
    assert configuration is not None and configuration.skips == {"B101"}


TABLE = """\
# A comment
[project]
name = "x" # another
"quoted.key" = { a.b = [1, 2], c = '''multi
line''' }
when = 1979-05-27 07:32:00
[[tool.other]]
x = 1
[[tool.other]]
[tool.bandit]
skips = [
  "B101", # a comment with "quotes"
  'B102',
]
exclude_dirs = ["a\\tb", \"\"\"c
d\"\"\", "]"]
posse.run = "on_save"
[tool.bandit.assert_used]
skips = ["*/test_*.py"]
[tool . 'bandit' . posse.nosec]
require_ids = "hint"
[tool.bandit.try_except_pass]
check_typed_exception = true
"""


def scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from scalars(item)
    else:
        for key, value in node.value:
            yield from (*scalars(key), *scalars(value))


@pytest.mark.parametrize("source", [TABLE, TABLE.replace("\n", "\r\n")])
def test_toml_nodes_are_what_python_reads(source: str) -> None:
    parsed = parse_toml(source, LineIndex(source))
    assert isinstance(parsed, SourceTree) and parsed.root is not None
    assert parsed.content == tomllib.loads(source)["tool"]["bandit"]
    assert yaml.constructor.SafeConstructor().construct_document(parsed.root) == parsed.content
    for node in scalars(parsed.root):
        text = source[node.start_mark.index : node.end_mark.index]
        assert node.value in (text, tomllib.loads(f"a = {text}")["a"] if text[0] in "\"'" else text)


@pytest.mark.parametrize(
    ("source", "where", "message"),
    [
        ("[tool.bandit]\nskips = ['B101',\n  'B1O2']\n", (2, 2), "Did you mean B102?"),
        ("[tool.bandit.assert_used]\nskip = []\n", (1, 0), "Did you mean skips?"),
        ("[tool.bandit]\nposse.run = 'on_safe'\n", (1, 12), "Did you mean on_save?"),
        ("[tool.bandit\n", (0, 12), "Invalid TOML"),
        ("[tool.bandit]\r\na = \u2028\r\n", (1, 4), "Invalid TOML"),
        ("x = [", (0, 5), "Invalid TOML"),
        (f"a = {'[' * 200}{']' * 200}", (0, 68), "nested too deeply"),
        (f"{'a.' * 200}a = 1", (0, 127), "parts"),
        (f"a = {'1' * 5000}\n", (0, 0), "a number is too long"),
        ("tool = 1\n", (0, 0), "`tool` must be a table"),
    ],
)
def test_mistake_in_toml_is_told_where_it_is(source: str, where: tuple[int, int], message: str) -> None:
    problem = read_toml(source).problems[0]
    assert (problem.line, problem.column) == where
    assert message in problem.message


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[tool.bandit]", True),
        ("[tool.bandit.posse]", True),
        ("tool = {bandit = {}}", True),
        ("[tool.bandit", True),
        ("[tool.ruff]\n# bandit", False),
        ("[tool.ruff\n# bandit", False),
        ("dependencies = ['bandit']", False),
        ("", False),
    ],
)
def test_toml_counts_where_it_has_the_table(source: str, expected: bool) -> None:
    assert has_table(source) is expected


def test_ini_file_selects() -> None:
    reading = read_selection(
        "[bandit]\nskips = B101,B102\nexclude = ./a,b\nlevel = 3\nconfidence = high\nignore-nosec=1\n"
    )
    selection = reading.selection
    assert not reading.problems
    assert (selection.skips, selection.excluded) == (("B101", "B102"), ("./a", "b"))
    assert (selection.severity, selection.confidence, selection.ignore_nosec) == (Level.MEDIUM, Level.HIGH, True)


@pytest.mark.parametrize(
    ("source", "line", "message", "fatal"),
    [
        ("[bandit]\nskips = B101\n\nlevel = 9\n", 3, "`level` must be one of", True),
        ("[bandit]\ntests = B1O1\n", 1, "Did you mean B101?", False),
        ("[bandit]\nskip = B101\n", 1, "Did you mean skips?", False),
        ("# a\n[bandit]\nquiet = no\n", 2, "counts as true", False),
        ("tests: [B101]\n", 0, "Not used", False),
        ("[bandit]\na = 1\na = 2\n", 2, "Not used", False),
        ("[other]\n", 0, "Not used", False),
        ("[bandit]\n[bandit]\n", 1, "a section is given twice", False),
        ("[bandit]\nskips\nlevel = 1\n", 1, "neither a section nor an option", False),
        (f"[bandit]\nskips = {'B101,' * 5000}\n", 1, "more than 2,000 items", False),
    ],
)
def test_mistake_in_an_ini_file_is_told_in_its_line(source: str, line: int, message: str, fatal: bool) -> None:
    problem = read_selection(source).problems[0]
    assert (problem.line, problem.fatal) == (line, fatal)
    assert message in problem.message


def test_a_line_that_is_indented_belongs_to_the_value_as_for_bandit() -> None:
    reading = read_selection("[bandit]\nskips = B101,\n  B102\n# why\n\n  B103\nlevel = 1\n")
    assert reading.selection.skips == ("B101", "\nB102\n\nB103")
    assert "Unknown test ID" in reading.problems[0].message


def test_of_many_faults_the_first_and_the_fatal_one_are_problems() -> None:
    harmless = "".join(f"skips{n}: 1\n" for n in range(300))
    reading = read_yaml(f"{harmless}tests: 5\n")
    assert reading.configuration is None
    assert [problem.fatal for problem in reading.problems].count(True) == 1
    assert "problems are shown" in reading.problems[-1].message
    assert len(reading.problems) < 300


PIECES: tuple[str, ...] = (
    "skips",
    "tests",
    "posse",
    "B101",
    "run",
    ": ",
    "[",
    "]",
    "{",
    "}",
    "\n",
    "\r",
    "  ",
    "- ",
    "&a ",
    "*a",
    "<<: ",
)
PIECES += ("=", "'", '"', "#", "[tool.bandit]", "[bandit]", "!!", "\x85", "\u2028", "\ufeff", "\0", "%", "?", "|", ",")


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_text_makes_a_reader_fail(source: str) -> None:
    lines = LineIndex(source)
    for read in (read_yaml, read_toml, read_selection):
        reading = read(source)
        assert reading.configuration is not None or any(problem.fatal for problem in reading.problems)
        for problem in reading.problems:
            assert (problem.line, problem.column) <= (problem.end_line, problem.end_column)
            assert problem.line <= lines.position(len(source)).line
