"""A finding without a fix says why, for a person who expects one."""

from __future__ import annotations

import pytest

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.fixes.apply import fixes
from posse_checks.fixes.refusal import fix_refusal
from posse_checks.incremental.document import Document

CATALOGUE = Catalogue(bandit_rules().values())

REFUSALS = {
    "what is probably no secret": ("B105", "token = '<|pad|>'", "probably not a secret"),
    "a test": ("B105", "import pytest\npassword = 'correct-horse'", "a test"),
    "an import": ("B404", "import subprocess", "each call"),
    "code in a formatted string": ("B113", "import requests\nf'{requests.get(x)}'", "formatted string"),
}


@pytest.mark.parametrize(("id", "code", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_no_fix_is_explained(id: str, code: str, reason: str) -> None:
    document = Document.opened(f"{code}\n", CATALOGUE)
    finding = next(each for each in document.findings() if each.rule.id == id)
    assert not list(fixes(document, finding))
    assert reason in fix_refusal(document, finding)


def test_a_reason_is_a_clause() -> None:
    for rule in bandit_rules().values():
        assert rule.fixers or rule.unfixable, rule.id
        assert not rule.unfixable.endswith(".")
        assert rule.unfixable[:1].islower() or rule.unfixable.startswith("IPMI")
