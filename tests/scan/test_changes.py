"""Scans of changes: `--since`, `--staged` and `posse baseline check --against`, with the real Git."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from posse_server.scan.changes import FileChange, changed_since
from tests.repository import Repository
from tests.scan.conftest import Outcome, Run
from tests.scan.test_what_is_scanned import notebook

OLD = "import pickle\n\n\ndef f(x):\n    return 1\n\n\nassert f\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """The test's folder as a repository with one commit, tagged `start`."""
    (tmp_path / "a.py").write_text(OLD)
    (tmp_path / "same.py").write_text("assert same\n")
    (tmp_path / "gone.py").write_text("assert gone\n")
    repository = Repository(tmp_path)
    repository.commit()
    repository.git("tag", "start")
    return repository


def found(outcome: Outcome) -> list[tuple[str, int]]:
    report = json.loads(outcome.out)
    return [(result["filename"], result["line_number"]) for result in report["results"]]


def test_only_findings_in_changed_lines_are_reported(repository: Repository, posse: Run) -> None:
    (repository.top / "a.py").write_text("import telnetlib\n" + OLD.replace("return 1", "exec(x)"))
    (repository.top / "gone.py").unlink()
    (repository.top / "new.py").write_text("assert new\n")
    (repository.top / "sub").mkdir()
    (repository.top / "sub/new.py").write_text("\nassert new\n")
    expected = [("./a.py", 1), ("./a.py", 6), ("./new.py", 1), ("./sub/new.py", 2)]
    outcome = posse("--since", "start", "-f", "json")
    assert found(outcome) == expected and outcome.status == 1 and outcome.err == ""
    assert set(json.loads(outcome.out)["metrics"]) == {"./a.py", "./new.py", "./sub/new.py", "_totals"}
    repository.commit()
    assert found(posse("--since", "start", "-f", "json", "-j", "2")) == expected
    assert found(posse("-r", "sub", "--since", "start~0", "-f", "json")) == [("sub/new.py", 2)]
    assert found(posse("a.py", "--since", "start", "-f", "json")) == expected[:2]


def test_nothing_has_changed(repository: Repository, posse: Run) -> None:
    outcome = posse("--since", "HEAD")
    assert (outcome.status, outcome.err) == (0, "posse: nothing was checked: no file has changed since HEAD\n")
    assert "No issues identified." in outcome.out
    outcome = posse("--staged", "-f", "json")
    assert (outcome.status, outcome.err) == (0, "posse: nothing was checked: no file has changed in what is staged\n")
    assert posse("--staged", "-q").err == ""


def test_a_finding_that_a_deletion_causes_is_in_changed_lines(repository: Repository, posse: Run) -> None:
    call = "import requests\nrequests.get(\n    x,\n    timeout=1,\n)\nassert x\n"
    (repository.top / "a.py").write_text(call)
    repository.commit()
    (repository.top / "a.py").write_text(call.replace("    timeout=1,\n", ""))
    assert found(posse("--since", "HEAD", "-f", "json")) == [("./a.py", 2)]


def test_only_what_the_branch_has_changed_counts(repository: Repository, posse: Run) -> None:
    repository.git("checkout", "--quiet", "-b", "topic")
    (repository.top / "topic.py").write_text("assert topic\n")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    (repository.top / "same.py").write_text("assert main\n")
    repository.commit()
    repository.git("checkout", "--quiet", "topic")
    assert found(posse("--since", "main", "-f", "json")) == [("./topic.py", 1)]


def test_a_renamed_file_has_only_its_changed_lines(repository: Repository, posse: Run) -> None:
    repository.git("mv", "a.py", "renamed.py")
    assert found(posse("--since", "HEAD", "-f", "json")) == []
    (repository.top / "renamed.py").write_text(OLD + "assert g\n")
    assert found(posse("--since", "HEAD", "-f", "json")) == [("./renamed.py", 9)]


ODD = ["a b.py", "tab\t.py", 'quote".py', "back\\slash.py", "line\nend.py", "\u00e4\u2028.py", "-x.py", "+++ b.py"]


@pytest.mark.skipif(os.name != "posix", reason="other systems do not have such names")
def test_names_of_all_sorts(repository: Repository, posse: Run) -> None:
    names = [*ODD, os.fsdecode(b"\xff.py")]
    for name in names:
        (repository.top / name).write_text("x = 1\nassert x\n")
    repository.commit()
    for name in names:
        (repository.top / name).write_text("x = 1\nassert x\nassert y\n++ b/a.py\n"[: -len("++ b/a.py\n")])
    changes = changed_since("HEAD", ["."])
    for name in names:
        assert changes.of(name) == FileChange(((3, 3),)), name
    assert changes.of("a.py") is None and changes.of("same.py") is None
    assert len(found(posse("--since", "HEAD", "-f", "json"))) == len(names)


def test_lines_that_look_like_a_difference(repository: Repository, posse: Run) -> None:
    text = "'''\n+++ b/same.py\n@@ -1,9 +1,9 @@\ndiff --git a/same.py b/same.py\n--- a/x\n'''\nassert x\n"
    (repository.top / "a.py").write_text(text)
    assert found(posse("--since", "HEAD", "-f", "json")) == [("./a.py", 7)]
    repository.commit()
    (repository.top / "a.py").write_text(text.replace("++", "+").replace("--", "-") + "assert y\n")
    assert found(posse("--since", "HEAD", "-f", "json")) == [("./a.py", 8)]


def test_attributes_hide_no_lines(repository: Repository, posse: Run) -> None:
    (repository.top / ".gitattributes").write_text("*.py binary -diff diff=odd\n")
    (repository.top / "a.py").write_text(OLD + "assert g\n")
    assert found(posse("--since", "HEAD", "-f", "json")) == [("./a.py", 9)]


@pytest.mark.parametrize(
    "setting",
    [
        *(
            "diff.noprefix",
            "diff.mnemonicPrefix",
            "diff.relative",
            "diff.colorMoved",
            "color.ui=always",
            "core.quotePath=0",
        ),
        *("diff.context=9", "diff.interHunkContext=9", "diff.suppressBlankEmpty", "diff.algorithm=patience"),
        *(
            "diff.renames=copies",
            "diff.orderFile=nowhere",
            "diff.wordRegex=.",
            "color.diff=always",
            "diff.submodule=log",
        ),
    ],
)
def test_settings_of_a_repository_change_nothing(setting: str, repository: Repository, posse: Run) -> None:
    name, _, value = setting.partition("=")
    repository.git("config", name, value or "true")
    (repository.top / "sub").mkdir()
    (repository.top / "sub/\u00e4.py").write_text("assert x\n")
    (repository.top / "a.py").write_text(OLD.replace("return 1", "exec(x)"))
    repository.git("add", "sub")
    assert found(posse("--since", "HEAD", "-f", "json")) == [("./a.py", 5), ("./sub/\u00e4.py", 1)]


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_count_as_in_python(end: str, repository: Repository, posse: Run) -> None:
    before = ["a = 1", "assert a", "b = 1", "assert b", "c = 1"]
    (repository.top / "a.py").write_bytes(end.join([*before, ""]).encode())
    repository.commit()
    (repository.top / "a.py").write_bytes((end.join([*before, ""]) + "\nassert c" + end).encode())
    lines = [line for _, line in found(posse("--since", "HEAD", "-f", "json"))]
    assert lines == ([2, 4, 6] if end == "\r" else [7])


def test_the_last_line_without_an_end() -> None:
    change = FileChange(((2, 2), (3, 2)))
    assert change.in_lines_of(b"a\rb\nc\rd") == FileChange(((3, 4), (5, 4)))


def test_a_changed_notebook_keeps_its_findings(repository: Repository, posse: Run) -> None:
    (repository.top / "nb.ipynb").write_bytes(notebook("assert x", "assert y"))
    (repository.top / "old.ipynb").write_bytes(notebook("assert x", "assert y"))
    repository.commit()
    (repository.top / "nb.ipynb").write_bytes(notebook("assert x", "assert z"))
    assert len(found(posse("nb.ipynb", "old.ipynb", "--since", "HEAD", "-f", "json"))) == 2


# ---------------------------------------------------------------- what is staged


def test_staged_lines_are_checked_as_they_are_staged(repository: Repository, posse: Run) -> None:
    staged = "import telnetlib\n" + OLD
    (repository.top / "a.py").write_text(staged)
    (repository.top / "new.py").write_text("assert new\n")
    repository.git("add", ".")
    for name in ("a.py", "same.py", "untracked.py"):
        (repository.top / name).write_text("# not\n# staged\nassert x\n")
    outcome = posse("--staged", "-f", "json")
    assert found(outcome) == [("./a.py", 1), ("./new.py", 1)]
    assert json.loads(outcome.out)["results"][0]["code"] == "1 import telnetlib\n2 import pickle\n3 \n"
    assert found(posse("--staged", "-f", "json", "-j", "2")) == found(outcome)


def test_staged_before_the_first_commit(tmp_path: Path, posse: Run) -> None:
    repository = Repository(tmp_path)
    (tmp_path / "a.py").write_text("assert a\n")
    assert found(posse("--staged", "-f", "json")) == []
    repository.git("add", "a.py")
    assert found(posse("--staged", "-f", "json")) == [("./a.py", 1)]
    assert found(posse("a.py", "--staged", "-f", "json")) == [("./a.py", 1)]


def test_a_hook_of_a_partial_commit_sees_its_index(
    repository: Repository, posse: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.py", "same.py"):
        (repository.top / name).write_text("assert changed\n")
    repository.git("add", "a.py")
    other = repository.top / ".git/next-index.lock"
    other.write_bytes((repository.top / ".git/index").read_bytes())
    repository.git("add", "same.py")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index.lock")
    assert found(posse("--staged", "-f", "json")) == [("./a.py", 1)]
    monkeypatch.setenv("GIT_INDEX_FILE", "/tmp/elsewhere")
    assert found(posse("--staged", "-f", "json")) == [("./a.py", 1), ("./same.py", 1)]


# ---------------------------------------------------------------- posse baseline check


def test_findings_of_a_revision_are_known(repository: Repository, posse: Run) -> None:
    (repository.top / "a.py").write_text("\n\n" + OLD + "assert g\nimport telnetlib\n")
    repository.git("mv", "same.py", "moved.py")
    (repository.top / "new.py").write_text("assert new\n")
    outcome = posse("check", "--against", "start", "-f", "json", command="baseline")
    assert found(outcome) == [("./a.py", 11), ("./a.py", 12), ("./new.py", 1)] and outcome.status == 1
    repository.commit()
    assert posse("check", "--against", "HEAD", command="baseline").status == 0
    assert len(found(posse("check", "-r", ".", "--against", "start", "-f", "json", "-j", "2", command="baseline"))) == 3


def test_without_a_revision_the_baseline_counts(repository: Repository, posse: Run) -> None:
    assert posse("create", command="baseline").status == 0
    assert posse("check", command="baseline").status == 0
    (repository.top / "new.py").write_text("assert new\n")
    assert found(posse("check", "-f", "json", command="baseline")) == [("./new.py", 1)]
    assert posse("update", "--since", "HEAD", command="baseline").status == 2


# ---------------------------------------------------------------- mistakes


@pytest.fixture
def folders(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in no repository."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "x.py").write_text("")
    return folder


@pytest.mark.parametrize("command", [("scan", "--since"), ("baseline", "check", "--against")])
@pytest.mark.parametrize(
    ("revision", "reason"),
    [
        ("nowhere", "there is no revision nowhere in .; fetch it first"),
        ("=--output=x", "'--output=x' is not a revision"),
        ("=-h", "'-h' is not a revision"),
        ("=", "'' is not a revision"),
        ("HEAD:a.py", "there is no revision HEAD:a.py in .; fetch it first"),
        ("HEAD..HEAD", "there is no revision HEAD..HEAD in .; fetch it first"),
        ("HEAD\x1b[0m", r"there is no revision HEAD\x1b[0m in .; fetch it first"),
    ],
)
def test_a_revision_that_is_none(
    command: tuple[str, ...], revision: str, reason: str, repository: Repository, posse: Run
) -> None:
    *first, option = command[1:]
    arguments = [f"{option}{revision}"] if revision.startswith("=") else [option, revision]
    outcome = posse(*first, *arguments, command=command[0])
    assert (outcome.status, outcome.out, outcome.err) == (2, "", f"posse: {option}: {reason}\n")
    assert not (repository.top / "x").exists()


@pytest.mark.parametrize("options", [("--since", "HEAD"), ("--staged",)])
def test_what_is_in_no_repository(options: tuple[str, ...], folders: Path, posse: Run) -> None:
    outcome = posse("-r", ".", str(folders), *options)
    assert outcome.status == 2 and outcome.out == ""
    assert outcome.err == f"posse: {options[0]}: {folders} is not in a Git repository\n"
    outcome = posse("-", *options)
    assert outcome.status == 2 and "does not work with standard input" in outcome.err


@pytest.mark.parametrize("options", [("--since", "HEAD"), ("--staged",)])
def test_without_git_changes_are_unknown(
    options: tuple[str, ...], repository: Repository, posse: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    outcome = posse("a.py", *options)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == f"posse: {options[0]}: Git is not installed\n"
