"""The features of `posse scan` that Bandit lacks, and its promises about processes and streams."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from bandit.core.docs_utils import get_url

from posse_checks.analysis.registry import bandit_rules
from posse_server.scan import progress
from tests.scan.compare import content_of, text_of
from tests.scan.conftest import Run
from tests.scan.test_bad_input import COMMAND, GOOD, started

BAD = b"a b\n"


@pytest.mark.parametrize(
    "rule", [rule for rule in bandit_rules().values() if not rule.optional], ids=lambda rule: rule.id
)
def test_links_are_bandits(rule: object) -> None:
    assert rule.link == get_url(rule.id)  # type: ignore[attr-defined]


def test_report_is_laid_out_like_bandits(project: Path, bandit: Run, posse: Run) -> None:
    """Byte for byte, if the findings happen to be in the same order."""
    for name in ("generated/model.py", "pkg/__init__.py"):
        theirs, ours = bandit("-f", "json", name).out, posse("-f", "json", name).out
        time = json.loads(ours)["generated_at"]
        assert ours == theirs.replace(json.loads(theirs)["generated_at"], time) + "\n"


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ("good.py", 1),
        ("good.py --exit-zero", 0),
        ("good.py -ll", 0),
        ("fine.py", 0),
        ("fine.py bad.py", 0),
        ("fine.py bad.py --fail-on-skipped", 1),
        ("fine.py nowhere.py --fail-on-skipped", 1),
        ("fine.py folder --fail-on-skipped", 1),
        ("fine.py --fail-on-skipped", 0),
        ("good.py --fail-on-skipped --exit-zero", 0),
        ("bad.py --fail-on-skipped --exit-zero", 2),
        ("bad.py", 2),
        ("bad.py --exit-zero", 2),
        ("fine.py bad.py --fail-on-skipped --exit-zero", 1),
        ("nowhere.py", 2),
        ("folder", 2),
        ("-r folder", 0),
        ("-r folder nowhere.py", 2),
        ("good.py -x good.py", 0),
        ("good.py -llll", 2),
        ("good.py -j -1", 2),
        ("good.py -j 0", 1),
        ("good.py -f pdf", 2),
        ("", 1),
    ],
)
def test_exit_status_tells(flags: str, status: int, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    (tmp_path / "bad.py").write_bytes(BAD)
    (tmp_path / "fine.py").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    assert posse(*flags.split()).status == status


def test_optional_rule_runs_where_it_is_selected(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("from oslo_config import cfg\ncfg.StrOpt('admin_password')\n")
    assert posse("a.py").status == 0
    assert "B109" in posse("a.py", "-t", "B109").out


def test_standard_input_can_stand_for_a_file(project: Path, posse: Run) -> None:
    (project / "conf").write_text("exclude_dirs: [generated]\nassert_used: {skips: ['*/app.py']}\n")
    source = (project / "app.py").read_bytes()
    arguments = ["-c", "conf", "-f", "json"]
    named = content_of(posse(*arguments, "app.py").out)
    assert content_of(posse(*arguments, "--stdin-filename", "app.py", "-", stdin=source).out) == named
    assert content_of(posse(*arguments, "--stdin-filename", "app.py", "-", "app.py", stdin=source).out) == named
    excluded = posse(*arguments, "--stdin-filename", "generated/model.py", "-", stdin=source)
    assert (excluded.status, json.loads(excluded.out)["metrics"].keys()) == (0, {"_totals"})


def test_processes_give_the_same_report(project: Path, posse: Run) -> None:
    for number in range(70):
        (project / f"more{number}.py").write_bytes(GOOD if number % 7 else BAD)
    alone = posse("-r", ".", "-f", "json", "-v")
    for processes in ("2", "5"):
        result = started(["-r", ".", "-f", "json", "-j", processes], project)
        assert content_of(result.stdout.decode()) == content_of(alone.out)
        assert result.stderr.decode() == alone.err
        text = started(["-r", ".", "-v", "-j", processes], project)
        assert text_of(text.stdout.decode()) == text_of(posse("-r", ".", "-v").out)


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits on processes")
def test_process_that_dies_costs_its_file_only(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_bytes(b"x=[a,b]\n" * (3 << 17))
    for name in "acdefghij":
        (tmp_path / f"{name}.py").write_bytes(GOOD)
    command = f'ulimit -St 1; exec "{sys.executable}" -m posse_server.cli scan -j 2 -r . -f json'
    result = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, timeout=60)
    assert result.returncode == 1
    assert result.stderr == b"posse: skipped ./b.py: its process died (SIGXCPU); please report it\n"
    assert sorted(json.loads(result.stdout)["metrics"]) == [*(f"./{name}.py" for name in "acdefghij"), "_totals"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("files", "flags", "shown"), [(51, "", True), (50, "", False), (51, "-q", False), (51, "-j 2", True)]
)
def test_progress_is_shown_on_a_terminal(files: int, flags: str, shown: bool, tmp_path: Path) -> None:
    for number in range(files):
        (tmp_path / f"{number}.py").write_bytes(b"")
    ours, theirs = os.openpty()
    result = subprocess.run([*COMMAND, "-r", ".", *flags.split()], cwd=tmp_path, stdout=-1, stderr=theirs, timeout=60)
    os.close(theirs)
    said = os.read(ours, 100_000).decode() if shown or "-q" not in flags else ""
    assert (f"/{files} files" in said) is shown
    assert ("no findings" in said) is ("-q" not in flags)
    os.close(ours)
    assert result.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("environment", "flags", "colored"),
    [
        ({}, "", True),
        ({"NO_COLOR": "1"}, "", False),
        ({"TERM": "dumb"}, "", False),
        ({}, "-f txt", False),
        ({}, "--color never", False),
        ({}, "--color never -f screen", False),
        ({"NO_COLOR": "1"}, "--color always", True),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, "", True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, "", False),
    ],
)
def test_terminal_gets_colors(environment: dict[str, str], flags: str, colored: bool, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    ours, theirs = os.openpty()
    variables = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {
        "TERM": "xterm",
        **environment,
    }
    command = [*COMMAND, "good.py", *flags.split()]
    subprocess.run(command, cwd=tmp_path, stdout=theirs, stderr=-1, env=variables, timeout=60)
    os.close(theirs)
    assert (b"\x1b[95mRun started" in os.read(ours, 10_000)) is colored
    os.close(ours)


def test_screen_report_does_not_go_to_a_file(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    outcome = posse("good.py", "-f", "screen", "-o", "out")
    assert "Test results" in outcome.out and "Use -f txt" in outcome.err
    assert not (tmp_path / "out").exists()


def test_report_goes_to_a_file(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "good.py").write_text("password = 'é'\n", encoding="utf-8")
    for report_format in ("json", "txt"):
        printed = posse("good.py", "-f", report_format).out
        for output in ("out", "-"):
            outcome = posse("good.py", "-f", report_format, "-o", output)
            assert outcome.err == ("" if output == "-" else "posse: wrote the report to out\n")
            assert posse("good.py", "-q", "-f", report_format, "-o", output).err == ""
            report = outcome.out if output == "-" else (tmp_path / "out").read_text(encoding="utf-8")
            assert report.splitlines()[4:] == printed.splitlines()[4:]


def test_wrong_arguments_leave_an_old_report_alone(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "out").write_text("old")
    assert posse("a.py", "-o", "out", "-t", "B9999").status == 2
    assert (tmp_path / "out").read_text() == "old"


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [(["scan", "a.py"], "pygls lsprotocol asyncio bandit"), (["rules"], "pygls asyncio posse_server.scan bandit")],
)
def test_command_loads_only_what_it_needs(arguments: list[str], absent: str, tmp_path: Path) -> None:
    script = f"import sys; from posse_server.cli import main; main({arguments!r}); print('loaded', *sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert not set(absent.split()) & set(result.stdout.rpartition("loaded ")[2].split())


def test_server_does_not_load_the_scan(tmp_path: Path) -> None:
    script = "import sys, posse_server.lsp.app, posse_server.commands.server, posse_server.cli; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "posse_server.scan" not in result.stdout.split()


def test_log_of_a_service_gets_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, posse: Run) -> None:
    monkeypatch.setattr(progress, "LINE_INTERVAL_SECONDS", 0.0)
    (tmp_path / "a.py").write_bytes(GOOD)
    (tmp_path / "b.py").write_text("assert 1\n")
    monkeypatch.delenv("CI", raising=False)
    assert posse("-r", ".").err == ""
    monkeypatch.setenv("CI", "true")
    lines = posse("-r", ".").err.splitlines()
    assert re.fullmatch(r"posse: checked 1/2 files, \d+/s, \d+ s left, 1 low", lines[0])
    assert re.fullmatch(r"posse: checked 2/2 files, \d+/s, 0 s left, 2 low", lines[1])
    assert posse("-r", ".", "-q").err == ""


def test_statistics_count_each_check(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("import pickle\nassert 1\nassert 2\n")
    (tmp_path / "b.py").write_text("assert 1\n")
    lines = [line.split() for line in posse("-r", ".", "--statistics").err.splitlines()]
    assert lines == [
        ["FINDINGS", "FILES", "CHECK"],
        ["3", "2", "B101", "assert_used"],
        ["1", "1", "B403", "import_pickle"],
        ["4", "2", "all"],
    ]


def test_version_names_the_level_of_bandit(posse: Run) -> None:
    version = posse("--version").out
    assert f"Bandit {metadata.version('bandit')}, on Python {sys.version_info.major}." in version
