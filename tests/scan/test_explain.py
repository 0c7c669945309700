"""`posse explain FILE:LINE`: what is known about each value in a line, and why."""

from __future__ import annotations

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
        ("book.ipynb:1", "is a notebook"),
    ],
)
def test_what_cannot_be_explained_is_an_error(posse: Run, tmp_path: Path, place: str, message: str) -> None:
    write(tmp_path)
    write(tmp_path, "broken.py", "def (:\n")
    outcome = posse(place, command="explain")
    assert (outcome.status, outcome.out) == (2, "")
    assert message.replace("'", "") in outcome.err.replace("'", "")


def test_long_line_is_explained_in_part(posse: Run, tmp_path: Path) -> None:
    write(tmp_path, text=f"x = [{', '.join(f'f{number}()' for number in range(5_000))}]\n{PROGRAM}")
    assert len(posse("app.py:1", command="explain").out.splitlines()) < 1_000
