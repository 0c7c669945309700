"""The distribution is `posse-lsp`: the name `posse` on PyPI belongs to another project, which no page installs."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

from posse_checks import __version__
from tests.pythons.interpreters import SUPPORTED

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for folder in (ROOT, ROOT / "docs", ROOT / "editors", ROOT / "examples")
    for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
    if "node_modules" not in path.parts
)
FROM_THE_INDEX = re.compile(
    r"(?:pip3?|pipx|uv|uvx|poetry|pdm|conda)\s+(?:\w+\s+)*?(?:install|add|run|inject)\s+(?:-\S+\s+)*[\"']?posse(?![\w./-])"
    r"|uvx\s+posse(?![\w./-])"
)
"""Matches a command that installs `posse` from a package index."""


@pytest.mark.parametrize(
    "command", ["pip install posse", "pipx install -f posse", "uv tool install posse", "uvx posse"]
)
def test_commands_that_would_install_the_other_project_are_recognized(command: str) -> None:
    assert FROM_THE_INDEX.search(f"Run `{command}`.")


@pytest.mark.parametrize(
    "command", ["pip install posse-lsp", "pip install ./posse", "pip install dist/posse_lsp-1.whl"]
)
def test_commands_that_install_this_project_are_not_confused_with_them(command: str) -> None:
    assert not FROM_THE_INDEX.search(f"Run `{command}`.")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_document_installs_the_other_project(path: Path) -> None:
    assert not FROM_THE_INDEX.search(path.read_text(encoding="utf-8"))


def test_the_readme_is_among_the_documents() -> None:
    assert {ROOT / "README.md", ROOT / "docs" / "editors" / "vim.md"} <= set(DOCUMENTS)


def test_the_distribution_is_posse_lsp() -> None:
    distribution = importlib.metadata.distribution("posse-lsp")
    assert distribution.version == __version__, "the environment is stale: run `make .venv/dev.stamp`"
    scripts = {script.name: script.value for script in distribution.entry_points if script.group == "console_scripts"}
    assert scripts == {"posse": "posse_server.cli:main", "posse-lsp": "posse_server.cli:main"}


def test_the_topmost_version_in_the_changelog_is_this_one() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\S+) \((?:unreleased|\d{4}-\d\d-\d\d)\)$", changelog, re.MULTILINE)
    assert versions[:1] == [__version__]
    assert len(versions) == len(re.findall(r"^## ", changelog, re.MULTILINE)), "`## 1.2.3 (unreleased)` or with a date"


def test_changes_are_sorted_by_their_kind() -> None:
    headings = re.findall(r"^### (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings
    assert set(headings) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_every_python_that_is_claimed_is_tested() -> None:
    metadata = importlib.metadata.metadata("posse-lsp")
    classifiers = "\n".join(metadata.get_all("Classifier") or [])
    assert set(re.findall(r" :: Python :: (3\.\d+)$", classifiers, re.MULTILINE)) == set(SUPPORTED)
    assert metadata["Requires-Python"] == f">={SUPPORTED[0]}"


@pytest.mark.parametrize("name", ["posse", "posse-lsp"])
def test_both_commands_print_the_version(name: str) -> None:
    command = [str(Path(sys.executable).with_name(name)), "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"posse {__version__}\n"
