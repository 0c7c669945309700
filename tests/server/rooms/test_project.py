"""The room `project`: effective configurations, as values and in words, and the files that a scan reads."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from posse_checks.config.configuration import Configuration, Selection
from posse_checks.config.policy import Run
from posse_checks.config.selection import SelectionError
from posse_checks.rule.finding import Level
from posse_server.project.configuration_file import ConfigurationFile, leads_out
from posse_server.project.discovery import ConfigurationFinder
from posse_server.project.editor_settings import EditorSettings, read_editor_settings
from posse_server.project.effective import UNSAVED, resolve, with_folders
from posse_server.project.explain import explanation_lines
from posse_server.project.files import FileTrees, find_files, is_installed
from posse_server.project.workspace import Workspace


def file_in(folder: Path, text: str, name: str = "bandit.yaml") -> ConfigurationFile:
    (folder / name).write_text(text)
    file = ConfigurationFinder(folder).nearest(folder)
    assert file is not None
    return file


PROJECT_WINS, EDITOR_WINS = ({"configurationPreference": preference} for preference in ("project", "editor"))


@pytest.mark.parametrize(
    ("file", "editor", "selection", "severity"),
    [
        ("", {}, Selection(), Level.UNDEFINED),
        ("low", {}, Selection(), Level.LOW),
        ("", {"minimum_severity": "medium"}, Selection(), Level.MEDIUM),
        ("low", {"minimum_severity": "medium", **PROJECT_WINS}, Selection(), Level.LOW),
        ("low", {"minimum_severity": "medium", **EDITOR_WINS}, Selection(), Level.MEDIUM),
        ("low", {"run": "on_save", **EDITOR_WINS}, Selection(), Level.LOW),
        ("low", {"minimum_severity": "medium", **EDITOR_WINS}, Selection(severity=Level.HIGH), Level.HIGH),
        ("high", {}, Selection(severity=Level.UNDEFINED), Level.UNDEFINED),
    ],
)
def test_the_command_line_counts_first_then_as_preferred(
    file: str, editor: dict[str, str], selection: Selection, severity: Level, tmp_path: Path
) -> None:
    text = f"posse: {{minimum_severity: {file}}}" if file else "skips: [B101]"
    settings = read_editor_settings(editor)
    config = resolve(file_in(tmp_path, text), folder=tmp_path, settings=settings, selection=selection)
    assert config.configuration.policy.minimum_severity is severity
    assert config.configuration.policy.run is (Run.ON_SAVE if "run" in editor else Run.ON_TYPE)


@pytest.mark.parametrize(
    ("folder", "name", "path"),
    [
        (None, "a.py", "a.py"),
        (None, "./pkg\\a.py", "./pkg\\a.py"),
        ("/p", "/p/a.py", "./a.py"),
        ("/p", "/p/pkg/../a.py", "./a.py"),
        ("/p/pkg", "/p/a.py", "./../a.py"),
    ],
)
def test_patterns_see_the_path_from_their_folder(folder: str | None, name: str, path: str) -> None:
    config = resolve(folder=Path(folder) if folder else None)
    assert config.for_file(name).path == path
    assert config.path == config.at(None).path == UNSAVED


def test_files_under_one_configuration_share_it_until_it_changes(tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text("posse: {per_file_ignores: {test_*.py: [B101]}}")
    (tmp_path / "pkg").mkdir()
    workspace = Workspace([tmp_path])
    first, test, second = (workspace.resolve(tmp_path / name) for name in ("a.py", "test_a.py", "pkg/b.py"))
    assert first.configuration is second.configuration is test.configuration
    assert first.catalogue is second.catalogue
    assert test.catalogue is not first.catalogue
    workspace.refresh()
    assert workspace.resolve(tmp_path / "a.py").configuration is first.configuration
    (tmp_path / "bandit.yaml").write_text("skips: [B101, B102]")
    workspace.refresh()
    assert workspace.resolve(tmp_path / "a.py").configuration is not first.configuration


def test_an_editor_follows_data_unless_told_otherwise_and_a_scan_if_asked(tmp_path: Path) -> None:
    file = file_in(tmp_path, "skips: [B101]\n")
    assert Workspace([tmp_path]).resolve(tmp_path / "a.py").configuration.policy.flow is True
    assert resolve(file, folder=tmp_path).configuration.policy.flow is False


def test_editor_and_scan_get_the_same_answer(tmp_path: Path) -> None:
    file = file_in(
        tmp_path, "skips: [B101]\nexclude_dirs: [gen]\nposse: {baseline: known.json, run: on_save, flow: false}\n"
    )
    editor = Workspace([tmp_path]).resolve(tmp_path / "gen" / "a.py")
    scan = resolve(file, folder=tmp_path).for_file(str(tmp_path / "gen" / "a.py"))
    assert editor.configuration == scan.configuration
    assert (editor.path, editor.excluded, editor.folder) == (scan.path, scan.excluded, scan.folder)
    assert editor.catalogue.rules == scan.catalogue.rules
    assert editor.configuration.policy.baseline == str(tmp_path / "known.json")


def test_what_holds_travels_to_another_process(tmp_path: Path) -> None:
    config = resolve(file_in(tmp_path, "skips: [B101]"), folder=tmp_path).for_file(str(tmp_path / "a.py"))
    there = pickle.loads(pickle.dumps(config))
    assert (there.configuration, there.path) == (config.configuration, config.path)
    assert there.catalogue.rules == config.catalogue.rules


@pytest.mark.parametrize("selection", [Selection(tests=("B101",), skips=("B101",)), Selection(profile="nowhere")])
def test_a_selection_that_cannot_be_applied_is_refused(selection: Selection, tmp_path: Path) -> None:
    for file in (None, file_in(tmp_path, "{}")):
        with pytest.raises(SelectionError):
            resolve(file, selection=selection)


@pytest.mark.parametrize("text", ["skips: [", "tests: [B101]\nskips: [B101]", "skips: 1"])
def test_an_unusable_file_leaves_the_defaults(text: str, tmp_path: Path) -> None:
    file = file_in(tmp_path, text)
    assert not file.is_usable
    assert resolve(file, folder=tmp_path).configuration.rules == Configuration().rules


@pytest.mark.parametrize(
    ("name", "is_outside"),
    [("a.json", False), ("pkg/../a.json", False), ("../a.json", True), ("/etc/passwd", True), ("link/a.json", True)],
)
def test_a_path_that_leads_out_of_the_project_is_known(name: str, is_outside: bool, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "link").symlink_to(tmp_path)
    assert leads_out(name, project, project) is is_outside


def test_excluding_a_folder_excludes_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "gen").mkdir()
    assert with_folders(["gen", "a.py", "*.pyi"], tmp_path) == ("gen/*", "a.py", "*.pyi")


def test_the_origin_of_each_value_is_explained(tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B101]\nposse:\n  run: on_save\n")
    settings = EditorSettings(policy_options={"minimum_severity": Level.HIGH, "run": Run.ON_TYPE})
    config = Workspace([tmp_path], settings).resolve(tmp_path / "a.py")
    lines = [" ".join(line.split()) for line in explanation_lines(config, "a.py")]
    where = tmp_path / "bandit.yaml"
    assert lines[0] == "a.py, matched as ./a.py"
    assert f"skips [B101] ({where}:1)" in lines
    assert f"posse.run on_save ({where}:3)" in lines
    assert "posse.minimum_severity high (the editor's settings)" in lines
    assert "posse.matching count (default)" in lines
    assert "B101 assert_used: `skips` contains B101" in lines


@pytest.mark.parametrize(
    ("text", "files", "excluded"),
    [
        ("{}", {"a.py", "pkg/b.py"}, {"pkg/c.txt", "bandit.yaml"}),
        ("exclude_dirs: [pkg]", {"a.py"}, {"pkg/b.py", "pkg/c.txt", "bandit.yaml"}),
        ("include: ['*.txt']", {"pkg/c.txt"}, {"a.py", "pkg/b.py", "bandit.yaml"}),
    ],
)
def test_the_configuration_decides_which_files_are_read(
    text: str, files: set[str], excluded: set[str], tmp_path: Path
) -> None:
    (tmp_path / "pkg").mkdir()
    for name in ("a.py", "pkg/b.py", "pkg/c.txt"):
        (tmp_path / name).touch()
    config = resolve(file_in(tmp_path, text), folder=tmp_path)
    found = find_files([str(tmp_path)], FileTrees(), recursive=True, resolver=config.for_file)
    assert {str(Path(name).relative_to(tmp_path)) for name in found.files} == files
    assert {str(Path(name).relative_to(tmp_path)) for name in found.excluded} == excluded


@pytest.mark.parametrize(
    ("folder", "top", "installed"),
    [("pkg", None, False), ("site-packages/x", None, True), ("env/lib", None, True), ("env", "env", False)],
)
def test_folders_of_installed_packages_are_known(folder: str, top: str | None, installed: bool, tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    assert is_installed(tmp_path / folder, tmp_path / top if top else tmp_path) is installed
