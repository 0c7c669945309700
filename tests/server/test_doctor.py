"""The command `posse.doctor`: what the server knows about the editor, for a bug report."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.clients import PLAIN
from tests.server.conftest import Connect

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_it_shows_the_editor_and_the_settings_that_arrived(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B101]\n")
    given = {"minimum_severity": "medium", "codeLens": True, "run": 5, "nosec": {"require_ids": "error"}}
    editor = await connect(PLAIN, tmp_path, options={"posse": given})
    buffer = editor.open("assert a\n")
    lines = [" ".join(line.split()) for line in (await editor.run("posse.doctor", buffer.uri)).splitlines()]
    assert "minimum_severity: medium" in lines
    assert "nosec: {require_ids: error}" in lines
    assert "codeLens: true" in lines
    assert any(line.startswith("mistake: ") and "run" in line for line in lines)
    assert "open 1 documents in 1 folders" in lines
    assert any(line.startswith("skips [B101] (") and "bandit.yaml:1)" in line for line in lines)
    assert any(line.startswith("folder ") for line in lines)


async def test_it_has_the_name_that_the_editor_gives(connect: Connect, tmp_path: Path) -> None:
    editor = await connect("neovim-0.12.4", tmp_path)
    buffer = editor.open("")
    lines = [" ".join(line.split()) for line in (await editor.run("posse.doctor", buffer.uri)).splitlines()]
    assert any(line.startswith("name Neovim 0.12.4") for line in lines)
    assert any(line.startswith("can ") and "pulls" in line for line in lines)
