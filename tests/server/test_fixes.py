"""Fixes as code actions: of one finding, of all of a rule, of all that are safe."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types as lsp

from tests.server.buffer import Buffer
from tests.server.clients import CLIENTS, clients_that
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAFE = "Use yaml.safe_load (B506, safe)"
FIXED = {
    "a call": ("import yaml\nyaml.load(f)\n", "import yaml\nyaml.safe_load(f)\n", SAFE),
    "wide characters before it": (
        "import yaml\nx = 'é𝛼👩‍💻\u2028'; yaml.load(f)  # 👩‍💻\n",
        "import yaml\nx = 'é𝛼👩‍💻\u2028'; yaml.safe_load(f)  # 👩‍💻\n",
        SAFE,
    ),
    "an argument behind wide characters": (
        "import requests\nrequests.get('https://𝛼é👩‍💻')\n",
        "import requests\nrequests.get('https://𝛼é👩‍💻', timeout=10)\n",
        "Add timeout=10 (B113, review)",
    ),
    "an import in a file with other line ends": (
        "'''𝛼👩‍💻'''\r\n\r\nimport yaml\r\n\r\npassword = 'hunter2'\r\n",
        "'''𝛼👩‍💻'''\r\n\r\nimport os\r\n\r\nimport yaml\r\n\r\npassword = os.environ['PASSWORD']\r\n",
        "Read the secret from the environment (B105, review)",
    ),
    "several lines with other line ends": (
        "if x:\r\n    assert x['𝛼']  # é\r\n",
        "if x:\r\n    if not x['𝛼']:  # é\r\n        raise AssertionError\r\n",
        "Raise AssertionError instead (B101, review)",
    ),
    "broken text elsewhere": (
        "import yaml\nyaml.load(f)\ndef f(:\n",
        "import yaml\nyaml.safe_load(f)\ndef f(:\n",
        SAFE,
    ),
}


async def actions_on(buffer: Buffer, code: str) -> list[lsp.CodeAction]:
    """The actions offered on the last finding of a rule."""
    *_, diagnostic = [each for each in await buffer.diagnostics() if each.code == code]
    return await buffer.actions(diagnostic.range)


async def choose(buffer: Buffer, actions: list[lsp.CodeAction], title: str) -> None:
    [action] = [action for action in actions if action.title == title]
    buffer.apply(await buffer.chosen(action))


@pytest.mark.parametrize(("before", "after", "title"), FIXED.values(), ids=FIXED)
async def test_a_fix_changes_just_what_it_says(editor: Editor, before: str, after: str, title: str) -> None:
    buffer = editor.open(before)
    code = title.rpartition("(")[2].partition(",")[0]
    await choose(buffer, await actions_on(buffer, code), title)
    assert buffer.text == after
    assert code not in await buffer.codes()


async def test_fixes_come_first_and_what_hides_findings_last(editor: Editor) -> None:
    editor.write(editor.configuration, "# empty\n")
    buffer = editor.open("import yaml\nyaml.load(f)\nyaml.load(f)\n")
    actions = await actions_on(buffer, "B506")
    assert [(action.title, action.is_preferred) for action in actions] == [
        ("Use yaml.safe_load (B506, safe)", True),
        ("Fix all B506 in this file: Use yaml.safe_load (safe)", None),
        ("Explain B506", None),
        ("Suppress B506 with # nosec", None),
        ("Suppress all findings in this file with # nosec", None),
        ("Ignore this B506 for now (add to baseline)", None),
        ("Add all findings in this file to the baseline", None),
        ("Disable B506 for this file in bandit.yaml", None),
        ("Disable B506 for the project in bandit.yaml", None),
    ]


async def test_no_fix_that_needs_a_review_is_preferred(editor: Editor) -> None:
    buffer = editor.open("import hashlib\nhashlib.md5(x)\n")
    actions = await actions_on(buffer, "B324")
    assert [action.title for action in actions][:5] == [
        "Use SHA-256 (B324, review)",
        "Add usedforsecurity=False (B324, review)",
        "Explain B324",
        "Suppress B324 with # nosec",
        "Ignore this B324 for now (add to baseline)",
    ]
    assert not any(action.is_preferred for action in actions)


async def test_all_findings_of_a_rule_are_fixed_alike(editor: Editor) -> None:
    buffer = editor.open("import yaml\nyaml.load('𝛼')\r\nassert x\nyaml.load(yaml.load(f))\n")
    title = "Fix all B506 in this file: Use yaml.safe_load (safe)"
    await choose(buffer, await actions_on(buffer, "B506"), title)
    assert buffer.text == "import yaml\nyaml.safe_load('𝛼')\r\nassert x\nyaml.safe_load(yaml.safe_load(f))\n"


async def test_an_import_is_added_once_for_all(editor: Editor) -> None:
    buffer = editor.open("token = 'c0ffee-é'\npassword = '𝛼-swordfish'\n")
    title = "Fix all B105 in this file: Read the secret from the environment (review)"
    await choose(buffer, await actions_on(buffer, "B105"), title)
    assert buffer.text == "import os\n\ntoken = os.environ['TOKEN']\npassword = os.environ['PASSWORD']\n"


async def test_all_findings_are_suppressed_at_once(editor: Editor) -> None:
    buffer = editor.open("assert '𝛼'\nexec(\n    code,\n)\npassword = '/tmp/x'")
    await choose(buffer, await actions_on(buffer, "B102"), "Suppress all findings in this file with # nosec")
    assert await buffer.codes() == []
    assert buffer.text == (
        "assert '𝛼'  # nosec B101\nexec(  # nosec B102\n    code,\n)\npassword = '/tmp/x'  # nosec B105, B108"
    )


@pytest.mark.parametrize("only", ["source.fixAll.posse", "source.fixAll", "source", ""])
async def test_fix_all_applies_safe_fixes_only(editor: Editor, only: str) -> None:
    buffer = editor.open("import yaml\nassert x\nyaml.load('é')\neval('[1]')\n")
    actions = await buffer.actions(buffer.range(0, 0), [only])
    [action] = [action for action in actions if action.kind == "source.fixAll.posse"]
    buffer.apply(await buffer.chosen(action))
    assert buffer.text == "import ast\n\nimport yaml\nassert x\nyaml.safe_load('é')\nast.literal_eval('[1]')\n"


async def test_fix_all_is_not_offered_where_nothing_is_safe_to_fix(editor: Editor) -> None:
    buffer = editor.open("assert x\n")
    assert await buffer.actions(buffer.range(0, 0), ["source.fixAll"]) == []


async def test_fix_all_comes_only_where_it_is_asked_for(editor: Editor) -> None:
    buffer = editor.open("import yaml\nyaml.load(f)\n")
    kinds = {action.kind for action in await buffer.actions(buffer.range(0, 20))}
    assert kinds == {lsp.CodeActionKind.QuickFix}


async def test_what_costs_a_pass_over_the_file_is_worked_out_when_chosen(editor: Editor) -> None:
    buffer = editor.open("import yaml\nyaml.load(f)\nyaml.load(f)\n")
    actions = await actions_on(buffer, "B506")
    [action] = [action for action in actions if action.title.startswith("Fix all")]
    assert (action.edit is None) == CLIENTS[editor.client].resolves


@clients_that(lambda client: client.resolves)
async def test_a_chosen_action_fits_the_newest_version(editor: Editor) -> None:
    buffer = editor.open("import yaml\nyaml.load(f)\nyaml.load(f)\n")
    actions = await actions_on(buffer, "B506")
    buffer.insert("import yaml\nyaml.load('𝛼')\n")
    await choose(buffer, actions, "Fix all B506 in this file: Use yaml.safe_load (safe)")
    assert "yaml.load" not in buffer.text


@clients_that(lambda client: client.resolves)
async def test_others_are_served_while_a_whole_file_is_worked_on(editor: Editor) -> None:
    buffer = editor.open("import yaml\n" + "assert yaml.load('𝛼')\n" * 1500)
    actions = await actions_on(buffer, "B506")
    [action] = [action for action in actions if action.title.startswith("Suppress all")]
    chosen = asyncio.ensure_future(buffer.chosen(action))
    await buffer.hover(0)
    assert not chosen.done()
    buffer.insert("assert 'é'\n", before="import yaml")
    buffer.apply(await chosen)
    assert buffer.text.startswith("assert 'é'  # nosec B101\n")
    assert await buffer.codes() == []


@pytest.mark.parametrize("data", [None, 7, "x", [], {}, {"uri": 3}, {"uri": "URI", "do": "run"}])
async def test_an_action_without_its_data_stays_as_it_is(editor: Editor, data: object) -> None:
    buffer = editor.open("assert x\n")
    if isinstance(data, dict) and data.get("uri") == "URI":
        data = {**data, "uri": buffer.uri}
    action = lsp.CodeAction("Suppress", data=data)
    assert await editor.code_action_resolve_async(action) == action
    assert await buffer.codes() == ["B101"]


async def test_what_the_configuration_hides_stays_as_it_is(editor: Editor) -> None:
    editor.write(editor.configuration, "posse:\n  minimum_severity: medium\n")
    buffer = editor.open("assert x\nexec(a)\nexec(b)\n")
    await buffer.shows("B102", "B102")
    await choose(buffer, await actions_on(buffer, "B102"), "Suppress all findings in this file with # nosec")
    assert buffer.text == "assert x\nexec(a)  # nosec B102\nexec(b)  # nosec B102\n"
