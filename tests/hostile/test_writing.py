"""Posse writes only files that the user named, whatever a project has under the names that Posse uses."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from posse_server.baselines.write import BaselineWriteError, create, rewrite
from posse_server.system import writing
from tests.engine.test_baseline import entry
from tests.scan.conftest import Outcome, Run, posse

__all__ = ["posse"]

POSSE = [sys.executable, "-m", "posse_server.cli"]
EMPTY = '{"results": []}\n'
posix = pytest.mark.skipif(os.name != "posix", reason="needs links, pipes and devices")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The test's folder, with one file in it."""
    (tmp_path / "a.py").write_text("assert x\n")
    return tmp_path


def all_in(folder: Path) -> dict[str, bytes | str | None]:
    """Content of a folder: the bytes of files, the targets of links, None for others."""
    return {
        str(path.relative_to(folder)): os.readlink(path)
        if path.is_symlink()
        else path.read_bytes()
        if path.is_file()
        else None
        for path in folder.rglob("*")
    }


# ---------------------------------------------------------------- baselines


def add(path: Path, within: Path | None = None) -> None:
    rewrite(path, lambda entries: [*entries, entry()], within=within)


NEIGHBORS = [
    *(
        "poetry.lock",
        "known.lock",
        "known.json.lock",
        "known.json.new",
        "known.json.tmp",
        ".known.json.new",
        "known.json~",
    ),
    *(".known.json.posse-lock", ".known.json.0123456789abcdef.posse-new", ".known.json.posse-new"),
]


@pytest.mark.parametrize("content", ["# mine\n", "posse", "\0", "posse lock"])
@pytest.mark.parametrize("name", NEIGHBORS)
def test_files_beside_a_baseline_stay_as_they_are(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    for change in (add, lambda path: create(path.with_name("fresh.json"), EMPTY)):
        stands_in_the_way = name == ".known.json.posse-lock" and change is add
        with (
            pytest.raises(BaselineWriteError, match="move that file away")
            if stands_in_the_way
            else contextlib.nullcontext()
        ):
            change(tmp_path / "known.json")
        assert (tmp_path / name).read_text() == content
        assert set(all_in(tmp_path)) <= {name, "known.json", "fresh.json"}


@posix
@pytest.mark.parametrize("make", ["link", "dangling", "hard link", "folder", "pipe"])
def test_what_stands_in_place_of_a_lock_is_left_alone(make: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    lock, victim = project / ".known.json.posse-lock", tmp_path / "victim"
    if make != "dangling":
        victim.write_text("")
    ways: dict[str, Callable[[], None]] = {
        "link": lambda: lock.symlink_to(victim),
        "dangling": lambda: lock.symlink_to(victim),
        "hard link": lambda: os.link(victim, lock),
        "folder": lock.mkdir,
        "pipe": lambda: os.mkfifo(lock),
    }
    ways[make]()
    before = all_in(tmp_path)
    with pytest.raises(BaselineWriteError, match=r"known\.json"):
        add(project / "known.json")
    assert all_in(tmp_path) == before


@pytest.mark.parametrize(
    "named",
    ["../a.py", "a.py", "known.json", ".known.json.posse-lock", ".other.json.0123456789abcdef.posse-new", "x" * 900],
)
def test_a_forged_lock_removes_no_file(named: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for path in (tmp_path / "a.py", project / "a.py", project / ".other.json.0123456789abcdef.posse-new"):
        path.write_text("mine\n")
    (project / "known.json").write_text(EMPTY)
    (project / ".known.json.posse-lock").write_text(f"posse lock\n{named}\n")
    before = all_in(tmp_path)
    add(project / "known.json")
    after = all_in(tmp_path)
    del before["project/.known.json.posse-lock"]
    assert {name for name, content in before.items() if after.get(name) != content} == {"project/known.json"}


@pytest.mark.parametrize(
    "name",
    [
        "known",
        "known.txt",
        ".git/known.json",
        "sub/.GIT/known.json",
        ".git./known.json",
        ".bashrc",
        "poetry",
        "a.json/.py",
    ],
)
def test_nothing_but_a_json_file_outside_of_git_becomes_a_baseline(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = all_in(tmp_path)
    for change in (add, lambda path: create(path, EMPTY)):
        with pytest.raises(BaselineWriteError, match=r"must end in `\.json`|in a folder `\.git`"):
            change(path)
    assert all_in(tmp_path) == before


@posix
def test_a_link_leads_no_baseline_out_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    project.mkdir()
    outside.mkdir()
    (outside / "known.json").write_text(EMPTY)
    (project / "known.json").symlink_to(outside / "known.json")
    (project / "folder").symlink_to(outside)
    (project / "git.json").symlink_to(".git/x.json")
    (project / ".git").mkdir()
    monkeypatch.chdir(project)
    before = all_in(outside)
    for named in ("known.json", "folder/known.json", "folder/new.json", "git.json"):
        for within in (None, project):
            with pytest.raises(BaselineWriteError):
                add(Path(named), within)
    with pytest.raises(BaselineWriteError):
        create(Path("folder/new.json"), EMPTY)
    assert all_in(outside) == before
    add(outside / "known.json")
    assert all_in(outside) != before, "what the user names by its own path is written"


# ---------------------------------------------------------------- reports and other files


def scan(posse: Run, *arguments: str) -> Outcome:
    return posse("a.py", "-f", "json", *arguments)


@posix
@pytest.mark.parametrize("target", ["../home/.bashrc", "../home/new", "loop", "a.py", "../home"])
def test_a_link_is_replaced_by_the_report(
    target: str, tmp_path: Path, posse: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "repository"
    (tmp_path / "home").mkdir()
    repository.mkdir()
    (tmp_path / "home" / ".bashrc").write_text("mine\n")
    (repository / "a.py").write_text("assert x\n")
    (repository / "loop").symlink_to(target)
    monkeypatch.chdir(repository)
    before = all_in(tmp_path)
    assert scan(posse, "-o", "loop").status == 1
    assert json.loads((repository / "loop").read_text())["results"] and not (repository / "loop").is_symlink()
    (repository / "loop").unlink()
    del before["repository/loop"]
    assert all_in(tmp_path) == before


@posix
@pytest.mark.parametrize(
    "arguments", ["scan a.py -o out/x", "config generate -o out/x.yaml", "baseline create a.py -o out/x.json"]
)
def test_a_linked_folder_leads_no_file_out_of_the_project(
    arguments: str, project: Path, posse: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (project / "out").symlink_to(outside)
    command, *rest = arguments.split()
    outcome = posse(*rest, command=command)
    assert outcome.status == 2 and "a link leads out" in outcome.err
    assert not all_in(outside)
    (project / "out").unlink()
    (project / "real").mkdir()
    (project / "out").symlink_to("real")
    assert posse(*rest, command=command).status in (0, 1)
    assert len(all_in(project / "real")) == 1


def test_a_report_keeps_the_mode_of_the_old_one(project: Path, posse: Run) -> None:
    (project / "out").write_text("old")
    (project / "out").chmod(0o640)
    assert scan(posse, "-o", "out").status == 1
    assert (project / "out").stat().st_mode & 0o777 == 0o640
    assert sorted(all_in(project)) == ["a.py", "out"]


@posix
@pytest.mark.parametrize(
    "command", ["scan a.py -f json -o out.json", "scan a.py -o out.json", "baseline update a.py -b out.json"]
)
def test_a_full_disk_leaves_the_old_file(command: str, project: Path) -> None:
    old = EMPTY if "baseline" in command else "old"
    (project / "out.json").write_text(old)
    (project / "a.py").write_text("assert x\n" * 300)
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
    limited += "from posse_server.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", limited, *command.split()], cwd=project, capture_output=True, text=True
    )
    assert done.returncode == 2 and "File too large" in done.stderr and "Traceback" not in done.stderr
    assert all_in(project) == {"a.py": b"assert x\n" * 300, "out.json": old.encode()}


@posix
def test_a_configuration_that_cannot_be_written_whole_is_not_there(project: Path) -> None:
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
    limited += "from posse_server.cli import main; sys.exit(main(['config', 'generate', '-o', 'bandit.yaml']))"
    done = subprocess.run([sys.executable, "-c", limited], cwd=project, capture_output=True, text=True)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert list(all_in(project)) == ["a.py"]


@posix
def test_devices_and_pipes_that_the_user_named_are_written_to(project: Path) -> None:
    command = [*POSSE, "scan", "a.py", "-f", "json", "-o"]

    def report(redirection: str, path: str) -> bytes:
        shell = ["bash", "-c", f'"$@" {redirection}', "bash", *command, path]
        done = subprocess.run(shell, cwd=project, capture_output=True, timeout=60)
        assert done.returncode == 1, done
        return done.stdout

    for redirection, path in (
        *(
            ("", "/dev/stdout"),
            ("", "/dev/fd/1"),
            ("", "/proc/self/fd/1"),
            ("3>&1", "/dev/fd/3"),
            ("2>&1 >/dev/null", "/dev/stderr"),
        ),
        ("> out; cat out; rm out", "/dev/stdout"),
    ):
        if redirection.startswith(">"):
            subprocess.run(["bash", "-c", '"$@" > out', "bash", *command, path], cwd=project, check=False)
            assert json.loads((project / "out").read_text())["results"]
            (project / "out").unlink()
        else:
            said = report(redirection, path).decode()
            assert json.loads(said[said.index("{") : said.rindex("}") + 1])["results"]
    assert report("", "/dev/null") == b""
    os.mkfifo(project / "pipe")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((project / "pipe").read_text()))
    reader.start()
    report("", "pipe")
    reader.join()
    assert json.loads(got[0])["results"]
    assert sorted(all_in(project)) == ["a.py", "pipe"]
    assert os.path.exists("/dev/stdout") and os.path.islink("/dev/stdout")


@posix
def test_a_pipe_that_nobody_reads_holds_nothing_up_for_ever(
    project: Path, posse: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(project / "pipe")
    monkeypatch.setattr(writing, "READER_WAIT_SECONDS", 0.1)
    outcome = scan(posse, "-o", "pipe")
    assert outcome.status == 2 and "no program reads" in outcome.err


@pytest.mark.parametrize("name", ["", "out/", ".", "..", "folder", "nowhere/x", "a.py/x", "nul\0", "x" * 300])
def test_what_is_no_file_is_refused_before_anything_is_checked(name: str, project: Path, posse: Run) -> None:
    (project / "folder").mkdir()
    before = all_in(project)
    outcome = scan(posse, f"-o{name}") if name else scan(posse, "-o", "./")
    assert outcome.status == 2 and not outcome.out
    assert re.search(r"^posse: cannot write .*: ", outcome.err, re.MULTILINE)
    assert all_in(project) == before


def test_a_configuration_replaces_nothing(project: Path, posse: Run) -> None:
    (project / "x.yaml").write_text("mine\n")
    outcome = posse("generate", "-o", "x.yaml", command="config")
    assert outcome.status == 2 and (project / "x.yaml").read_text() == "mine\n"
    assert posse("generate", "-o", "y.yaml", command="config").err == "posse: wrote y.yaml\n"


def test_where_things_were_written_is_told_unless_it_is_to_be_quiet(project: Path, posse: Run) -> None:
    assert "report.json" in scan(posse, "-o", "report.json").err
    assert scan(posse, "-o", "report.json", "-q").err == ""
    assert scan(posse, "-o", "-").err == scan(posse, "-o", "/dev/stdout").err == ""
    assert "known.json" in posse("create", "a.py", "-o", "known.json", command="baseline").err
