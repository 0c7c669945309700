"""`project`: what the editor's settings select, with and against a project's configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from posse_server.project.editor_settings import read_editor_settings
from posse_server.project.effective import EffectiveConfig
from posse_server.project.explain import explanation_lines
from posse_server.project.workspace import Workspace


def resolved(folder: Path, settings: object, configuration: str = "", name: str = "bandit.yaml") -> EffectiveConfig:
    if configuration:
        (folder / name).write_text(configuration)
    given = read_editor_settings(settings)
    assert given.mistakes == ()
    return Workspace([folder], given).resolve(folder / "src" / "a.py")


def ids(config: EffectiveConfig) -> set[str]:
    return {rule.id for rule in config.catalogue.rules}


@pytest.mark.parametrize("key", ["select", "tests"])
def test_only_selected_checks_run(tmp_path: Path, key: str) -> None:
    assert ids(resolved(tmp_path, {key: ["B101", "P101", "B102"], "skips": ["B102"]})) == {"B101", "P101"}


def test_both_names_of_the_selection_add_up(tmp_path: Path) -> None:
    assert ids(resolved(tmp_path, {"select": ["B101"], "tests": ["B102"]})) == {"B101", "B102"}


@pytest.mark.parametrize(
    ("preference", "configuration", "expected"),
    [
        ("project", "tests: [B101]\n", {"B101"}),
        ("editor", "tests: [B101]\n", {"B102"}),
        ("project", "skips: [B101]\n", {"B102"}),
        ("editor", "skips: [B101]\n", {"B102"}),
    ],
)
def test_preference_decides_between_two_selections(
    tmp_path: Path, preference: str, configuration: str, expected: set[str]
) -> None:
    settings = {"select": ["B102"], "configurationPreference": preference}
    assert ids(resolved(tmp_path, settings, configuration)) == expected


def test_selection_of_an_ini_file_counts_as_the_projects(tmp_path: Path) -> None:
    ini = "[bandit]\ntests = B101,B105\n"
    assert ids(resolved(tmp_path, {"select": ["B102"]}, ini, ".bandit")) == {"B101", "B105"}
    settings = {"select": ["B102"], "configurationPreference": "editor"}
    assert ids(resolved(tmp_path, settings, ini, ".bandit")) == {"B102"}


@pytest.mark.parametrize("preference", ["project", "editor"])
def test_selections_that_leave_no_check_are_ignored(tmp_path: Path, preference: str) -> None:
    settings = {"skips": ["B101"], "configurationPreference": preference}
    assert ids(resolved(tmp_path, settings, "tests: [B101]\n")) == {"B101"}
    assert ids(resolved(tmp_path, {**settings, "select": ["B101"]}, "x-none: 1\n")) > {"B101", "B102"}


@pytest.mark.parametrize("name", ["excludeDirs", "exclude_dirs"])
def test_exclusions_add_to_those_of_the_project(tmp_path: Path, name: str) -> None:
    assert resolved(tmp_path, {name: ["src"]}, "exclude_dirs: [gen]\n").excluded
    config = resolved(tmp_path, {name: ["other"]}, "exclude_dirs: [src]\n")
    assert config.excluded
    lines = list(explanation_lines(config, "src/a.py"))
    assert any("excluded by `src`" in line and "bandit.yaml:1" in line for line in lines)


def test_nothing_is_checked_while_it_is_off(tmp_path: Path) -> None:
    config = resolved(tmp_path, {"enable": False}, "exclude_dirs: [gen]\n")
    assert config.excluded
    assert "Checked: no, `posse.enable` is off (the editor's settings)" in list(explanation_lines(config, "src/a.py"))
    assert not resolved(tmp_path, {"enable": True}).excluded


def test_origin_of_a_selection_is_said(tmp_path: Path) -> None:
    lines = list(explanation_lines(resolved(tmp_path, {"skips": ["B101"]}), "src/a.py"))
    assert any(line.startswith("skips ") and "the editor's settings" in line for line in lines)


@pytest.mark.parametrize(
    ("settings", "mistake"),
    [
        ({"enable": "no"}, "`enable` must be true or false."),
        ({"select": "B101"}, "`select` must be a list of strings"),
        ({"skips": ["B999"]}, "B999"),
        ({"excludeDirs": [1]}, "`excludeDirs` must be a list of strings"),
        ({"exclude_dirs": [1]}, "`exclude_dirs` must be a list of strings"),
        ({"minimumSeverity": "huge"}, "`minimumSeverity` must be one of"),
        ({"nosec": {"requireIds": "loud"}}, "`require_ids` must be one of"),
        ({"skip": ["B101"]}, "Did you mean skips?"),
    ],
)
def test_mistake_costs_only_its_own_setting(tmp_path: Path, settings: dict[str, object], mistake: str) -> None:
    read = read_editor_settings({**settings, "severityMap": {"B101": "high"}})
    assert len(read.mistakes) == 1 and mistake in read.mistakes[0]
    assert read.policy_options.keys() == {"severity_map"}
    assert read.is_enabled


def test_settings_in_both_spellings_mean_the_same() -> None:
    new = {
        "minimumSeverity": "low",
        "perFileIgnores": {"a": ["B101"]},
        "nosec": {"requireIds": "error"},
        "flowLocal": True,
        "evidenceSeverity": "hint_when_none",
    }
    old = {
        "minimum_severity": "low",
        "per_file_ignores": {"a": ["B101"]},
        "nosec": {"require_ids": "error"},
        "flow_local": True,
        "evidence_severity": "hint_when_none",
    }
    assert read_editor_settings(new) == read_editor_settings(old)
    both = read_editor_settings({**old, **new, "minimum_severity": "high"})
    assert both == read_editor_settings(new)
    assert read_editor_settings({**old, "minimumSeverity": None}) == read_editor_settings(old)
