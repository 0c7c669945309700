"""Hover: the explanation of the finding under the cursor."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from tests.server.clients import CLIENTS
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "x = 1\nexec(code)\ny = 2\n"


async def explanation(editor: Editor, text: str, place: str) -> lsp.MarkupContent:
    """The hover on a part of a text."""
    buffer = editor.open(text)
    hover = await buffer.hover(buffer.at(place))
    assert hover is not None
    assert isinstance(hover.contents, lsp.MarkupContent)
    return hover.contents


@pytest.mark.parametrize(
    "part",
    [
        "B102",
        "exec_used",
        "severity MEDIUM, confidence HIGH",
        "which runs a string as Python code.",
        "Better",
        "When to suppress",
        "# nosec B102",
        "CWE-78",
        "https://bandit.readthedocs.io/en/1.9.4/plugins/b102_exec_used.html",
    ],
)
async def test_a_finding_is_explained(editor: Editor, part: str) -> None:
    assert part in (await explanation(editor, TEXT, "exec")).value


async def test_the_explanation_is_in_the_format_that_the_client_shows(editor: Editor) -> None:
    content = await explanation(editor, TEXT, "exec")
    expected = lsp.MarkupKind.Markdown if CLIENTS[editor.client].markdown else lsp.MarkupKind.PlainText
    assert content.kind == expected
    for mark in ("**B102**", "```python", "`# nosec B102`"):
        assert (mark in content.value) is CLIENTS[editor.client].markdown


@pytest.mark.parametrize("place", ["exec", "ec", "(code)"], ids=["start", "middle", "end"])
async def test_it_is_shown_anywhere_on_the_finding(editor: Editor, place: str) -> None:
    buffer = editor.open(TEXT)
    hover = await buffer.hover(buffer.at(place))
    assert hover is not None
    assert hover.range is not None
    assert buffer.marked(hover.range) == "exec"


@pytest.mark.parametrize("place", ["x = 1", "code)", "y = 2"], ids=["line before", "beside", "line below"])
async def test_nothing_is_shown_elsewhere(editor: Editor, place: str) -> None:
    buffer = editor.open(TEXT)
    assert await buffer.hover(buffer.at(place)) is None


async def test_all_findings_in_one_place_are_explained(editor: Editor) -> None:
    content = await explanation(editor, "password = '/tmp/x'\n", "/tmp")
    assert "B105" in content.value
    assert "B108" in content.value


@pytest.mark.parametrize(
    "text", ['app.config["SECRET_KEY"] = "é-abc"\n', 'x = {"token": "é-abc"}\n', 'f(token="é-abc")\n']
)
async def test_a_secret_is_underlined_and_explained_at_its_value(editor: Editor, text: str) -> None:
    buffer = editor.open(text)
    hover = await buffer.hover(buffer.at("abc"))
    assert hover is not None and hover.range is not None
    assert buffer.marked(hover.range) == '"é-abc"'


async def test_nothing_is_shown_for_a_suppressed_finding(editor: Editor) -> None:
    buffer = editor.open("exec(code)  # nosec\n")
    assert await buffer.hover(0) is None


async def test_the_fixes_at_hand_are_listed(editor: Editor) -> None:
    content = await explanation(editor, "import hashlib\nhashlib.md5('𝛼')\n", "md5")
    assert "- Use SHA-256 (review)\n- Add usedforsecurity=False (review)\n" in content.value


async def test_no_fixes_are_listed_where_there_are_none(editor: Editor) -> None:
    assert "Fixes at hand" not in (await explanation(editor, TEXT, "exec")).value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("exec(\n    '𝛼'\n)\n", "on line 1."),
        ("exec('''𝛼\n''')\n", "on line 2."),
        ("x = '''\n''' + \\\n exec('a') + '''\n'''\n", "ends inside a string or with a backslash."),
    ],
)
async def test_it_tells_where_a_comment_would_suppress_the_finding(editor: Editor, text: str, told: str) -> None:
    assert told in (await explanation(editor, text, "exec")).value


async def test_what_the_code_says_is_not_repeated(editor: Editor) -> None:
    content = await explanation(editor, "password = '**[a](b)** `é`'\n", "é")
    assert "[a]" not in content.value


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("'é𝛼'\r\nimport yaml as y\r\n\r\n'👩‍💻'; y.load(f)\r\n", "y.load", "`y` is `yaml`, imported in line 2"),
        (
            "from subprocess import (\n Popen as P\n)\nP('ls')\n",
            "P('",
            "`P` is `subprocess.Popen`, imported in line 2",
        ),
        ("def f():\n    import yaml as y\n    y.load(f)\n", "y.load", "`y` is `yaml`, imported in line 2"),
        (
            "import os as y\nimport yaml as y\ny.load(f)\nimport re as y\n",
            "y.load",
            "`y` is `yaml`, imported in line 2",
        ),
    ],
)
async def test_the_import_behind_another_name_is_named(editor: Editor, text: str, place: str, told: str) -> None:
    content = await explanation(editor, text, place)
    if not CLIENTS[editor.client].markdown:
        assert told.replace("`", "") + "." in content.value
    else:
        before, _, line = told.rpartition("line ")
        assert f"{before}[line {line}](file://" in content.value
        assert f".py#L{line})." in content.value


async def test_the_import_is_found_where_it_has_moved_to(editor: Editor) -> None:
    buffer = editor.open("import yaml as y\nimport os\ny.load(f)\n")
    buffer.change((0, len("import yaml as y\nimport os\n"), "import os\nimport yaml as y\n"))
    hover = await buffer.hover(buffer.at("y.load"))
    assert hover is not None and isinstance(hover.contents, lsp.MarkupContent)
    assert "line 2" in hover.contents.value


async def test_a_function_by_its_own_name_needs_no_import_named(editor: Editor) -> None:
    assert "imported in" not in (await explanation(editor, "import yaml\nyaml.load(f)\n", "yaml.load")).value
