"""`posse explain FILE:LINE`: what is known about each value in a line, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scan.conftest import Run
from tests.scan.test_flow import PROGRAM, write

PAGE = Path(__file__).parents[2] / "docs" / "flows.md"
CHECKED = """\
import html, os, sys, subprocess
from flask import request


def view(other):
    name = request.args["name"]
    if name not in ("a", "b"):
        return
    os.system(name)
    os.system(html.escape(request.args["x"]))
    os.system(sys.argv[1] + other)
    size = 2 ** 10
    subprocess.run(["ls", size])  # nosec B603
    open(request.args["file"])  # posse: ignore[P104] theirs
"""


def test_page_shows_what_is_printed(posse: Run, tmp_path: Path) -> None:
    write(tmp_path)
    outcome = posse("app.py:13", command="explain")
    assert outcome.status == 0 and outcome.err == ""
    assert outcome.out.strip() in PAGE.read_text()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (9, "`name`: no outside user controls it."),
        (9, "command: harmless: "),
        (9, "Evidence: none: "),
        (
            10,
            '`html.escape(request.args["x"])`: an outside user controls it. It is of type `str`. It is harmless for: ',
        ),
        (10, "command: an outside user controls the data"),
        (11, "`sys.argv[1]`: the user who starts the program controls it."),
        (11, "`other`: its origin is unknown."),
        (12, "`2 ** 10`: the constant 1024"),
        (13, "suppressed by the comment `# nosec` on line 13"),
        (14, "suppressed by the comment `# posse: ignore` on line 14"),
        (4, "none: there is no expression in this line"),
        (4, "Findings: none"),
    ],
)
def test_says_of_each_value_what_is_known(posse: Run, tmp_path: Path, line: int, text: str) -> None:
    write(tmp_path, text=CHECKED)
    outcome = posse(f"app.py:{line}", command="explain")
    assert outcome.status == 0
    assert text in outcome.out


def test_place_of_a_report_can_be_pasted(posse: Run, tmp_path: Path) -> None:
    write(tmp_path)
    assert (
        posse("./app.py:13:4", command="explain").out.partition(": ")[2]
        == (posse("app.py:13", command="explain").out.partition(": ")[2])
    )


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("app.py", "'app.py' is not of the form FILE:LINE"),
        ("app.py:0", "there is no line 0"),
        ("app.py:99", "there is no line 99"),
        ("gone.py:1", "cannot read gone.py"),
        ("broken.py:1", "broken.py, line 1: "),
        ("book.ipynb:1", "names no line of a cell. For line 5 of cell 2, write book.ipynb:2:5"),
        ("book.ipynb:1:1", "cell 1 of book.ipynb is not Python, or does not exist"),
        ("book.ipynb:9:1", "cell 9 of book.ipynb is not Python, or does not exist"),
        ("book.ipynb:2:9", "there is no line 9 in cell 2 of book.ipynb: it has 3 lines"),
        ("book.ipynb:3:1", "book.ipynb, cell 3, line 1: "),
        ("other.ipynb:1:1", "it is not a notebook"),
        ("gone.ipynb:1:1", "cannot read gone.ipynb"),
    ],
)
def test_what_cannot_be_explained_is_an_error(posse: Run, tmp_path: Path, place: str, message: str) -> None:
    write(tmp_path)
    write(tmp_path, "broken.py", "def (:\n")
    write(tmp_path, "other.ipynb", "[]")
    write_notebook(tmp_path, "# Prose", "import flask\n\nflask", "x = (", prose=1)
    outcome = posse(place, command="explain")
    assert (outcome.status, outcome.out) == (2, "")
    assert message.replace("'", "") in outcome.err.replace("'", "")


def write_notebook(folder: Path, *cells: str, prose: int = 0) -> None:
    """Write a notebook whose first cells are prose."""
    kinds = ["markdown"] * prose + ["code"] * len(cells)
    entries = [{"cell_type": kind, "source": cell} for kind, cell in zip(kinds, cells, strict=False)]
    (folder / "book.ipynb").write_text(json.dumps({"cells": entries, "nbformat": 4, "metadata": {}}))


@pytest.mark.parametrize("place", ["book.ipynb:3:2", "book.ipynb:cell 3:2", "./book.ipynb:cell 3:2:11"])
def test_line_of_a_cell_is_explained_with_steps_in_others(posse: Run, tmp_path: Path, place: str) -> None:
    open_it = "%matplotlib inline\nopen(name)  # posse: ignore[P104]"
    write_notebook(tmp_path, "# Prose", "import flask\nname = flask.request.args['a']", open_it, "x = (", prose=1)
    outcome = posse(place, command="explain")
    assert outcome.status == 0 and outcome.err == ""
    assert outcome.out.startswith(f"{place.partition('.ipynb')[0]}.ipynb:cell 3:2: open(name)  # posse: ignore[P104]\n")
    assert "  `name`: an outside user controls it." in outcome.out
    assert "    1. cell 2:2:7 `request.args`\n    2. cell 2:2:0 `name`\n" in outcome.out
    assert "    3. cell 3:2:0 path: `open()`\n" in outcome.out
    assert "suppressed by the comment `# posse: ignore` on line 2 of cell 3\n" in outcome.out


def test_after_a_broken_cell_nothing_is_known(posse: Run, tmp_path: Path) -> None:
    write_notebook(tmp_path, "import flask\nname = flask.request.args['a']", "x = (", "open(name)")
    out = posse("book.ipynb:3:1", command="explain").out
    assert "`name`: its origin is unknown." in out and "Findings: none" in out


def test_long_line_is_explained_in_part(posse: Run, tmp_path: Path) -> None:
    write(tmp_path, text=f"x = [{', '.join(f'f{number}()' for number in range(5_000))}]\n{PROGRAM}")
    assert len(posse("app.py:1", command="explain").out.splitlines()) < 1_000
