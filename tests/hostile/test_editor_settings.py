"""Settings of a workspace that make a machine log in to another one, or read files from there."""

from __future__ import annotations

import pytest

from posse_server.project.editor_settings import read_editor_settings

UNC_PATHS = [
    "//host/share/bandit.yaml",
    r"\\host\share\bandit.yaml",
    r"\/host/share",
    r"\\?\UNC\host\share\x.json",
    "//.",
]


@pytest.mark.parametrize("path", UNC_PATHS)
@pytest.mark.parametrize("name", ["configurationPath", "baseline"])
def test_they_name_no_file_on_another_machine(name: str, path: str) -> None:
    settings = read_editor_settings({"posse": {name: path, "minimum_severity": "low"}})
    assert settings.path is None
    assert settings.policy_options.keys() == {"minimum_severity"}, "all else holds"
    assert settings.mistakes == (f"`{name}` is ignored: it names a file on another machine. Name one on this machine.",)


@pytest.mark.parametrize("path", ["/srv/b.json", "ci/b.json", r"C:\ci\b.json", r"ci\b.json", "/b.json", "x//y.json"])
def test_they_may_name_any_file_on_this_machine(path: str) -> None:
    settings = read_editor_settings({"configurationPath": path, "baseline": path})
    assert (settings.path, settings.policy_options["baseline"], settings.mistakes) == (path, path, ())
