"""A configuration that came with the project may select checks and files, and nothing else."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from posse_checks.config.authority import INI_OPTIONS, Authority, key_authorities
from posse_checks.config.ini_source import OPTIONS
from posse_checks.config.policy import POSSE_SECTION, policy_keys
from posse_checks.config.schema import keys
from tests.scan.conftest import Outcome, Run, posse

__all__ = ["posse"]  # the fixture

SOURCE = "import subprocess\nassert a\nassert b  # nosec\nexec(c)\npassword = 'abc'\n"
KNOWN = {
    "code": "",
    "filename": "./a.py",
    "issue_confidence": "HIGH",
    "issue_cwe": {"id": 703, "link": ""},
    "issue_severity": "LOW",
    "issue_text": "Use of assert detected. The enclosed code will be removed when compiling to optimised byte code.",
    "line_number": 2,
    "line_range": [2],
    "test_id": "B101",
    "test_name": "assert_used",
}

PROJECT = (Authority.FOUND, Authority.INSIDE)
"""Options that a project may set."""
WAYS = {"found": "", "isolated": "--isolated", "beside a named configuration": "-c ../ours.yaml"}
VALUES: dict[str, tuple[str, str]] = {
    "targets": ("b.py", "-f json"),
    "recursive": ("true", "-f json"),
    "exclude": ("a.py", "-r -f json"),
    "configfile": ("{}conf.yaml", "-r -f json"),
    "profile": ("one", "-r -f json"),
    "tests": ("B101", "-r -f json"),
    "skips": ("B101", "-r -f json"),
    "level": ("medium", "-r -f json"),
    "confidence": ("high", "-r -f json"),
    "ignore-nosec": ("true", "-r -f json"),
    "baseline": ("{}known.json", "-r -f json"),
    "format": ("json", "-r"),
    "output": ("../report", "-r"),
    "number": ("1", "-r"),
    "aggregate": ("vuln", "-r -f json"),
    "verbose": ("true", "-r"),
    "quiet": ("true", "-r -t B999,B110"),
    "msg-template": ("{line}", "-r"),
    "debug": ("true", "-r"),
}
"""For each option, a value with a visible effect, and the flags that are needed for it."""


def content(outcome: Outcome) -> object:
    """A report without its times."""
    if not outcome.out.startswith("{"):
        return outcome.status, [line for line in outcome.out.splitlines() if not line.startswith("Run started")]
    report = json.loads(outcome.out)
    found = [(result["filename"], result["test_id"], result["line_number"]) for result in report["results"]]
    return outcome.status, found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, posse: Run) -> Path:
    """A cloned project, beside files of the user's; a scan runs in it."""
    project = tmp_path / "project"
    (project / "pkg").mkdir(parents=True)
    for name in ("a.py", "b.py", "pkg/c.py"):
        (project / name).write_text(SOURCE)
    (tmp_path / "ours.yaml").write_text("skips: [B404]\nprofiles: {one: {include: [B101]}}\n")
    for folder in (project, tmp_path):
        (folder / "conf.yaml").write_text("skips: [B102]\n")
        (folder / "known.json").write_text(json.dumps({"results": [KNOWN]}))
    monkeypatch.chdir(project)
    return project


def snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_option_has_its_authority() -> None:
    assert INI_OPTIONS.keys() == OPTIONS.keys() == VALUES.keys()
    assert key_authorities().keys() == {name for name in keys() if name != POSSE_SECTION} | {
        f"{POSSE_SECTION}.{name}" for name in policy_keys().keys
    }


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", [".bandit", "pkg/.bandit"])
@pytest.mark.parametrize(
    "option", [name for name, who in INI_OPTIONS.items() if who in (Authority.NAMED, Authority.BANDIT)]
)
def test_option_that_only_users_may_set_has_no_effect_where_it_was_found(
    option: str, place: str, way: str, project: Path, posse: Run
) -> None:
    value, flags = VALUES[option]
    arguments = [*flags.split(), *WAYS[way].split(), "."]
    before = content(posse(*arguments))
    (project / place).write_text(f"[bandit]\n{option} = {value}\n")
    files = snapshot(project.parent)
    outcome = posse(*arguments)
    assert content(outcome) == before
    assert snapshot(project.parent) == files
    said = [line for line in outcome.err.splitlines() if "ignored" in line]
    is_told = INI_OPTIONS[option] is Authority.NAMED and option != "targets"
    assert len(said) == is_told
    assert all(option in line and "--ini" in line for line in said)


@pytest.mark.parametrize("option", [name for name, who in INI_OPTIONS.items() if who is not Authority.BANDIT])
def test_option_has_its_effect_where_the_file_is_named(option: str, project: Path, posse: Run) -> None:
    value, flags = VALUES[option]
    arguments = [*flags.split(), *([] if option == "targets" else ["."])]
    if option == "profile":
        arguments += ["-c", "../ours.yaml"]
    (project / "my.ini").write_text("[bandit]\n")
    before = content(posse(*arguments, "--ini", "my.ini"))
    (project / "my.ini").write_text(f"[bandit]\n{option} = {value.format('../')}\n")
    files = snapshot(project.parent)
    after = content(posse(*arguments, "--ini", "my.ini"))
    assert after != before or snapshot(project.parent) != files


BESIDE = "beside a named configuration"


@pytest.mark.parametrize(
    ("option", "way"),
    [
        (option, way)
        for option, who in INI_OPTIONS.items()
        for way in WAYS
        if who in PROJECT
        and not (option == "configfile" and way == BESIDE)  # the named one is in its place
        and not (option == "profile" and way != BESIDE)  # which is of a configuration that is named
    ],
)
def test_option_that_the_project_may_set_has_its_effect_where_it_was_found(
    option: str, way: str, project: Path, posse: Run
) -> None:
    value, flags = VALUES[option]
    arguments = [*flags.split(), *WAYS[way].split(), "."]
    before = content(posse(*arguments))
    (project / ".bandit").write_text(f"[bandit]\n{option} = {value.format('')}\n")
    assert content(posse(*arguments)) != before


OUTSIDE = ["../known.json", "pkg/../../known.json", "{root}/known.json", "link/known.json", "link.json"]
"""Paths that name a file beside the project."""
MISPLACED = ["../new.json", "poetry.lock", "a.py", ".git/hooks.json", "pkg/.GIT/x.json"]
"""Paths where no baseline may be."""


@pytest.fixture
def links(project: Path) -> None:
    """Links in the project that lead out of it."""
    (project / "link").symlink_to("..")
    (project / "link.json").symlink_to("../known.json")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows wants a privilege for links")
@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("named", OUTSIDE)
@pytest.mark.parametrize("option", ["baseline", "configfile"])
def test_file_outside_of_the_project_is_not_read_for_what_was_found(
    option: str, named: str, way: str, project: Path, posse: Run
) -> None:
    arguments = ["-r", "-f", "json", *WAYS[way].split(), "."]
    before = content(posse(*arguments))
    (project / ".bandit").write_text(f"[bandit]\n{option} = {named.format(root=project.parent)}\n")
    outcome = posse(*arguments)
    assert outcome.status == 2 or content(outcome) == before
    assert option in outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows wants a privilege for links")
@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("action", ["create", "update", "prune"])
@pytest.mark.parametrize("file", [".bandit", "bandit.yaml", "pyproject.toml"])
@pytest.mark.parametrize(
    "named", [*OUTSIDE, "../new.json", "poetry.lock", "a.py", ".git/hooks.json", "pkg/.GIT/x.json"]
)
def test_no_baseline_is_written_but_inside_the_project(
    named: str, file: str, action: str, project: Path, posse: Run
) -> None:
    value = named.format(root=project.parent)
    text = {
        ".bandit": f"[bandit]\nbaseline = {value}\n",
        "bandit.yaml": f"posse: {{baseline: '{value}'}}\n",
        "pyproject.toml": f"[tool.bandit]\nposse.baseline = '{value}'\n",
    }[file]
    (project / file).write_text(text)
    (project / ".git").mkdir()
    files = snapshot(project.parent)
    for way in WAYS.values():
        outcome = posse(action, "-r", *way.split(), ".", command="baseline")
        after = snapshot(project.parent)
        after.pop(project / ".bandit-baseline.json", None)
        assert after == files
        if not way:
            assert outcome.status == 2, outcome
            assert not (project / ".bandit-baseline.json").exists()


def test_what_was_found_chooses_no_file_to_write_and_no_form_of_the_report() -> None:
    only_named = {"targets", "format", "output", "number", "aggregate", "verbose", "quiet"}
    assert {option for option, who in INI_OPTIONS.items() if who is Authority.NAMED} == only_named
    assert {option for option, who in INI_OPTIONS.items() if who is Authority.INSIDE} == {"configfile", "baseline"}
    assert {key for key, who in key_authorities().items() if who is not Authority.FOUND} == {
        "posse.baseline",
        "posse.check_files",
    }
