"""Evidence on Bandit's findings: programs in which a comment on a line names the evidence there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.incremental.check_file import check_module
from posse_checks.python.syntax import Broken
from tests.flow.edits import followed

FILES = sorted((Path(__file__).parent / "evidence").glob("*.txt"))
CASE = re.compile(r"^#### (.+)$", re.MULTILINE)
EXPECTED = re.compile(r"(B\d{3}) (shown|none|unknown)")


def cases() -> list[tuple[str, str]]:
    found = []
    for path in FILES:
        head, *parts = CASE.split(path.read_text())
        for name, body in zip(parts[::2], parts[1::2], strict=True):
            found.append((f"{path.stem}: {name}", head + body))
    return found


CASES = cases()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(bandit_rules().values())


@pytest.mark.parametrize("program", [program for _, program in CASES], ids=[name for name, _ in CASES])
def test_evidence(program: str, catalogue: Catalogue) -> None:
    assessed = check_module(program.encode(), catalogue)
    assert not isinstance(assessed, Broken)
    findings = [item.finding for item in assessed]
    module = followed(program, findings)
    expected = {
        (number, id): verdict
        for number, line in enumerate(program.splitlines(), start=1)
        if "#" in line
        for id, verdict in EXPECTED.findall(line.rpartition("#")[2])
    }
    evidence = {(finding.line, finding.rule.id): module.evidence_for(finding) for finding in findings}
    assert {key: found.verdict for key, found in evidence.items() if key in expected} == expected
    for found in evidence.values():
        assert bool(found.reason) == (found.verdict != "unknown")
        assert "\n" not in found.reason
