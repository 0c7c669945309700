"""`posse rules`: the list of checks, the documentation of each, and all of it as one page."""

from __future__ import annotations

import pytest

from posse_checks.analysis.registry import all_rules
from posse_checks.rule.declaration import Rule
from posse_checks.rule.documentation import documentation_of
from tests.scan.conftest import Run


def test_all_checks_are_listed_in_columns(posse: Run) -> None:
    outcome = posse(command="rules")
    head, *rows = outcome.out.splitlines()
    assert outcome.status == 0
    assert [row.split()[0] for row in rows] == list(all_rules())
    columns = [head.index(title) for title in ("ID", "NAME", "SEVERITY", "CONFIDENCE", "SUMMARY")]
    for rule, row in zip(all_rules().values(), rows, strict=True):
        cells = [row[start:end].strip() for start, end in zip(columns, [*columns[1:], None], strict=True)]
        assert cells[:4] == [rule.id, rule.name, rule.severity.name.lower(), rule.confidence.name.lower()]
        assert cells[4].startswith(documentation_of(rule.docstring).summary)


def printed(text: str) -> str:
    """A text with escapes for its control characters."""
    return "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text)


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_documentation_is_shown_whole(rule: Rule, posse: Run) -> None:
    shown = posse(rule.id, command="rules")
    assert shown.status == 0
    assert posse(rule.name, command="rules") == posse(rule.id.lower(), command="rules") == shown
    documentation = documentation_of(rule.docstring)
    assert (rule.link in shown.out) is not rule.optional
    for part in (rule.id, rule.name, documentation.summary, documentation.why, *documentation.sections):
        assert part in shown.out
    for body in documentation.sections.values():
        assert printed(body.strip("\n")) in shown.out
    for name in rule.defaults:
        assert f"\n    {name}: " in shown.out
    assert "\x1b" not in shown.out


def test_several_are_shown_one_after_the_other(posse: Run) -> None:
    both = posse("B101", "B602", command="rules").out
    assert both == posse("B101", command="rules").out + "\n\n" + posse("B602", command="rules").out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("B6O2", "Did you mean B602?"),
        ("b601x", "Did you mean B601?"),
        ("assert_use", "Did you mean assert_used?"),
        ("mountain", "List all checks with `posse rules`."),
        ("", "List all checks with `posse rules`."),
    ],
)
def test_unknown_check_gets_a_suggestion(name: str, said: str, posse: Run) -> None:
    outcome = posse("B101", name, command="rules")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(f"posse: unknown check {name!r}. ") and said in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_table_of_the_page_leads_to_each_check(posse: Run) -> None:
    page = posse("--markdown", command="rules").out
    for rule in all_rules().values():
        heading = f"\n## {rule.id} {rule.name}\n"
        assert heading in page
        assert f"| [{rule.id}](#{heading.strip(chr(10)).removeprefix('## ').lower().replace(' ', '-')}) |" in page
