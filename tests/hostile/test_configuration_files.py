"""Configurations and baselines crafted to be expensive: time and memory are linear in the file, up to a limit."""

from __future__ import annotations

import configparser
import json
import math
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.baseline.match import NotABaselineError, report_in
from posse_checks.config.cursor import cursor_at
from posse_checks.config.ini_source import read_ini
from posse_checks.config.reader import read_selection, read_toml, read_yaml
from posse_checks.config.toml_source import has_table
from posse_checks.python.text import Position, split_lines
from tests.hostile.growth import seconds

Make = Callable[[int], str]
SMALL, FACTOR = 8_000, 4
"""Sizes to compare, in characters: a small one and its multiple, up to half of a file's limit."""
MARGIN = 2.5
"""Tolerance for growth over linear; quadratic growth would exceed linear by another factor `FACTOR`."""
BYTES_PER_CHARACTER = 600
"""Bytes that a reader may use per character: a node of a tree has a dozen objects, and two characters."""


def filled(piece: str, head: str = "", tail: str = "") -> Make:
    """A file of some size that repeats a piece."""
    return lambda size: head + piece * (size // len(piece)) + tail


def numbered(piece: str, head: str = "", tail: str = "") -> Make:
    """The same with a number in each piece."""
    return lambda size: head + "".join(map(piece.format, range(size // (len(piece) + 2)))) + tail


INI: dict[str, Make] = {
    "options": numbered("o{}=1\n", "[bandit]\n"),
    "sections": numbered("[s{}]\n"),
    "misspelt": numbered("skip{}=1\n", "[bandit]\n"),
    "ids": numbered("B{},", "[bandit]\ntests = "),
    "few ids": lambda size: "[bandit]\ntests = " + ",".join(["x" * (size // 1000)] * 1000),
    "exclusions": filled("*a,", "[bandit]\nexclude = "),
    "continuation": filled(" x\n", "[bandit]\nexclude = a\n"),
    "blanks": filled(" ", "[bandit]\nskips", "B101\n"),
    "blanks without an end": filled(" ", "[bandit]\nskips = a"),
    "empty lines": filled("\n", "[bandit]\nskips = a"),
    "references": filled("%(skips)s", "[bandit]\nskips = "),
    "brackets": filled("[", "[bandit]\n"),
    "closed brackets": filled("]", "[", "\n[bandit]\n"),
    "delimiters": filled("=:", "[bandit]\n"),
    "comments": filled("#\n"),
    "carriage returns": filled("\r", "[bandit]\n"),
}
TOML: dict[str, Make] = {
    "parts": filled(".a", "[tool.bandit]\na", " = 1\n"),
    "quoted parts": filled(" . 'a'", "[tool.bandit]\na", " = 1\n"),
    "parts of a header": filled(".a", "[tool.bandit", "]\n"),
    "parts of an inline table": filled(".a", "[tool.bandit]\nx = {a", " = 1}\n"),
    "headers": numbered("[k{}]\n", "[tool.bandit]\n"),
    "tables in an array": filled("[[k]]\n", "[tool.bandit]\n"),
    "dotted keys": numbered("a{}.b = 1\n", "[tool.bandit]\n"),
    "keys": numbered("k{} = 1\n", "[tool.bandit]\n"),
    "keys of posse": numbered("k{} = 1\n", "[tool.bandit.posse]\n"),
    "brackets": filled("[", "[tool.bandit]\n"),
    "nested": lambda size: f"[tool.bandit]\na = {'[' * (size // 2)}{']' * (size // 2)}\n",
    "nested tables": filled("{a=", "[tool.bandit]\na = "),
    "numbers": filled("1,", "[tool.bandit]\na = [", "]\n"),
    "digits": filled("1", "[tool.bandit]\na = "),
    "hexadecimal digits": filled("f", "[tool.bandit]\na = 0x", "\n"),
    "strings": filled("'',", "[tool.bandit]\nskips = [", "]\n"),
    "escapes": filled('"\\\\",', "[tool.bandit]\na = [", "]\n"),
    "an open string": filled('\\"""', '[tool.bandit]\na = """'),
    "an open literal": filled("a'", "[tool.bandit]\na = '''"),
    "quotes": filled('"', "[tool.bandit]\n"),
    "blanks": filled(" ", "[tool.bandit]\na", "b\n"),
    "comments": filled("# ", "[tool.bandit]\n"),
}
YAML: dict[str, Make] = {
    "keys": numbered("k{}: 1\n"),
    "keys of posse": numbered("k{}: 1, ", "posse: {", "}\n"),
    "ids": numbered("B{},", "skips: [", "]\n"),
    "patterns": filled("a: [B101], ", "posse: {per_file_ignores: {", "}}\n"),
    "levels": numbered("B{}: x, ", "posse: {severity_map: {", "}}\n"),
    "repeated keys": filled("skips: []\n"),
    "digits": filled("1", "a: "),
    "base 60": filled(":1", "a: 1"),
    "base 60 with a point": filled(":1", "a: 1", ".5"),
    "a value of no type": filled("x", "a: !!bool "),
    "a long key": filled("x", "? ", "\n: 1\n"),
    "nested lists": filled("[", "a: "),
    "nested blocks": filled("- "),
    "nested mappings": filled("{a: "),
    "nested questions": filled("? "),
    "anchors": numbered("a{0}: &x{0} 1\n"),
    "aliases": filled("*x,", "a: &x 1\nb: [", "]\n"),
    "aliases to what is around them": filled("*x,", "profiles: &x {a: {include: [", "]}}\n"),
    "profiles within themselves": numbered("a{}: *x, ", "profiles: &x {", "}\n"),
    "merges": filled("*x,", "a: &x {k: 1}\nb: {<<: [", "]}\n"),
    "escapes": filled("\\n", 'a: "', '"\n'),
    "quotes": filled("'"),
    "blanks": filled(" ", "a: ", "b\n"),
    "comments": filled("#"),
    "documents": filled("---\n"),
}
BASELINES: dict[str, Make] = {
    "nested lists": filled("[", '{"results": '),
    "nested objects": filled('{"a":'),
    "digits": filled("1", '{"results": ', "}"),
    "digits of a weakness": filled("1", '{"results": [{"issue_cwe": {"id": "', '"}}]}'),
    "repeated keys": filled('"results":[],', "{", '"results":[]}'),
    "empty objects": filled("{},", '{"results": [], "x": [', "{}]}"),
    "blanks": filled(" ", '{"results": []', "}"),
    "escapes": filled("\\u0041", '{"results": [], "x": "', '"}'),
}


def read_report(source: str) -> None:
    try:
        report_in(source)
    except NotABaselineError:
        return


def read_both(source: str) -> None:
    read_toml(source)
    has_table(source)


CASES = [
    pytest.param(read, make, id=f"{kind}: {name}")
    for kind, read, makes in (
        ("ini", read_selection, INI),
        ("toml", read_both, TOML),
        ("yaml", read_yaml, YAML),
        ("baseline", read_report, BASELINES),
    )
    for name, make in makes.items()
]


def spent(read: Callable[[str], object], source: str) -> float:
    """Processor seconds of a reader, rounded up to a measurable number."""
    return max(seconds(lambda: read(source), 3), 0.01)


@pytest.mark.parametrize(("read", "make"), CASES)
def test_time_to_read_grows_with_the_file(read: Callable[[str], object], make: Make) -> None:
    read(make(100))  # what is loaded on first use
    growth = math.inf
    for _ in range(3):  # on a busy machine, one measurement may be off
        small, large = (spent(read, make(size)) for size in (SMALL, SMALL * FACTOR))
        growth = min(growth, large / small)
        if growth < FACTOR * MARGIN:
            break
    assert growth < FACTOR * MARGIN


@pytest.mark.parametrize(("read", "make"), CASES)
def test_memory_to_read_is_bounded_by_the_file(read: Callable[[str], object], make: Make) -> None:
    source = make(SMALL)
    read(make(100))
    tracemalloc.start()
    try:
        read(source)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(source) * BYTES_PER_CHARACTER


PLACES: dict[str, tuple[str, Make]] = {
    "brackets": ("pyproject.toml", filled("[", "[tool.bandit]\n", "]x\nskips = []\n")),
    "brackets in braces": ("pyproject.toml", filled("[{", "[tool.bandit]\nposse = ", "\nx\n")),
    "a word": ("pyproject.toml", filled("a", "[tool.bandit]\nskips = ['", "\n")),
    "a word in braces": ("bandit.yaml", filled("a", "posse: {run: ", "\n")),
    "quotes": ("bandit.yaml", filled("'\"", "posse: {run: ", "\n")),
    "quotes and blanks": ("bandit.yaml", filled("'' ", "posse: {run: ", "\n")),
    "blanks": ("bandit.yaml", filled(" ", "posse:", "x\n")),
    "dashes": ("bandit.yaml", filled("- ", "skips:\n", "x\n")),
    "lines that open": ("bandit.yaml", filled("  a: {\n", "posse:\n")),
    "lines of a list": ("pyproject.toml", filled("  'B101',\n", "[tool.bandit]\nskips = [\n")),
    "comments": ("pyproject.toml", filled("# a\n", "[tool.bandit]\n")),
    "headers": ("pyproject.toml", filled("[tool.bandit.posse]\n")),
    "parts": ("pyproject.toml", filled(".a", "[tool.bandit", "]\n")),
    "an option": (".bandit", filled("a", "[bandit]\nskips = ")),
}


@pytest.mark.parametrize(("name", "make"), PLACES.values(), ids=PLACES)
def test_time_to_complete_and_explain_grows_with_the_file(name: str, make: Make) -> None:
    def ask(source: str) -> None:
        lines = split_lines(source)
        for line in {len(lines) - 1, max(len(lines) - 2, 0), len(lines) // 2}:
            cursor_at(lines, Position(line, len(lines[line].rstrip("\n"))), name)

    small, large = (spent(ask, make(size)) for size in (4 * SMALL, 4 * SMALL * FACTOR))
    assert large / small < FACTOR * MARGIN


def lines_of_ini() -> st.SearchStrategy[str]:
    pieces = [
        "skips",
        "tests",
        "B101",
        " ",
        "  ",
        "=",
        ":",
        "[bandit]",
        "[DEFAULT]",
        "[x]",
        "#",
        ";",
        "\n",
        "\n\n",
        ",",
    ]
    return st.lists(st.sampled_from([*pieces, "\t", "A", "é", "[", "]"]), max_size=25).map("".join)


@given(lines_of_ini())
def test_ini_file_means_what_it_means_to_configparser(source: str) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(source)
        theirs = {name: value for name, value in parser.items("bandit") if value}
    except configparser.Error:
        theirs = {}
    assert read_ini(source).options == theirs


@pytest.mark.parametrize("value", ["%(x)s", "%x", "%", "a%(skips)s", "%%%"])
def test_value_that_would_be_interpolated_is_ignored_and_told(value: str) -> None:
    ini = read_ini(f"[bandit]\nx = B102\nskips = {value}\ntests = B101\n")
    assert "skips" not in ini.options and ini.selection.tests == ("B101",)
    assert "not interpolated" in ini.problems[0].message
    assert read_ini("[bandit]\nexclude = 100%%\n").options == {"exclude": "100%"}


SECRET = "TOPSECRET=hunter2 hunter2: [hunter2 'hunter2\n"


@pytest.mark.parametrize(
    "head", ["", "[bandit]\n", "[bandit]\nskips = a\n", "[tool.bandit]\n", "a: !!int ", "a: !!bool "]
)
@pytest.mark.parametrize("read", [read_yaml, read_toml, read_selection])
def test_message_about_a_text_quotes_no_line_of_it(read: Callable[[str], object], head: str) -> None:
    for secret in (SECRET, "hunter2\n", "hunter2: 'hunter2\n", "hunter2 = hunter2\n"):
        assert "hunter2 " not in str(getattr(read(head + secret), "problems", "")).replace("`hunter2`", "")


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", '"x"', f'"{"1" * 5000}"', "1" * 5000, "[]", "null"])
def test_weakness_that_is_no_number_is_no_baseline(number: str) -> None:
    entry = {"code": "", "line_number": 1, "line_range": [1], "issue_cwe": {"id": 0}, "issue_severity": "LOW"}
    entry |= {"issue_confidence": "LOW", "issue_text": "", "test_name": "", "test_id": "", "filename": "a"}
    text = json.dumps({"results": [entry]})
    assert report_in(text)
    with pytest.raises(NotABaselineError):
        report_in(text.replace('"id": 0', f'"id": {number}'))


def test_of_many_problems_the_first_are_told_and_the_one_that_is_fatal() -> None:
    reading = read_yaml(f"skips: [{', '.join(f'B{n}' for n in range(10_000, 11_000))}]\ntests: 1\n")
    assert len(reading.problems) < 100
    assert reading.configuration is None and any(problem.fatal for problem in reading.problems)
