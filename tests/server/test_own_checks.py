"""Declared checks in the editor: examples run in the unsaved file, and findings of a saved one are like all others."""

from __future__ import annotations

import pytest
from lsprotocol.types import Diagnostic  # noqa: TC002  # it is read at run time

from tests.server.buffer import Buffer
from tests.server.clients import ONE
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHECK = """- id: X901
  name: jwt_unverified
  call: acme.decode
  keyword: {verify: false}
  message: "{name} does not verify."
  why: Anyone can then *forge* a token.
  severity: high
  fix: {set: {verify: true}}
  bad: ["import acme; acme.decode(t, verify=False)"]
  good: ["import acme; acme.decode(t)"]
"""


async def problems(editor: Editor, buffer: Buffer, count: int) -> list[Diagnostic]:
    """Wait until this many problems are shown for the newest version. Returns them."""

    def shown() -> bool:
        pushes = editor.pushed[buffer.uri]
        return bool(pushes) and pushes[-1].version == buffer.version and len(pushes[-1].diagnostics) == count

    await editor.until(shown)
    return editor.problems(buffer.uri)


@pytest.mark.parametrize("running_editor", [ONE], indirect=True, scope="session")
async def test_check_is_written_tested_and_used_without_a_restart(editor: Editor) -> None:
    path = editor.root / ".posse" / "checks" / "jwt.yaml"
    path.parent.mkdir(parents=True)
    checks = editor.open(CHECK.replace("verify: false}", "verify: true}"), path, "yaml")
    (problem,) = await problems(editor, checks, 1)
    assert problem.message == "X901 does not report this example, which is under `bad`."
    assert checks.marked(problem.range) == '"import acme; acme.decode(t, verify=False)"'
    checks.rewrite(CHECK)
    await problems(editor, checks, 0)
    hover = await checks.hover(CHECK.index("keyword"))
    assert hover is not None
    assert "Keyword arguments that the call has" in str(hover.contents)
    words = {item.label for item in await checks.completion(CHECK.index("high"))}
    assert {"low", "medium", "high"} <= words

    python = editor.open("import acme\nassert a\nacme.decode(t, verify=False)\n")
    await python.shows("B101")
    editor.write(path, CHECK)
    await python.shows("B101", "X901")
    (found,) = [one for one in await python.findings() if one.code == "X901"]
    assert (found.message, python.marked(found.range)) == ("acme.decode does not verify.", "acme.decode")
    explained = await python.hover(python.at("acme.decode"))
    assert explained is not None
    assert "Anyone can then" in str(explained.contents)
    titles = [action.title for action in await python.actions(found.range)]
    assert any("Set verify=True" in title for title in titles), titles
    assert any("# posse: ignore" in title for title in titles), titles
    python.rewrite("import acme\nassert a\nacme.decode(t, verify=False)  # posse: ignore[X901] a test\n")
    await python.shows("B101")
    editor.write(path, None)
