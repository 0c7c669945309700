"""Semgrep's rules as declared checks: what they say, and what is refused by name."""

from __future__ import annotations

import textwrap

import pytest
import yaml

from posse_checks.config.check_file import read_check_file
from posse_checks.config.semgrep import imported
from posse_checks.declared.check import ExampleCode
from posse_checks.declared.examples import findings_in


def rule(body: str, languages: str = "[python]") -> str:
    head = f"rules:\n- id: my-rule\n  languages: {languages}\n  message: Do not use $ALG here.\n"
    head += "" if "severity" in body else "  severity: ERROR\n"
    return head + textwrap.indent(textwrap.dedent(body), "  ")


@pytest.mark.parametrize(
    ("body", "reported", "left"),
    [
        ("pattern: hashlib.md5(...)", ["hashlib.md5()", "hashlib.md5(a, b=1)"], ["hashlib.sha1()"]),
        ("pattern: requests.get(..., verify=False, ...)", ["requests.get(u, verify=False)"], ["requests.get(u)"]),
        ("pattern: $X.execute($Q, ...)", ["cursor.execute(q)", "a().execute(q, p)"], ["execute(q)", "c.execute()"]),
        ("pattern: ssl.wrap(..., mode=ssl.NONE)", ["import ssl as s; s.wrap(mode=s.NONE)"], ["ssl.wrap(mode=1)"]),
        (
            "pattern-either: [{pattern: eval(...)}, {pattern: import pickle}]",
            ["eval(x)", "import pickle"],
            ["import os"],
        ),
        ("pattern: from yaml import load", ["from yaml import load"], ["from yaml import dump"]),
        (
            'patterns:\n- pattern: h.new("$ALG", ...)\n- metavariable-regex: {metavariable: $ALG, regex: (md5|sha1)$}',
            ["h.new('md5')", "h.new('sha1', data)"],
            ["h.new('sha256')", "h.new(md5)"],
        ),
        ("patterns:\n- pattern: f(...)\n- pattern-not: f(..., safe=True)", ["f()", "f(safe=x)"], ["f(safe=True)"]),
        ('pattern: f("...", ...)', ["f('a')"], ["f(a)"]),
    ],
)
def test_rule_says_the_same(body: str, reported: list[str], left: list[str]) -> None:
    found = imported(rule(body))
    assert found.refused == ()
    (check,) = read_check_file(found.text).checks
    assert (check.id, check.name, check.severity.name) == ("X901", "my_rule", "HIGH")
    reports = [bool(findings_in(check, ExampleCode(code))) for code in (*reported, *left)]
    assert reports == [*([True] * len(reported)), *([False] * len(left))]


def test_metavariable_in_the_message_becomes_a_field() -> None:
    (check,) = read_check_file(imported(rule('pattern: hashlib.new("$ALG", ...)')).text).checks
    found = findings_in(check, ExampleCode("hashlib.new('md5')"))
    assert isinstance(found, tuple)
    assert [finding.message for finding in found] == ["Do not use 'md5' here."]


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("pattern: f(1)", "a call without `...`"),
        ("pattern: f(..., $X)", "an argument after `...`"),
        ("pattern: $F(...)", "a metavariable as the function"),
        ("pattern: x = 1", "is not a call or an import"),
        ("pattern: 'if $X: ...'", "is not a call or an import"),
        ("pattern: f(g($X), ...)", "as an argument is not supported"),
        ("pattern-regex: md5", "`pattern-regex` is not supported"),
        ("pattern: f(...)\npattern-inside: class A", "together are not supported"),
        ("patterns: [{pattern: f(...)}, {pattern-inside: g(...)}]", "`pattern-inside` is not supported"),
        (
            "patterns: [{pattern: 'f($X, ...)'}, {metavariable-regex: {metavariable: $X, regex: a}}]",
            "not a string literal",
        ),
        (
            "patterns: [{pattern: 'f(\"$X\", ...)'}, {metavariable-regex: {metavariable: $X, regex: '(?!a)'}}]",
            "(?!a is not supported",
        ),
        ("mode: taint\npattern-sources: [{pattern: f(...)}]", "`mode: taint` is not supported"),
        ("severity: LOW", "it has no pattern"),
        ("pattern: f(...)\nfix: g()", "`fix` is left out"),
    ],
)
def test_the_rest_is_refused_by_name(body: str, refused: str) -> None:
    found = imported(rule(body))
    assert len(found.refused) == 1
    assert found.refused[0].startswith("my-rule: ")
    assert refused in found.refused[0]
    assert bool(found.text) is ("left out" in refused)


def test_rules_of_other_languages_and_other_files_are_refused() -> None:
    assert "does not contain python" in imported(rule("pattern: f(...)", "[java]")).refused[0]
    assert "no list `rules`" in imported("a: 1").refused[0]
    assert "Invalid YAML" in imported("rules: [").refused[0]


def test_one_rule_that_is_refused_leaves_the_others() -> None:
    source = yaml.safe_load(rule("pattern: f(...)"))
    source["rules"].insert(0, {"id": "bad", "languages": ["python"], "pattern": "f(1)"})
    found = imported(yaml.safe_dump(source))
    assert [check.name for check in read_check_file(found.text).checks] == ["my_rule"]
    assert len(found.refused) == 1
