"""The cost of opening, editing and showing a text grows with its length alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pytest

from posse_checks.config.policy import NosecPolicy
from posse_checks.incremental.document import Document
from posse_checks.nosec.lint import remarks_in
from posse_checks.python.text import Draft, Position, Text
from posse_checks.rules._shared.sql_text import reads_like_sql
from posse_server.notebook.notebook import Cell, Notebook
from posse_server.protocol.convert import column_of
from posse_server.protocol.diagnostics_json import rendered, rendered_remarks
from posse_server.protocol.encoding import Encoding
from tests.engine.edits import ALL_RULES as CATALOGUE
from tests.hostile.growth import LIMIT, WIDE_LIMIT, Action, power, seconds
from tests.hostile.texts import LINE, LINES

POLICY = NosecPolicy()
KINDS = {"lines": LINES, "line": LINE}


def shown(document: Document) -> None:
    document = document.up_to_date()
    rendered(document, Encoding.UTF16)
    rendered_remarks(remarks_in(document, POLICY), POLICY, document.text.lines, Encoding.UTF16)


def opened_and_edited(text: Callable[[int], str]) -> Callable[[int], Action]:
    def make(size: int) -> Action:
        source = text(size)

        def action() -> None:
            document = Document.opened(source, CATALOGUE)
            shown(document)
            for line in (0, len(document.text.lines) // 2):
                shown(document.edited(Position(line, 0), Position(line, 0), "("))
                shown(document.edited(Position(line, 0), Position(line, 0), "if x:\n"))

        return action

    return make


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, texts in KINDS.items() for name in texts])
def test_a_text_costs_in_proportion_to_its_length(kind: str, name: str) -> None:
    largest = 4096 if kind == "lines" else 1 << 15
    assert power(opened_and_edited(KINDS[kind][name]), largest=largest, limit=WIDE_LIMIT) < WIDE_LIMIT


@pytest.mark.parametrize("name", LINE)
def test_a_cell_costs_in_proportion_to_its_length(name: str) -> None:
    def make(size: int) -> Action:
        cell = Cell.of("", 1, Text.of(LINE[name](size)), is_python=True)

        def action() -> None:
            notebook = Notebook.opened([Cell.of("", 1, cell.text, is_python=True)], CATALOGUE)
            notebook.edited(notebook.cells[0], Position(0, 0), Position(0, 0), "?")

        return action

    assert power(make, largest=1 << 15, limit=WIDE_LIMIT) < WIDE_LIMIT


@pytest.mark.parametrize("unit", ["select ", "select from", "update ", "insert  into ", "delete  ", "SELECT\n", "set "])
def test_a_text_is_searched_for_sql_in_proportion_to_its_length(unit: str) -> None:
    assert power(lambda size: lambda: reads_like_sql(unit * size)) < LIMIT


@pytest.mark.parametrize("character", ["é", "𝛼", "\ud800"], ids=ascii)
@pytest.mark.parametrize("encoding", Encoding)
def test_columns_of_a_line_cost_in_proportion_to_its_length(character: str, encoding: Encoding) -> None:
    def make(size: int) -> Action:
        line = character * size
        width = len(character.encode(errors="surrogatepass"))
        return lambda: [column_of(line, width * column, encoding) for column in range(size)]

    assert power(make) < LIMIT


EDITS: Mapping[str, Callable[[int], tuple[int, int]]] = {
    "in as many lines": lambda number: (number, 0),
    "in one line": lambda number: (0, number),
    "at one place": lambda _: (0, 0),
}


@pytest.mark.parametrize("where", EDITS)
def test_edits_cost_in_proportion_to_their_number(where: str) -> None:
    """Copying a list of lines costs memory bandwidth only, once per edit that adds a line; this edit adds none."""

    def make(size: int) -> Action:
        text = Text.of("x = 1\n" * size)

        def action() -> None:
            draft = Draft(text)
            for number in range(size):
                place = Position(*EDITS[where](number))
                draft.edit(place, place, "y")

        return action

    assert power(make, largest=1 << 14) < LIMIT


def test_variables_that_are_assigned_to_each_other_do_not_double_the_time() -> None:
    start = "from django.utils.safestring import mark_safe\nx = 'a'\ny = 'b'\n"
    few, many = (
        seconds(partial(Document.opened, start + "x = y\ny = x\n" * size + "mark_safe(x)\n", CATALOGUE), 5)
        for size in (5, 11)
    )
    assert many < 16 * few
