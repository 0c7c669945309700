"""Diagnostics: which findings an editor shows, where, and when."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_findings_appear_on_opening(editor: Editor) -> None:
    buffer = editor.open("import subprocess\nsubprocess.run(command, shell=True)\n")
    assert await buffer.marks() == [("B404", "subprocess"), ("B602", "shell=True")]
