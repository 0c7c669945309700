"""What a scan of a folder reads, what it reports as skipped, and its message if nothing was checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from posse_server.background.files import ChosenFiles, files_of
from posse_server.project.files import FileTrees
from posse_server.project.workspace import Workspace
from tests.repository import Repository
from tests.scan import tree
from tests.scan.conftest import Outcome, Run

BAD = b"import pickle\n"
PROJECT = {
    "app.py": BAD,
    "pkg/a.py": BAD,
    ".venv/pyvenv.cfg": b"home = /usr/bin\n",
    ".venv/lib/python3.12/site-packages/p.py": BAD,
    ".venv/own.py": BAD,
    "environments/one/pyvenv.cfg": b"",
    "environments/one/b.py": BAD,
    "environments/c.py": BAD,
    "web/node_modules/x/setup.py": BAD,
    "old/lib/site-packages/y.py": BAD,
    "site-packages.py": BAD,
    "pyvenv/d.py": BAD,
}
OWN = {"./app.py", "./pkg/a.py", "./environments/c.py", "./site-packages.py", "./pyvenv/d.py"}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The test's folder, with a project of own and installed files."""
    tree.write(tmp_path, PROJECT)
    return tmp_path


def checked(outcome: Outcome) -> set[str]:
    return set(json.loads(outcome.out)["metrics"]) - {"_totals"}


def test_installed_packages_are_left_out_with_a_word(files: Path, posse: Run) -> None:
    outcome = posse("-r", ".", "-f", "json")
    assert checked(outcome) == OWN
    assert outcome.err == "posse: skipped 4 folders of installed packages; scan them with --no-ignore\n"
    assert posse("-r", ".", "-f", "json", "-q").err == ""
    assert posse("-r", "pkg", "-f", "json").err == ""


def test_no_ignore_takes_them(files: Path, posse: Run, bandit: Run) -> None:
    outcome = posse("-r", ".", "-f", "json", "--no-ignore")
    assert (
        checked(outcome) == checked(bandit("-r", ".", "-f", "json")) == {f"./{n}" for n in PROJECT if n.endswith(".py")}
    )
    assert outcome.err == ""


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (["-r", ".venv"], {".venv/own.py", ".venv/lib/python3.12/site-packages/p.py"}),
        (["-r", ".venv/lib"], {".venv/lib/python3.12/site-packages/p.py"}),
        (["-r", "web/node_modules/x"], {"web/node_modules/x/setup.py"}),
        (["-r", "old/lib/site-packages"], {"old/lib/site-packages/y.py"}),
        (["old/lib/site-packages/y.py"], {"./old/lib/site-packages/y.py"}),
        (["-r", "environments"], {"environments/c.py"}),
    ],
)
def test_what_is_named_is_scanned(targets: Sequence[str], expected: set[str], files: Path, posse: Run) -> None:
    assert checked(posse(*targets, "-f", "json")) == expected


def test_an_editor_leaves_them_out_of_the_workspace(files: Path) -> None:
    def names(chosen: ChosenFiles) -> set[str]:
        return {f"./{path.relative_to(files).as_posix()}" for path in files_of(Workspace([files]), files, chosen)}

    everything = frozenset([files, *(files / name for name in PROJECT)])
    assert names(ChosenFiles(frozenset([files]))) == names(ChosenFiles(everything)) == OWN
    assert names(ChosenFiles(frozenset([files / ".venv/own.py", files / ".venv/lib", files / "app.py"]))) == {
        "./app.py"
    }


def test_a_workspace_of_installed_packages_is_checked(files: Path) -> None:
    root = files / "old/lib/site-packages"
    for chosen in (frozenset([root]), frozenset([root / "y.py"])):
        assert [path.name for path in files_of(Workspace([root]), root, ChosenFiles(chosen))] == ["y.py"]


# ---------------------------------------------------------------- what Git ignores

WITH_IGNORED = {
    ".gitignore": b"/build/\n*_pb2.py\n!keep_pb2.py\n.venv\n__pycache__\n",
    "app.py": BAD,
    "a_pb2.py": BAD,
    "keep_pb2.py": BAD,
    "tracked_pb2.py": BAD,
    "build/a.py": BAD,
    "build/deep/b.py": BAD,
    "sub/build/c.py": BAD,
    "sub/.gitignore": b"/local.py\n",
    "sub/local.py": BAD,
    "sub/__pycache__/d.py": BAD,
    "sub/notes_pb2.txt": BAD,
    ".venv/pyvenv.cfg": b"",
    ".venv/e.py": BAD,
    "we[i]rd \u00e4/f_pb2.py": BAD,
    "we[i]rd \u00e4/g.py": BAD,
}
SHARED = {"./app.py", "./keep_pb2.py", "./tracked_pb2.py", "./sub/build/c.py", "./we[i]rd \u00e4/g.py"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """The test's folder as a repository with ignored files."""
    tree.write(tmp_path, WITH_IGNORED)
    repository = Repository(tmp_path)
    repository.git("add", "--force", "tracked_pb2.py", "app.py", ".gitignore")
    return repository


def test_what_git_ignores_is_left_out_with_a_word(repository: Repository, posse: Run) -> None:
    outcome = posse("-r", ".", "-f", "json")
    assert checked(outcome) == SHARED
    assert outcome.err == (
        "posse: skipped 1 folder of installed packages and 4 paths that Git ignores; scan them with --no-ignore\n"
    )
    assert posse("-r", ".", "-q", "-f", "json").err == ""
    everything = {f"./{name}" for name in WITH_IGNORED if name.endswith(".py") and "__pycache__" not in name}
    outcome = posse("-r", ".", "-f", "json", "--no-ignore")
    assert checked(outcome) == everything and outcome.err == ""


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (["a_pb2.py"], {"./a_pb2.py"}),
        (["-r", "build"], {"build/a.py", "build/deep/b.py"}),
        (["-r", "./build/deep/"], {"./build/deep/b.py"}),
        (["-r", ".venv"], {".venv/e.py"}),
        (["-r", "sub"], {"sub/build/c.py"}),
        (["-r", "we[i]rd \u00e4"], {"we[i]rd \u00e4/g.py"}),
        (["-r", "sub", "sub/local.py"], {"sub/build/c.py", "./sub/local.py"}),
    ],
)
def test_an_ignored_path_that_is_named_is_scanned(
    targets: Sequence[str], expected: set[str], repository: Repository, posse: Run
) -> None:
    assert checked(posse(*targets, "-f", "json")) == expected


def test_each_repository_in_a_folder_has_its_own_answer(tmp_path: Path, posse: Run) -> None:
    for name in ("one", "one/inner", "two"):
        tree.write(tmp_path / name, {".gitignore": f"{Path(name).name}.py\n".encode(), "one.py": b"", "inner.py": b""})
        Repository(tmp_path / name)
    assert checked(posse("-r", ".", "-f", "json")) == {"./one/inner.py", "./one/inner/one.py", "./two/one.py"} | {
        "./two/inner.py"
    }


def test_an_editor_leaves_ignored_files_out_of_the_workspace(repository: Repository) -> None:
    top = repository.top

    def names(trees: FileTrees) -> set[str]:
        return {f"./{path.relative_to(top).as_posix()}" for path in files_of(Workspace([top]), top, trees)}

    everything = frozenset(top / name for name in WITH_IGNORED)
    assert names(FileTrees()) == names(ChosenFiles(frozenset([top]))) == names(ChosenFiles(everything)) == SHARED


def test_without_git_the_scan_goes_on(
    repository: Repository, posse: Run, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path_factory.mktemp("programs")))
    outcome = posse("-r", ".", "-f", "json")
    assert "./build/a.py" in checked(outcome)
    assert "posse: files that Git ignores are scanned, too: Git is not installed\n" in outcome.err


def test_a_damaged_repository_is_scanned_whole(repository: Repository, posse: Run) -> None:
    (repository.top / ".git/config").write_text("[broken")
    outcome = posse("-r", ".", "-f", "json")
    assert "./build/a.py" in checked(outcome)
    assert outcome.err.count("posse: files that Git ignores are scanned, too: Git says: bad config") == 1


def test_a_scan_without_targets_takes_the_working_folder(files: Path, posse: Run) -> None:
    assert checked(posse("-f", "json")) == OWN
    (files / ".bandit").write_text("[bandit]\nskips = B403\n")
    assert posse("--isolated").status == 0, "the file in the folder counts"


# ---------------------------------------------------------------- nothing checked


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        *[(["nowhere.py"], 2), (["folder"], 2), (["broken.py"], 2), (["broken.py", "nowhere.py", "folder"], 2)],
        *[(["-r", "nowhere"], 2), (["-", "-f", "json"], 2), (["broken.py", "--exit-zero"], 2), (["no.ipynb"], 2)],
        *[(["-r", "folder"], 0), (["-r", "folder", "-q"], 0), (["good.py", "-x", "good.py"], 0)],
    ],
)
def test_nothing_checked_is_said(arguments: list[str], status: int, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.py").write_text("a b\n")
    (tmp_path / "no.ipynb").write_text("[]")
    outcome = posse(*arguments, stdin=b"a b\n")
    assert outcome.status == status
    assert outcome.err.splitlines()[-1].startswith("posse: nothing was checked: ")


def test_a_baseline_is_not_made_of_nothing(tmp_path: Path, posse: Run) -> None:
    for action in ("create", "update"):
        outcome = posse(action, "nowhere.py", command="baseline")
        assert outcome.status == 2 and "nothing was checked" in outcome.err
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------- notebooks


def notebook(*sources: str | list[str] | tuple[str, str], **metadata: object) -> bytes:
    """A notebook of code cells; a pair is a cell of another type and its source."""
    cells = []
    for source in sources:
        kind, text = source if isinstance(source, tuple) else ("code", source)
        cells.append({"cell_type": kind, "metadata": {}, "source": text, "outputs": []})
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


CELLS = notebook(
    ("markdown", "# assert x"),
    "import subprocess as sp\n%matplotlib inline\n",
    ["x = 1\n", "sp.run('ls ' + x, shell=True)\n", "assert x"],
    "%%bash\nassert x",
    "assert x  # nosec\ny = (",
    "!ls\nassert y  # nosec B101\nexec(y)",
)


def test_a_named_notebook_is_checked_as_one_program(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "nb.ipynb").write_bytes(CELLS)
    outcome = posse("nb.ipynb", "-f", "json")
    report = json.loads(outcome.out)
    found = [(r["filename"], r["cell"], r["line_number"], r["line_range"], r["test_id"]) for r in report["results"]]
    assert found == [
        ("./nb.ipynb", 2, 1, [1], "B404"),
        ("./nb.ipynb", 3, 2, [2], "B602"),
        ("./nb.ipynb", 3, 3, [3], "B101"),
        ("./nb.ipynb", 6, 3, [3], "B102"),
    ]
    assert report["results"][1]["code"] == "1 x = 1\n2 sp.run('ls ' + x, shell=True)\n3 assert x\n"
    assert report["results"][0]["code"] == "1 import subprocess as sp\n2 %matplotlib inline\n"
    assert report["metrics"]["./nb.ipynb"]["nosec"] == 1 and report["metrics"]["./nb.ipynb"]["skipped_tests"] == 1
    assert outcome.status == 1
    assert outcome.err.startswith("posse: skipped ./nb.ipynb: cell 5, line 2: ")
    text = posse("nb.ipynb").out
    assert "Location: ./nb.ipynb:cell 3:2:0\n1\tx = 1\n2\tsp.run" in text
    assert posse("nb.ipynb", "--fail-on-skipped", "--exit-zero").status == 1
    assert posse("-", "--stdin-filename", "nb.ipynb", "-f", "json", stdin=CELLS).out.count('"cell"') == 4
    assert posse("nb.ipynb", "a.py", "-j", "2", "-f", "json").out.count('"cell"') == 4


def test_a_baseline_knows_a_notebook(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "nb.ipynb").write_bytes(notebook("assert x\n", "exec(y)"))
    assert posse("create", "nb.ipynb", command="baseline").status == 0
    assert posse("nb.ipynb").status == 0
    (tmp_path / "nb.ipynb").write_bytes(notebook("\n\nassert x\n", "1", "exec(y)\n", "exec(z)"))
    again = posse("nb.ipynb", "-f", "json")
    assert [result["cell"] for result in json.loads(again.out)["results"]] == [4]


def test_notebooks_in_a_folder_are_counted(tmp_path: Path, posse: Run) -> None:
    names = ("a.ipynb", "sub/b.ipynb", "sub/.ipynb_checkpoints/b.ipynb", "out/c.ipynb", "node_modules/d.ipynb")
    tree.write(tmp_path, dict.fromkeys(names, CELLS) | {"a.py": b""})
    said = (
        "posse: skipped 2 notebooks; to check a notebook, name it, or set `posse: {notebooks: true}` in the "
        "configuration\n"
    )
    assert posse("-r", ".", "-x", "./out").err.endswith(said)
    assert said not in posse("-r", ".", "a.ipynb", "-x", "./out").err
    assert posse("-r", ".", "-q").err == ""
    (tmp_path / "pyproject.toml").write_text('[tool.bandit]\ninclude = ["*.py", "*.ipynb"]\nexclude_dirs = ["out"]\n')
    assert posse("-r", ".").err.count("of installed packages") == 1, "the folder of packages only"


def test_a_configuration_has_notebooks_in_folders_checked(tmp_path: Path, posse: Run) -> None:
    names = ("a.ipynb", "sub/b.ipynb", "sub/.ipynb_checkpoints/b.ipynb", "out/c.ipynb", "node_modules/d.ipynb")
    tree.write(tmp_path, dict.fromkeys(names, CELLS) | {"a.py": b""})
    (tmp_path / "bandit.yaml").write_text("exclude_dirs: [out]\nposse: {notebooks: true}\n")
    outcome = posse("-r", ".", "-f", "json")
    assert checked(outcome) == {"./a.py", "./a.ipynb", "./sub/b.ipynb"}
    assert "notebook" not in "".join(line for line in outcome.err.splitlines() if "cell 5" not in line)
    assert not [path for path in files_of(Workspace([tmp_path]), tmp_path, FileTrees()) if path.suffix == ".ipynb"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not a notebook: "),
        (b"{", "it is not a notebook: "),
        (b"[" * 100_000, "it is not a notebook: "),
        (b"1" * 5000, "it is not a notebook"),
        (b"[]", "it is not a notebook of format 4"),
        (b'{"cells": 1}', "it is not a notebook of format 4"),
        (b'{"worksheets": [{"cells": []}]}', "it is not a notebook of format 4"),
        (b"\xff\xfe", "it is not a notebook: "),
        (notebook("x <- 1", kernelspec={"language": "R"}), "its language is r"),
        (notebook("x", language_info={"name": "julia"}), "its language is julia"),
    ],
)
def test_what_is_no_notebook_in_python_is_skipped(content: bytes, reason: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "nb.ipynb").write_bytes(content)
    outcome = posse("nb.ipynb")
    assert outcome.status == 2
    assert outcome.err.startswith(f"posse: skipped ./nb.ipynb: {reason}")
    assert len(outcome.err.splitlines()) == 2


@pytest.mark.parametrize(
    "content",
    [
        notebook(),
        notebook(""),
        notebook("", "", metadata={"language_info": 1}),
        json.dumps(
            {"cells": [1, None, {}, {"cell_type": "code"}, {"cell_type": "code", "source": [1, "x\n"]}]}
        ).encode(),
        json.dumps({"cells": [{"cell_type": "code", "source": "\ud800", "metadata": 1}], "metadata": []}).encode(),
    ],
)
def test_odd_notebooks_are_served(content: bytes, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "nb.ipynb").write_bytes(content)
    outcome = posse("nb.ipynb", "-f", "json")
    assert json.loads(outcome.out)["results"] == [] and "an error in Posse" not in outcome.err
