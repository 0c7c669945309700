"""Plug-ins in the editor: asked for once, followed while typing, and treated as all other checks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugin_environment import bandit_says, install, make_environment, plugin, reports
from tests.python_check import CHECK
from tests.server.live import Live, live
from tests.server.plugin_editor import (
    LEAVE,
    begin,
    edit,
    open_file,
    questions,
    result_of,
    until_codes,
    until_shown,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the environments of these tests have links")

SECRET = plugin("C100", f"if 'secret' in context.string_val:\n    {reports('a secret')}", "Str")
SOURCE = "import os\n\n\ndef f():\n    exec('secret')\n\n\nx = 'secret'\ny = 'secret'  # nosec C100\n"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    return tmp_path / "state"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    make_environment(folder / ".venv", {"secret": SECRET})
    (folder / "a.py").write_text(SOURCE)
    return folder


@pytest.fixture
def server() -> Iterator[Live]:
    with live() as server:
        yield server


def test_findings_follow_edits_and_are_those_of_bandit(project: Path, server: Live) -> None:
    path = project / "a.py"
    begin(server, project)
    open_file(server, path)
    found = until_codes(server, path, "B102", "C100", "C100")
    assert [item["range"]["start"]["line"] for item in found] == [4, 4, 7]
    theirs = bandit_says(project / ".venv" / "bin" / "python", project, "a.py")
    assert [(item["test_id"], item["line_number"]) for item in theirs] == [("B102", 5), ("C100", 5), ("C100", 8)]
    edit(server, path, 2, (7, 4), (7, 12), "'other'")
    until_codes(server, path, "B102", "C100")
    edit(server, path, 3, (0, 0), (0, 0), "z = 'a secret'\n# above\n")
    found = until_codes(server, path, "C100", "B102", "C100")
    assert [item["range"]["start"]["line"] for item in found] == [0, 6, 6]
    edit(server, path, 4, (3, 0), (3, 0), "(\n")  # the rest is kept while a statement is broken
    until_shown(server, path, lambda found: {item.get("code") for item in found} >= {"B102", "C100", None})
    edit(server, path, 5, (3, 0), (4, 0), "")
    until_codes(server, path, "C100", "B102", "C100")


def test_hover_actions_and_comments_treat_them_as_others(project: Path, server: Live) -> None:
    path = project / "a.py"
    (project / "bandit.yaml").write_text("posse: {severity_map: {C100: high}, foreign_ids: [C100]}\n")
    begin(server, project)
    open_file(server, path)
    found = until_codes(server, path, "B102", "C100", "C100")
    assert [item["severity"] for item in found if item["code"] == "C100"] == [1, 1]
    document, position = {"uri": path.as_uri()}, {"line": 7, "character": 6}
    hover = result_of(server, "hover", "textDocument/hover", textDocument=document, position=position)
    assert "Says what C100 is about." in str(hover)
    found_range = {"start": position, "end": position}
    parameters = {"textDocument": document, "range": found_range, "context": {"diagnostics": []}}
    actions = result_of(server, "actions", "textDocument/codeAction", **parameters)
    (suppress,) = [action for action in actions if action["title"] == "Suppress C100 with # nosec"]
    assert "# nosec C100" in str(suppress["edit"])
    (project / "bandit.yaml").write_text("skips: [C100]\n")
    edit(server, path, 2, (0, 0), (0, 0), "\n")
    until_codes(server, path, "B102")


@pytest.mark.parametrize("answer", [LEAVE, None])
def test_plugins_do_not_run_unless_the_user_allows_it(
    project: Path, server: Live, answer: str | None, tmp_path: Path
) -> None:
    install(next(project.glob(".venv/lib/*/site-packages")), "mark", _mark(tmp_path / "ran"))
    (project / "bandit.yaml").write_text("posse:\n  plugins: true\n")
    begin(server, project, answer)
    path, configuration = project / "a.py", project / "bandit.yaml"
    open_file(server, path)
    (note,) = until_shown(server, configuration, lambda found: len(found) == 1)
    assert note["severity"] == 3
    assert note["range"]["start"] == {"line": 1, "character": 2}
    assert "do not run" in note["message"] and "secret" in note["message"]
    server.until(lambda message: message.get("method") == "window/showMessageRequest")
    found = until_shown(server, path, lambda found: "B102" in [item.get("code") for item in found])
    assert "C100" not in [item["code"] for item in found]
    assert not (tmp_path / "ran").exists()


def test_action_at_the_key_lets_them_run_at_once(project: Path, server: Live) -> None:
    path, configuration = project / "a.py", project / "bandit.yaml"
    configuration.write_text("posse:\n  plugins: true\n")
    begin(server, project, None)
    open_file(server, path)
    open_file(server, configuration)
    until_shown(server, configuration, lambda found: len(found) == 1)
    at = {"line": 1, "character": 3}
    parameters = {"range": {"start": at, "end": at}, "context": {"diagnostics": []}}
    (action,) = result_of(
        server, "actions", "textDocument/codeAction", textDocument={"uri": configuration.as_uri()}, **parameters
    )
    command = action["command"]
    result_of(server, "run", "workspace/executeCommand", command=command["command"], arguments=command["arguments"])
    until_codes(server, path, "B102", "C100", "C100")
    until_shown(server, configuration, lambda found: not found)


def test_answer_is_remembered_until_the_files_change(project: Path, state: Path) -> None:
    path = project / "a.py"
    asked = []
    for number in range(3):
        if number == 2:
            packages = next(project.glob(".venv/lib/*/site-packages"))
            (packages / "plugin_secret.py").write_text(SECRET.replace("a secret", "another"))
        with live() as server:
            begin(server, project)
            open_file(server, path)
            found = until_codes(server, path, "B102", "C100", "C100")
            assert ("another" in str(found)) is (number == 2)
            asked.append(len(questions(server)))
    assert asked == [1, 0, 1]
    assert (state / "posse" / "trusted.json").exists()


def test_plugin_that_is_installed_meanwhile_is_asked_for_and_runs(project: Path, server: Live) -> None:
    path = project / "a.py"
    begin(server, project)
    open_file(server, path)
    until_codes(server, path, "B102", "C100", "C100")
    install(next(project.glob(".venv/lib/*/site-packages")), "calls", plugin("C200", reports()))
    until_codes(server, path, "B102", "C200", "C100", "C100")
    assert len(questions(server)) == 2


def test_failures_are_told_once_at_the_key(project: Path, server: Live) -> None:
    path, configuration = project / "a.py", project / "bandit.yaml"
    packages = next(project.glob(".venv/lib/*/site-packages"))
    install(packages, "bad", plugin("C900", "raise ValueError('no')"))
    install(packages, "worse", plugin("C901", reports(), top="import no_such_module"))
    configuration.write_text("posse:\n  plugins: true\n")
    begin(server, project)
    open_file(server, path)
    until_codes(server, path, "B102", "C100", "C100")
    found = until_shown(server, configuration, lambda found: len(found) == 2)
    texts = sorted(item["message"] for item in found)
    assert texts[0].startswith("The check bad raised ValueError: no (line 5)")
    assert "No module named 'no_such_module'" in texts[1]
    assert [item["severity"] for item in found] == [2, 2]


def test_server_outlives_a_plugin_that_ends_its_process(project: Path, server: Live) -> None:
    path = project / "a.py"
    install(next(project.glob(".venv/lib/*/site-packages")), "bad", plugin("C900", "import os\nos._exit(1)"))
    begin(server, project)
    open_file(server, path)
    for version in range(2, 6):
        until_codes(server, path, "B102", "C100", "C100")
        edit(server, path, version, (0, 0), (0, 0), "g()\n")
    until_codes(server, path, "B102", "C100", "C100")


def test_checks_in_python_run_have_fixes_and_are_loaded_again(tmp_path: Path, server: Live) -> None:
    folder = tmp_path / "project"
    (folder / ".posse" / "checks").mkdir(parents=True)
    check, path, configuration = folder / ".posse" / "checks" / "own.py", folder / "a.py", folder / "bandit.yaml"
    check.write_text(CHECK)
    path.write_text("import marshal, json\nmarshal.loads(x)\n")
    configuration.write_text("skips: [B302]\nposse:\n  check_files: ['.posse/checks/*.py']\n")
    begin(server, folder)
    open_file(server, path)
    until_codes(server, path, "X901")
    at = {"line": 1, "character": 2}
    parameters = {"range": {"start": at, "end": at}, "context": {"diagnostics": []}}
    document = {"uri": path.as_uri()}
    actions = result_of(server, "actions", "textDocument/codeAction", textDocument=document, **parameters)
    (fix,) = [action for action in actions if action["title"] == "Load it as JSON (X901, review)"]
    assert "json.loads" in str(fix["edit"])
    assert any(action["title"] == "Suppress X901 with # posse: ignore" for action in actions)
    hover = result_of(server, "hover", "textDocument/hover", textDocument=document, position=at)
    assert "They can crash the interpreter." in str(hover)
    edit(server, path, 2, (0, 0), (0, 0), "marshal.loads(y)\n")
    until_codes(server, path, "X901", "X901")
    check.write_text(CHECK.replace("X901", "X902"))
    until_codes(server, path, "X902", "X902")
    assert len(questions(server)) == 2
    check.write_text("import no_such_module\n")
    until_shown(server, configuration, lambda found: "No module named 'no_such_module'" in str(found))
    until_shown(server, path, lambda found: not found)


def _mark(path: Path) -> str:
    return plugin("X100", reports(), top=f"import pathlib\npathlib.Path({str(path)!r}).write_text('')")
