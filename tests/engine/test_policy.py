"""The section `posse`: its effect on reported findings, and messages about mistakes in it."""

from __future__ import annotations

import pytest

from posse_checks.config.configuration import Configuration
from posse_checks.config.policy import Display, Matching, Policy, Run, matches, merged, options_in
from posse_checks.config.reader import read_settings, read_toml, read_yaml
from posse_checks.incremental.document import Document

SOURCE = "import pickle\nassert a\nexec(b)\n"


def valid(source: str) -> Configuration:
    reading = read_yaml(source)
    assert reading.configuration is not None and not reading.problems, reading.problems
    return reading.configuration


def shown(source: str, path: str = "./pkg/a.py") -> list[str]:
    configuration = valid(source)
    document = Document.opened(SOURCE, configuration.catalogue_for(path))
    reported = [finding for assessed in document.assessed if (finding := configuration.shown(assessed))]
    return [f"{finding.rule.id} {finding.severity.name.lower()}" for finding in reported]


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("{}", ["B403 low", "B101 low", "B102 medium"]),
        ("{severity_map: {B101: high}}", ["B403 low", "B101 high", "B102 medium"]),
        ("{severity_map: {low: medium, B101: low}}", ["B403 medium", "B101 low", "B102 medium"]),
        ("{minimum_severity: medium}", ["B102 medium"]),
        ("{minimum_severity: high, severity_map: {B403: high}}", ["B403 high"]),
        ("{minimum_confidence: high}", ["B403 low", "B101 low", "B102 medium"]),
        ("{per_file_ignores: {'pkg/*': [B101]}}", ["B403 low", "B102 medium"]),
        ("{per_file_ignores: {'tests/*': [B101]}}", ["B403 low", "B101 low", "B102 medium"]),
        ("{per_file_ignores: {a.py: [B001]}}", ["B101 low", "B102 medium"]),
    ],
)
def test_it_changes_what_is_reported(section: str, expected: list[str]) -> None:
    assert shown(f"posse: {section}") == expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("tests/*", "./tests/a.py", True),
        ("tests/*", "./tests/deep/a.py", True),
        ("tests/**", "./src/tests/a.py", False),
        ("**/tests/*", "./src/tests/a.py", True),
        ("**/tests/*", "./tests/a.py", True),
        ("./tests/*", "./tests/a.py", True),
        ("test_*.py", "./src/test_a.py", True),
        ("a.py", "./src/aa.py", False),
        ("a.py", "./src/a.py", True),
        ("./a.py", "./src/a.py", False),
        ("./a.py", "./a.py", True),
        ("src", "./src/a.py", False),
    ],
)
def test_pattern_means_a_path_or_a_name(pattern: str, path: str, expected: bool) -> None:
    assert matches(path, pattern) is expected


def test_everything_can_be_said_in_yaml_and_toml_alike() -> None:
    yaml = """
posse:
  baseline: known.json
  matching: bandit
  nosec: {require_ids: warning, report_unused: off}
  run: on_save
  show_syntax_errors: off
"""
    toml = """
[tool.bandit.posse]
baseline = "known.json"
matching = "bandit"
nosec = { require_ids = "warning", report_unused = "off" }
run = "on_save"
show_syntax_errors = false
"""
    policy = valid(yaml).policy
    assert (policy.baseline, policy.matching, policy.run, policy.show_syntax_errors) == (
        "known.json",
        Matching.BANDIT,
        Run.ON_SAVE,
        False,
    )
    assert (policy.nosec.require_ids, policy.nosec.report_unused) == (Display.WARNING, Display.OFF)
    other = read_toml(toml).configuration
    assert other is not None and other.policy == policy


@pytest.mark.parametrize(
    ("source", "where", "message", "fatal"),
    [
        ("posse: 1", (0, 7), "`posse` must be a mapping of options", True),
        ("posse: {run: on_safe}", (0, 13), "Did you mean on_save?", True),
        ("posse: {minimum_severity: HIGH}", (0, 26), "Did you mean high?", True),
        ("posse:\n  per_file_ignore: {}", (1, 2), "Did you mean per_file_ignores?", False),
        ("posse: {per_file_ignores: [B101]}", (0, 26), "`per_file_ignores` must be a mapping", True),
        ("posse: {per_file_ignores: {a: B101}}", (0, 30), "must be a list", True),
        ("posse: {per_file_ignores: {a: [B1O1]}}", (0, 31), "Did you mean B101?", False),
        ("posse: {severity_map: {B101: hihg}}", (0, 29), "Did you mean high?", True),
        ("posse: {nosec: {require_ids: maybe}}", (0, 29), "`require_ids` must be one of", True),
        ("posse: {broken: 1}", (0, 16), "`broken` must be true or false", True),
        ("posse: {show_syntax_errors: 1}", (0, 28), "`show_syntax_errors` must be true or false", True),
        ("posse: {broken: on, show_syntax_errors: off}", (0, 8), "the old name of `show_syntax_errors`", False),
        ("posse: {show_syntax_eror: on}", (0, 8), "Did you mean show_syntax_errors?", False),
        ("broken: off", (0, 0), "set `show_syntax_errors` under `posse`", False),
        ("exclude: [a]", (0, 0), "use `exclude_dirs`", False),
        ("skips: []\nskips: [B101]", (1, 0), "given twice", False),
        ("x-a: \x85 b\n\u2028skips: [B1O1]", (1, 9), "Did you mean B101?", False),
        ("x-a: b\r\nskips: [B1O1]\r\n", (1, 8), "Did you mean B101?", False),
        ("x-a: b\rskips: [B1O1]\r", (1, 8), "Did you mean B101?", False),
    ],
)
def test_mistake_is_told_where_the_editor_has_it(
    source: str, where: tuple[int, int], message: str, fatal: bool
) -> None:
    reading = read_yaml(source)
    [problem] = reading.problems
    assert (problem.line, problem.column, problem.fatal) == (*where, fatal)
    assert message in problem.message
    assert (reading.configuration is None) is fatal


@pytest.mark.parametrize(
    ("section", "shown", "line"),
    [
        ("show_syntax_errors: off", False, 1),
        ("broken: off", False, 1),
        ("broken: on", True, 1),
        ("broken: off\n  show_syntax_errors: on", True, 2),
        ("show_syntax_errors: off\n  broken: on", False, 1),
        ("broken: off\n  show_syntax_errors:", False, 1),
        ("broken:\n  show_syntax_errors: off", False, 2),
    ],
)
def test_old_name_of_an_option_works_and_the_new_one_takes_precedence(section: str, shown: bool, line: int) -> None:
    reading = read_yaml(f"posse:\n  {section}\n")
    assert reading.configuration is not None
    assert reading.configuration.policy.show_syntax_errors is shown
    assert reading.key_lines["posse.show_syntax_errors"] == line


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({"showSyntaxErrors": False}, False),
        ({"show_syntax_errors": False}, False),
        ({"broken": False}, False),
        ({"broken": False, "showSyntaxErrors": True}, True),
        ({"showSyntaxErrors": False, "broken": True}, False),
        ({"broken": False, "showSyntaxErrors": None}, False),
    ],
)
def test_setting_has_the_spelling_of_editors_and_its_old_name(settings: dict[str, object], shown: bool) -> None:
    said, mistakes = read_settings(settings)
    assert (Policy.of(said).show_syntax_errors, mistakes) == (shown, [])


@pytest.mark.parametrize(
    ("settings", "mistake"),
    [
        ({"showSyntaxErrors": 1}, "`showSyntaxErrors` must be true or false."),
        ({"broken": "no"}, "`broken` must be true or false."),
        ({"showSyntaxError": True}, "There is no setting `showSyntaxError`. Did you mean showSyntaxErrors?"),
    ],
)
def test_mistake_in_a_setting_is_told_by_the_name_that_was_given(settings: dict[str, object], mistake: str) -> None:
    said, mistakes = read_settings(settings)
    assert (Policy.of(said), mistakes) == (Policy(), [mistake])


def test_settings_with_a_mistake_count_for_the_rest() -> None:
    said, mistakes = read_settings({"run": "on_save", "matching": "cuont", "baselin": "x", "trace": {"server": "off"}})
    assert Policy.of(said) == Policy(run=Run.ON_SAVE)
    assert [("Did you mean count?" in text, "Did you mean baseline?" in text) for text in mistakes] == [
        (True, False),
        (False, True),
    ]


def test_of_two_sections_the_first_wins_key_by_key() -> None:
    first = options_in({"run": "on_save", "nosec": {"require_ids": "error"}})
    second = options_in(
        {"run": "on_type", "show_syntax_errors": False, "nosec": {"require_ids": "hint", "report_unused": "off"}}
    )
    policy = Policy.of(merged(first, second))
    assert (policy.run, policy.show_syntax_errors) == (Run.ON_SAVE, False)
    assert (policy.nosec.require_ids, policy.nosec.report_unused) == (Display.ERROR, Display.OFF)


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ("", ["B105", "B105", "B105", "B106", "B107"]),
        ("allowed_names: ['*TOKEN*']", ["B105", "B105"]),
        ("allowed_values: [changeme, 'x-*']", ["B105"]),
        ("allowed_names: [password, token, api_token]", []),
        ("allowed_names: 3, allowed_values: [1, ab]", ["B105", "B105", "B105", "B106", "B107"]),
    ],
)
def test_names_and_values_that_are_no_secrets_are_not_reported(options: str, left: list[str]) -> None:
    source = "password = 'ChangeMe'\nx = {'api_token': 'x-1'}\nif password == 'q': pass\n"
    source += "f(token='x-2')\ndef g(token='changeme'): pass\n"
    parsed = read_yaml(f"hardcoded_password: {{{options}}}\n")
    assert parsed.configuration is not None
    document = Document.opened(source, parsed.configuration.catalogue_for("./a.py"))
    assert sorted(finding.rule.id for finding in document.findings()) == left
