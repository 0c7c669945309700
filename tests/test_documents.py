"""Generated documents are up to date, and the others name what exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from posse_checks.analysis.registry import all_rules
from posse_checks.config.editor_keys import EDITOR_KEYS, setting_name
from posse_server.lsp.app import COMMANDS
from posse_server.project.switches import Switch

ROOT = Path(__file__).parents[1]
PACKAGES = (ROOT / "checks" / "posse_checks", ROOT / "server" / "posse_server")
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
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


def test_every_invariant_names_modules_of_tests_that_exist() -> None:
    tests = Path(__file__).parent
    _, _, section = ARCHITECTURE.read_text().partition("## Invariants")
    promises = re.findall(r"^\d+\. (.*?)(?=^\d+\. |^##)", section, re.MULTILINE | re.DOTALL)
    assert len(promises) >= 23
    hostile = {f"hostile/{path.name}" for path in (tests / "hostile").glob("test_*.py")}
    assert hostile <= set(re.findall(r"`(hostile/test_\w+\.py)`", section)), "say what it holds in ARCHITECTURE.md"
    for promise in promises:
        named = re.findall(r"`((?:\w+/)?test_\w+\.py)`", promise)
        assert named, promise
        assert all((tests / module).exists() for module in named), promise


def rooms_on_the_map() -> dict[str, set[str]]:
    """The rooms with a section in ARCHITECTURE.md, each with the files in the section's table."""
    rooms: dict[str, set[str]] = {}
    for heading, section in re.findall(r"^### (`.*)\n((?:(?!^##).*\n)*)", ARCHITECTURE.read_text(), re.MULTILINE):
        folders = [folder.rstrip("/") for folder in re.findall(r"`([^`]+)`", heading)]
        cells = [line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `")]
        files = {name for cell in cells for name in re.findall(r"`([\w/]+\.py)`", cell)}
        if len(folders) == 1:
            rooms[folders[0]] = files
        else:
            for folder in folders:
                prefix = f"{Path(folder).name}/"
                rooms[folder] = {name.removeprefix(prefix) for name in files if name.startswith(prefix)}
    return rooms


def files_of(room: Path) -> set[str]:
    """The modules of a room, without checks and tables of the catalogue, of which there are many of a kind."""
    files = {path.relative_to(room).as_posix() for path in room.rglob("*.py") if path.name != "__init__.py"}
    return {file for file in files if not re.match(r"[bp]\d{3}_|catalogue/", file)}


def test_the_map_has_every_room() -> None:
    packages = [ROOT / "checks" / "posse_checks", ROOT / "server" / "posse_server"]
    folders = {
        path.parent.relative_to(ROOT).as_posix() for package in packages for path in package.glob("*/__init__.py")
    }
    assert set(rooms_on_the_map()) == folders


@pytest.mark.parametrize("room", rooms_on_the_map())
def test_the_map_names_every_file_of_a_room(room: str) -> None:
    assert rooms_on_the_map()[room] == files_of(ROOT / room), "update the table in ARCHITECTURE.md"


def test_every_file_that_the_architecture_names_exists() -> None:
    bases = (ROOT, *PACKAGES, ROOT / "tests", ROOT / "editors" / "vscode", ROOT / "playground")
    named = set(
        re.findall(r"`([\w-]+/[\w/-]+\.(?:py|ts))`", ARCHITECTURE.read_text().partition("## The engine, room")[0])
    )
    named |= set(
        re.findall(r"`([\w-]+/[\w/-]+\.(?:py|ts))`", ARCHITECTURE.read_text().partition("## The extension")[2])
    )
    assert len(named) >= 40
    assert not [name for name in sorted(named) if not any((base / name).exists() for base in bases)]


PAGES = sorted(
    page for pattern in ("*.md", "docs/**/*.md", "*/README.md", ".github/*.md") for page in ROOT.glob(pattern)
)


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    prose = re.sub(r"^ {4}.*$|^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if ":" in link:
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_target_of_make_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z][a-z-]*)", page.read_text(), re.MULTILINE)
    assert set(named) <= targets


def test_the_glossary_names_classes_that_exist() -> None:
    _, _, section = ARCHITECTURE.read_text().partition("## Glossary")
    rows = [line.split(" | ") for line in section.partition("\n## ")[0].splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 12
    for _, cell, _ in rows:
        classes, _, file = cell.partition(" in ")
        package = (
            "checks/posse_checks"
            if (ROOT / "checks/posse_checks" / file.strip("`")).exists()
            else "server/posse_server"
        )
        source = (ROOT / package / file.strip("`")).read_text()
        for name in re.findall(r"`(\w+)`", classes):
            assert re.search(rf"^class {name}\b", source, re.MULTILINE), f"{name} is not in {file}"


def test_every_row_of_the_table_of_features_names_a_test() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    _, _, table = readme.partition("## Comparison")
    rows = [line for line in table.partition("## ")[0].splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 12
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
        *(setting_name(name) for name in EDITOR_KEYS if name != "tests"),  # which is described with `select`
        "configurationPath",
        "configurationPreference",
    }
