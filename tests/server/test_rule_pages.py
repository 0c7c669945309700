"""The command that shows a rule's documentation."""

from __future__ import annotations

import pytest

from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("name", ["B602", "subprocess_popen_with_shell_equals_true"])
async def test_a_rule_is_explained_by_its_id_or_its_name(editor: Editor, name: str) -> None:
    page = await editor.run("posse.showRule", name)
    assert page["id"] == "B602"
    assert page["link"].startswith("https://")
    assert "shell=True" in page["markdown"]


async def test_an_unknown_rule_has_no_page(editor: Editor) -> None:
    assert await editor.run("posse.showRule", "B999") is None
    await editor.settled()
    assert [message.message for message in editor.messages] == [
        "Unknown check 'B999'. Give an ID or a name, such as B602."
    ]
