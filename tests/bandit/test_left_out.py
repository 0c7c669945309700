"""Each of Bandit's own tests that is left out is named in docs/deviations.md."""

from __future__ import annotations

import re
from pathlib import Path

from tests.bandit_suite.left_out import LEFT_OUT

PAGE = Path(__file__).parents[2] / "docs" / "deviations.md"


def test_the_page_on_deviations_names_all_tests_that_are_left_out() -> None:
    _, _, table = PAGE.read_text(encoding="utf-8").partition("| Tests in Bandit's `tests/unit/` |")
    named = re.findall(r"(test_\w+\.py)` \((\d+)", table)
    assert sorted(named) == sorted((name.rpartition("/")[2], str(number)) for name, (_, number) in LEFT_OUT.items())
