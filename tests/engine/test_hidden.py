"""Hidden findings, and the reasons for hiding them."""

from __future__ import annotations

from collections import Counter

import pytest

from posse_checks.baseline.hidden import hidden_in, shown_in
from posse_checks.baseline.match import KnownFindings, finding_key
from posse_checks.config.configuration import Configuration
from posse_checks.config.reader import read_configuration
from posse_checks.incremental.document import Document

SOURCE = "assert a  # nosec\nassert b\nexec(c)\nexec(d)\n"
EVERYTHING = KnownFindings()


def configured(source: str) -> Configuration:
    configuration = read_configuration(source)
    assert isinstance(configuration, Configuration)
    return configuration


TWO_ASSERTS = [(1, "B101", "configuration"), (2, "B101", "configuration")]
TWO_EXECS = [(3, "B102", "configuration"), (4, "B102", "configuration")]


@pytest.mark.parametrize(
    ("settings", "path", "expected"),
    [
        ("", "a.py", [(1, "B101", "nosec")]),
        ("skips: [B102]", "a.py", [(1, "B101", "nosec"), *TWO_EXECS]),
        ("posse: {minimum_severity: medium}", "a.py", [(1, "B101", "nosec"), (2, "B101", "configuration")]),
        ("posse: {per_file_ignores: {'t/*': [B101]}}", "t/a.py", TWO_ASSERTS),
        ("posse: {per_file_ignores: {'t/*': [B101]}}", "a.py", [(1, "B101", "nosec")]),
        ("exclude_dirs: [t]", "t/a.py", [*TWO_ASSERTS, *TWO_EXECS]),
    ],
)
def test_a_hidden_finding_has_its_cause(settings: str, path: str, expected: list[tuple[int, str, str]]) -> None:
    configuration = configured(settings)
    document = Document.opened(SOURCE, configuration.catalogue_for(path))
    hidden = hidden_in(document, configuration, path, EVERYTHING)
    assert [(item.finding.line, item.finding.rule.id, item.by.value) for item in hidden] == expected
    assert all(item.why for item in hidden)


def test_a_baseline_hides_the_first_of_equal_findings() -> None:
    configuration = configured("")
    document = Document.opened(SOURCE, configuration.catalogue_for("a.py"))
    key = next(finding_key(finding) for finding in document.findings() if finding.rule.id == "B102")
    known = KnownFindings(Counter({key: 1}))
    shown, hidden = shown_in(document, configuration, known)
    assert [finding.line for finding in shown] == [2, 4]
    assert [finding.line for finding in hidden] == [3]
    assert [(item.finding.line, item.by.value) for item in hidden_in(document, configuration, "a.py", known)] == [
        (1, "nosec"),
        (3, "baseline"),
    ]
