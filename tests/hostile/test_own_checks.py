"""Declared checks of strangers: each mistake is one problem at its place, and costs no time and no other check."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
import yaml

from posse_checks.analysis.check import analyze
from posse_checks.analysis.registry import Catalogue
from posse_checks.config.check_file import MOST_PATTERNS, read_check_file
from posse_checks.config.check_schema import check_keys
from posse_checks.config.reader import read_yaml
from posse_checks.declared.automaton import automaton_of
from posse_checks.declared.compile import rule_of
from posse_checks.declared.examples import failures_of, findings_in
from posse_checks.python.names import Names
from posse_checks.python.syntax import Broken, parse
from posse_server.project.check_files import MAXIMUM_FILES, read_check_files
from tests.hostile.growth import LIMIT, Action, power

GOOD = "- {id: X900, call: f, message: good}\n"


def nested(depth: int) -> str:
    return "- {id: X901, message: m, " + "any: [{" * depth + "call: g" + "}]" * depth + "}\n"


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("- {id: X901, call: g, message: '{nme}'}", "`message` has no field at `{nme}`"),
        ("- {id: X901, call: g, message: '{name'}", "`message` has no field at `{name`"),
        ("- {id: X901, call: g}", "A check needs `message`."),
        ("- {call: g, message: m}", "A check needs `id`."),
        ("- {id: X901, message: m}", "A check needs a subject"),
        ("- {id: X901, message: m, keyword: {a: 1}}", "A check needs a subject"),
        ("- {id: X901, message: m, any: [{call: g}, {keyword: a}]}", "in each alternative of `any`"),
        ("- {id: X901, message: m, call: g, string: a}", "this has `call` and `string`"),
        ("- {id: X901, message: m, call: g, cal: h}", "has no option `cal`. Did you mean call?"),
        ("- {id: B901, message: m, call: g}", "other than Bandit's B101 and Posse's P101"),
        ("- {id: P1, message: m, call: g}", "other than Bandit's B101 and Posse's P101"),
        ("- {id: X900, message: m, call: g}", "`X900` is already the ID of the check X900 above"),
        ("- {id: X901, name: assert_used, message: m, call: g}", "`assert_used` is already B101"),
        ("- {id: X901, message: m, string: '(a'}", "an opening parenthesis is not closed"),
        (r"- {id: X901, message: m, string: '(a)\1'}", "references are not"),
        ("- {id: X901, message: m, call: g, position: {a: 1}}", "`position` must be a mapping such as `{0: md5}`"),
        ("- {id: X901, message: m, call: g, keyword: {a: {like: b}}}", "`a` must be a plain value"),
        ("- {id: X901, message: m, call: 'g(x)'}", "a qualified name such as"),
        ("- {id: X901, message: m, call: []}", "`call` must have 1 to 200 items"),
        ("- {id: X901, message: m, call: g, severity: bad}", "`severity` must be one of low, medium, high"),
        ("- {id: X901, message: m, call: g, cwe: 0}", "`cwe` must be a number from 1 to 9,999"),
        ("- {id: X901, message: m, call: g, link: 'javascript:x'}", "an address that begins with `https://`"),
        ("- {id: X901, message: m, call: g, fix: {set: {a: [1]}}}", "`set` must map keywords"),
        ("- {id: X901, message: m, call: g, sink: h}", "`call` does not go with `sink`"),
        ("- {id: X901, message: m, source: h}", "needs `sink`"),
        ("- X901", "`checks` must be a mapping of options"),
        (nested(25).rstrip(), "nested more than 16 deep"),
        ("- &a {id: X901, message: m, any: [*a]}", "nested more than 16 deep"),
        (f"- {{id: X901, message: m, call: [{', '.join(['g'] * 3000)}]}}", "over 2,000 values"),
        (f"- {{id: X901, message: m, string: '{'a' * 501}'}}", "more than 500 characters"),
    ],
)
def test_each_mistake_is_one_problem_and_leaves_the_other_checks(check: str, message: str) -> None:
    parsed = read_check_file(GOOD + check + "\n")
    (problem,) = parsed.problems
    assert message in problem.message
    assert problem.line == 1
    assert not problem.fatal
    assert [one.id for one in parsed.checks] == ["X900"]
    inside = "posse:\n  checks:\n" + "".join(f"  {line}\n" for line in (GOOD + check).splitlines())
    configured = read_yaml(inside)
    assert [problem.message for problem in configured.problems] == [problem.message for problem in parsed.problems]
    assert configured.configuration is not None
    assert [rule.id for rule in configured.configuration.declared_rules] == ["X900"]


@pytest.mark.parametrize("source", ["- id: [", "x: 1", "- &a [*a]", "'a'", "checks: 3", "a: &a [b]\nc: {<<: *a}", "\0"])
def test_file_that_holds_no_checks_is_one_problem(source: str) -> None:
    parsed = read_check_file(source)
    assert not parsed.checks
    assert len(parsed.problems) == 1
    assert not parsed.problems[0].fatal


def test_many_checks_are_cut_off_with_one_problem() -> None:
    parsed = read_check_file("".join(f"- {{id: X{n}, call: f{n}, message: m}}\n" for n in range(1000, 2000)))
    assert len(parsed.checks) == 500
    assert [problem.message for problem in parsed.problems] == [
        "`checks` has 1,000 checks: only the first 500 are used."
    ]
    assert parsed.problems[0].line == 500


def test_values_of_any_type_anywhere_raise_nothing() -> None:
    """And a check that is accepted runs."""
    chosen = random.Random(0)
    keys = list(check_keys().keys)
    program = parse("import a\n@b(1)\nclass C(D):\n    x = f('s', k=1)\n")
    assert not isinstance(program, Broken)

    def value(depth: int) -> object:
        plain = [None, True, 0, -1, 1.5, "", "f", "a.b", "*.x", "(a", "{name}", "X901", "2020-01-01", 10**30]
        if depth > 3 or chosen.random() < 0.5:
            return chosen.choice(plain)
        if chosen.random() < 0.5:
            return [value(depth + 1) for _ in range(chosen.randint(0, 3))]
        return {chosen.choice([*keys, "0", "name", "x"]): value(depth + 1) for _ in range(chosen.randint(0, 3))}

    accepted = 0
    for _ in range(1500):
        check = {"id": "X901", "call": "f", "message": "m"} | {chosen.choice(keys): value(0) for _ in range(2)}
        parsed = read_check_file(yaml.safe_dump([check], allow_unicode=True))
        assert bool(parsed.checks) != bool(parsed.problems), check
        for one in parsed.checks:
            catalogue = Catalogue([rule_of(one)])
            analyze(program, Names(), catalogue)
            failures_of(one, findings_in)
            assert not catalogue.failures, check
            accepted += 1
    assert accepted > 20


@pytest.mark.parametrize("pattern", ["(a?){30}a{30}b", "(a|b)*a(a|b){12}c"])
def test_search_takes_time_in_proportion_to_the_text(pattern: str) -> None:
    letters = "abbabaab" if "b){" in pattern else "a"

    def make(size: int) -> Action:
        automaton, text = automaton_of.__wrapped__(pattern), letters * (size // len(letters))
        return lambda: automaton.search(text)

    assert power(make, largest=1 << 18) < LIMIT


def test_files_of_checks_are_regular_few_and_in_the_project(tmp_path: Path) -> None:
    folder, outside = tmp_path / "project", tmp_path / "outside.yaml"
    checks = folder / ".posse" / "checks"
    checks.mkdir(parents=True)
    outside.write_text(GOOD)
    (checks / "link.yaml").symlink_to(outside)
    (checks / "folder.yaml").mkdir()
    os.mkfifo(checks / "pipe.yaml")
    (checks / "large.yaml").write_text("#" * 100_000)
    (checks / "wrong.yaml").write_bytes(b"\xff")
    (checks / "right.yaml").write_text(GOOD)
    files = {file.path.name: file.parsed for file in read_check_files(folder, {}, folder)}
    assert [name for name, parsed in files.items() if parsed.checks] == ["right.yaml"]
    assert all(len(parsed.problems) == 1 for name, parsed in files.items() if name != "right.yaml")
    assert len(files) == 6
    for pattern in ("../outside.yaml", "/etc/*.yaml", "**/*.yaml", "a/../../outside.yaml", ".posse/checks/*.py"):
        assert not read_check_files(folder, {"check_files": (pattern,)}, folder), pattern
    for number in range(MAXIMUM_FILES + 10):
        (checks / f"more{number}.yaml").write_text("")
    assert len(read_check_files(folder, {}, folder)) == MAXIMUM_FILES


def test_what_a_check_says_cannot_link_or_load() -> None:
    text = '- id: X901\n  call: f\n  message: m\n  why: "![a](https://x) <img src=x> \\\\[b](c) &amp; `d[0]`"\n'
    (check,) = read_check_file(text).checks
    docstring = rule_of(check).docstring
    assert "\\!\\[a\\](https://x) \\<img src=x\\> \\\\\\[b\\](c) \\&amp; `d[0]`" in docstring


def test_patterns_are_few_since_each_looks_through_a_folder() -> None:
    for count in (MOST_PATTERNS, MOST_PATTERNS + 1, 1_000):
        patterns = ", ".join(f"a/x{number}*.py" for number in range(count))
        parsed = read_yaml(f"posse: {{check_files: [{patterns}]}}\n")
        is_taken = count <= MOST_PATTERNS
        assert [problem.message for problem in parsed.problems] == (
            [] if is_taken else [f"`check_files` has more than {MOST_PATTERNS} items."]
        )
        assert (parsed.configuration is not None) == is_taken
