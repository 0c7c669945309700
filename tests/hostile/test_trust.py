"""Nothing in a workspace can let its code run: not its files, its settings, its links, nor its environment."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from posse_server.lsp.project_trust import ProjectTrust
from posse_server.plugins.environment import Environment, TooManyFilesError, find_environment, fingerprint
from posse_server.plugins.project import find_code
from posse_server.plugins.trust import Decisions
from tests.plugin_environment import install, make_environment, plugin, reports
from tests.server.live import live
from tests.server.plugin_editor import begin, open_file, questions, until_shown

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the environments of these tests have links")

LETS = {"posse": {"workspaceTrusted": True, "trustProjectCode": True}, "workspaceTrusted": True, "projectPython": "x"}
FILES = {
    "bandit.yaml": "posse: {plugins: true, workspaceTrusted: true, trust: true}\n",
    ".vscode/settings.json": json.dumps({"posse.workspaceTrusted": True, "posse.trust": True}),
    ".zed/settings.json": json.dumps({"lsp": {"posse": {"initialization_options": LETS}}}),
    ".bandit": "[bandit]\ntrust: true\n",
    "state/posse/trusted.json": "{}",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a plug-in that leaves a mark when it is loaded, and everything that might let it run."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    folder = tmp_path / "project"
    folder.mkdir()
    mark = f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).write_text('')\n"
    make_environment(folder / ".venv", {"bad": plugin("X100", reports(), top=mark)})
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    for name in ("sitecustomize.py", "bandit.py", "stevedore.py"):
        (folder / name).write_text(mark)
    (folder / "a.py").write_text("exec(a)\n")
    return folder


def forge(file: Path, project: Path) -> None:
    """Write what the server would have remembered if the user had allowed this project."""
    found = find_code(project)
    assert found is not None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.parent.chmod(0o700)
    file.write_text(json.dumps({str(project): [found.fingerprint, True]}))
    file.chmod(0o600)


def test_editor_runs_nothing_whatever_the_workspace_says(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge(project / "state" / "posse" / "trusted.json", project)
    monkeypatch.setenv("XDG_STATE_HOME", str(project / "state"))
    monkeypatch.setenv("VIRTUAL_ENV", str(project / ".venv"))
    monkeypatch.setenv("POSSE_TRUST", "1")
    with live() as server:
        begin(server, project, None, LETS)
        server.send({"method": "posse/workspaceTrustChanged", "params": {"workspaceTrusted": True}})
        server.send({"method": "workspace/didChangeConfiguration", "params": {"settings": LETS}})
        open_file(server, project / "a.py")
        server.until(lambda message: message.get("method") == "window/showMessageRequest")
        until_shown(server, project / "a.py", lambda found: [item["code"] for item in found] == ["B102"])
        assert len(questions(server)) == 1
        assert server.codes((project / "a.py").as_uri()) == ["B102"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("trusted", [True, False])
def test_editor_that_decides_says_so_on_the_command_line(project: Path, tmp_path: Path, trusted: bool) -> None:
    with live("--client-trust") as server:
        begin(server, project, None, {"workspaceTrusted": trusted})
        path = project / "a.py"
        open_file(server, path)
        until_shown(server, path, lambda found: "B102" in [item["code"] for item in found])
        if not trusted:
            note = until_shown(server, project / "bandit.yaml", lambda found: "trust the workspace" in str(found))
            assert note and not (tmp_path / "ran").exists()
            server.send({"method": "posse/workspaceTrustChanged", "params": {"workspaceTrusted": True}})
        until_shown(server, path, lambda found: [item["code"] for item in found] == ["B102", "X100"])
        assert not questions(server)
        server.send({"method": "posse/workspaceTrustChanged", "params": {}})
        until_shown(server, path, lambda found: [item["code"] for item in found] == ["B102"])


def test_decision_is_kept_outside_of_all_workspaces(project: Path, tmp_path: Path) -> None:
    inside = project / "state" / "posse"
    forge(inside / "trusted.json", project)
    found = find_code(project)
    assert found is not None
    link = tmp_path / "link"
    link.symlink_to(inside)
    for folder in (inside, link, project / "state" / ".." / "state" / "posse", tmp_path / "none"):
        assert Decisions(folder, [project]).made_on(project, found.fingerprint) is None
    forge(tmp_path / "user" / "trusted.json", project)
    assert Decisions(tmp_path / "user", [project]).made_on(project, found.fingerprint) is True
    (tmp_path / "user" / "trusted.json").chmod(0o666)
    assert Decisions(tmp_path / "user", [project]).made_on(project, found.fingerprint) is None
    (tmp_path / "user" / "trusted.json").unlink()
    (tmp_path / "user" / "trusted.json").symlink_to(inside / "trusted.json")
    assert Decisions(tmp_path / "user", [project]).made_on(project, found.fingerprint) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a": 1}', '{"a": ["x", 1]}', "9" * 5000, "[" * 100_000])
def test_damaged_decisions_count_for_nothing(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "user"
    folder.mkdir(mode=0o700)
    (folder / "trusted.json").write_text(content)
    decisions = Decisions(folder)
    assert decisions.made_on(Path("a"), "x") is None
    decisions.remember(Path("a"), "x", is_trusted=True)
    assert (decisions.made_on(Path("a"), "x"), decisions.made_on(Path("a"), "y")) == (True, None)


def test_decisions_are_limited_in_number(tmp_path: Path) -> None:
    decisions = Decisions(tmp_path / "user")
    for number in range(1010):
        if number in (0, 1, 1009):
            decisions.remember(Path(f"/{number}"), "x", is_trusted=True)
    assert decisions.made_on(Path("/0"), "x") is True
    content = json.loads((tmp_path / "user" / "trusted.json").read_text())
    (tmp_path / "user" / "trusted.json").write_text(
        json.dumps({f"/many/{number}": ["x", True] for number in range(1000)} | content)
    )
    decisions.remember(Path("/last"), "x", is_trusted=False)
    assert len(json.loads((tmp_path / "user" / "trusted.json").read_text())) == 1000


def test_client_decides_only_if_the_command_line_lets_it() -> None:
    trust = ProjectTrust()
    trust.take_from_client(True)
    assert trust.client_trusts is False
    decides = ProjectTrust(client_decides=True)
    for value, is_trusted in ((True, True), ("true", False), (1, False), (None, False)):
        decides.take_from_client(value)
        assert decides.decision(Path("a"), "x", []) is is_trusted
    assert not decides.may_ask(Path("a"), "x")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a plug-in": lambda packages: (packages / "plugin_bad.py").write_text("changed = 1\n"),
    "the same size": lambda packages: (packages / "plugin_bad.py").write_bytes(
        (packages / "plugin_bad.py").read_bytes().replace(b"found", b"faund")
    ),
    "the same time": lambda packages: _rewritten_at_the_same_time(packages / "plugin_bad.py"),
    "another plug-in": lambda packages: install(packages, "other", plugin("X200", reports())),
    "a .pth file": lambda packages: (packages / "x.pth").write_text("import os\n"),
    "another package": lambda packages: (packages / "requests.py").write_text("x = 1\n"),
    "a compiled module": lambda packages: (packages / "x.pyc").write_bytes(b"x"),
    "the interpreter": lambda packages: _other_interpreter(packages.parents[2] / "bin" / "python"),
    "pyvenv.cfg": lambda packages: (packages.parents[2] / "pyvenv.cfg").write_text("home = /tmp\n"),
    "a link": lambda packages: (packages / "linked").symlink_to("/tmp"),
}


def _rewritten_at_the_same_time(path: Path) -> None:
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"found", b"faund"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _other_interpreter(path: Path) -> None:
    path.unlink()
    path.symlink_to("/bin/sh")


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_what_would_run_is_asked_for_again(project: Path, change: str) -> None:
    before = find_environment(project)
    assert before is not None
    state = fingerprint(before, project)
    assert fingerprint(before, project) == state
    (project / "a.py").write_text("other\n")
    cache = before.packages[0] / "__pycache__"
    cache.mkdir()
    (cache / "plugin_bad.pyc").write_bytes(b"never read")
    assert fingerprint(before, project) == state
    CHANGES[change](before.packages[0])
    assert fingerprint(before, project) != state


def test_environment_behind_a_link_is_one_of_the_project(project: Path, tmp_path: Path) -> None:
    (project / "hidden").mkdir()
    shutil.move(str(project / ".venv"), str(project / "hidden" / "env"))
    (project / ".venv").symlink_to(project / "hidden" / "env")
    environment = find_environment(project)
    assert environment is not None
    state = fingerprint(environment, project)
    (environment.packages[0] / "plugin_bad.py").write_text("changed = 1\n")
    assert fingerprint(environment, project) != state


def test_other_project_with_the_same_files_is_asked_for(project: Path, tmp_path: Path) -> None:
    environment = find_environment(project)
    assert environment is not None
    assert fingerprint(environment, project) != fingerprint(environment, tmp_path)


def test_sources_that_an_environment_imports_count(project: Path) -> None:
    environment = find_environment(project)
    assert environment is not None
    (project / "src").mkdir()
    plugin_file = project / "src" / "plugin_bad.py"
    plugin_file.write_text("x = 1\n")
    (project / "src" / "app.py").write_text("x = 1\n")
    (environment.packages[0] / "editable.pth").write_text(f"{project / 'src'}\n")
    state = fingerprint(environment, project)
    (project / "src" / "app.py").write_text("x = 2\n")  # not a plug-in: edited all the time
    assert fingerprint(environment, project) == state
    plugin_file.write_text("x = 2\n")
    assert (changed := fingerprint(environment, project)) != state
    (project / "src" / "sitecustomize.py").write_text("x = 1\n")
    assert fingerprint(environment, project) != changed


ENTRY_POINTS = "[bandit.plugins]\n" + "".join(f"name{number} = package:check\n" for number in range(5_000))
MANY: dict[str, dict[str, str]] = {
    "entry points": {f"p{number}.dist-info/entry_points.txt": ENTRY_POINTS for number in range(50)},
    "lines with folders": {"many.pth": "".join(f"../{number}\n" for number in range(20_000))},
    "the same folder": {"many.pth": "..\n" * 20_000},
}


@pytest.mark.parametrize("files", MANY.values(), ids=MANY)
def test_an_environment_with_too_much_in_it_is_never_taken_for_the_same(files: dict[str, str], tmp_path: Path) -> None:
    packages = tmp_path / ".venv" / "lib" / "python3.12" / "site-packages"
    (packages / "bandit" / "core").mkdir(parents=True)
    for name, text in files.items():
        (packages / name).parent.mkdir(exist_ok=True)
        (packages / name).write_text(text)
    environment = Environment.of(tmp_path / ".venv" / "bin" / "python")
    assert len(environment.plugin_names()) in (0, 5_000)
    with pytest.raises(TooManyFilesError):
        fingerprint(environment, tmp_path)
