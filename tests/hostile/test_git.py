"""Repositories crafted to run a program, or to keep Git waiting."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from posse_server.cli import main
from posse_server.project.files import FileTrees
from posse_server.project.ignored import MOST_REPOSITORIES, IgnoredPaths
from posse_server.scan.changes import FileChange, _parsed
from posse_server.system import git
from posse_server.system.git import GitError, repository_of
from tests.hostile.growth import LIMIT, Action, power
from tests.repository import Repository

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the programs are shell scripts")

PROGRAMS = (
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
    "core.askPass",
    "core.editor",
    "core.alternateRefsCommand",
    "diff.external",
    "diff.driver.command",
    "diff.driver.textconv",
    "filter.driver.clean",
    "filter.driver.smudge",
    "filter.driver.process",
    "filter.a b.clean",
    "filter.a b.process",
    "merge.driver.driver",
    "gpg.program",
    "credential.helper",
    "pager.diff",
    "pager.ls-files",
    "sequence.editor",
    "alias.ls-files",
    "alias.diff",
    "interactive.diffFilter",
    "uploadpack.packObjectsHook",
)
"""Settings of a repository that name a program."""
HOOKS = ("post-index-change", "pre-commit", "fsmonitor-watchman", "post-checkout", "reference-transaction")
COMMANDS = (
    ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"),
    ("diff", "HEAD"),
    ("diff", "--cached"),
    ("cat-file", "--batch"),
    ("rev-parse", "--verify", "HEAD"),
)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """The file that each of the programs would create."""
    return tmp_path / "it has run"


@pytest.fixture
def repository(tmp_path: Path, marker: Path) -> Repository:
    """A repository with each setting that names a program, and each hook."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{marker}'\ncat\n")
    program.chmod(0o700)
    top = tmp_path / "repository"
    top.mkdir()
    repository = Repository(top)
    for name in ("a.py", "b.py", "c.txt"):
        (top / name).write_text("import pickle\n")
    repository.commit()
    (top / ".gitattributes").write_text('*.py filter=driver diff=driver\n*.txt filter="a b" diff=driver\n')
    for name in PROGRAMS:
        repository.git("config", name, str(program))
    repository.git("config", "filter.driver.required", "true")
    for name in HOOKS:
        hook = top / ".git/hooks" / name
        hook.write_text(program.read_text())
        hook.chmod(0o700)
    for name in ("a.py", "c.txt"):
        (top / name).write_text("import pickle\nimport marshal\n")
    return repository


def run_each(top: Path) -> Iterator[None]:
    opened = repository_of(top)
    assert opened is not None
    for command in COMMANDS:
        opened.run(*command, given=b"HEAD:a.py\n" if "--batch" in command else b"")
        assert command[0] != "diff" or list(opened.lines(*command)) is not None
        yield


def test_nothing_that_a_repository_names_is_run(repository: Repository, marker: Path) -> None:
    assert len(list(run_each(repository.top))) == len(COMMANDS)
    assert FileTrees().files(str(repository.top))
    assert not marker.exists()


@pytest.mark.parametrize(
    "arguments",
    [["scan", "--since", "HEAD"], ["scan", "--staged"], ["scan"], ["baseline", "check", "--against", "HEAD"]],
)
def test_no_command_runs_them(
    arguments: list[str], repository: Repository, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.top)
    repository.git("-c", "core.fsmonitor=false", "-c", "filter.driver.required=false", "add", "c.txt")
    marker.unlink(missing_ok=True)
    (repository.top / "c.txt").write_text("other")
    assert main([*arguments, "-q"]) in (0, 1)
    assert not marker.exists()


def test_objects_that_are_missing_are_not_fetched(
    repository: Repository, marker: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository.top)
    for name, value in {
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::touch '{marker}'",
        "protocol.ext.allow": "always",
    }.items():
        repository.git("config", name, value)
    object = repository.git("-c", "core.fsmonitor=false", "rev-parse", "HEAD:a.py")
    (repository.top / ".git/objects" / object[:2] / object[2:]).unlink()
    for arguments in (["scan", "--since", "HEAD"], ["baseline", "check", "--against", "HEAD"]):
        assert main(arguments) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert not marker.exists()


def test_the_programs_would_run_without_the_safe_options(repository: Repository, marker: Path) -> None:
    repository.git("config", "filter.driver.required", "false")
    repository.git("-c", "core.fsmonitor=false", "diff", "HEAD")
    assert marker.exists()


def test_a_filter_that_cannot_be_switched_off_ends_the_command(repository: Repository, marker: Path) -> None:
    repository.git("config", "filter.a=b.clean", f"touch '{marker}'")
    (repository.top / ".gitattributes").write_text('*.py filter="a=b"\n')
    opened = repository_of(repository.top)
    assert opened is not None
    with pytest.raises(GitError, match="contains `=`"):
        opened.run("diff", "HEAD")
    assert not marker.exists()


def test_a_folder_that_looks_like_a_bare_repository_is_none(tmp_path: Path) -> None:
    for name in ("objects", "refs"):
        (tmp_path / name).mkdir()
    (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "config").write_text("[core]\nbare = false\nworktree = /\nfsmonitor = false\n")
    (tmp_path / ".git").mkdir()
    opened = repository_of(tmp_path)
    assert opened is not None
    with pytest.raises(GitError):
        opened.run("ls-files")


def test_a_project_cannot_provide_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: Path) -> None:
    (tmp_path / ".git").mkdir()
    program = tmp_path / "git"
    program.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}bin")
    paths = IgnoredPaths()
    assert not paths.below(".")
    assert list(paths.problems) == ["Git is not installed"] and not marker.exists()


def test_variables_of_a_hook_lead_nowhere_else(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    Repository(other)
    (other / "a.py").write_text("")
    (other / ".gitignore").write_text("a.py\n")
    for name, value in {
        "GIT_DIR": repository.top / ".git",
        "GIT_WORK_TREE": repository.top,
        "GIT_INDEX_FILE": repository.top / ".git/index",
    }.items():
        monkeypatch.setenv(name, str(value))
    assert IgnoredPaths().below(str(other)) == {str(other / "a.py")}


@pytest.mark.parametrize("where", [".gitignore", ".git/info/exclude", ".git/config"])
def test_a_pipe_instead_of_a_file_does_not_keep_git_waiting(
    where: str, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git, "TIME_LIMIT_SECONDS", 0.5)
    path = repository.top / where
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    paths = IgnoredPaths()
    assert not paths.below(str(repository.top))
    assert list(paths.problems) in ([], ["Git took longer than 0.5 s"])


def test_git_is_asked_about_few_of_many_repositories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(MOST_REPOSITORIES + 5):
        (tmp_path / str(number) / ".git").mkdir(parents=True)
        (tmp_path / str(number) / "a.py").write_text("")
    monkeypatch.setenv("PATH", "")
    trees = FileTrees()
    assert len([path for path in trees.files(str(tmp_path)) if path.endswith(".py")]) == MOST_REPOSITORIES + 5
    assert list(trees.git.problems) == ["Git is not installed", f"there are more than {MOST_REPOSITORIES} repositories"]


def test_messages_of_git_are_shown_as_text(repository: Repository) -> None:
    (repository.top / ".git/config").write_text("[core]\n\tfile\x1b]0;x\x07\u202emode\n")
    paths = IgnoredPaths()
    assert not paths.below(str(repository.top))
    (problem,) = paths.problems
    assert problem.isprintable()


def differences(size: int) -> Action:
    """Reading a difference of many files, hunks and long lines, and asking for each line whether it has changed."""
    hunks = [b"@@ -1 +%d @@\n-a\n+b\n" % (2 * number + 1) for number in range(size)]
    files = [b"diff --git a/%d b/%d\n+++ b/%d\n" % (number, number, number) for number in range(size)]
    long = [b"diff --git a/x b/x\n", b"+++ b/x\n", b"@@ -0,0 +1 @@\n", *[b"+" + b"x" * 9] * size]
    lines = [line for part in (*files, files[0], *hunks) for line in part.splitlines(keepends=True)] + long

    def act() -> None:
        for _, ranges in _parsed(iter(lines)):
            change = FileChange(tuple(ranges))
            for line in range(len(ranges)):
                change.touches(line, line)

    return act


def lone_returns(size: int) -> Action:
    data = b"a\r" * size + b"\n" + b"b\r\n" * size
    change = FileChange(tuple((line, line) for line in range(1, size, 2)))
    return lambda: change.in_lines_of(data)


@pytest.mark.parametrize("make", [differences, lone_returns])
def test_changes_take_time_with_their_size(make: Callable[[int], Action]) -> None:
    assert power(make) < LIMIT
