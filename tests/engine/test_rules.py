"""Every rule's documentation is correct: its examples are run, with Posse and with Bandit."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

import pytest

from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.fixes.apply import fixed, fixes
from posse_checks.flow.findings import Follower
from posse_checks.incremental.check_file import check_module
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_checks.rule.declaration import Rule, rule
from posse_checks.rule.documentation import BAD, FIXED, GOOD, HEADINGS, Example, documentation_of
from posse_checks.rule.finding import Cwe, Finding, Level
from posse_checks.rule.fix import Fixer, Safety
from posse_checks.rule.flow import Flow
from posse_checks.rule.views import Call
from tests.oracle import BANDIT_FAILS, bandit_rows, difference, posse_rows

RULES = list(all_rules().values())
NOT_IN_BANDIT = {"B109", "B111"}
"""Checks that Bandit has dropped."""
BANDIT_HAS = [rule for rule in RULES if rule.id not in NOT_IN_BANDIT and not rule.is_own]


def examples(heading: str, rules: Sequence[Rule] = RULES) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}-{index}")
        for rule in rules
        for index, example in enumerate(documentation_of(rule.docstring).examples(heading))
    ]


def findings_of(rule: Rule, source: str) -> list[Finding]:
    catalogue = Catalogue([rule])
    if not rule.is_own:
        return Document.opened(source, catalogue).findings()
    checked = check_module(source.encode(), catalogue, Follower(catalogue))
    assert not isinstance(checked, Broken)
    return [item.finding for item in checked]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_documentation_has_its_parts(rule: Rule) -> None:
    documentation = documentation_of(rule.docstring)
    assert documentation.summary.endswith(".") and len(documentation.summary) <= 120
    assert len(documentation.why) > 80, "say why it matters"
    assert tuple(documentation.sections) == tuple(title for title in HEADINGS if title != FIXED or rule.fixers)
    assert documentation.examples(BAD) and documentation.examples(GOOD)
    assert documentation.references and all(link.startswith("https://") for link in documentation.references)


@pytest.mark.parametrize(("rule", "example"), examples(BAD))
def test_bad_example_is_reported_where_it_is_marked(rule: Rule, example: Example) -> None:
    spans = {}
    lines = example.code.splitlines()
    for finding in findings_of(rule, example.code):
        span = finding.span
        assert span.line == span.end_line, "mark findings of one line in examples"
        encoded = lines[span.line - 1].encode()
        columns = (len(encoded[: span.column].decode()), len(encoded[: span.end_column].decode()))
        spans[(span.line, *columns)] = finding.message
    assert example.expected, "a bad example marks what is bad"
    assert set(spans) == {(item.line, item.column, item.end_column) for item in example.expected}
    for item in example.expected:
        assert spans[item.line, item.column, item.end_column].startswith(item.message)


@pytest.mark.parametrize(("rule", "example"), examples(GOOD))
def test_good_example_is_not_reported(rule: Rule, example: Example) -> None:
    compile(example.code, rule.id, "exec")
    assert findings_of(rule, example.code) == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fixers], ids=lambda rule: rule.id)
def test_each_fix_makes_of_a_bad_example_what_is_shown(rule: Rule) -> None:
    documentation = documentation_of(rule.docstring)
    titles = [f"{fixer.title} ({fixer.safety.value})" for fixer in rule.fixers]
    assert [title for title, _ in documentation.fixed] == titles, "show each fix under its title, in their order"
    for fixer, (_, shown) in zip(rule.fixers, documentation.fixed, strict=True):
        compile(shown, rule.id, "exec")
        bad = [Document.opened(example.code, Catalogue([rule])) for example in documentation.examples(BAD)]
        results = [_fixed(document, rule, fixer) for document in bad]
        assert shown in [str(result.text) for result in results]
        assert shown not in [str(document.text) for document in bad]


REMINDERS = {"B404", "B603", "B607"}
"""Checks that report any program that is started without a shell, and the import for it."""


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fixers], ids=lambda rule: rule.id)
def test_fixes_bring_only_reminders_and_what_only_declares_is_last(rule: Rule) -> None:
    for fixer in rule.fixers:
        assert fixer.may_introduce <= REMINDERS
        assert not (fixer.safety is Safety.SAFE and (fixer.keeps_finding or fixer.one_by_one))
    if not rule.is_own:
        assert rule.fixers == sorted(rule.fixers, key=lambda fixer: fixer.one_by_one)


def _fixed(document: Document, rule: Rule, fixer: Fixer) -> Document:
    """The document with a fix applied, one finding after the other for a rule on flows."""
    if Flow not in rule.subscription and not fixer.keeps_finding:
        return fixed(document, lambda _, each: each is fixer)
    follow = Follower(document.catalogue).flows_in if Flow in rule.subscription else Document.findings
    for finding in follow(document):
        for fix in fixes(document, finding, follow):
            if fix.title == fixer.title:
                return document.replaced(fix.replacements)
    return document


@pytest.mark.parametrize(("rule", "example"), [*examples(BAD, BANDIT_HAS), *examples(GOOD, BANDIT_HAS)])
def test_example_is_judged_as_by_bandit(rule: Rule, example: Example) -> None:
    bandit, posse = bandit_rows(example.code, only=[rule.id]), posse_rows(findings_of(rule, example.code))
    assert not difference(bandit, posse, example.code)


@pytest.mark.parametrize("rule", BANDIT_HAS, ids=lambda rule: rule.id)
def test_bandit_fails_just_where_that_is_known(rule: Rule, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "bandit"):
        for example in documentation_of(rule.docstring).examples(BAD):
            bandit_rows(example.code, only=[rule.id])
    errors = [record for record in caplog.records if record.name.startswith("bandit")]
    assert bool(errors) == (rule.id in BANDIT_FAILS), "compare without it: `BANDIT_FAILS` in tests/oracle.py"
    assert all(BANDIT_FAILS[rule.id] in record.getMessage() for record in errors)


def test_a_rule_that_fails_costs_its_findings_there_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    def check(call: Call) -> Iterator[Finding]:
        if call.keyword("x"):
            raise ValueError("a mistake in the rule")
        yield call.finding("Found.")

    failing = rule("B998", "failing", Level.LOW, Level.LOW, Cwe.CLEARTEXT_TRANSMISSION, called={"f"})(check)
    other = all_rules()["B101"]
    source = "f()\nf(x=1)\nassert f(x=1)\nf()\n"
    found = Document.opened(source, Catalogue([failing, other])).findings()
    assert [(finding.rule.id, finding.line) for finding in found] == [("B998", 1), ("B101", 3), ("B998", 4)]
    assert [record.getMessage().partition(" ")[0] for record in caplog.records] == ["B998"]
