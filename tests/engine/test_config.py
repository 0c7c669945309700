"""Configuration: its selection of rules, as in Bandit, and messages about mistakes in it."""

from __future__ import annotations

import pytest

from posse_checks.analysis.registry import bandit_rules
from posse_checks.config.configuration import Configuration
from posse_checks.config.problem import Problem
from posse_checks.config.reader import read_configuration, read_settings, read_yaml
from posse_checks.incremental.document import Document


def valid(source: str) -> Configuration:
    configuration = read_configuration(source)
    assert isinstance(configuration, Configuration), configuration
    return configuration


def running(configuration: Configuration, path: str = "./a.py") -> set[str]:
    return {rule.id for rule in configuration.rules_for(path)}


EVERY = {rule.id for rule in bandit_rules().values() if not rule.optional}
BLOCKLISTS = {rule.id for rule in bandit_rules().values() if rule.blocked is not None}


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ("", EVERY),
        ("tests: [B101, B602]", {"B101", "B602"}),
        ("skips: [B101]", EVERY - {"B101"}),
        ("tests: [B101, B602]\nskips: [B608]", {"B101", "B602"}),
        ("tests: [B001]", BLOCKLISTS),
        ("tests: [B001, B404]", {"B404"}),
        ("skips: [B001]", EVERY - BLOCKLISTS),
        ("tests: []\nskips:\n", EVERY),
        ("base: &ids [B101]\ntests: *ids\nunknown_to_us: 1", {"B101"}),
    ],
)
def test_tests_and_skips_select(source: str, ids: set[str]) -> None:
    assert running(valid(source)) == ids


def test_files_are_excluded_by_pattern_and_by_part_of_their_path() -> None:
    configuration = valid("exclude_dirs: ['*/generated/*', '/tests']")
    assert configuration.excludes("./src/generated/a.py")
    assert configuration.excludes("./tests/a.py")
    assert configuration.excludes("./.git/hooks/a.py")
    assert not configuration.excludes("./src/a.py")


def test_rule_is_off_in_the_files_that_its_option_lists() -> None:
    configuration = valid("assert_used: {skips: ['*/test_*.py']}")
    assert "B101" not in running(configuration, "./a/test_b.py")
    assert "B101" in running(configuration, "./a/b.py")


def test_options_reach_their_rule() -> None:
    configuration = valid("hardcoded_tmp_directory: {tmp_dirs: [/scratch]}")
    document = Document.opened("a = '/scratch/x'\nb = '/tmp/x'\n", configuration.catalogue_for("./a.py"))
    assert [(finding.rule.id, finding.line) for finding in document.findings()] == [("B108", 1)]


@pytest.mark.parametrize(
    ("source", "where", "message"),
    [
        ("a: [", (0, 4), "Invalid YAML"),
        ("skips: [B101]\n\tb: 1", (1, 0), "Invalid YAML"),
        ("- a", (0, 0), "mapping"),
        ("just text", (0, 0), "mapping"),
        ("skips: B101", (0, 7), "`skips` must be a list"),
        ("skips: [B101, [B102]]", (0, 14), "`skips` must be a list"),
        ("skips: [1]", (0, 8), "`skips` must be a list"),
        ("exclude_dirs: {a: b}", (0, 14), "`exclude_dirs` must be a list"),
        ("tests:\n- B101\n- B1O2\n", (2, 2), "Did you mean B102?"),
        ("skips: [assert_used]", (0, 8), "B101"),
        ("tests: [B101]\nskips: [B101]", (1, 8), "both"),
        ("assert_used: [a]", (0, 13), "mapping of options: skips"),
        ("assert_used: {skips: a}", (0, 21), "`skips` must be a list"),
        ("try_except_pass: {check_typed_exception: 1}", (0, 41), "true or false"),
        ("x: &x {skips: [B9]}\n<<: *x", (0, 15), "Unknown test ID"),
        ("a: &a [*a]\nskips: *a", (0, 3), "list of strings"),
    ],
)
def test_mistake_is_told_where_it_is(source: str, where: tuple[int, int], message: str) -> None:
    problems = read_configuration(source)
    assert isinstance(problems, list)
    problem: Problem = problems[0]
    assert (problem.line, problem.column) == where, problems
    assert message in problem.message


@pytest.mark.parametrize(
    "mistake",
    [
        "assert_used: [a]",
        "assert_used: {skips: a}",
        "hardcoded_tmp_directory: {tmp_dirs: 5}",
        "tests: [B1O2]",
        "include: '*.py'",
        "zzz: 5",
        "skipz: [B101]",
    ],
)
def test_a_mistake_that_bandit_tolerates_costs_its_own_entry_alone(mistake: str) -> None:
    parsed = read_yaml(f"{mistake}\nskips: [B102]\nexclude_dirs: [a]\n")
    assert parsed.problems
    assert not any(problem.fatal for problem in parsed.problems)
    assert parsed.configuration is not None
    assert parsed.configuration.skips == {"B102"}
    assert parsed.configuration.exclude_dirs == ("a",)


def test_a_mistake_in_an_editors_setting_costs_this_setting_alone() -> None:
    known, messages = read_settings({"run": "on_sav", "matching": "bandit", "flow": "x"})
    assert (len(known), len(messages)) == (1, 2)
