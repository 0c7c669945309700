"""Every offered fix and suppression keeps its promise, in any program."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from posse_checks.analysis.registry import bandit_rules
from posse_checks.rule.declaration import Rule
from posse_checks.rule.documentation import BAD, GOOD, documentation_of
from tests.parity.corpora import standard_library
from tests.parity.fixes import broken_promises, check_file
from tests.parity.snippets import parses, programs

EXAMPLES = int(os.environ.get("POSSE_EXAMPLES", "400")) // 16
FILES = [path for path in standard_library(with_tests=False) if path.stat().st_size < 20_000]
ENDS = ["\n", "\r\n"]


@pytest.mark.parametrize("end", ENDS, ids=["LF", "CRLF"])
@pytest.mark.parametrize("rule", bandit_rules().values(), ids=lambda rule: rule.id)
def test_examples_in_the_documentation(rule: Rule, end: str) -> None:
    documentation = documentation_of(rule.docstring)
    counts: Counter[str] = Counter()
    for example in [*documentation.examples(BAD), *documentation.examples(GOOD)]:
        source = "'''👩‍💻'''\n" + example.code
        assert not list(broken_promises(source.replace("\n", end), counts))
    assert counts["suppressed"]


@pytest.mark.parametrize("path", FILES[::20], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_standard_library(path: Path) -> None:
    _, broken = check_file(path, 2)
    assert not broken


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_generated_programs(source: str) -> None:
    assume(parses(source))
    assert not list(broken_promises(source, Counter(), 2))
