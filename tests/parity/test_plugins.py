"""On the top-level modules of the standard library, plug-ins report here what they report in Bandit."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from tests.plugin_environment import bandit_says, make_environment
from tests.plugin_shapes import SHAPES
from tests.scan.conftest import Run, posse

__all__ = ["posse"]  # the fixture


@pytest.mark.skipif(sys.platform == "win32", reason="the environment of this test has links")
def test_plugins_report_what_they_report_in_bandit(tmp_path: Path, posse: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    python = make_environment(tmp_path / ".venv", {name: source for name, source in SHAPES.items() if name != "fails"})
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "policy.json").write_text('{"forbidden": ["os.path.join"]}')
    for module in Path(ast.__file__).parent.glob("*.py"):
        if not module.name.startswith("_sysconfigdata"):  # one dictionary, of which excerpts are bounded here
            (tmp_path / module.name).write_bytes(module.read_bytes())
    theirs = bandit_says(python, tmp_path, "-r", ".", "-x", "./.venv")
    ours = json.loads(posse("-r", ".", "-j", "2", "-f", "json", "--allow-project-code").out)["results"]
    for item in (*theirs, *ours):
        del item["more_info"]
    assert len(theirs) > 1000
    assert sorted(map(json.dumps, map(_ordered, ours))) == sorted(map(json.dumps, map(_ordered, theirs)))


def _ordered(item: dict[str, object]) -> list[tuple[str, object]]:
    return sorted(item.items())
