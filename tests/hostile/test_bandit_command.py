"""`posse bandit` and its companions keep Posse's promises, also where Bandit's own commands do not."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from posse_checks.analysis.suppression import Nosecs
from posse_checks.rule.finding import Level
from posse_server.bandit import log
from posse_server.bandit.commits import TEMPORARY
from posse_server.bandit.legacy import Blacklist, Blocked, legacy_issues
from posse_server.bandit.nosec import read_nosecs, tell_unused
from posse_server.cli import main
from tests.hostile.growth import LIMIT, Action, power
from tests.hostile.test_terminal import COMMANDS, CONTROLS, FORBIDDEN, in_names
from tests.hostile.test_writing import all_in
from tests.repository import SETTINGS, Repository
from tests.scan.conftest import Run, posse

__all__ = ["posse"]  # the fixture

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs links, pipes and scripts")
POSSE = [sys.executable, "-m", "posse_server.cli"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, posse: Run) -> Path:
    """A cloned project, beside files of the user's; the command runs in it."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("assert x\n")
    (tmp_path / "mine").write_text("mine\n")
    monkeypatch.chdir(project)
    return project


def ran(*words: str, folder: Path, limited: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, after some code."""
    code = f"import sys\n{limited}\nfrom posse_server.cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *words], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


# ---------------------------------------------------------------- writing


@pytest.mark.parametrize("words", ["bandit a.py -f json -o out", "bandit a.py -o out", "bandit a.py -f html -o out"])
def test_a_link_is_replaced_by_the_report(words: str, project: Path, posse: Run) -> None:
    (project / "out").symlink_to("../mine")
    command, *rest = words.split()
    assert posse(*rest, command=command).status == 1
    assert (project.parent / "mine").read_text() == "mine\n"
    assert not (project / "out").is_symlink() and "B101" in (project / "out").read_text()


@pytest.mark.parametrize("words", ["bandit a.py -o out/x", "bandit-config-generator -o out/x"])
def test_a_linked_folder_leads_no_file_out_of_the_project(words: str, project: Path, posse: Run) -> None:
    (project / "out").symlink_to("..")
    before = all_in(project.parent)
    command, *rest = words.split()
    outcome = posse(*rest, command=command)
    assert "Traceback" not in outcome.err and "ERROR" in outcome.err + outcome.out
    assert all_in(project.parent) == before


@pytest.mark.parametrize("words", ["bandit a.py -f json -o out", "bandit a.py -o out", "bandit a.py -f csv -o out"])
def test_a_full_disk_leaves_the_old_report(words: str, project: Path) -> None:
    (project / "out").write_text("old")
    (project / "a.py").write_text("assert x\n" * 300)
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"
    done = ran(*words.split(), folder=project, limited=limited)
    assert done.returncode == 2 and "File too large" in done.stderr and "Traceback" not in done.stderr
    assert all_in(project) == {"a.py": b"assert x\n" * 300, "out": b"old"}


@pytest.mark.parametrize("end", ["-c nowhere.yaml", "-b nowhere.json", "-t X", "-f custom --msg-template {"])
def test_a_run_that_writes_no_report_leaves_the_old_one(end: str, project: Path, posse: Run) -> None:
    (project / "out").write_text("old")
    posse("a.py", "-o", "out", *end.split(), command="bandit")
    assert all_in(project) == {"a.py": b"assert x\n", "out": b"old"}


def test_a_reader_that_leaves_costs_no_traceback(project: Path) -> None:
    (project / "a.py").write_text("assert x\n" * 5000)
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run([*POSSE, "bandit", "a.py", "-q"], cwd=project, stdout=theirs, stderr=-1, timeout=120)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (1, b"")


# ---------------------------------------------------------------- what a project may choose


@pytest.mark.parametrize(
    "option",
    [
        *("output = ../mine", "format = json", "number = 100", "aggregate = vuln", "verbose = true", "quiet = true"),
        *("configfile = ../conf.yaml", "baseline = ../known.json", "msg-template = {line}", "targets = ..,/etc"),
        *("debug = true", "configfile = link.yaml", "baseline = link.json"),
    ],
)
def test_a_found_file_chooses_neither_output_nor_files_elsewhere(option: str, project: Path, posse: Run) -> None:
    (project.parent / "conf.yaml").write_text("skips: [B101]\n")
    known = json.loads(posse("-r", ".", "-f", "json", command="bandit").out)
    (project.parent / "known.json").write_text(json.dumps(known))
    (project / "link.yaml").symlink_to("../conf.yaml")
    (project / "link.json").symlink_to("../known.json")
    before = all_in(project.parent)
    without = _unlike_times(posse("-r", ".", command="bandit").out)
    (project / ".bandit").write_text(f"[bandit]\n{option}\n")
    assert _unlike_times(posse("-r", ".", command="bandit").out) == without
    (project / ".bandit").unlink()
    assert all_in(project.parent) == before


def _unlike_times(report: str) -> list[str]:
    return [line for line in report.splitlines() if not line.startswith("Run started")]


@pytest.mark.parametrize(
    "content",
    [
        "log_format: '%(message)999999999s'",
        "log_format: '%(message)*d'",
        "log_format: '" + "%(message)s" * 5000 + "'",
        "log_format: '%(nothing)s'",
        "log_format: [1]",
        "log_format: '%(message)d'",
        "a: &a {x: 1}\n" + "".join(f"b{n}: {{<<: [*a, *a]}}\n" for n in range(40)) + "c: *nothing",
        "a: " + "1:" * 20_000 + "1\nb: *nothing",
        "exclude_dirs: {a: b}",
        "include: 1",
        "tests: 1",
        "profiles: [1]",
        "profiles: {a: 1}",
        "blacklist_calls: 1",
        "blacklist_calls: {bad_name_sets: [{a: {qualnames: 1}}]}",
        "[" * 5000,
        "a: " * 5000,
    ],
)
def test_a_crafted_configuration_costs_one_line(content: str, project: Path) -> None:
    (project / "conf.yaml").write_text(content)
    (project / ".bandit").write_text("[bandit]\nconfigfile = conf.yaml\n")
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))"
    done = ran("bandit", "-r", ".", folder=project, limited=limited)
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr
    assert len(done.stdout) + len(done.stderr) < 20_000


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"results":' * 50_000, '{"results": [' + "9" * 100_000 + "]}"])
def test_a_crafted_baseline_costs_one_line(deep: str, project: Path) -> None:
    (project / "known.json").write_text(deep)
    done = ran("bandit", "a.py", "-q", "-b", "known.json", folder=project)
    assert done.returncode == 1 and "Failed to load baseline data" in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr) < 500


# ---------------------------------------------------------------- terminals and browsers


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_controls_in_a_project_reach_no_terminal(
    control: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = f"password = 'a{control}b'  # nosec {control}\nimport os  # nosec B1{control}\nos.system('a{control}')\n"
    (project / "a.py").write_bytes(code.encode())
    if in_names(control):
        (project / f"x{control}y.py").write_text("assert x\n")
        (project / f"broken{control}.py").write_text("a b\n")
    (project / "conf.yaml").write_text(f"skips: [{json.dumps(control)}]\n")
    argument = control.replace("\0", "")
    for words in (
        *(["-r", ".", "-f", form] for form in ("txt", "csv", "html", "custom")),
        *(["-r", ".", "-v"], ["-r", ".", "-d"], ["a.py", "-c", "conf.yaml"], ["a.py", "-o", f"no{argument}/x"]),
        *(["a.py", "-t", f"B1{argument}"], ["a.py", "-c", f"x{argument}.yaml"], ["a.py", "-b", f"x{argument}.json"]),
        *([f"--{argument}"], [f"no{argument}.py"], ["a.py", "-f", "custom", "--msg-template", f"{argument}{{x}}"]),
        ["a.py", "--ini", f"{argument}.ini"],
    ):
        with contextlib.suppress(SystemExit):
            main(["bandit", *words])
        captured = capsys.readouterr()
        said = (captured.out + captured.err).replace("\r\n", "\n")  # the line ends of CSV
        assert "Traceback" not in said
        assert not FORBIDDEN.findall(said), words
        assert not COMMANDS.findall(said), words


def test_names_and_messages_are_text_in_html(project: Path, posse: Run) -> None:
    script = "<script>alert(1)</script>"
    folder = project / "<script>alert(1)<"
    folder.mkdir()
    (folder / 'script>" onclick="x.py').write_text(f"password = '{script}'\n")
    (folder / "broken.py").write_text("a b\n")
    out = posse("-r", ".", "-f", "html", command="bandit").out
    assert "B105" in out and "broken.py" in out
    tags = _tags(out)
    assert "script" not in dict(tags)
    assert {name for _, names in tags for name in names} <= {"id", "class", "charset", "href", "target"}


def _tags(page: str) -> list[tuple[str, list[str]]]:
    """The tags of a page, each with the names of its attributes."""
    found: list[tuple[str, list[str]]] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, [name for name, _ in attrs]))

    Tags().feed(page)
    return found


# ---------------------------------------------------------------- repositories


def programs(repository: Repository, marker: Path) -> None:
    """Have the repository name a program wherever Git would run one."""
    program = marker.with_name("program")
    program.write_text(f"#!/bin/sh\ntouch '{marker}'\ncat\n")
    program.chmod(0o700)
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "core.editor"):
        repository.git("config", name, str(program))
    for name in ("post-index-change", "post-checkout", "reference-transaction", "post-rewrite"):
        hook = repository.top / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(program.read_text())
        hook.chmod(0o700)


@pytest.fixture
def repository(project: Path) -> Repository:
    """The project as a repository with two commits."""
    repository = Repository(project)
    repository.commit()
    (project / "b.py").write_text("import pickle\n")
    repository.commit()
    return repository


def compared(repository: Repository) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*POSSE, "bandit-baseline", "-r", "."],
        cwd=repository.top,
        env={**os.environ, **SETTINGS},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_repository_has_no_program_run(repository: Repository, tmp_path: Path) -> None:
    programs(repository, tmp_path / "it has run")
    done = compared(repository)
    assert done.returncode == 1 and "B403" in done.stdout
    assert not (tmp_path / "it has run").exists()


def test_a_repository_with_filters_of_its_own_is_refused(repository: Repository, tmp_path: Path) -> None:
    programs(repository, tmp_path / "it has run")
    (repository.top / ".git/info").mkdir(exist_ok=True)
    (repository.top / ".git/info/attributes").write_text("*.py filter=driver\n")
    repository.git("config", "filter.driver.smudge", str(tmp_path / "program"))
    done = compared(repository)
    assert done.returncode == 2 and "filter.driver.smudge" in done.stdout
    assert not (tmp_path / "it has run").exists()


def test_a_repository_has_no_other_folder_written(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    repository.git("config", "core.worktree", str(tmp_path / "home"))
    assert compared(repository).returncode == 1
    assert not all_in(tmp_path / "home")
    assert (repository.top / "b.py").exists()


def test_the_working_tree_is_restored_if_a_run_fails(repository: Repository) -> None:
    head = repository.git("rev-parse", "HEAD")
    done = subprocess.run(
        [*POSSE, "bandit-baseline", "-r", ".", "--no-such-flag"],
        cwd=repository.top,
        env={**os.environ, **SETTINGS},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert repository.git("rev-parse", "HEAD") == head
    assert repository.git("status", "--porcelain") == "" and not (repository.top / TEMPORARY).exists()


# ---------------------------------------------------------------- time


def nosecs_of(size: int) -> tuple[list[ast.stmt], Nosecs]:
    source = "".join(f"f({number}, 'a')  # nosec B101\n" for number in range(size))
    return ast.parse(source).body, read_nosecs(source)


def unused(size: int) -> Action:
    statements, nosecs = nosecs_of(size)
    return lambda: tell_unused("a.py", statements, nosecs, (), frozenset({"B102", "B602", "B105"}))


def legacy(size: int) -> Action:
    statements, nosecs = nosecs_of(size)
    blacklist = Blacklist(calls=(Blocked(("f",), "{name}", Level.LOW, "B1"),))
    return lambda: legacy_issues("a.py", statements, blacklist, nosecs)


@pytest.mark.parametrize("make", [unused, legacy])
def test_comments_cost_in_proportion_to_their_number(make: Callable[[int], Action]) -> None:
    log.start(100)
    assert power(make) < LIMIT


# Each issue of a report shows its whole lines, so that only a file of many lines can have a report of linear size.
REPORTS: dict[str, Any] = {
    "lines": lambda size: "assert x\n" * size,
    "one statement": lambda size: "f(\n" + "g(shell=True),\n" * size + ")\n",
    "comments": lambda size: "assert x  # nosec B602\n" * size,
}


@pytest.mark.parametrize("form", ["json", "html", "txt"])
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_costs_in_proportion_to_the_file(
    name: str, form: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def make(size: int) -> Action:
        path = project / f"{size}.py"
        path.write_text(REPORTS[name](size))
        return lambda: main(["bandit", "-q", "-f", form, "-o", "out", path.name])

    assert power(make, largest=1 << 12) < LIMIT
