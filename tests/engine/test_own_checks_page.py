"""docs/own-checks.md and examples/own_checks: what they declare is right, and nothing is missing."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from posse_checks.config.check_file import read_check_file
from posse_checks.config.check_schema import check_keys
from posse_server.project.check_files import findings_in_example

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "own-checks.md").read_text(encoding="utf-8")
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"^ *```yaml\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)]
CHECKS = [block for block in BLOCKS if block.startswith("- id:")]


@pytest.mark.parametrize("block", CHECKS, ids=lambda block: block.splitlines()[0])
def test_checks_on_the_page_hold(block: str) -> None:
    parsed = read_check_file(block, find=findings_in_example)
    assert not parsed.problems
    assert all(check.bad and check.good for check in parsed.checks)


def test_page_has_the_example() -> None:
    example = ROOT / "examples/own_checks/declared/.posse/checks/prohibit_unsafe_deserialization.yaml"
    assert example.read_text(encoding="utf-8").partition("\n")[2] == CHECKS[0]


def test_page_names_every_key() -> None:
    left = {"id", "message", "name", "severity", "confidence", "cwe", "why", "link", "bad", "good"}
    missing = [
        key for key in check_keys().keys if f"`{key}`" not in PAGE and key not in left and f"{key}: " not in PAGE
    ]
    assert missing == []
