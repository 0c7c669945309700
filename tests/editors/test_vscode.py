"""Posse in a real VS Code, with the extension installed from its package."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.editors.vscode.code_server import CodeServer, running

HERE = Path(__file__).parent / "vscode"
SESSION = HERE / "session.js"
SOURCE = """import yaml


def greet(name):
    assert name
"""


@pytest.fixture(scope="module")
def code_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    base = tmp_path_factory.mktemp("vscode")
    other = base / "other" / "python"
    other.parent.mkdir()
    other.symlink_to(sys.executable)
    with running(base, SELECTED_PYTHON=sys.executable, OTHER_PYTHON=str(other)) as code_server:
        yield code_server


@pytest.fixture(scope="module")
def results(code_server: CodeServer) -> Mapping[str, str | None]:
    """What came of the tests in the session, which all run at once."""
    workspace = code_server.base / "session"
    workspace.mkdir()
    (workspace / "session.py").write_text(SOURCE)
    (workspace / "bandit.yaml").write_text("skips: [B404]\n")
    return code_server.run_tests(SESSION, workspace, HERE / "python_extension")


@pytest.mark.parametrize("name", re.findall(r'^test\("(.+)", async', SESSION.read_text(), re.MULTILINE))
def test_session(results: Mapping[str, str | None], name: str) -> None:
    assert name in results, f"it did not run; these did: {', '.join(results)}"
    assert results[name] is None, results[name]
