"""Encodings: columns in UTF-8, UTF-16 or UTF-32 units, after characters of every width and odd line ends."""

from __future__ import annotations

import random

import pytest
from lsprotocol import types as lsp

from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHARACTERS = {
    "two bytes": "é",
    "three bytes": "€",
    "outside the basic plane": "𝛼",
    "emoji of several code points": "👩‍💻",
    "tab": "\t",
    "form feed": "\f",
    "vertical tab": "\v",
    "separator that ends no line": "\u2028",
    "next line that ends no line": "\x85",
}
LINES = {
    "plain": "x = 1\n",
    "carriage return and line feed": "x = 1\r\n",
    "carriage return": "x = 1\r",
    "form feed": "\f\nx = 1\n",
    "form feed in a line": "x = 1\f\n",
    "separators": "# \u2028 \u2029 \x85 \x1c \v\n",
    "wide": "x = 'é€𝛼👩‍💻'\n",
    "wide, in several lines": "x = '''é\r\n𝛼\n\u2028\r'''\n",
    "byte order mark": "\ufeffx = 1\n",
}
FRAGMENTS = ["é", "𝛼", "\u2028", "\f", "\t", "\r\n", "\r", "\n", '"', "'''", "(", ")", "  ", "# ", "password = 'é𝛼'\n"]
characters = pytest.mark.parametrize("character", CHARACTERS.values(), ids=CHARACTERS)
lines = pytest.mark.parametrize("line", LINES.values(), ids=LINES)


@characters
async def test_a_range_is_right_behind_a_character_in_its_line(editor: Editor, character: str) -> None:
    buffer = editor.open(f"x = '{character}'; exec(code)\n")
    assert await buffer.marks() == [("B102", "exec")]


@characters
async def test_a_range_is_right_around_a_character(editor: Editor, character: str) -> None:
    buffer = editor.open(f"password = 'a{character}b'; x = 1\n")
    assert await buffer.marks() == [("B105", f"'a{character}b'")]


@lines
async def test_a_range_is_right_below_a_line(editor: Editor, line: str) -> None:
    buffer = editor.open(f"{line}assert x\n")
    assert await buffer.marks() == [("B101", "assert x")]


@characters
async def test_an_insertion_behind_a_character_lands_where_it_was_made(editor: Editor, character: str) -> None:
    buffer = editor.open(f"x = '{character}'; password = 'b'\n")
    buffer.insert("a", before="b'")
    [diagnostic] = await buffer.diagnostics()
    assert diagnostic.message == "Possible hardcoded password: 'ab'"


@characters
async def test_a_deleted_character_is_gone_and_nothing_else(editor: Editor, character: str) -> None:
    buffer = editor.open(f"x = '{character}'; password = 'a-{character}-b'\n")
    at = buffer.at(f"{character}-b")
    buffer.change((at, at + len(character), ""))
    [diagnostic] = await buffer.diagnostics()
    assert diagnostic.message == "Possible hardcoded password: 'a--b'"


@lines
async def test_an_edit_below_a_line_lands_where_it_was_made(editor: Editor, line: str) -> None:
    buffer = editor.open(f"{line}password = 'b'\n")
    buffer.insert("é𝛼", before="b'")
    buffer.insert("𝛼a", before="b'")
    assert await buffer.marks() == [("B105", "'é𝛼𝛼ab'")]


async def test_a_deletion_may_span_lines_with_every_kind_of_end(editor: Editor) -> None:
    buffer = editor.open("password = 'é𝛼'\r\nx = 1\ry = 2\nz = '\u2028𝛼'; password = '𝛼b'\n")
    buffer.change((buffer.at("é𝛼'\r\n") + 2, buffer.at("𝛼b'"), ""))
    assert await buffer.marks() == [("B105", "'é𝛼𝛼b'")]


async def test_after_many_edits_the_server_has_the_editors_text(editor: Editor) -> None:
    chance = random.Random(editor.encoding)
    buffer = editor.open("password = '𝛼é'\r\nassert '\u2028'\n\fexec('é')\n")
    for _ in range(150):
        start = chance.randrange(len(buffer.text) + 1)
        end = min(len(buffer.text), start + chance.choice([0, 0, 0, 1, 2]))
        if all(buffer.text[place - 1 : place + 1] != "\r\n" for place in (start, end)):
            buffer.change((start, end, chance.choice(FRAGMENTS)))
    buffer.insert("\n'''\n\"\"\"\n'''\npassword = '𝛼'\n")
    fresh = editor.open(buffer.text)
    assert await buffer.diagnostics() == await fresh.diagnostics()


async def test_a_hover_behind_a_character_finds_its_finding(editor: Editor) -> None:
    buffer = editor.open("x = '𝛼é'; exec(code)\n")
    assert await buffer.hover(buffer.at("'; exec")) is None
    hover = await buffer.hover(buffer.at("exec"))
    assert hover is not None
    assert hover.range is not None
    assert buffer.marked(hover.range) == "exec"


async def test_a_place_within_a_character_is_before_it(editor: Editor) -> None:
    buffer = editor.open("password = '𝛼'\n")
    inside = lsp.Position(0, buffer.range(0, buffer.at("𝛼")).end.character + 1)
    buffer.send(lsp.TextDocumentContentChangePartial(lsp.Range(inside, inside), "a"))
    [diagnostic] = await buffer.diagnostics()
    after = "𝛼a" if editor.encoding == "utf-32" else "a𝛼"  # in UTF-32 there are no such places
    assert diagnostic.message == f"Possible hardcoded password: '{after}'"
