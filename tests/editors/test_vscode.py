"""Posse in a real VS Code, with the extension installed from its package."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.editors.vscode.code_server import CodeServer, running, servers, wait_until
from tests.editors.vscode.window import Window, rows

pytestmark = pytest.mark.needs("vscode")

HERE = Path(__file__).parent / "vscode"
SESSION = HERE / "session.js"
SOURCE = """import yaml


def greet(name):
    assert name
"""
SHOP = """import subprocess

import yaml


def settings(path):
    with open(path) as file:
        return yaml.load(file)


def archive(folder):
    subprocess.run(f"tar -czf backup.tgz {folder}", shell=True)


def token():
    password = "correct horse battery staple"
    return password
"""
SHOWN = {
    "breadcrumbs__enabled": False,
    "editor__fontFamily": "DejaVu Sans Mono",
    "editor__occurrencesHighlight": "off",
    "workbench__activityBar__location": "hidden",
}
"""Settings of VS Code's look in the pictures."""
UNUSABLE = {
    "does not exist": None,
    "points to a missing Python; recreate the virtual environment": "link",
    "cannot be run: permission denied": "no program",
    "does not work: No module named encodings (exit status 103)": "echo No module named encodings >&2; exit 103",
    "is Python 3.8.18; Posse needs 3.10 or newer": "echo Python 3.8.18",
    "is Python 2.7.18; Posse needs 3.10 or newer": "echo Python 2.7.18",
    "is not a Python interpreter": "echo Hello",
}
"""Messages about a Python that cannot run the server, each with a script that behaves like such a Python."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The only folder on PATH, with a Python in it."""
    path = tmp_path_factory.mktemp("path")
    (path / "python3").symlink_to(sys.executable)
    return path


@pytest.fixture(scope="module")
def code_server(tmp_path_factory: pytest.TempPathFactory, path: Path) -> Iterator[CodeServer]:
    base = tmp_path_factory.mktemp("vscode")
    other = str(path / "python3")
    with running(base, PATH=str(path), SELECTED_PYTHON=sys.executable, OTHER_PYTHON=other) as code_server:
        yield code_server


@pytest.fixture(scope="module")
def results(code_server: CodeServer) -> Mapping[str, str | None]:
    """Results of the tests in the session, which all run at once."""
    folder = code_server.base / "session"
    folder.mkdir()
    (folder / "session.py").write_text(SOURCE)
    (folder / "bandit.yaml").write_text("skips: [B404]\n")
    return code_server.run_tests(SESSION, folder, HERE / "python_extension")


@pytest.mark.parametrize("name", re.findall(r'^test\("(.+)", async', SESSION.read_text(), re.MULTILINE))
def test_session(results: Mapping[str, str | None], name: str) -> None:
    assert name in results, f"it did not run; these did: {', '.join(results)}"
    assert results[name] is None, results[name]


def test_what_a_user_sees_and_clicks(code_server: CodeServer, tmp_path: Path) -> None:
    """Also takes the pictures, into the folder that the variable `POSSE_PICTURES` names."""
    pictures = Path(os.environ.get("POSSE_PICTURES") or tmp_path)
    folder = tmp_path / "shop"
    folder.mkdir()
    file = folder / "shop.py"
    file.write_text(SHOP)
    code_server.set(**SHOWN)
    with code_server.window(folder, size=(860, 540), scale=2, openFile=file) as page:
        window = Window(page)
        window.expect_status("3 findings, 1 as a hint, 1 confirmed, Posse, on Python 3")
        window.expect_in_bar("Posse: 3 findings, 1 as a hint, 1 confirmed")
        page.keyboard.press("Control+b")
        squiggles_and_problems_are_seen(window, pictures)
        hover_is_seen(window, pictures)
        quick_fix_is_clicked(window, pictures)
        reminders_are_hidden_from_the_menu(window)
        rest_is_added_to_the_baseline(window)
    assert (folder / ".bandit-baseline.json").exists()


def squiggles_and_problems_are_seen(window: Window, pictures: Path) -> None:
    page = window.page
    page.keyboard.press("Control+Shift+M")
    problems = page.locator(".markers-panel .monaco-list-row")
    problems.nth(3).wait_for()
    assert [re.findall(r"posse (B\d+)", row) for row in rows(problems)] == [[], ["B602"], ["B506"], ["B105"]]
    assert window.squiggles.count() == 2, "as many are in sight beside the panel"
    window.picture(pictures / "vscode-findings.png", page.locator(".part.editor"), page.locator(".part.panel"))
    page.keyboard.press("Control+j")
    page.locator(".part.panel").wait_for(state="hidden")


def hover_is_seen(window: Window, pictures: Path) -> None:
    hover = window.point_at("yaml.load")
    hover.get_by_text("YAML can name Python objects").wait_for()
    window.picture(pictures / "vscode-hover.png", window.line("def settings"), hover, margin=6)


def quick_fix_is_clicked(window: Window, pictures: Path) -> None:
    window.click("yaml.load")
    window.page.keyboard.press("Control+.")
    actions = window.page.locator(".action-widget .monaco-list-row")
    fix = actions.filter(has_text="Use yaml.safe_load (B506, safe)")
    fix.wait_for()
    titles = rows(actions)
    assert any(title.startswith("Suppress B506") for title in titles), titles
    menu = window.page.locator(".action-widget").first
    window.picture(pictures / "vscode-quick-fix.png", window.line("def settings"), menu, margin=6)
    fix.click()
    window.line("yaml.safe_load(file)").wait_for()
    window.expect_status("2 findings, 1 as a hint")


def reminders_are_hidden_from_the_menu(window: Window) -> None:
    window.click_in_bar("Posse: 2 findings")
    window.choose("No reminders")
    window.expect_in_bar("Posse: 2 findings, 1 confirmed")
    window.click_in_bar("Posse: 2 findings")
    window.choose("All findings, reminders as hints")
    window.expect_in_bar("Posse: 2 findings, 1 as a hint")


def rest_is_added_to_the_baseline(window: Window) -> None:
    window.run("Posse: Add Findings to the Baseline")
    window.choose("Add all findings in this file")
    window.expect_message("Added 3 findings to the baseline")
    window.expect_status("No findings, 3 in the baseline, Posse, on Python 3")


@pytest.fixture(scope="module")
def shared_window(code_server: CodeServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A window in which tests break the server and mend it."""
    folder = tmp_path_factory.mktemp("exec")
    file = folder / "load.py"
    file.write_text("exec(code)\n")
    code_server.set()
    with code_server.window(folder, openFile=file) as page:
        yield Window(page)


@pytest.fixture
def window(code_server: CodeServer, shared_window: Window) -> Window:
    """That window, with a running server and without messages, whatever the previous test left."""
    code_server.set_for_machine()
    shared_window.expect_status("1 finding,")
    shared_window.dismiss_messages()
    return shared_window


@pytest.mark.parametrize("message", UNUSABLE)
def test_unusable_interpreter_is_told_of(code_server: CodeServer, window: Window, tmp_path: Path, message: str) -> None:
    python = tmp_path / "python"
    match UNUSABLE[message]:
        case None:
            pass
        case "link":
            python.symlink_to("/nowhere/python")
        case script:
            python.write_text(f"#!/bin/sh\n{script}\n")
            python.chmod(0o644 if script == "no program" else 0o755)
    code_server.set_for_machine(posse__interpreter=str(python))
    told = window.expect_message(f"{python} {message}")
    assert "Choose a Python" in told.inner_text()
    window.expect_status("not running")
    wait_until(lambda: not servers(code_server.base), "there is no server")
    code_server.set_for_machine()
    window.expect_status("1 finding,")


def test_no_python_at_all_is_told_of(window: Window, path: Path) -> None:
    (path / "python3").rename(path / "put away")
    try:
        window.run("Posse: Restart the Server")
        told = window.expect_message("found none")
        assert "python3 does not exist. python does not exist." in told.inner_text()
    finally:
        (path / "put away").rename(path / "python3")
    told.get_by_text("Try Again").click()
    window.expect_status("1 finding,")


def python_whose_server(does: str, folder: Path) -> Path:
    """A Python that runs a shell command in place of the server, and is normal otherwise."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\ncase "$*" in *launch.py*) {does};; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return python


def test_server_that_dies_at_its_start_is_not_started_again(
    code_server: CodeServer, window: Window, tmp_path: Path
) -> None:
    starts = tmp_path / "starts"
    python = python_whose_server(f"echo once >>{starts}; echo Out of luck >&2; exit 1", tmp_path)
    code_server.set_for_machine(posse__interpreter=[str(python)])
    told = window.expect_message("The server ended right after it started. Out of luck")
    assert "Restart" in told.inner_text()
    code_server.set_for_machine()
    window.expect_status("1 finding,")
    assert starts.read_text() == "once\n"


def test_server_that_hangs_at_its_start_is_ended(code_server: CodeServer, window: Window, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    hang = f'{sys.executable} -c "import time; time.sleep(600)" "$@"'  # named like a server, so that it can be found
    python = python_whose_server(f"echo once >>{starts}; exec {hang}", tmp_path)
    code_server.set_for_machine(posse__interpreter=str(python))
    window.expect_message("The server did not answer within 20 seconds, so it was stopped")
    wait_until(lambda: not servers(code_server.base), "the server is gone")
    window.run("Posse: Restart the Server")
    wait_until(lambda: starts.read_text() == "once\n" * 2, "the server hangs again")
    code_server.set_for_machine()
    window.expect_status("1 finding,")  # at once, whatever hangs
    wait_until(lambda: len(servers(code_server.base)) == 1, "only that server is left")


def kill(code_server: CodeServer) -> None:
    [server] = servers(code_server.base)
    os.kill(server, signal.SIGKILL)


def test_server_that_keeps_crashing_is_left_alone(code_server: CodeServer, window: Window) -> None:
    for _ in range(3):
        kill(code_server)
        window.expect_status("starting")
        window.expect_status("1 finding,")
    kill(code_server)
    told = window.expect_message("ended 4 times within three minutes")
    assert not servers(code_server.base)
    told.get_by_text("Restart", exact=True).click()
    window.expect_status("1 finding,")


def test_several_folders_have_one_server_and_their_own_configurations(code_server: CodeServer, tmp_path: Path) -> None:
    for name in ("strict", "lenient"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").write_text("exec(code)\nassert code\n")
    (tmp_path / "lenient" / "bandit.yaml").write_text("skips: [B102]\n")
    both = tmp_path / "both.code-workspace"
    both.write_text('{"folders": [{"path": "strict"}, {"path": "lenient"}]}')
    code_server.set()
    before = set(servers(code_server.base))
    with code_server.window(both, openFile=tmp_path / "strict" / "strict.py") as page:
        window = Window(page)
        window.expect_folder("lenient")
        window.expect_status("2 findings,")
        window.open("lenient.py")
        window.expect_status("1 finding,")
        assert len(set(servers(code_server.base)) - before) == 1


@pytest.mark.parametrize("trusted", [True, False])
def test_workspace_chooses_the_interpreter_only_if_it_is_trusted(
    code_server: CodeServer, tmp_path: Path, trusted: bool
) -> None:
    (tmp_path / ".vscode").mkdir()
    python, run = tmp_path / "python", tmp_path / "has run"
    python.write_text(f'#!/bin/sh\necho >"{run}"\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (tmp_path / ".vscode" / "settings.json").write_text(f'{{"posse.interpreter": "{python}"}}')
    file = tmp_path / "load.py"
    file.write_text("exec(code)\n")
    code_server.set(security__workspace__trust__enabled=not trusted)  # where it is enabled, nothing is trusted yet
    with code_server.window(tmp_path, openFile=file) as page:
        Window(page).expect_status("1 finding,")
    assert run.exists() == trusted


@pytest.mark.parametrize("trusted", [True, False])
def test_workspace_chooses_configuration_and_baseline_only_if_it_is_trusted(
    code_server: CodeServer, tmp_path: Path, trusted: bool
) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "workspace"
    elsewhere.mkdir()
    (folder / ".vscode").mkdir(parents=True)
    (elsewhere / "lenient.yaml").write_text("skips: [B102]\n")
    (folder / ".vscode" / "settings.json").write_text(
        json.dumps({"posse.configurationPath": str(elsewhere / "lenient.yaml"), "posse.severityMap": {"B101": "high"}})
    )
    file = folder / "load.py"
    file.write_text("exec(code)\nassert code\n")
    code_server.set(security__workspace__trust__enabled=not trusted)
    with code_server.window(folder, openFile=file) as page:
        Window(page).expect_status("1 finding," if trusted else "2 findings,")


@pytest.mark.parametrize("python", ["//host/share/python", r"\\\\host\\share\\python.exe"])
def test_interpreter_on_another_machine_is_not_run(code_server: CodeServer, window: Window, python: str) -> None:
    code_server.set_for_machine(posse__interpreter=python)
    window.expect_message("is on another machine, so Posse does not run it")
