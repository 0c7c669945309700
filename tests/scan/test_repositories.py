"""`posse scan --repositories LIST`: a report of each checkout, and a summary of all."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from posse_server.scan.arguments import add_arguments
from posse_server.scan.repositories import FILE_OPTIONS
from tests.scan import tree
from tests.scan.conftest import Run

PROJECTS = {
    "one/app.py": b"eval(input())\n",
    "one/tests/test_app.py": b"assert 1\n",
    "one/bandit.yaml": b"skips: [B101]\n",
    "two/app.py": b"import subprocess\nsubprocess.run(c, shell=True)\n",
    "other/one/setup.py": b"x = 1\n",
    "broken/bandit.yaml": b"skips: [\n",
    "broken/app.py": b"exec(input())\n",
}


@pytest.fixture
def list_of(tmp_path: Path) -> Path:
    """A list of four checkouts, with a comment and one of them twice, and one folder that is not there."""
    tree.write(tmp_path, PROJECTS)
    path = tmp_path / "list.txt"
    path.write_text("# checkouts\none\n\ntwo\nother/one\n./one/\nbroken\nmissing\n")
    return path


def summary(folder: Path) -> dict[str, dict[str, Any]]:
    entries = json.loads((folder / "summary.json").read_text())["repositories"]
    return {entry["reports"]: entry for entry in entries}


def test_each_has_the_report_of_a_scan_in_its_folder(
    list_of: Path, tmp_path: Path, posse: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = posse("--repositories", "list.txt", "-o", "reports", "-f", "json", "-f", "sarif")
    names = {path.name for path in (tmp_path / "reports").iterdir()}
    stems = ("one", "two", "one-2")
    assert names - {"broken.json", "broken.sarif"} == {
        "summary.json", *(f"{stem}.{format}" for stem in stems for format in ("json", "sarif"))
    }  # fmt: skip
    monkeypatch.chdir(tmp_path / "one")
    alone = json.loads(Path("../reports/one.json").read_text())
    assert alone["results"] == json.loads(posse("-f", "json").out)["results"]
    assert [(result["test_id"], result["filename"]) for result in alone["results"]] == [("B307", "./app.py")]
    assert outcome.status == 2
    assert {name: (entry["findings"], entry["files"]) for name, entry in summary(tmp_path / "reports").items()} == {
        "one": ({"high": 0, "medium": 1, "low": 0}, 2),
        "two": ({"high": 1, "medium": 0, "low": 1}, 1),
        "one-2": ({"high": 0, "medium": 0, "low": 0}, 1),
        "broken": ({"high": 0, "medium": 0, "low": 0}, 0),
        "missing": ({"high": 0, "medium": 0, "low": 0}, 0),
    }


def test_what_is_wrong_with_one_is_told_and_the_rest_goes_on(list_of: Path, tmp_path: Path, posse: Run) -> None:
    outcome = posse("--repositories", "list.txt", "-o", "reports")
    told = [line for line in outcome.err.splitlines() if "not scanned" in line]
    assert len(told) == 2
    assert told[1] == f"posse: [5/5] {tmp_path / 'missing'}: not scanned: No such file or directory"
    rows = [line.split() for line in outcome.out.splitlines()]
    assert rows[0] == ["HIGH", "MEDIUM", "LOW", "FILES", "SKIPPED", "REPOSITORY"]
    assert [row[:3] for row in rows[1:4]] == [["1", "0", "1"], ["0", "1", "0"], ["0", "0", "0"]]
    assert rows[4] == ["1", "1", "1", "4", "0", "all", "3"]
    assert rows[5] == ["2", "not", "scanned:", "see", "above"]
    assert summary(tmp_path / "reports")["missing"]["error"] == "No such file or directory"


def test_files_that_options_name_are_found_from_where_the_command_is_given(
    list_of: Path, tmp_path: Path, posse: Run
) -> None:
    (tmp_path / "own.yaml").write_text("tests: [B602]\n")
    list_of.write_text("two\n")
    outcome = posse("--repositories", "list.txt", "-o", "reports", "-c", "own.yaml", "-q")
    assert (outcome.status, outcome.err) == (1, "")
    assert summary(tmp_path / "reports")["two"]["findings"] == {"high": 1, "medium": 0, "low": 0}
    assert Path.cwd() == tmp_path


def test_every_option_that_names_a_file_is_among_them() -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    named = {action.dest for action in parser._actions if action.metavar == "FILE"}
    assert named - {"reports"} == set(FILE_OPTIONS)


def test_a_clean_list_ends_with_0(list_of: Path, posse: Run) -> None:
    list_of.write_text("other/one\n")
    assert posse("--repositories", "list.txt", "-o", "reports").status == 0
    list_of.write_text("two\n")
    assert posse("--repositories", "list.txt", "-o", "reports", "--exit-zero").status == 0


def test_names_of_reports_are_safe_and_unique(tmp_path: Path, posse: Run) -> None:
    folders = ["a/..x y", "b/..x y", "a/Summary", "a/--", "a/ONE", "b/one", "a/" + "n" * 200]
    tree.write(tmp_path, {f"{folder}/a.py": b"x = 1\n" for folder in folders})
    (tmp_path / "list.txt").write_text("\n".join(folders))
    assert posse("--repositories", "list.txt", "-o", "reports").status == 0
    expected = ["x_y", "x_y-2", "Summary-2", "repository", "ONE", "one-2", "n" * 100]
    assert list(summary(tmp_path / "reports")) == expected
    assert {path.name.casefold() for path in (tmp_path / "reports").iterdir()} == {
        "summary.json", *(f"{name}.json".casefold() for name in expected)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list.txt", "-o", "r", "one"], "--repositories names what is scanned: give no other target beside it"),
        (["list.txt"], "--repositories writes many reports: name one folder for them with -o FOLDER"),
        (["list.txt", "-o", "-"], "--repositories writes many reports: name one folder for them with -o FOLDER"),
        (["list.txt", "-o", "one/app.py"], "cannot create the folder one/app.py for the reports: File exists"),
        (["list.txt", "-o", "r", "-f", "screen"], "the format screen is for terminals only"),
        (["none.txt", "-o", "r"], "cannot read the list of repositories none.txt: No such file or directory"),
        (["empty.txt", "-o", "r"], "the list empty.txt names no repository: write the path of a folder on each line"),
        (["bytes.txt", "-o", "r"], "cannot read the list of repositories bytes.txt: 'utf-8' codec"),
    ],
)
def test_a_command_line_that_cannot_be_meant(
    arguments: list[str], message: str, list_of: Path, tmp_path: Path, posse: Run
) -> None:
    (tmp_path / "empty.txt").write_text("# none\n")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\xfa")
    outcome = posse("--repositories", *arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(f"posse: {message}")
