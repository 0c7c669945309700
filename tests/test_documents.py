"""Documents that are written by a command are what the command writes now."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from posse_checks.analysis.registry import all_rules
from posse_server.lsp.app import COMMANDS
from posse_server.project.editor_settings import Switch

SCHEMA = Path(__file__).parents[1] / "docs" / "configuration.schema.json"
RULES_PAGE = Path(__file__).parents[1] / "docs" / "rules.md"


def test_rules_page_is_what_the_rules_say() -> None:
    command = [sys.executable, "-m", "posse_server.cli", "rules", "--markdown"]
    written = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert RULES_PAGE.read_text() == written, "docs/rules.md is stale: posse rules --markdown > docs/rules.md"


@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md"])
def test_number_of_checks_with_fixes_is_right(document: str) -> None:
    number = sum(bool(rule.fixers) for rule in all_rules().values())
    assert re.search(rf"\b{number} checks\b", (RULES_PAGE.parents[1] / document).read_text())


def test_every_test_that_the_readme_names_exists() -> None:
    tests = Path(__file__).parent
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", (tests.parent / "README.md").read_text())
    assert len(named) >= 12
    for file, name in named:
        assert re.search(rf"^(?:async )?def {name}\(", (tests / file).read_text(), re.MULTILINE), f"{file}::{name}"


def test_every_module_of_tests_that_an_invariant_names_exists() -> None:
    tests = Path(__file__).parent
    _, _, section = (tests.parent / "ARCHITECTURE.md").read_text().partition("### What a stranger cannot do")
    promises = re.findall(r"^\d+\. (.*?)(?=^\d+\. |^## )", section, re.MULTILINE | re.DOTALL)
    assert len(promises) >= 6
    hostile = {f"hostile/{path.name}" for path in (tests / "hostile").glob("test_*.py")}
    assert hostile <= set(re.findall(r"`(hostile/test_\w+\.py)`", section)), "say what it holds in ARCHITECTURE.md"
    for promise in promises:
        named = re.findall(r"`(\w+/test_\w+\.py)`", promise)
        assert named, promise
        assert all((tests / module).exists() for module in named), promise


def test_every_row_of_the_table_of_features_names_a_test() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    _, _, table = readme.partition("## Beside others")
    rows = [line for line in table.partition("## ")[0].splitlines() if line.startswith("| ")][1:]
    assert all("::test_" in row for row in rows)


def test_schema_is_what_the_model_says() -> None:
    command = [sys.executable, "-m", "posse_server.cli", "config", "schema"]
    written = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    stale = "docs/configuration.schema.json is stale: posse config schema > docs/configuration.schema.json"
    assert SCHEMA.read_text() == written, stale


def test_every_setting_and_command_of_the_editor_is_documented() -> None:
    page = (RULES_PAGE.parent / "editor.md").read_text()
    documented = set(re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE))
    assert documented == {
        *COMMANDS,
        *(switch.value for switch in Switch),
        "configurationPath",
        "configurationPreference",
    }
