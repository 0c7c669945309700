"""Documents that are written by a command are what the command writes now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RULES_PAGE = Path(__file__).parents[1] / "docs" / "rules.md"


def test_rules_page_is_what_the_rules_say() -> None:
    command = [sys.executable, "-m", "posse_server.cli", "rules", "--markdown"]
    written = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert RULES_PAGE.read_text() == written, "docs/rules.md is stale: posse rules --markdown > docs/rules.md"
