"""`posse baseline`, and its effect on a scan; Bandit can use its files, and it can use Bandit's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.scan.compare import content_of
from tests.scan.conftest import Run
from tests.scan.tree import APP

NEW = "import telnetlib, pickle\nassert p\nassert 2\nexec('a')\nexec('b')\n"
DEFAULT = ".bandit-baseline.json"


def lines(report: str) -> list[int]:
    """The lines of the findings in a JSON report."""
    return sorted(result["line_number"] for result in json.loads(report)["results"])


def entries(path: Path) -> Sequence[dict[str, Any]]:
    """The entries of a baseline."""
    found: Sequence[dict[str, Any]] = json.loads(path.read_text())["results"]
    return found


TARGETS = ["-r .", "-r pkg app.py", "app.py", "-r . -ll", "-r . -t B602,B101"]


@pytest.mark.parametrize("targets", TARGETS)
def test_bandit_takes_what_posse_writes(targets: str, project: Path, bandit: Run, posse: Run) -> None:
    assert posse("create", *targets.split(), "-o", "known.json", command="baseline").status == 0
    assert bandit(*targets.split(), "-f", "json", "-b", "known.json").status == 0
    (project / "app.py").write_text(APP + NEW)
    same_without_what_is_known(targets, bandit, posse)


@pytest.mark.parametrize("targets", TARGETS)
def test_posse_takes_what_bandit_writes(targets: str, project: Path, bandit: Run, posse: Run) -> None:
    assert bandit(*targets.split(), "-f", "json", "-o", "known.json").status == 1
    assert posse(*targets.split(), "-b", "known.json", "--matching", "count").status == 0
    (project / "app.py").write_text(APP + NEW)
    same_without_what_is_known(targets, bandit, posse)
    (project / "bandit.yaml").write_text("posse: {baseline: known.json, matching: bandit}\n")
    theirs = bandit(*targets.split(), "-f", "json", "-b", "known.json", "-c", "bandit.yaml")
    assert content_of(posse(*targets.split(), "-f", "json").out) == content_of(theirs.out)


def same_without_what_is_known(targets: str, bandit: Run, posse: Run) -> None:
    theirs, ours = (run(*targets.split(), "-f", "json", "-b", "known.json") for run in (bandit, posse))
    assert ours.status == theirs.status
    assert content_of(ours.out) == content_of(theirs.out)


def test_updated_baseline_is_bandits_still(project: Path, bandit: Run, posse: Run) -> None:
    bandit("-r", "pkg", "-f", "json", "-o", "known.json")
    (project / "pkg" / "new.py").write_text("exec(a)\n")
    assert posse("update", "-r", "pkg", "-b", "known.json", command="baseline").status == 0
    assert [entry["filename"] for entry in entries(project / "known.json") if entry["code"] == "1 exec(a)\n"] == [
        "pkg/new.py"
    ]
    assert bandit("-r", "pkg", "-b", "known.json").status == 0


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        ("", [3, 4]),
        ("--matching count", [3, 4]),
        ("--matching bandit", []),
        ("-b .bandit-baseline.json", []),
        ("-b .bandit-baseline.json --matching count", [3, 4]),
        ("--isolated", [1, 2, 3, 4]),
    ],
)
def test_later_copies_of_a_known_finding_show_unless_asked_for(
    flags: str, shown: list[int], tmp_path: Path, posse: Run
) -> None:
    (tmp_path / "a.py").write_text("assert a\nassert b\n")
    posse("create", "a.py", command="baseline")
    (tmp_path / "a.py").write_text("assert a\nassert b\nassert c\nassert d\n")
    assert lines(posse("a.py", "-f", "json", *flags.split()).out) == shown


@pytest.mark.parametrize("target", ["a.py", "./a.py", "-r .", "pkg/../a.py", "ABSOLUTE"])
def test_a_file_is_known_by_whatever_name_it_is_scanned(target: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "a.py").write_text("assert a\n")
    posse("create", "a.py", command="baseline")
    assert posse(*target.replace("ABSOLUTE", str(tmp_path / "a.py")).split()).status == 0


def test_configuration_names_the_baseline(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "bandit.yaml").write_text("posse: {baseline: ci/known.json}\n")
    (tmp_path / "ci").mkdir()
    (tmp_path / "a.py").write_text("assert a\n")
    assert posse("update", "a.py", command="baseline").status == 0
    assert len(entries(tmp_path / "ci" / "known.json")) == 1
    assert posse("a.py").status == 0
    assert posse("a.py", "-c", "bandit.yaml").status == 0


def test_a_damaged_baseline_of_the_project_is_told(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert a\n")
    (tmp_path / DEFAULT).write_text("{")
    outcome = posse("a.py", "-f", "json")
    assert lines(outcome.out) == [1]
    assert outcome.err.startswith(f"posse: Cannot read the baseline {DEFAULT}: ")
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize("named", ['"a\\0b"', "a.py/known.json", "loop.json"])
def test_a_path_where_no_baseline_can_be_is_told(named: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "bandit.yaml").write_text(f"posse: {{baseline: {named}}}\n")
    (tmp_path / "a.py").write_text("assert a\n")
    (tmp_path / "loop.json").symlink_to("loop.json")
    outcome = posse("a.py", "-f", "json")
    assert lines(outcome.out) == [1]
    assert "Cannot read the baseline" in outcome.err or "this is not a valid file name" in outcome.err
    assert posse("update", "a.py", command="baseline").status == 2


def test_update_adds_what_is_new_and_keeps_the_rest(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert a\n")
    posse("create", "a.py", command="baseline")
    path = tmp_path / DEFAULT
    report = json.loads(path.read_text())
    report["results"].insert(0, {**report["results"][0], "filename": "gone.py", "note": "ours"})
    path.write_text(json.dumps({"owner": "security", **report}, indent=4))
    (tmp_path / "a.py").write_text("exec(a)\nassert a\n")
    outcome = posse("update", "a.py", command="baseline")
    assert outcome.err == f"posse: {DEFAULT}: added 1 entry, 3 in total\n"
    after = json.loads(path.read_text())
    assert list(after) == ["owner", *report]
    assert after["results"][:2] == report["results"]
    assert after["results"][2]["test_id"] == "B102"
    assert path.read_text() == json.dumps(after, indent=4)


def test_prune_removes_what_nothing_needs(tmp_path: Path, posse: Run) -> None:
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text("assert a\nassert b\nexec(c)\n")
    posse("create", "-r", ".", command="baseline")
    (tmp_path / "a.py").write_text("assert a\nexec(c)  # nosec\n")
    (tmp_path / "b.py").unlink()
    (tmp_path / "c.py").write_text("def broken(:\n")
    outcome = posse("prune", "-r", ".", "-q", command="baseline")
    assert outcome.status == 0
    left = [(entry["filename"], entry["line_number"]) for entry in entries(tmp_path / DEFAULT)]
    assert left == [("./a.py", 1), ("./c.py", 1), ("./c.py", 2), ("./c.py", 3)]


@pytest.mark.parametrize("flags", ["-t B102", "-s B101", "-ll"])
def test_prune_leaves_what_it_did_not_look_for(flags: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert a\n")
    posse("create", "a.py", command="baseline")
    (tmp_path / "a.py").write_text("")
    posse("prune", "a.py", *flags.split(), command="baseline")
    assert len(entries(tmp_path / DEFAULT)) == 1
    posse("prune", "a.py", command="baseline")
    assert entries(tmp_path / DEFAULT) == []


def test_show_tells_what_is_in_it(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert a\nassert b\nexec(c)\n")
    posse("create", "a.py", command="baseline")
    (tmp_path / "a.py").write_text("assert a\n")
    shown = posse("show", command="baseline").out.splitlines()
    assert [line.partition(": U")[0] for line in shown] == ["a.py: B101 assert_used", "a.py: B102 exec_used"]
    assert shown[0].endswith("(2 times)")
    marks = [line.endswith("[stale]") for line in posse("show", "a.py", command="baseline").out.splitlines()]
    assert marks == [False, True, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("create a.py", "already exists"),
        ("update a.py -b other.json", "it is not a baseline (it has no 'results')"),
        ("prune a.py -b a.py", "must end in `.json`"),
        ("update a.py -b .git/known.json", "cannot be in a folder `.git`"),
        ("create a.py -o .GIT/hooks/x.json", "cannot be in a folder `.git`"),
        ("create a.py -o out/../known", "must end in `.json`"),
        ("update a.py -b pkg.json", "it is not a baseline (it is a folder)"),
        ("update a.py -b nowhere/known.json", ".json: No such file"),
        ("create a.py -o nowhere/known.json", ".json: No such file"),
        ("show -b other.json", "is not a valid baseline"),
        ("show -b nowhere.json", "cannot read"),
        ("update --ini empty.bandit", "nothing to scan"),
        ("update a.py -o x.json", "-o works only with `create`"),
        ("create a.py -f txt", "always JSON"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    arguments: str, message: str, tmp_path: Path, posse: Run
) -> None:
    (tmp_path / "a.py").write_text("assert a\n")
    posse("create", "a.py", command="baseline")
    (tmp_path / "a.py").write_text("assert a\nassert b\n")
    (tmp_path / "other.json").write_text('{"private": 1}')
    (tmp_path / "pkg.json").mkdir()
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    outcome = posse(*arguments.split(), command="baseline")
    assert outcome.status == 2
    assert message in outcome.err
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("named", ["../out/known.json", "link/known.json", "known.json"])
def test_configuration_cannot_have_it_written_elsewhere(named: str, tmp_path: Path, posse: Run) -> None:
    project, outside = tmp_path / "project", tmp_path / "out"
    for folder in (project, outside):
        folder.mkdir()
    (outside / "known.json").write_text('{"results": []}')
    (project / "link").symlink_to(outside)
    (project / "known.json").symlink_to(outside / "known.json")
    (project / "a.py").write_text("assert a\n")
    (project / "bandit.yaml").write_text(f"posse: {{baseline: {named}}}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        outcome = posse("update", "a.py", command="baseline")
    assert outcome.status == 2
    assert "is outside of the project" in outcome.err
    assert (outside / "known.json").read_text() == '{"results": []}'
